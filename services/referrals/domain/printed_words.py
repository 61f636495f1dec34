"""What others read of an entry in its own words, and what may not stand there: how somebody is reached, and where.

Who was there and what came of it are printed in packs and go to a Local Authority. What is left out of the volume that is served leaves
the words beside it standing, and the other volume has them as they are. So a telephone number is told as a contact, or in the notes.
"""

from collections.abc import Iterator

from services.referrals.domain.intervention import Done
from shared.shapes import particulars


def found(done: Done) -> Iterator[str]:
    """`outcome: a telephone number`, for each field and sort."""
    printed = {"with_whom": done.with_whom, "people": "\n".join(one.words for one in done.people), "outcome": done.outcome}
    for field, text in printed.items():
        for what in particulars(text):
            yield f"{field}: {what}"
