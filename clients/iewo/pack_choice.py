"""Which packs a command is about: some by id, those of a leave, those of a file, or all in which it can be done now."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer

from clients.iewo.access import Access
from clients.iewo.failure import Code, Failure
from clients.iewo.measures import IN_WORDS, Measure
from clients.iewo.pack_selection import Selection, read

Packs = Annotated[list[str] | None, typer.Argument(metavar="[PACK]...", help="Ids of packs, as `iewo packs list` shows them.")]
All = Annotated[bool, typer.Option("--all", help="Every pack of yours in which it can be done now, but prosecutions: see --measure.")]


@dataclass(frozen=True, slots=True)
class Choice(Selection):
    """What the user said of it: a parameter of a command."""

    packs: Packs = None
    everything: All = False

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
        if (self.measure or self.reason or self.state) and not self.everything:
            raise Failure("--measure, --reason and --state go with --all", Code.USAGE)
        named = read(self.file) if self.file else {pack: {"pack": pack} for pack in self.packs or ()}
        listed = self.listed(sharing, order="clock")
        if self.everything:
            return self.unnamed([one for one in listed if one["state"] in states])
        if self.leave:
            return listed
        known = {one["pack"]: one for one in listed}
        return [{**known.get(pack, {}), **said} for pack, said in named.items()]

    def unnamed(self, listed: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
        """Of those that nobody has named: a prosecution is never taken along unseen, and how many are left is told."""
        from clients.iewo import show

        if self.measure:
            return list(listed)
        notices = [one for one in listed if one.get("measure") != IN_WORDS[Measure.PROSECUTION]]
        if left := len(listed) - len(notices):
            show.note(f"prosecutions not taken: {left}; name them, or give --measure prosecution")
        return notices
