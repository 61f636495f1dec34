"""The two volumes as PDFs: tagged (PDF/UA-1), the same bytes for the same pack, nothing told by colour alone."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from itertools import groupby
from typing import Any, Final

from services.sharing.domain.paper.binding import bound
from services.sharing.domain.paper.bundle import bundle
from services.sharing.domain.paper.leaves import Leaves
from services.sharing.domain.paper.refusals import NotPrinted
from services.sharing.domain.words import on
from shared import printable, typesetting
from shared.court_days import laid_by
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
"""How a cell of the register is printed: present, authorised, unauthorised, not possible; `n` where there is no mark."""


def volume_a(pack: Pack, check: str | None) -> bytes:
    """For the authority alone. Raises NotPrinted, whose text says nothing of the pack. `check`: None for a preview."""
    return _printed("volume-a.typ", view_a(pack, check), pack)


def volume_b(pack: Pack, check: str | None, leaves: Mapping[str, Leaves] = _NO_LEAVES) -> bytes:
    """Fit to be served, with the pages of letters and exhibits: `leaves`, by their SHA-256. Raises NotPrinted."""
    held = bundle(pack.to_be_served, leaves)
    return bound(_printed("volume-b.typ", view_b(pack, check) | {"held": held.shown}, pack, held.places), held.pages)


def view_a(pack: Pack, check: str | None) -> dict[str, Any]:
    """What the template is given."""
    told = pack.for_the_authority
    said = told.model_dump(mode="json", exclude={"registers"})
    said["registers"] = [_shown(year.attendance) | {"label": year.label} for year in told.registers]
    for which in ("lay_by_for_earliest", "lay_by_for_latest"):
        day = getattr(told.clocks, which)
        said["clocks"][which] = laid_by(day, on(day)) if day else "–"
    return _view(pack, check, said)


def view_b(pack: Pack, check: str | None) -> dict[str, Any]:
    served, told = pack.to_be_served, pack.to_be_served.knowledge
    said = served.model_dump(mode="json", exclude={"certificate": {"attendance", "unauthorised"}})
    relied = served.certificate.unauthorised
    days = groupby(relied, key=lambda one: one.date)
    said["certificate"] |= _shown(served.certificate.attendance) | {
        "relied-on": len(relied),
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


def _printed(template: str, shown: dict[str, Any], pack: Pack, places: Mapping[str, bytes] = _NO_PLACES) -> bytes:
    try:
        return typesetting.pdf(_template(template), "pack", shown, pack.created, places)
    except NotTypeset:
        raise NotPrinted("the volume could not be laid out as a PDF") from None


@cache
def _template(name: str) -> bytes:
    """What both volumes have in common, and then the volume."""
    here = files(__package__)
    return here.joinpath("common.typ").read_bytes() + here.joinpath(name).read_bytes()
