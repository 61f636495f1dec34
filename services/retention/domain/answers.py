"""Four services' answers to a purge, made into one outcome per child and service, and the counts that a certificate shows."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from shared.certificates import ServiceAnswers

Outcome = Literal["erased", "nothing held", "retained", "failed"]


@dataclass(frozen=True, slots=True)
class Answer:
    """One service's answer to one command. `school` is None for what belongs to no school."""

    purge: str
    school: str | None
    service: str
    outcomes: Mapping[str, Outcome]
    """Whoever is still named somewhere is `retained`, whatever else of the child was erased."""
    records: int
    erased: frozenset[str] = frozenset()
    """Of whom something was erased, those who are still named included."""


def later(before: Outcome | None, now: Outcome) -> Outcome:
    """The outcome for a child after a further command: an erasure stays one unless something failed since."""
    return "erased" if before == "erased" and now != "failed" else now


def of_children(answers: Iterable[Answer], children: Iterable[str], services: Sequence[str]) -> dict[str, dict[str, Outcome]]:
    """Per child, what became of it in each service. `answers` in the order of their commands; who is not named is not held."""
    outcomes: dict[str, dict[str, Outcome]] = {child: {} for child in children}
    for answer in answers:
        for child, outcome in answer.outcomes.items():
            told = outcomes.setdefault(child, {})
            told[answer.service] = later(told.get(answer.service), outcome)
    return {child: {service: told.get(service, "nothing held") for service in services} for child, told in outcomes.items()}


def failed(outcomes: Mapping[str, Mapping[str, Outcome]]) -> frozenset[str]:
    """Children whom some service could not dispose of: to be ordered again."""
    return frozenset(child for child, told in outcomes.items() if "failed" in told.values())


def erased(answers: Iterable[Answer]) -> frozenset[str]:
    """Children of whom some service has erased something."""
    return frozenset().union(*(answer.erased for answer in answers))


def counts(outcomes: Mapping[str, Mapping[str, Outcome]], answers: Sequence[Answer], services: Sequence[str]) -> tuple[ServiceAnswers, ...]:
    """A line per service for the certificate."""

    def count(service: str, outcome: Outcome) -> int:
        return sum(told[service] == outcome for told in outcomes.values())

    return tuple(
        ServiceAnswers(
            service=service,
            erased=count(service, "erased"),
            nothing_held=count(service, "nothing held"),
            retained=count(service, "retained"),
            failed=count(service, "failed"),
            records=sum(answer.records for answer in answers if answer.service == service),
        )
        for service in services
    )


def as_text(told: Mapping[str, Outcome]) -> str:
    """A child's outcome as its leaf in the Merkle tree says it."""
    return ";".join(f"{service}={told[service]}" for service in sorted(told))


def missing(ordered: Iterable[tuple[str, str | None]], answers: Iterable[Answer], services: Sequence[str]) -> list[str]:
    """Services that have not answered every command. A command is told by its purge and school."""
    given = {(answer.purge, answer.school, answer.service) for answer in answers}
    commands = list(ordered)
    return [service for service in services if any((*command, service) not in given for command in commands)]
