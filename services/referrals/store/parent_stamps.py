"""What tells whether anything of the parents of a school, or of a child at any school, is another than when it was looked at last."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import NamedTuple

from services.referrals.domain.same_person import components
from shared.mongo import Document


class Stamps(NamedTuple):
    """Texts that are others whenever a record of a parent, or what was said of it, is another: by the record's school, and by child,
    whichever schools have records of the child's parents."""

    of_schools: Mapping[str, str]
    of_children: Mapping[str, str]


def stamps(parents: Sequence[Document], said: Sequence[Document]) -> Stamps:
    """By the heads of all records (school, children, version) and of all that was said of two being one person (parents, version)."""
    places = {_id(one): one for one in parents}
    people = components(one["parents"] for one in said)
    schools: defaultdict[str, set[str]] = defaultdict(set)
    children: defaultdict[str, set[str]] = defaultdict(set)
    # a person hides an address at one school, and it is hidden at the others: so does what changes there
    for id_, one in places.items():
        lines = [f"{other} {places[other]['version'] if other in places else ''}" for other in people.get(id_, (id_,))]
        schools[one["school"]].update(lines)
        for child in one["children"]:
            children[child].update(lines)
    for one in said:
        line = f"{one['_id']} {one['version']}"
        for other in {other for id_ in one["parents"] for other in people[id_] if other in places}:
            schools[places[other]["school"]].add(line)
            for child in places[other]["children"]:
                children[child].add(line)
    return Stamps(_digests(schools), _digests(children))


def _id(document: Document) -> str:
    return str(document["_id"]).partition(":")[2]


def _digests(lines: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {key: blake2b("\n".join(sorted(told)).encode(), digest_size=12).hexdigest() for key, told in lines.items()}
