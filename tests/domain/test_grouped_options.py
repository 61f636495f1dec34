"""A command's options in groups: what the command line of a grouped command takes, and what reaches the command."""

from dataclasses import dataclass
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from clients.iewo.grouped import grouped

Place = Annotated[str | None, typer.Option("--place", help="Where.")]
Loud = Annotated[bool, typer.Option("--loud", help="In capitals.")]


@dataclass(frozen=True)
class Way:
    vehicle: str
    place: Place = None


@dataclass(frozen=True)
class Voice:
    loud: Loud = False
    place: Place = None


def go(way: Way, name: str, voice: Voice, times: Annotated[int, typer.Option("--times")] = 1) -> None:
    """Go somewhere."""
    print(way, name, voice, times)


def made() -> typer.Typer:
    app = typer.Typer()
    app.command()(grouped(go, vehicle="boat"))
    return app


def test_groups_are_made_of_their_options_and_the_rest_is_the_commands_own() -> None:
    said = CliRunner().invoke(made(), ["Ada", "--place", "Bristol", "--loud", "--times", "3"])
    assert said.output.strip() == "Way(vehicle='boat', place='Bristol') Ada Voice(loud=True, place='Bristol') 3"


def test_what_is_not_said_is_as_the_group_has_it() -> None:
    assert CliRunner().invoke(made(), ["Ada"]).output.strip() == "Way(vehicle='boat', place=None) Ada Voice(loud=False, place=None) 1"


def test_an_option_of_two_groups_is_one_and_what_is_given_is_none() -> None:
    command = typer.main.get_command(made())
    assert [one.name for one in command.params if one.name != "help"][:4] == ["name", "loud", "place", "times"]
    assert command.help == "Go somewhere."


def test_two_options_of_one_name_that_differ_are_refused_when_the_command_is_made() -> None:
    def clash(voice: Voice, loud: Annotated[bool, typer.Option("--loud", help="Something else.")] = False) -> None: ...

    with pytest.raises(ValueError, match="loud"):
        grouped(clash)
