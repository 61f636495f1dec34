"""Words that likely tell of health, of needs or of other agencies: a person is asked to read what has one."""

import pytest

from services.sharing.domain.paper.needs_words import needs_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("She waits for CAMHS; he was DIAGNOSED with ADHD.", ("camhs", "diagnosed", "adhd")),
        ("Self-harm, self harm. Emotionally based School Avoidance.", ("self-harm", "self harm", "school avoidance")),
        ("On the SEN register, ASD.", ("sen", "asd")),
        ("Was unwell with a cold, and the bus was late.", ()),
        ("The councillor sent a letter; she is sensible and in the cinema.", ()),
    ],
)
def test_what_is_commonly_said_of_such_things_is_found(text: str, words: tuple[str, ...]) -> None:
    assert needs_words(text) == words
