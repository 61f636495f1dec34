"""A template and one family's facts make one letter: plain words, laid out by letter.typ and never read as anything but words."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from services.referrals.domain.letters.fields import Value
from services.referrals.domain.letters.template import Block, Period, Template
from services.referrals.domain.referral import Figures
from services.referrals.errors import NotALetter
from shared import percentages
from shared.frozen import Frozen

LONGEST: Final = 3_000
"""Characters of an asked field."""
MOST_LINES: Final = 20


class Sender(Frozen):
    name: str
    address: tuple[str, ...]
    telephone: str
    email: str


class Words(Frozen):
    """A letter as it is printed, whole: the same words give the same bytes."""

    sender: Sender
    to: str
    dear: str | None = None
    """How it begins, where that is not whom it is to."""
    address: tuple[str, ...] | None
    """None where it goes another way than by post."""
    day: date
    reference: str
    subject: str
    blocks: tuple[dict[str, Any], ...]
    signature: tuple[str, ...]
    template: str

    @property
    def text(self) -> str:
        """All that it says."""
        return "\n".join(_texts(self.model_dump(mode="json")))

    @property
    def text_but_ours(self) -> str:
        """Without the head of the paper."""
        return "\n".join(_texts(self.model_dump(mode="json", exclude={"sender", "template"})))


@dataclass(frozen=True, slots=True)
class Facts:
    """What one letter is merged from, beside its template."""

    sender: Sender
    to: str
    dear: str
    address: tuple[str, ...] | None
    day: date
    reference: str
    values: Mapping[str, Value]
    """Of every field of fields.py but those above and the figures."""
    figures: Figures | None
    """None where the template does not ask the register."""


def letter(template: Template, facts: Facts, said: Mapping[str, Value]) -> Words:
    """One letter, whole. `said`: what was asked for, as `asked` gives it. NotALetter where its subject or a heading would be empty."""
    own = {"parent.name": facts.to, "letter.date": long(facts.day), "letter.reference": facts.reference}
    subject, parts, signature = merged(template, {**facts.values, **_of_register(facts.figures), **said, **own}, facts.figures)
    if not all(text.strip() for text in (subject, *(part["text"] for part in parts if part["kind"] == "heading"))):
        raise NotALetter("its subject or a heading would be empty: what it names is not known of this family")
    return Words(
        sender=facts.sender,
        to=facts.to,
        dear=facts.dear,
        address=facts.address,
        day=facts.day,
        reference=facts.reference,
        subject=subject,
        blocks=parts,
        signature=signature,
        template=template.version,
    )


def asked(template: Template, given: Mapping[str, object]) -> dict[str, Value]:
    """What was asked for, as it is printed. NotALetter for what is missing, not asked for, or not of its sort."""
    if unknown := sorted(given.keys() - template.asks.keys()):
        raise NotALetter(f"{template.kind} does not ask for {', '.join(unknown)}")
    values = {name: _given(name, sort, given.get(name)) for name, sort in template.asks.items()}
    if template.period:
        _check_period(template.period, given)
    return values


def merged(
    template: Template, values: Mapping[str, Value], figures: Figures | None
) -> tuple[str, tuple[dict[str, Any], ...], tuple[str, ...]]:
    """Subject, blocks and signature with every field in its place."""
    return (
        _put(template.subject, values),
        tuple(_block(block, values, figures) for block in template.blocks),
        tuple(_put(line, values) for line in template.signature),
    )


def _of_register(figures: Figures | None) -> dict[str, Value]:
    if figures is None:
        return {}
    counts = {
        f"figures.{name}": str(getattr(figures, name)) for name in ("possible", "absent", "unauthorised", "late", "late_after_closing")
    }
    return {**counts, "figures.attendance": attendance(figures)}


def attendance(figures: Figures) -> str:
    return together(f"{percentages.attendance(figures.absent, figures.possible)} %")


def long(day: date) -> str:
    """As letters write it: 4 December 2026, in one line."""
    return together(f"{day.day} {day:%B %Y}")


def together(text: str) -> str:
    """Words that stay in one line."""
    return text.replace(" ", "\u00a0")


def _given(name: str, sort: str, value: object) -> Value:
    if sort == "date":
        return long(_day(name, value))
    if sort == "lines":
        if not isinstance(value, (list, tuple)) or not 1 <= len(value) <= MOST_LINES:
            raise NotALetter(f"{name}: 1 to {MOST_LINES} lines, as a list")
        return tuple(_words(name, line) for line in value)
    return _words(name, value)


def _day(name: str, value: object) -> date:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        raise NotALetter(f"{name}: a date such as 2026-12-04") from None


def _words(name: str, value: object) -> str:
    words = " ".join(value.split()) if isinstance(value, str) else ""
    if not 1 <= len(words) <= LONGEST:
        raise NotALetter(f"{name}: 1 to {LONGEST} characters")
    return words


def _check_period(period: Period, given: Mapping[str, object]) -> None:
    first, last = _day(period.first, given.get(period.first)), _day(period.last, given.get(period.last))
    # from the first day to the last, both of them in it
    length = last - first + timedelta(days=1)
    if not timedelta(weeks=period.least_weeks) <= length <= timedelta(weeks=period.most_weeks):
        raise NotALetter(f"from {period.first} to {period.last} it is {period.least_weeks} to {period.most_weeks} weeks")


def _put(text: str, values: Mapping[str, Value]) -> str:
    """Each field is put in once: what stands in a value is words, braces included."""
    parts = text.split("{")
    shown = [parts[0]]
    for part in parts[1:]:
        name, _, rest = part.partition("}")
        shown.append(f"{values[name]}{rest}")
    return "".join(shown)


def _block(block: Block, values: Mapping[str, Value], figures: Figures | None) -> dict[str, Any]:
    if block.kind == "figures":
        return {"kind": "figures", "rows": _rows(figures)}
    if block.kind == "list":
        return {"kind": "list", "items": [line for item in block.items for line in _lines(item, values)]}
    if block.kind == "sign":
        return {"kind": "sign", "items": list(block.items)}
    return {"kind": block.kind, "text": _put(block.items[0], values)}


def _lines(item: str, values: Mapping[str, Value]) -> tuple[str, ...]:
    value = values.get(item[1:-1]) if item.startswith("{") and item.endswith("}") else None
    return value if isinstance(value, tuple) else (_put(item, values),)


def _rows(figures: Figures | None) -> list[list[str]]:
    assert figures is not None
    return [
        ["Sessions at which attendance was possible (a school day has two)", str(figures.possible)],
        ["Sessions missed", str(figures.absent)],
        ["Of these, unauthorised", str(figures.unauthorised)],
        ["Of the unauthorised, late, after the register closed", str(figures.late_after_closing)],
        ["Late, before the register closed, which is no absence", str(figures.late)],
        ["Attendance", attendance(figures)],
    ]


def _texts(node: object) -> Iterator[str]:
    """Every text of a letter."""
    if isinstance(node, str):
        yield node
    elif isinstance(node, (list, dict)):
        for value in node.values() if isinstance(node, dict) else node:
            yield from _texts(value)
