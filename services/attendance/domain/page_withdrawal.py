"""Takes a feed back from a register page: the page is what the other feeds make it, whatever came after, to the byte.

A page keeps what every writer said of every cell, so nothing has to be known of how the page was before.
"""

from collections.abc import Mapping
from math import inf

from services.attendance.domain.codes import CLEARED, NO_MARK
from services.attendance.domain.register_page import CHILDREN, Page, feed_of, settle
from services.attendance.domain.runs import Run
from services.attendance.domain.spoken import Spoken
from services.attendance.domain.voices import Voices


def withdraw(page: Page, feed: int) -> set[str]:
    """Take back what all parts of a feed said, and hear none of them from now on; the children whose marks are now others than before."""
    page.withdrawn.add(feed)
    writers = {by for by in (*page.spoken, *page.blank) if feed_of(by) == feed}
    if not writers:
        return set()
    places = [place for place, child in enumerate(page.children) if child is not None]
    # first what is left of each cell, by what is known of all writers
    voices = Voices(page)
    left = {cell: _left(page, cell, writers, voices) for cell in _disputed(page, writers)}
    lost = {place: _bits(page.spoken, place, writers) & ~_bits(page.spoken, place, page.spoken.keys() - writers) for place in places}
    before = bytes(page.marks)
    for by in writers:
        page.spoken.pop(by, None)
        page.blank.pop(by, None)
    for place, bits in lost.items():
        for slot in _slots(bits):
            page.marks[slot * CHILDREN + place] = NO_MARK
    for cell, said in left.items():
        settle(page, cell, said)
    return {child for place, child in enumerate(page.children) if child and _differ(before[place::CHILDREN], page.marks[place::CHILDREN])}


def _disputed(page: Page, writers: set[int]) -> list[int]:
    """Cells with runs of which these writers spoke. In any other cell all who marked it say the same, and all blanks come before."""
    bits: dict[int, int] = {}
    for cell in page.runs:
        place = cell % CHILDREN
        if place not in bits:
            bits[place] = _bits(page.spoken, place, writers) | _bits(page.blank, place, writers)
    return [cell for cell in page.runs if bits[cell % CHILDREN] >> cell // CHILDREN & 1]


def _left(page: Page, cell: int, gone: set[int], voices: Voices) -> list[Run]:
    """A cell's runs as others say them: one that a writer began who is gone begins with the next who says the same."""
    slot, place = divmod(cell, CHILDREN)
    runs, left = page.runs[cell], []
    for run, end in zip(runs, [*(run.writer for run in runs[1:]), inf], strict=True):
        if run.writer not in gone:
            left.append(run)
        elif (heir := voices.next(slot, place, run.writer, end, gone)) is not None:
            left.append(run._replace(writer=heir))
    return left


def _bits(said: Mapping[int, Spoken], place: int, writers: set[int]) -> int:
    """Bits of the slots of which any of these writers spoke, for a child."""
    bits = 0
    for by in writers:
        if spoken := said.get(by):
            bits |= spoken.of(place)
    return bits


def _slots(bits: int) -> list[int]:
    return [slot for slot in range(bits.bit_length()) if bits >> slot & 1]


def _differ(before: bytes, after: bytearray) -> bool:
    """No mark is no mark, whether there was one before or not."""
    return before.replace(bytes([CLEARED]), bytes([NO_MARK])) != after.replace(bytes([CLEARED]), bytes([NO_MARK]))
