"""By what packs are selected, alike for a list and for what is done to many: one set of options, and the service narrows by it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import Access, filled
from clients.iewo.failure import Code, Failure
from clients.iewo.measures import IN_WORDS, Measure, Reason

OfSchool = Annotated[
    str | None, typer.Option("--school", parser=options.urn, metavar="URN", help="Of this school only. Needed with --leave.")
]
OfLa = Annotated[str | None, typer.Option("--la", parser=options.authority_code, metavar="CODE", help="For this LA only.")]
InState = Annotated[str | None, typer.Option("--state", help="In this state only: draft, checked, approved, waiting, sent, ...")]
OfMeasure = Annotated[
    Measure | None, typer.Option("--measure", help="With this measure only. What is done to --all takes no prosecution without it.")
]
OfReason = Annotated[Reason | None, typer.Option("--reason", help="For this reason only.")]
Leave = Annotated[
    list[str] | None, typer.Option("--leave", metavar="LEAVE", help="Those of this leave (`iewo leave list`); again for each.")
]

File = Annotated[
    Path | None,
    typer.Option("--file", exists=True, dir_okay=False, metavar="FILE", help="A CSV file with a column pack, as `list --save` writes it."),
]
COLUMNS = ("pack", "revision", "on", "document")


@dataclass(frozen=True, slots=True)
class Selection:
    """What the user said of it: a parameter of a command."""

    school: OfSchool = None
    la: OfLa = None
    state: InState = None
    measure: OfMeasure = None
    reason: OfReason = None
    leave: Leave = None
    file: File = None

    def query(self) -> dict[str, str | None]:
        """As the service narrows a list. Failure where --leave has no school."""
        if self.leave and self.school is None:
            raise Failure("--leave goes with --school URN", Code.USAGE)
        return {
            "school": self.school,
            "authority": self.la,
            "state": self.state,
            "measure": IN_WORDS[self.measure] if self.measure else None,
            "ground": IN_WORDS[self.reason] if self.reason else None,
        }

    def listed(self, sharing: Access, **narrowed: str | None) -> list[dict[str, Any]]:
        """The packs as a list shows them now. `narrowed`: by what else the service narrows and orders them."""
        found: list[dict[str, Any]] = sharing.get("/v1/packs", **self.query(), **narrowed)
        if self.file:
            named = read(self.file)
            found = [one for one in found if one["pack"] in named]
        if not self.leave:
            return found
        of = self._of_leave(sharing, self.leave)
        return [one for one in found if (one.get("ground"), one["child"], one.get("first"), one.get("last")) in of]

    def _of_leave(self, sharing: Access, leave: Collection[str]) -> frozenset[tuple[str, ...]]:
        """Ground, child and days of the packs that come of these: whose they are a school is not told otherwise."""
        referrals = replace(sharing, service="referrals", url=None)
        with referrals.open() as service:
            leaves = [service.get(filled("/v1/schools/{}/leave/{}", self.school or "", one)) for one in leave]
        why = IN_WORDS[Reason.LEAVE]
        return frozenset((why, part["child"], one["first"], one["last"]) for one in leaves for part in one["children"])


def save(file: Path, packs: Sequence[dict[str, Any]]) -> None:
    """Ids and revisions alone: what was looked at, to act on exactly that. It names nobody."""
    import csv

    if file.exists():
        raise Failure(f"{file} is there already: give another name with --save", Code.USAGE)
    with file.open("w", newline="", encoding="utf-8") as to:
        writer = csv.writer(to)
        writer.writerow(("pack", "revision"))
        writer.writerows((one["pack"], one.get("revision", "")) for one in packs)


def read(file: Path) -> dict[str, dict[str, Any]]:
    """What was saved, by pack."""
    from clients.iewo.rows import rows

    found: dict[str, dict[str, Any]] = {}
    with file.open(newline="", encoding="utf-8-sig") as content:
        for line, said in rows(content, COLUMNS, ("pack",)):
            if not said.get("revision", "0").isdigit():
                raise Failure(f"line {line}: a revision is a number, as `iewo packs list --save` writes it", Code.USAGE)
            found[said["pack"]] = {**said, **({"revision": int(said["revision"])} if "revision" in said else {})}
    return found
