"""`iewo packs` for what comes after the signature: an LA that receives by hand, what changed since a pack was sent, taking one back."""

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from clients.iewo import options, pack_standing
from clients.iewo.access import Access, as_preparer, calling, filled
from clients.iewo.failure import Code, Failure

Id = Annotated[str, typer.Argument(metavar="PACK", help="The pack's id, as `iewo packs list` shows it.")]
To = Annotated[
    Path, typer.Option("--to", file_okay=False, metavar="DIR", help="Where it is saved: a folder, or an archive, for each part.")
]
Way = Annotated[str, typer.Option("--way", help="How it went: 'secure e-mail'.")]
Recipient = Annotated[str, typer.Option("--recipient", help="Who took it, at the LA.")]
On = Annotated[date | None, typer.Option("--on", parser=options.day, metavar="DATE", help="The day; today by default.")]
Reference = Annotated[str | None, typer.Option("--reference", help="What the LA gave in return.")]
Name = Annotated[str, typer.Option("--name", help="Your name.")]
Why = Annotated[str, typer.Option("--why", help="Why: it is kept with the pack.")]


class Answer(StrEnum):
    """What is done about a change."""

    SUPERSEDE = "supersede"
    WITHDRAW = "withdraw"
    STANDS = "stands"


Done = Annotated[
    Answer | None, typer.Option("--answer", help="supersede: begin the next edition; withdraw; stands: it is asked for all the same.")
]
MaybeWhy = Annotated[str | None, typer.Option("--why", help="With --answer: why.")]
Seen = Annotated[int | None, typer.Option("--edition", help="The change that you looked at: refused when there is another.")]
MaybeName = Annotated[str | None, typer.Option("--name", help="With --answer: your name.")]

as_head = calling("sharing", "head of service")

DOWNLOADS = "Example: iewo packs downloads 5f2c… For the head of service: it names accounts of the LA."
EXPORT = "Example: iewo packs export 5f2c… --to outbox saves the files in the form and sizes of an LA that receives by hand."
HANDED = "Example: iewo packs handed-over 5f2c… --way 'secure e-mail' --recipient 'Attendance Team' --reference REF/5 --name 'T. Okafor'"
CHANGED = (
    "Example: iewo packs changed 5f2c… and then: iewo packs changed 5f2c… --answer stands --why '14 sessions are left' --name 'T. Okafor'"
)
WITHDRAW = "Example: iewo packs withdraw 5f2c… --why 'the wrong parent' --name 'T. Okafor'"


@as_preparer
def export(sharing: Access, pack: Id, to: To) -> None:
    """Save a signed pack as its LA takes it: its form, no part larger than it says, no file cut in two. Then `handed-over`."""
    told = sharing.get("/v1/packs/{}/export", pack)
    if told["too_large"]:
        raise Failure(f"larger than LA {told['authority']} takes: {', '.join(told['too_large'])}; ask the LA for another way", Code.FAILED)
    with sharing.open() as service:
        for part in told["parts"]:
            files = {name: service.download(filled("/v1/packs/{}/files/{}", pack, name), "*/*") for name in part["files"]}
            _save(to, part["name"], files, told["form"])
    sharing.say(told, f"pack {pack}, for LA {told['authority']}: {len(told['parts'])} saved in {to}")


def _save(to: Path, name: str, files: dict[str, bytes], form: str) -> None:
    """As a folder or an archive; what is there already is not written over."""
    import zipfile

    place = to / (f"{name}.zip" if form == "zip" else name)
    if place.exists():
        raise Failure(f"{place} is there already: give another folder with --to", Code.USAGE)
    if form != "zip":
        place.mkdir(mode=0o700, parents=True)
        for file, content in files.items():
            (place / file).write_bytes(content)
        return
    to.mkdir(mode=0o700, parents=True, exist_ok=True)
    with zipfile.ZipFile(place, "w", zipfile.ZIP_DEFLATED) as archive:
        for file, content in files.items():
            archive.writestr(file, content)


@as_preparer
def handed_over(sharing: Access, pack: Id, way: Way, recipient: Recipient, name: Name, on: On = None, reference: Reference = None) -> None:
    """Note how a pack came to an LA that receives by hand: then it is sent."""
    body = {"way": way, "recipient": recipient, "name": name, "on": on and on.isoformat(), "reference": reference}
    said = sharing.post("/v1/packs/{}/handed-over", pack, body=body)
    sharing.say(said, f"pack {said['pack']} is {said['state']}")


@as_head
def downloads(sharing: Access, pack: Id) -> None:
    """List who at the LA has downloaded which file of a pack, and when: the first time of each person and day."""
    said = sharing.get("/v1/packs/{}/downloads", pack)
    rows = [(one["at"], one["file"], one["person"]) for one in said["downloads"]]
    sharing.table(said, f"Downloads of pack {said['pack']}", ("at", "file", "account"), rows)


@as_preparer
def changed(sharing: Access, pack: Id, answer: Done = None, why: MaybeWhy = None, name: MaybeName = None, edition: Seen = None) -> None:
    """Show what has changed since a pack was sent: of sessions which, with the mark when it was sent and now; of parent, address and flag
    that they have. With --answer, say what is done about it. Its LA is told. A school sees what concerns its own register."""
    if answer is None:
        _tell(sharing, sharing.get("/v1/packs/{}/changed", pack))
        return
    if not (why and name):
        raise Failure("give --why WORDS and --name NAME with --answer", Code.USAGE)
    _tell(sharing, sharing.post("/v1/packs/{}/changed", pack, body={"answer": answer.value, "why": why, "name": name, "edition": edition}))


@as_preparer
def withdraw(sharing: Access, pack: Id, why: Why, name: Name) -> None:
    """Take a pack back that was sent. Its LA is told by its own way; one that receives by hand, by you."""
    _tell(sharing, sharing.post("/v1/packs/{}/withdraw", pack, body={"why": why, "name": name}))


def _tell(sharing: Access, said: dict[str, Any]) -> None:
    from clients.iewo import show
    from clients.iewo.pack_changes import since_sent

    line = _open(said) if since_sent(said) else "nothing open since it was sent"
    following = pack_standing.next_edition(said.get("next_edition"))
    sharing.say(said, f"pack {said['pack']} is {said['state']}; {line}{f'; {following}' if following else ''}")
    if sharing.as_json:
        return
    for answer, why in said.get("refused", {}).items():
        show.note(f"not {answer}: {why}")
    if issued := said.get("notice_stands"):
        show.note(
            f"{pack_standing.notice_stands(issued)}; an LA on the bus is asked by us what becomes of it, any other by you. What it says: "
            f"`iewo packs say {said['pack']} withdrawn --on DATE` (or paid, unpaid, 'in court')"
        )


def _open(said: dict[str, Any]) -> str:
    """What is to be answered, by when and how; a school is shown no answers."""
    from clients.iewo import show
    from clients.iewo.pack_changes import relied_on, since_sent

    until = show.answered_by(said.get("answer_by"), said.get("earliest_by"))
    if "answered" not in said:
        return "; ".join(filter(None, (f"changed since sent: {since_sent(said)}", until, "the pack's officer is told, and answers")))
    *first, last = said["possible"]
    answers = f"answer with --answer {', '.join(first)}{' or ' if first else ''}{last}"
    told = (f"change {said['edition']}: changed since sent: {since_sent(said)}", relied_on(said["relied_on"]), until, answers)
    return "; ".join(filter(None, told))
