"""A child's family as commands show it: what must be read before anybody goes there, then who the parents are."""

from collections.abc import Mapping, Sequence
from typing import Any

from clients.iewo import show

OF_PERSON = ("title", "name", "telephones", "email", "address", "language", "interpreter")


def before(found: Mapping[str, Any]) -> None:
    """Visit warnings, the flags that stand, and who speaks which language."""
    warnings(found.get("visit_warnings", ()))
    languages(found.get("languages", ()))
    for flag in found["flags"]:
        if flag.get("stands", True):
            of = f" (parent {flag['parent']})" if flag["parent"] else ""
            until = f" (until {flag['until']})" if flag["until"] else ""
            show.line(f"FLAG {flag['flag']}: {flag['kind']}{of}{': ' + flag['why'] if flag.get('why') else ''}{until}")


def warnings(standing: Sequence[Mapping[str, Any]]) -> None:
    for one in standing:
        where, late = one["address"] or "a confidential address", ", OVERDUE" if one["overdue"] else ""
        show.line(f"VISIT WARNING, {where}: {one['reason']} (ask {one['owner']}; review {one['review']}{late})")


def languages(told: Sequence[Mapping[str, Any]]) -> None:
    for one in told:
        needs = f", interpreter: {one['interpreter']}" if one["interpreter"] else ""
        show.line(f"LANGUAGE {one['name']}: {one['language'] or 'not known'}{needs}")


def parents(told: Sequence[Mapping[str, Any]]) -> None:
    """How each is reached, and what each is to the child."""
    heads = ("record", "name", "relationship", "telephones", "e-mail", "address", "language", "interpreter")
    show.table("Parents and carers", heads, map(_reached, told))
    if told:
        ties = ("record", "responsibility", "lives with", "write to", "court order", "from", "until")
        show.table("What each is to the child", ties, map(_tie, told))


def value(said: object) -> str:
    """A field of a parent, in words."""
    if isinstance(said, bool):
        return "yes" if said else "no"
    if isinstance(said, list):
        return ", ".join(map(str, said))
    return "" if said is None else str(said)


def _reached(parent: Mapping[str, Any]) -> tuple[object, ...]:
    """A parent as officers, or as business support, are told of one."""
    told = {name: said["value"] for name, said in parent["fields"].items()} if "fields" in parent else parent
    title, name, telephones, email, address, language, interpreter = (value(told.get(field)) for field in OF_PERSON)
    if parent["address_confidential"]:
        known = ", ".join(dict.fromkeys(filter(None, (address, parent.get("address_on_roll")))))
        address = f"CONFIDENTIAL {known}" if known else "confidential"
    called = name if not title or name.startswith(f"{title} ") else f"{title} {name}"
    return parent["parent"], called, parent.get("link", parent)["relationship"], telephones, email, address, language, interpreter


def _tie(parent: Mapping[str, Any]) -> tuple[object, ...]:
    tie = parent.get("link", parent)
    fields = ("parental_responsibility", "lives_with", "may_be_written_to", "court_order", "since", "until")
    return parent["parent"], *(tie.get(field) for field in fields)
