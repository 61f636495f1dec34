"""A child leaves its register page for another with all that the page knew of it: its marks, who wrote them, and what stood before."""

from services.attendance.domain.register_page import CHILDREN, Page
from services.attendance.domain.spoken import Spoken
from shared.academic_year import SLOTS


def take_out(page: Page, child: str) -> Page:
    """Take a child off a page and return a page of one child: everything that this one knew of it."""
    place = page.children.index(child)
    single = Page(children=[child])
    single.marks[0::CHILDREN] = page.marks[place::CHILDREN]
    page.marks[place::CHILDREN] = bytes(SLOTS)
    for cell in [cell for cell in page.runs if cell % CHILDREN == place]:
        single.runs[cell - place] = page.runs.pop(cell)
    for said, its in ((page.spoken, single.spoken), (page.blank, single.blank)):
        for by, spoken in list(said.items()):
            if bits := spoken.of(place):
                its[by] = Spoken.saying([bits])
                spoken.flip(place, bits)
            if not any(spoken.of(other) for other in range(len(page.children))):
                del said[by]
    single.withdrawn |= page.withdrawn
    if child in page.state:
        single.state[child] = page.state.pop(child)
    page.children[place] = None
    return single


def put_in(page: Page, single: Page) -> None:
    """Put the child of a page of one on another page."""
    child = single.children[0]
    assert child is not None
    place = page.add(child)
    page.marks[place::CHILDREN] = single.marks[0::CHILDREN]
    page.runs.update({cell + place: runs for cell, runs in single.runs.items()})
    for said, its in ((page.spoken, single.spoken), (page.blank, single.blank)):
        for by, spoken in its.items():
            known = said.setdefault(by, Spoken.saying([0] * len(page.children)))
            known.flip(place, known.of(place) ^ spoken.of(0))
    page.withdrawn |= single.withdrawn
    page.state.update(single.state)
