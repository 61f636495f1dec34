"""How a pack is laid out for a Local Authority (LA) that receives by hand: parts of its largest size, no file cut in two."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from services.sharing.domain.profile import Delivery

MEGABYTE = 1_000_000


class Part(NamedTuple):
    """What goes in one e-mail or upload. `name`: of its folder, or of its archive without the ending."""

    name: str
    files: tuple[str, ...]


class Layout(NamedTuple):
    """`too_large`: files that are larger than the LA takes: no splitting helps."""

    form: str
    parts: tuple[Part, ...]
    too_large: tuple[str, ...]


def laid_out(pack: str, sizes: Mapping[str, int], delivery: Delivery) -> Layout:
    """The manifest with its signature and the volumes first, then exhibits; a new part when the next file would make it too large."""
    largest_file, largest_part = delivery.largest_file_mb * MEGABYTE, delivery.largest_pack_mb * MEGABYTE
    parts: list[list[str]] = [[]]
    size = 0
    for name in _in_order(sizes):
        if parts[-1] and size + sizes[name] > largest_part:
            parts.append([])
            size = 0
        parts[-1].append(name)
        size += sizes[name]
    many = len(parts) > 1
    named = tuple(Part(f"{pack}-{number}-of-{len(parts)}" if many else pack, tuple(files)) for number, files in enumerate(parts, 1))
    limit = min(largest_file, largest_part)
    return Layout(delivery.form, named, tuple(name for name in sizes if sizes[name] > limit))


def _in_order(names: Mapping[str, int]) -> Sequence[str]:
    return sorted(names, key=lambda name: (not name.startswith("manifest"), not name.startswith(("volume", "pack")), name))
