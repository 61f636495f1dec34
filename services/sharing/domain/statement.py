"""A witness statement and its exhibits (Criminal Justice Act 1967 s.9). It belongs to its maker: nobody else edits or signs it.

The signed copy counts, and drafts that differ from it are kept (Criminal Procedure and Investigations Act 1996, Code of Practice,
section 5).
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from services.sharing.domain.life import AT_HOME
from services.sharing.domain.material import Exhibit, Signature, Statement
from services.sharing.domain.produced import initials, unproduced
from services.sharing.domain.work import By, Work
from services.sharing.errors import LookAgain, NotPossibleNow, NotYours, Unfit
from shared.contracts.enforcement import CaseEvidence, ServableDocument

LARGEST = 5 * 1024 * 1024
"""Bytes of all exhibits: with the two volumes they go as one message of 7 MB at most."""


def begun(work: Work, by: By, paragraphs: Sequence[str], exhibits: Sequence[Exhibit] = (), *, anew: bool = False) -> Work:
    """A first draft in the maker's own name. The maker's own, begun before, stays as it is, or, `anew`, is kept among the drafts, as
    another's is."""
    if work.statement and work.statement.maker == by.person:
        return edited(work, by, work.statement.edition, paragraphs, exhibits, begun_at=by.at) if anew else work
    statement = _edition(work, by, tuple(paragraphs), tuple(exhibits), by.at)
    return work.changed("begin the statement", by, statement=statement, kept=_kept(work))


def edited(
    work: Work, by: By, edition: int, paragraphs: Sequence[str], exhibits: Sequence[Exhibit], begun_at: datetime | None = None
) -> Work:
    """`edition`: that on which the maker worked; `begun_at`: of one that is begun anew. LookAgain when it is not the last; NotYours for who
    is not the maker."""
    statement = _mine(work, by)
    same = (statement.name, statement.role, statement.paragraphs, statement.exhibits)
    if same == (by.name, by.role, tuple(paragraphs), tuple(exhibits)):
        return work
    if edition != statement.edition:
        raise LookAgain(f"the statement is at edition {statement.edition}")
    after = _edition(work, by, tuple(paragraphs), tuple(exhibits), begun_at or statement.begun_at)
    return work.changed("edit the statement", by, statement=after, kept=_kept(work))


def signed(work: Work, by: By, edition: int, signature: Signature, today: date) -> Work:
    """Dated after the last edit and not after today. The same signature again changes nothing. Unfit while an exhibit is in no paragraph,
    or a paragraph names one that is none."""
    statement = _mine(work, by)
    if edition != statement.edition:
        raise LookAgain(f"the statement is at edition {statement.edition}")
    if statement.signed == signature:
        return work
    if work.state not in AT_HOME:
        raise NotPossibleNow(f"the pack is {work.state}")
    if statement.signed is not None:
        raise NotPossibleNow("this edition is signed already: edit the statement to sign another one")
    if not statement.paragraphs:
        raise Unfit("a statement without a paragraph is not signed")
    if wrong := unproduced(statement):
        raise Unfit(f"{'; '.join(wrong)}: edit the statement, so that a paragraph names each exhibit by its mark, and no other")
    if not statement.edited_at.date() <= signature.on <= today:
        raise Unfit(f"the day of a signature is after the last edit ({statement.edited_at.date()}) and not after today")
    after = statement.model_copy(update={"signed": signature})
    scans = work.scanned(signature, f"statement {edition}")
    return work.noted("sign the statement", by, statement=after, kept=(*work.kept, after), scans=scans)


def copied(statement: Statement | None) -> Statement | None:
    """For a pack that supersedes another: the words, without the signature."""
    return statement and statement.model_copy(update={"signed": None})


def exhibits_of(maker: str, chosen: Sequence[tuple[str, str | None]], case: CaseEvidence) -> tuple[Exhibit, ...]:
    """By the maker's initials, numbered from 1 in the order in which they were chosen.

    `chosen`: documents of the case that may be served, each with the title under which it is shown, or None for the document's own. Unfit
    for one that may not be, is paper alone, or is chosen twice, and for more than a pack carries.
    """
    may = {document.document: document for document in case.documents}
    if len({document for document, _ in chosen}) != len(chosen):
        raise Unfit("a document is an exhibit once")
    found = [_servable(document, may) for document, _ in chosen]
    _check_sizes(found)
    titled = zip(found, (title for _, title in chosen), strict=True)
    return tuple(_exhibit(initials(maker), number, document, title) for number, (document, title) in enumerate(titled, 1))


def _servable(id_: str, may: Mapping[str, ServableDocument]) -> ServableDocument:
    document = may.get(id_)
    if document is None:
        raise Unfit(f"{id_} is no document of this case that may be served: see `iewo document list`")
    if document.sha256 is None or document.type is None:
        raise Unfit(f"{id_} is paper alone: scan it and add the file to the case")
    return document


def _check_sizes(found: Sequence[ServableDocument]) -> None:
    if sum(document.size for document in found) > LARGEST:
        largest = sorted(found, key=lambda document: -document.size)[:3]
        told = ", ".join(f"{document.document} ({document.size:,} bytes)" for document in largest)
        raise Unfit(f"a pack carries exhibits of {LARGEST:,} bytes together; the largest of these are {told}")


def _exhibit(letters: str, number: int, document: ServableDocument, title: str | None) -> Exhibit:
    assert document.sha256 is not None
    assert document.type is not None
    return Exhibit(
        initials=letters,
        number=number,
        document=document.document,
        title=title or document.what,
        sha256=document.sha256,
        type=document.type,
    )


def _edition(work: Work, by: By, paragraphs: tuple[str, ...], exhibits: tuple[Exhibit, ...], begun_at: datetime | None) -> Statement:
    editions = [kept.edition for kept in (*work.kept, work.statement) if kept]
    return Statement(
        maker=by.person,
        name=by.name,
        role=by.role,
        paragraphs=paragraphs,
        exhibits=exhibits,
        edition=max(editions, default=0) + 1,
        begun_at=begun_at,
        edited_at=by.at,
    )


def _kept(work: Work) -> tuple[Statement, ...]:
    """A signed edition is among them since its signing."""
    current = work.statement
    return work.kept if current is None or current in work.kept else (*work.kept, current)


def _mine(work: Work, by: By) -> Statement:
    if work.statement is None:
        raise NotPossibleNow("there is no statement yet: begin one")
    if work.statement.maker != by.person:
        raise NotYours(f"a statement is its maker's alone, and this one is {work.statement.name}'s: begin one of your own")
    return work.statement
