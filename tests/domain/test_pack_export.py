"""How a pack is laid out for a Local Authority that receives by hand."""

from hypothesis import example, given
from hypothesis import strategies as st

from services.sharing.domain.export import laid_out
from services.sharing.domain.profile import Delivery

DELIVERY = Delivery(method="by hand", form="zip", largest_file_mb=5, largest_pack_mb=7, not_fetched_days=3, changes_answered_days=1)
SIZES = st.dictionaries(st.from_regex(r"\A(manifest|volume|TO)-[a-z0-9]{1,6}\.pdf\Z"), st.integers(0, 9_000_000), min_size=1, max_size=12)


@given(SIZES)
@example({"manifest-0.pdf": 0, "volume-0.pdf": 7_000_001})
def test_every_file_is_in_one_part_and_no_part_is_larger_than_the_authority_takes(sizes: dict[str, int]) -> None:
    layout = laid_out("p1", sizes, DELIVERY)
    assert sorted(name for part in layout.parts for name in part.files) == sorted(sizes)
    assert all(sum(sizes[name] for name in part.files) <= 7_000_000 or len(part.files) == 1 for part in layout.parts)
    assert set(layout.too_large) == {name for name, size in sizes.items() if size > 5_000_000}
    assert len({part.name for part in layout.parts}) == len(layout.parts)
