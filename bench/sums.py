"""The peer of re-judging: polars, with all marks in memory, one row a mark."""

import time
from collections.abc import Sequence

import numpy as np
import polars as pl

from services.attendance.domain.codes import ABSENT, CODES, POSSIBLE, StatClass
from services.attendance.domain.register_page import Page
from services.attendance.domain.standing import PENALTY_CODES

_WEEKS = 10
_SLOTS_A_WEEK = 14


def polars_seconds(pages: Sequence[Page], children: int) -> float:
    """How long the sums over so many children take, who have the marks of these pages' children, again and again."""
    frame = _frame(pages, children)
    begun = time.perf_counter()
    sums = _sums(frame)
    seconds = time.perf_counter() - begun
    assert sums.height == children
    return seconds


def _frame(pages: Sequence[Page], children: int) -> pl.DataFrame:
    """One row for each mark, child by child: child, slot, mark."""
    series = [np.frombuffer(page.series(child), np.uint8) for page in pages for child in page.children if child]
    held = [(np.flatnonzero(marks).astype(np.uint16), marks[marks != 0]) for marks in series]
    some = [held[n % len(held)] for n in range(children)]
    child = np.repeat(np.arange(children, dtype=np.uint32), [len(slots) for slots, _ in some])
    return pl.DataFrame({"child": child, "slot": np.concatenate([s for s, _ in some]), "mark": np.concatenate([m for _, m in some])})


def _sums(frame: pl.DataFrame) -> pl.DataFrame:
    """A child's possible, absent, authorised and unauthorised sessions, those counted in the latest ten weeks, and those late."""

    def among(codes: Sequence[int]) -> pl.Expr:
        return pl.col("mark").is_in(codes)

    latest = int(frame["slot"].to_numpy().max()) - _WEEKS * _SLOTS_A_WEEK
    possible, absent = among(_bytes(*POSSIBLE)), among(_bytes(*ABSENT))
    return frame.group_by("child").agg(
        possible=possible.sum(),
        absent=absent.sum(),
        authorised=among(_bytes(StatClass.AUTHORISED)).sum(),
        unauthorised=among(_bytes(StatClass.UNAUTHORISED)).sum(),
        counted=(among([code.byte for code in CODES if code.text in PENALTY_CODES]) & (pl.col("slot") > latest)).sum(),
        late=among([code.byte for code in CODES if code.text in ("L", "U")]).sum(),
    )


def _bytes(*classes: StatClass) -> list[int]:
    return [code.byte for code in CODES if code.klass in classes]
