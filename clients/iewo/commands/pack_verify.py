"""`iewo packs verify`: whether a folder into which a pack, or a notice of a change, was received holds what was signed, whole and
unaltered. Offline."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from clients.iewo import options, public_keys
from clients.iewo.access import Answer
from clients.iewo.failure import Failure
from clients.iewo.grouped import grouped

PUBLISHED = "packs.pub"
"""The public key in the credentials folder of a stack."""
EXAMPLE = "Example: iewo packs verify packs/5f2c1a90b7d4 --key packs.pub. Exit: 0 OK, 1 something is wrong."

Folder = Annotated[
    Path,
    typer.Argument(exists=True, file_okay=False, metavar="FOLDER", help="A pack's or a notice's folder, as `iewo packs receive` saves it."),
]
SenderKey = Annotated[
    str | None,
    typer.Option(
        metavar="FILE|HEX", help="The company's public key for packs (packs.pub), as you know it: 64 hexadecimal digits or a file."
    ),
]


@grouped
def verify(answer: Answer, folder: Folder, key: SenderKey = None, where: options.EndpointsFile = None) -> None:
    """Check a pack offline: the manifest's signature, each part, the document against its schema, and the check value on both covers. Of a
    notice of a change: its signature, and that it is the notice of that name."""
    from clients.iewo import show
    from shared.pack import change
    from shared.pack.verify import findings

    trusted, source = public_keys.trusted(key, PUBLISHED, where)
    files = {file.name: file.read_bytes() for file in sorted(folder.iterdir()) if file.is_file()}
    is_notice = files.keys() == change.FILES
    faults = (change.fault(files, folder.resolve().name, None, trusted),) if is_notice else findings(files, trusted=trusted)
    wrong = [one for one in faults if one]
    printed = answer.printed({"folder": str(folder), "ok": not wrong, "findings": wrong, "trusted": trusted})
    if wrong:
        more = f" (and {len(wrong) - 1} more: --json)" if len(wrong) > 1 and not printed else ""
        raise Failure(f"{folder.name}: {wrong[0]}{more}")
    if not printed:
        line, signed_by = _notice(files) if is_notice else _pack(files)
        show.line(f"OK: {line}")
        show.line(_said_of(source, signed_by))


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
