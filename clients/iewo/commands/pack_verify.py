"""`iewo packs verify`: whether a folder into which a pack, or a notice of a change, was received holds what was signed, whole and
unaltered. Offline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clients.iewo import options, public_keys
from clients.iewo.access import Answer
from clients.iewo.failure import Failure
from clients.iewo.grouped import grouped

if TYPE_CHECKING:
    from clients.iewo.beside import Beside

PUBLISHED = "packs.pub"
"""The public key in the credentials folder of a stack."""
EXAMPLE = (
    "Examples: iewo packs verify packs/5f2c1a90b7d4 --key packs.pub; iewo packs verify packs --key packs.pub looks at "
    "every pack in it. "
    "Exit: 0 OK (also of a pack that is superseded or withdrawn), 1 something is wrong."
)

Folders = Annotated[
    list[Path],
    typer.Argument(
        exists=True,
        file_okay=False,
        metavar="FOLDER...",
        help="A pack's or a notice's, as `iewo packs receive` saves it, or the one in which they all are.",
    ),
]
SenderKey = Annotated[
    str | None,
    typer.Option(
        metavar="FILE|HEX", help="The company's public key for packs (packs.pub), as you know it: 64 hexadecimal digits or a file."
    ),
]


@grouped
def verify(answer: Answer, folders: Folders, key: SenderKey = None, where: options.EndpointsFile = None) -> None:
    """Check packs offline: the manifest's signature, each part, the document against its schema, and the check value on both covers. Of a
    notice of a change: its signature, and that it is the notice of that name.

    Says too what became of a pack by what lies beside it, signed by the same key: a later edition, a withdrawal, a change."""
    from clients.iewo import show

    trusted, source = public_keys.trusted(key, PUBLISHED, where)
    verdicts = _verdicts([one for folder in folders for one in _packs_of(folder)], trusted)
    bad = [one for one in verdicts if one.wrong]
    told = [one.told | {"trusted": trusted} for one in verdicts]
    printed = answer.printed(told[0] if len(told) == 1 else {"ok": not bad, "folders": told})
    if not printed:
        for one in verdicts:
            if not one.wrong:
                show.line(f"{f'{one.folder.name}: ' if len(verdicts) > 1 else ''}OK: {one.line}")
        for fingerprint in dict.fromkeys(one.signed_by for one in verdicts if not one.wrong):
            show.line(_said_of(source, fingerprint))
    if bad:
        raise Failure("; ".join(one.failure(printed) for one in bad))


@dataclass(frozen=True)
class Verdict:
    """Of one folder. `line`: what was found good, and by whose key (`signed_by`); `beside`: what became of a pack."""

    folder: Path
    wrong: list[str]
    line: str = ""
    signed_by: str = ""
    beside: Sequence[Mapping[str, Any]] = ()

    @property
    def told(self) -> dict[str, Any]:
        return {"folder": str(self.folder), "ok": not self.wrong, "findings": self.wrong, "since": list(self.beside)}

    def failure(self, printed: bool) -> str:
        more = f" (and {len(self.wrong) - 1} more: --json)" if len(self.wrong) > 1 and not printed else ""
        return f"{self.folder.name}: {self.wrong[0]}{more}"


def _packs_of(folder: Path) -> list[Path]:
    """The folder itself; of the one in which they all are, each."""
    from shared.pack.manifest import MANIFEST

    inside = sorted(one for one in folder.iterdir() if one.is_dir() and not one.name.startswith("."))
    return inside if inside and not (folder / MANIFEST).exists() else [folder]


def _verdicts(folders: Sequence[Path], trusted: str | None) -> list[Verdict]:
    from clients.iewo.beside import Beside

    beside = {parent: Beside.of(parent) for parent in {folder.resolve().parent for folder in folders}}
    return [_verdict(folder, trusted, beside[folder.resolve().parent]) for folder in folders]


def _verdict(folder: Path, trusted: str | None, beside: "Beside") -> Verdict:
    from clients.iewo.beside import in_words
    from shared.pack import change
    from shared.pack.manifest import MANIFEST, read
    from shared.pack.verify import findings

    files = {file.name: file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file()}
    if files.keys() == change.FILES:
        fault = change.fault(files, folder.resolve().name, None, trusted)
        return Verdict(folder, [fault]) if fault else Verdict(folder, [], *_notice(files))
    if wrong := findings(files, trusted=trusted):
        return Verdict(folder, wrong)
    since = beside.of_pack(read(files[MANIFEST]))
    line, signed_by = _pack(files)
    return Verdict(folder, [], "; ".join((line, *map(in_words, since))), signed_by, since)


def _pack(files: Mapping[str, bytes]) -> tuple[str, str]:
    """What was found good, and by whose key."""
    from shared.pack.manifest import MANIFEST, read

    found = read(files[MANIFEST])
    return f"pack {found.pack}, edition {found.edition}, {len(found.parts)} parts, check value {found.check}", found.signed_by


def _notice(files: Mapping[str, bytes]) -> tuple[str, str]:
    from clients.iewo.pack_changes import listed
    from shared.pack.change import read

    told = read(files)
    what = f" ({listed(told.what, [one.model_dump() for one in told.sessions])})" if told.what else ""
    return f"notice of {told.told_on:%d %b %Y} of pack {told.pack}: {told.says}{what}", told.signed_by


def _said_of(source: str | None, fingerprint: str) -> str:
    if source is not None:
        return f"Checked against a trusted key: {source}."
    return (
        "No trusted key was given (--key): this shows only that nobody without the key named in it altered it. "
        f"Ask the company whether this is its key's fingerprint: {fingerprint}."
    )
