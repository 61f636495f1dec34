"""What lies beside a pack in the folder into which it was received: the edition that takes its place, and notices of what became of it.

A neighbour counts where it is signed by the same key as the pack: anybody may put a folder there.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from shared.pack import change, manifest
from shared.pack.change import NoticeOfChange
from shared.pack.manifest import Manifest


@dataclass
class Beside:
    """Of one folder of packs, by the pack that is spoken of: what is signed as it says, with the folder that holds it."""

    editions: dict[str, list[tuple[Manifest, str]]] = field(default_factory=lambda: defaultdict(list))
    notices: dict[str, list[tuple[NoticeOfChange, str]]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def of(cls, packs: Path) -> Self:
        """What cannot be read as either says nothing."""
        found = cls()
        try:
            folders = sorted(one for one in packs.iterdir() if not one.name.startswith(".") and one.is_dir())
        except OSError:  # a pack may be read where its neighbours may not
            return found
        for folder in folders:
            if edition := _edition(folder):
                found.editions[edition.supersedes or ""].append((edition, folder.name))
            elif notice := _notice(folder):
                found.notices[notice.pack].append((notice, folder.name))
        return found

    def of_pack(self, pack: Manifest) -> list[dict[str, Any]]:
        """What became of it, the last first: `says`, `in` (the neighbour), of an edition its `edition`, of a notice `on`, `what` and
        `sessions`. A change that was answered, or of a pack that is superseded or withdrawn, is open no more and is not told."""
        editions = [
            {"says": "superseded", "in": where, "edition": one.edition}
            for one, where in self.editions.get(pack.pack, ())
            if one.public_key == pack.public_key
        ]
        notices = [(one, where) for one, where in self.notices.get(pack.pack, ()) if one.public_key == pack.public_key]
        withdrawn = [_told(one, where) for one, where in notices if one.says == "withdrawn"]
        if editions or withdrawn:
            return [*withdrawn, *editions]
        last = max(notices, key=lambda one: _number(one[0]), default=None)
        return [_told(*last)] if last else []


def in_words(said: Mapping[str, Any]) -> str:
    """Of one that `of_pack` tells."""
    from clients.iewo.pack_changes import listed, relied_on

    if said["says"] == "superseded":
        return f"superseded by edition {said['edition']} in {said['in']}"
    if said["says"] == "withdrawn":
        return f"withdrawn{_answered(said)}, as {said['in']} says"
    what = listed(said["what"], said["sessions"])
    if said["says"] == "stands":
        standing = "; ".join(filter(None, (f"it stands though this had changed: {what}", relied_on(said["relied_on"]))))
        return f"{standing}{_answered(said)}, as {said['in']} says"
    return f"changed since sent: {what}, as {said['in']} says; wait for what follows"


def _answered(said: Mapping[str, Any]) -> str:
    """Nothing of a notice that was made before answers had words."""
    return f" ({said['by']}: {said['why']})" if said["by"] else ""


def _number(notice: NoticeOfChange) -> tuple[int, bool]:
    """Which change it tells of, in their order; the answer to it comes behind it: `<pack>-change-2`, `<pack>-stands-2`."""
    number = notice.notice.rpartition("-")[2]
    return int(number) if number.isdecimal() else 0, notice.says == "stands"


def _told(notice: NoticeOfChange, where: str) -> dict[str, Any]:
    told = notice.model_dump(mode="json", include={"says", "what", "sessions", "relied_on", "why", "by"})
    return told | {"in": where, "on": notice.told_on.isoformat()}


def _edition(folder: Path) -> Manifest | None:
    """Of a pack that takes the place of another."""
    try:
        raw, signature = ((folder / name).read_bytes() for name in (manifest.MANIFEST, manifest.SIGNATURE))
        found = manifest.read(raw)
    except (OSError, manifest.NotAManifest):
        return None
    return found if found.supersedes and manifest.is_signed(raw, signature, found.public_key) else None


def _notice(folder: Path) -> NoticeOfChange | None:
    try:
        files = {name: (folder / name).read_bytes() for name in change.FILES}
    except OSError:
        return None
    return None if change.fault(files, folder.name, None, None) else change.read(files)
