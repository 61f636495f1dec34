"""The two volumes as PDFs: tagged (PDF/UA-1), the same bytes for the same pack, nothing told by colour alone."""

from collections.abc import Iterator, Mapping, Set
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any, Final

from services.sharing.domain.leave_period import HOLIDAY
from services.sharing.domain.paper.binding import bound
from services.sharing.domain.paper.bundle import bundle
from services.sharing.domain.paper.leaves import Leaves
from services.sharing.domain.paper.refusals import NotPrinted
from services.sharing.domain.words import on
from shared import printable, typesetting
from shared.court_days import asked_by, laid_by
from shared.pack.document import Head, Pack
from shared.pack.register import Register, RegisterDay
from shared.pack.to_be_served import ToBeServed
from shared.typesetting import NotTypeset

_NO_LEAVES: Final[Mapping[str, Leaves]] = {}
_NO_PLACES: Final[Mapping[str, bytes]] = {}
_HEAD: Final = frozenset(Head.model_fields)
_LETTER: Final = {
    "present": "p",
    "late": "p",
    "approved educational activity": "p",
    "authorised absence": "a",
    "unauthorised absence": "u",
    "not a possible session": "x",
    "administrative": "x",
}
"""How a cell of the register is printed: present, authorised, unauthorised, not possible; `n` where there is no mark, `r` where a session
of unauthorised absence is relied on and others are not."""


def volume_a(pack: Pack, check: str | None) -> bytes:
    """For the authority alone. Raises NotPrinted, whose text says nothing of the pack. `check`: None for a preview."""
    return _printed(("volume-a.typ",), view_a(pack, check), pack)


def volume_b(pack: Pack, check: str | None, leaves: Mapping[str, Leaves] = _NO_LEAVES) -> bytes:
    """Fit to be served, with the pages of letters and exhibits: `leaves`, by their SHA-256. Raises NotPrinted."""
    held = bundle(pack.to_be_served, leaves)
    return bound(_printed(("certificate.typ", "volume-b.typ"), view_b(pack, check) | {"held": held.shown}, pack, held.places), held.pages)


def view_a(pack: Pack, check: str | None) -> dict[str, Any]:
    """What the template is given."""
    told = pack.for_the_authority
    said = told.model_dump(mode="json", exclude={"registers"})
    said["registers"] = [_shown(year.attendance) | {"label": year.label} for year in told.registers]
    for which, by in (("request_by", asked_by), ("lay_by_for_earliest", laid_by), ("lay_by_for_latest", laid_by)):
        day = getattr(told.clocks, which)
        said["clocks"][which] = by(day, on(day)) if day else "no session is relied on"
    return _view(pack, check, said)


def view_b(pack: Pack, check: str | None) -> dict[str, Any]:
    served, told = pack.to_be_served, pack.to_be_served.knowledge
    said = served.model_dump(mode="json", exclude={"certificate": {"attendance", "unauthorised"}})
    relied = served.certificate.unauthorised
    days = groupby(relied, key=lambda one: one.date)
    shown = _shown(served.certificate.attendance)
    if len(relied) < served.certificate.attendance.totals.unauthorised:
        _mark(shown["weeks"], {(one.date, one.session) for one in relied})
    said["certificate"] |= shown | {
        "relied-on": len(relied),
        "leave": sum(one.code == HOLIDAY for one in relied) if pack.ground == "leave in term time" else None,
        "relied-on-after": sum(told is not None and one.date > told.told_on for one in relied),
        "before": _before(served),
        "unauthorised": [
            {"date": day.isoformat(), "used": None, **{one.session.lower(): one.code for one in sessions}}
            | {"used": next((one.used_for.isoformat() for one in sessions if one.used_for), None)}
            for day, sessions in ((day, list(of_day)) for day, of_day in days)
        ],
    }
    return _view(pack, check, said)


def _before(served: ToBeServed) -> int:
    """Sessions of unauthorised absence up to and on the day on which the parent was told, where they are not relied on."""
    told, shown = served.knowledge, served.certificate.attendance
    if told is None or told.sessions_before == "relied on":
        return 0
    codes = {count.code for count in shown.codes if count.statistical_class == "unauthorised absence"}
    return sum(code in codes for day in shown.days if day.date <= told.told_on for code in (day.am, day.pm))


def _view(pack: Pack, check: str | None, said: dict[str, Any]) -> dict[str, Any]:
    head = pack.model_dump(mode="json", include=set(_HEAD))
    shown: dict[str, Any] = printable.everything({"head": head | {"check": check}, **said})
    return shown


def _shown(register: Register) -> dict[str, Any]:
    """A register by weeks, without its days one by one."""
    classes: dict[str | None, str] = {count.code: _LETTER[count.statistical_class] for count in register.codes}
    weeks = [_week(monday, days, classes) for monday, days in _by_week(register.days)]
    return register.model_dump(mode="json", exclude={"days"}) | {"weeks": weeks}


def _by_week(days: tuple[RegisterDay, ...]) -> Iterator[tuple[date, list[RegisterDay]]]:
    for monday, week in groupby(days, key=lambda day: day.date - timedelta(days=day.date.weekday())):
        yield monday, list(week)


def _week(monday: date, days: list[RegisterDay], classes: dict[str | None, str]) -> dict[str, Any]:
    """One row: ten cells from Monday morning to Friday afternoon; "" where the register has no school day."""
    codes, kinds = [""] * 10, [""] * 10
    for day in days:
        for half, code in enumerate((day.am, day.pm)):
            place = 2 * day.date.weekday() + half
            codes[place], kinds[place] = code or "–", classes.get(code, "n")
    return {
        "monday": monday.isoformat(),
        "codes": codes,
        "kinds": kinds,
        "sums": [sum(kind in "pau" for kind in kinds if kind), sum(kind in "au" for kind in kinds if kind), kinds.count("u")],
    }


def _mark(weeks: list[dict[str, Any]], relied: Set[tuple[date, str]]) -> None:
    """Cells of sessions that are relied on, so that nobody takes all that are certified for those."""
    for week in weeks:
        monday = date.fromisoformat(week["monday"])
        for place in range(10):
            if (monday + timedelta(days=place // 2), ("AM", "PM")[place % 2]) in relied:
                week["kinds"][place] = "r"


def _printed(template: tuple[str, ...], shown: dict[str, Any], pack: Pack, places: Mapping[str, bytes] = _NO_PLACES) -> bytes:
    try:
        return typesetting.pdf(_template(template), "pack", shown, pack.created, places)
    except NotTypeset:
        raise NotPrinted("the volume could not be laid out as a PDF") from None


@cache
def _template(names: tuple[str, ...]) -> bytes:
    """What both volumes have in common, and then the volume."""
    here = files(__package__)
    return b"".join(here.joinpath(name).read_bytes() for name in ("common.typ", *names))
