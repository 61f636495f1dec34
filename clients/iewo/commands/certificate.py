"""`iewo certificate`: certificates of disposal, fetched, and checked offline."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clients.iewo import options, public_keys
from clients.iewo.access import Access, Reach, at_retention
from clients.iewo.failure import Failure

if TYPE_CHECKING:
    from shared.certificates import Certificate

app = typer.Typer(help="Check certificates of disposal offline; fetch them.", no_args_is_help=True)

PUBLISHED = "certificates.pub"
"""The public key in the credentials folder of a stack."""

Files = Annotated[list[Path], typer.Argument(exists=True, dir_okay=False, metavar="FILE...", help="Certificates, in any order.")]
Key = Annotated[
    str | None,
    typer.Option(metavar="FILE|HEX", help="The company's public key, as you know it: 64 hexadecimal digits, a file of them, or PEM."),
]
Previous = Annotated[
    Path | None, typer.Option(exists=True, dir_okay=False, metavar="FILE", help="The certificate before the first of these.")
]
Number = Annotated[int, typer.Argument(min=1, help="The certificate's number.")]
To = Annotated[Path | None, typer.Option(metavar="FILE", help="Where to write it; a folder is given a file. Standard output by default.")]


@app.command(epilog="Example: iewo certificate verify certificate-0001.json --key company.pub. Exit: 0 all are right, 1 one is wrong.")
def verify(files: Files, key: Key = None, previous: Previous = None, where: options.EndpointsFile = None) -> None:
    """Check certificates offline: signature, signer, and place in the chain as far as the certificates before are given."""
    from clients.iewo import show

    trusted, source = public_keys.trusted(key, PUBLISHED, where)
    read = [(file, _read(file)) for file in files]
    before = {one.number: one for one in (*(found for _, found in read), _read(previous) if previous else None) if one}
    rows = [(file.name, *_row(found, trusted, before)) for file, found in read]
    show.table("Certificates of disposal", ("file", "number", "due", "issued", "children", "key destroyed", "chain", "finding"), rows)
    for file, found in read:
        if found and found.ahead_of_time:
            show.line(f"{file.name} was made on a development stack, ahead of the real day: it proves no real disposal.")
    show.line(_said_of(source, key, [found for _, found in read if found]))
    wrong = sum(row[-1] != "right" for row in rows)
    if wrong:
        raise Failure(f"{wrong} of {len(rows)} wrong: do not rely on it, and ask the company for the original")


@app.command("list")
@at_retention
def list_(retention: Access) -> None:
    """List the certificates that were issued."""
    said = retention.get("/v1/certificates")
    if not said:
        retention.say(said, "there are none")
    else:
        columns = ("number", "disposal_date", "swept_on", "ahead_of_time", "children", "key_destroyed", "issued_at")
        heads = [column.replace("_", " ") for column in columns]
        retention.table(said, "Certificates of disposal", heads, [[one[column] for column in columns] for one in said])


@app.command(epilog="Example: iewo certificate get 1 --to certificate-0001.json")
@at_retention
def get(retention: Reach, number: Number, to: To = None) -> None:
    """Fetch a certificate in the form in which it was signed."""
    content = retention.download("/v1/certificates/{}", str(number))
    if to is None:
        sys.stdout.write(content.decode() + "\n")
        return
    file = to / f"certificate-{number:04}.json" if to.is_dir() else to
    file.write_bytes(content)
    typer.echo(f"certificate {number} is in {file}")


@app.command()
@at_retention
def key(retention: Reach) -> None:
    """Print the public key that certificates are signed with. Compare its fingerprint by another way before you rely on it."""
    from clients.iewo import show

    said = retention.get("/v1/certificates/key")
    show.note(f"fingerprint {said['fingerprint']}")
    typer.echo(said["public_key"])


def _read(file: Path) -> "Certificate | None":
    """None for what is not a certificate."""
    from shared.certificates import CertificateNotRead, read

    try:
        return read(file.read_bytes())
    except CertificateNotRead:
        return None


def _row(found: "Certificate | None", trusted: str | None, known: dict[int, "Certificate"]) -> tuple[object, ...]:
    from shared.certificates import verify as findings_of

    if found is None:
        return *(None,) * 6, "not a certificate of disposal: a field is missing, added or malformed"
    before = known.get(found.number - 1)
    findings = findings_of(found, trusted=trusted, previous=before)
    chain = "begins" if found.number == 1 else "looked at" if before else f"{found.number - 1} not given"
    said = "; ".join(finding.message for finding in findings) or "right"
    issued = f"{found.issued_at:%Y-%m-%d %H:%M} UTC"
    return found.number, found.disposal_date.isoformat(), issued, found.children, found.key_destroyed, chain, said


def _said_of(source: str | None, given: str | None, read: list["Certificate"]) -> str:
    if source is not None and given is None:
        return f"No key was given (--key): trusted was {source}, the key of the stack that runs here. Another stack signs with another key."
    if source is not None:
        return f"Checked against a trusted key: {source}."
    prints = ", ".join(sorted({one.signed_by for one in read})) or "none"
    return (
        "No trusted key was given (--key): this shows only that nobody without the key named in a certificate altered it. "
        f"Ask the company whether this is its key's fingerprint: {prints}."
    )
