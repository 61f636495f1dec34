"""Which packs a command is about: some by id, those of a leave, those of a file, or all in which it can be done now."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clients.iewo import options
from clients.iewo.access import Access, filled
from clients.iewo.failure import Code, Failure
from clients.iewo.measures import IN_WORDS, Measure, Reason

if TYPE_CHECKING:
    from clients.iewo.http import Service


Packs = Annotated[list[str] | None, typer.Argument(metavar="[PACK]...", help="Ids of packs, as `iewo packs list` shows them.")]
All = Annotated[bool, typer.Option("--all", help="Every pack of yours in which it can be done now, but prosecutions: see --measure.")]
OfSchool = Annotated[
    str | None, typer.Option("--school", parser=options.urn, metavar="URN", help="With --all: of this school only. Needed with --leave.")
]
OfLa = Annotated[str | None, typer.Option("--la", parser=options.authority_code, metavar="CODE", help="With --all: for this LA only.")]
Leave = Annotated[
    list[str] | None, typer.Option("--leave", metavar="LEAVE", help="Those of this leave (`iewo leave list`); again for each.")
]
File = Annotated[
    Path | None,
    typer.Option("--file", exists=True, dir_okay=False, metavar="FILE", help="A CSV file with a column pack, as `list --save` writes it."),
]
OfMeasure = Annotated[
    Measure | None, typer.Option("--measure", help="With --all: of this measure only. Without it --all takes no prosecution.")
]
OfReason = Annotated[Reason | None, typer.Option("--reason", help="With --all: for this reason only.")]
COLUMNS = ("pack", "revision", "on", "document")


@dataclass(frozen=True, slots=True)
class Choice:
    """What the user said of it: a parameter of a command."""

    packs: Packs = None
    everything: All = False
    school: OfSchool = None
    la: OfLa = None
    measure: OfMeasure = None
    reason: OfReason = None
    leave: Leave = None
    file: File = None

    @property
    def single(self) -> str | None:
        """The one pack that was named, where nothing else was."""
        one = self.packs[0] if self.packs and len(self.packs) == 1 else None
        return None if self.everything or self.leave or self.file else one

    def of(self, sharing: Access, states: Collection[str]) -> list[dict[str, Any]]:
        """The packs as a list shows them now, the nearest legal clock first; `states`: in which it can be done. A pack that is named and
        in no list of the caller's is kept: the service says that there is none. Failure where nothing, or too much, was said."""
        if sum(map(bool, (self.packs, self.everything, self.leave, self.file))) != 1:
            raise Failure("say which packs: PACK..., --all, --leave LEAVE or --file FILE", Code.USAGE)
        if (self.measure or self.reason) and not self.everything:
            raise Failure("--measure and --reason go with --all", Code.USAGE)
        named = _read(self.file) if self.file else {pack: {"pack": pack} for pack in self.packs or ()}
        leaves = self._leaves(sharing) if self.leave else None
        with sharing.open() as service:
            listed = self._listed(service)
        if self.everything:
            return self.unnamed([one for one in listed if one["state"] in states])
        if leaves is not None:
            return [one for one in listed if (one.get("ground"), one["child"], one.get("first"), one.get("last")) in leaves]
        known = {one["pack"]: one for one in listed}
        return [{**known.get(pack, {}), **said} for pack, said in named.items()]

    def unnamed(self, listed: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Of those that nobody has named: a prosecution is never taken along unseen, and how many are left is told."""
        from clients.iewo import show

        taken = [one for one in listed if not self.reason or one.get("ground") == IN_WORDS[self.reason]]
        if self.measure:
            return [one for one in taken if one.get("measure") == IN_WORDS[self.measure]]
        notices = [one for one in taken if one.get("measure") != IN_WORDS[Measure.PROSECUTION]]
        if left := len(taken) - len(notices):
            show.note(f"prosecutions not taken: {left}; name them, or give --measure prosecution")
        return notices

    def _listed(self, service: "Service") -> list[dict[str, Any]]:
        narrowed = {"school": self.school, "authority": self.la, "order": "clock"}
        found: list[dict[str, Any]] = service.get("/v1/packs", **{name: value for name, value in narrowed.items() if value})
        return found

    def _leaves(self, sharing: Access) -> frozenset[tuple[str, ...]]:
        """Ground, child and days of the packs that come of these: whose they are a school is not told otherwise."""
        if self.school is None:
            raise Failure("--leave goes with --school URN", Code.USAGE)
        referrals = replace(sharing, service="referrals", url=None)
        with referrals.open() as service:
            leaves = [service.get(filled("/v1/schools/{}/leave/{}", self.school, one)) for one in self.leave or ()]
        why = IN_WORDS[Reason.LEAVE]
        return frozenset((why, part["child"], leave["first"], leave["last"]) for leave in leaves for part in leave["children"])


def save(file: Path, packs: Sequence[dict[str, Any]]) -> None:
    """Ids and revisions alone: what was looked at, to act on exactly that. It names nobody."""
    import csv

    if file.exists():
        raise Failure(f"{file} is there already: give another name with --save", Code.USAGE)
    with file.open("w", newline="", encoding="utf-8") as to:
        writer = csv.writer(to)
        writer.writerow(("pack", "revision"))
        writer.writerows((one["pack"], one.get("revision", "")) for one in packs)


def _read(file: Path) -> dict[str, dict[str, Any]]:
    from clients.iewo.rows import rows

    found: dict[str, dict[str, Any]] = {}
    with file.open(newline="", encoding="utf-8-sig") as content:
        for line, said in rows(content, COLUMNS, ("pack",)):
            if not said.get("revision", "0").isdigit():
                raise Failure(f"line {line}: a revision is a number, as `iewo packs list --save` writes it", Code.USAGE)
            found[said["pack"]] = {**said, **({"revision": int(said["revision"])} if "revision" in said else {})}
    return found
