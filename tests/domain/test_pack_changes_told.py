"""What the command says of a pack that has changed."""

from clients.iewo.pack_changes import in_a_line, since_sent


def mark(day: int, before: str | None, after: str | None) -> dict[str, str | None]:
    return {"date": f"2027-02-{day:02}", "session": "AM", "before": before, "after": after, "submitted_on": None}


def test_of_sessions_it_says_which_and_of_all_else_the_kind() -> None:
    said = {"changed_since_sent": ["sessions", "address"], "sessions_changed": [mark(8, "O", "I"), mark(9, "O", "O"), mark(10, None, "/")]}
    assert since_sent(said) == (
        "sessions (8 Feb 2027 AM O when sent, now I; 9 Feb 2027 AM O when sent, O again; 10 Feb 2027 AM no mark when sent, now /), address"
    )
    said["sessions_changed"] = [mark(day, "O", "I") for day in range(1, 9)]
    assert str(in_a_line(said)).endswith("3 Feb 2027 AM O when sent, now I and 5 more), address")
    assert since_sent({"changed_since_sent": ["sessions"], "sessions_changed": []}) == "sessions"


def test_a_draft_says_what_changed_since_it_was_checked_and_nothing_is_said_of_others() -> None:
    assert in_a_line({"changed_since_checked": ["flag", "sessions"]}) == "changed since it was checked: flag, sessions"
    assert in_a_line({"changed_since_checked": [], "changed_since_sent": [], "sessions_changed": []}) is None
    assert in_a_line({}) is None, "an operator is told nothing of it"
