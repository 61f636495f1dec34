"""The `iewo` command: what a school, a Local Authority and an operator run.

It starts fast: what takes long to import (HTTP, NATS, tables, cryptography) is imported by the commands that need it.
"""

import os
import sys
from collections.abc import Iterable, Sequence
from typing import Annotated

import typer

from clients.iewo.commands import (
    amendments,
    authority,
    calendar,
    case,
    case_left_out,
    case_readiness,
    certificate,
    child,
    child_ids,
    clinic,
    confirm,
    deadletters,
    disclosures,
    document,
    enforcement,
    feed,
    feed_watch,
    find,
    flag,
    hand_over,
    history_lists,
    hold,
    impact,
    intervention,
    intervention_changes,
    leave,
    letter,
    notice_history,
    notices,
    officer,
    pack_delivery,
    pack_life,
    pack_lists,
    pack_statement,
    pack_verify,
    pack_words,
    packs,
    parent,
    provision,
    referral,
    register_check,
    rejudge,
    report,
    retention,
    returns,
    school,
    school_cases,
    school_keys,
    statistics,
    tasks,
    token,
    visit_warning,
    withdraw,
)
from clients.iewo.failure import MEANING, Code, Failure

app = typer.Typer(
    name="iewo",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=f"Exit codes: {'. '.join(f'{code} {says}' for code, says in MEANING.items())}.",
)
_GROUPS = (
    *(feed, school, child, calendar, referral, case, intervention, tasks, document, letter),
    *(officer, notices, authority, packs, retention, hold, certificate, deadletters),
)
for group in _GROUPS:
    app.add_typer(group.app, name=group.__name__.rpartition(".")[2])
for group in (parent, flag, leave):
    app.add_typer(group.app, name=group.__name__.rpartition(".")[2])
app.add_typer(visit_warning.app, name="visit-warning")
app.add_typer(hand_over.app, name="hand-over")
app.add_typer(notice_history.app, name="notice-history")
app.add_typer(pack_words.app, name="outcomes")
notice_history.app.command("asked-all", epilog=history_lists.ASKED)(history_lists.asked_all)
notice_history.app.command("answered-all", epilog=history_lists.ANSWERED)(history_lists.answered_all)
app.command("register-check", epilog=register_check.EXAMPLES)(register_check.register_check)
app.command("find", epilog=find.EXAMPLES)(find.find)
child.app.command("ids", epilog=child_ids.EXAMPLES)(child_ids.ids)
case.app.command("left-out", epilog=case_left_out.EXAMPLES)(case_left_out.left_out)
case.app.command("enforcement", epilog=enforcement.ENFORCEMENT)(enforcement.enforcement)
case.app.command("readiness", epilog=case_readiness.EXAMPLES)(case_readiness.readiness)
packs.app.command("list", epilog=pack_life.LIST)(pack_life.list_)
packs.app.command("show", epilog=pack_life.SHOW)(pack_life.show_)
packs.app.command("statement", epilog=pack_statement.STATEMENT)(pack_statement.statement)
packs.app.command("sign-statement", epilog=pack_statement.SIGN)(pack_statement.sign_statement)
packs.app.command("offence", epilog=enforcement.OFFENCE)(enforcement.choose)
packs.app.command("override", epilog=pack_life.OVERRIDE)(pack_life.override)
packs.app.command("override-all", epilog=pack_lists.OVERRIDE)(pack_lists.override_all)
packs.app.command("check", epilog=pack_lists.CHECK)(pack_lists.check)
packs.app.command("approve", epilog=pack_lists.APPROVE)(pack_lists.approve)
packs.app.command("certificate", epilog=pack_life.CERTIFICATE)(pack_life.certificate)
packs.app.command("sign", epilog=pack_lists.SIGN)(pack_lists.sign)
packs.app.command("send", epilog=pack_lists.SEND)(pack_lists.send)
packs.app.command("cancel", epilog=pack_life.CANCEL)(pack_life.cancel)
packs.app.command("take-up", epilog=pack_life.TAKE_UP)(pack_life.take_up)
packs.app.command("supersede", epilog=pack_life.SUPERSEDE)(pack_life.supersede)
packs.app.command("preview", epilog=pack_life.PREVIEW)(pack_life.preview)
packs.app.command("export", epilog=pack_delivery.EXPORT)(pack_delivery.export)
packs.app.command("handed-over", epilog=pack_delivery.HANDED)(pack_delivery.handed_over)
packs.app.command("downloads", epilog=pack_delivery.DOWNLOADS)(pack_delivery.downloads)
packs.app.command("changed", epilog=pack_delivery.CHANGED)(pack_delivery.changed)
packs.app.command("withdraw", epilog=pack_delivery.WITHDRAW)(pack_delivery.withdraw)
packs.app.command("say", epilog=pack_words.SAY)(pack_words.say)
packs.app.command("strike-word", epilog=pack_words.STRIKE)(pack_words.strike)
packs.app.command("words", epilog=pack_words.WORDS)(pack_words.words)
feed.app.command("watch", epilog=feed_watch.EXAMPLES)(feed_watch.watch)
intervention.app.command("edit", epilog=intervention_changes.EDIT)(intervention_changes.edit)
intervention.app.command("review-view", epilog=intervention_changes.REVIEW)(intervention_changes.review_view)
intervention.app.command("visit", epilog=clinic.EXAMPLE)(clinic.visit)
school.app.command("cases", epilog=school_cases.EXAMPLE)(school_cases.cases)
school.app.command("invite", epilog=school_keys.INVITE)(school_keys.invite)
school.app.command("join", epilog=school_keys.JOIN)(school_keys.join)
school.app.add_typer(school_keys.app, name="keys")
feed.app.command("confirm", epilog="Example: iewo feed confirm 3f8a... --ends 12")(confirm.confirm)
feed.app.command("decline", epilog="Example: iewo feed decline 3f8a...")(confirm.decline)
feed.app.command("amendments", epilog=amendments.EXAMPLE)(amendments.amendments)
feed.app.command("withdraw", epilog=withdraw.EXAMPLE)(withdraw.withdraw)
packs.app.command("verify", epilog=pack_verify.EXAMPLE)(pack_verify.verify)
app.command("statistics", epilog=statistics.EXAMPLES)(statistics.statistics)
app.command("rejudge", epilog=rejudge.EXAMPLE)(rejudge.rejudge)
app.command("returns", epilog=returns.EXAMPLE)(returns.returns)
app.command("report", epilog=report.EXAMPLES)(report.report)
app.command("impact", epilog=impact.EXAMPLES)(impact.impact)
app.command("disclosures", epilog=disclosures.EXAMPLES)(disclosures.disclosures)
app.command("token")(token.token)
app.command("provision")(provision.provision)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        print(f"iewo {version('iewo')}")
        raise typer.Exit(Code.WELL)


@app.callback()
def root(
    version: Annotated[bool, typer.Option("--version", callback=_version, is_eager=True, help="Say which version it is.")] = False,
    debug: Annotated[bool, typer.Option("--debug", envvar="IEWO_DEBUG", help="Show the whole trace of an error.")] = False,
) -> None:
    """Education welfare: push registers, add schools and officers, receive packs, dispose of records and check the proof."""


def run() -> None:
    """The entry point of the command."""
    sys.exit(main(sys.argv[1:]))


def main(arguments: Sequence[str]) -> int:
    """Runs one command and returns its exit code; what goes wrong is one line on the standard error output."""
    try:
        code = app(list(arguments), prog_name="iewo", standalone_mode=False)
    except BrokenPipeError:
        # whoever read our output has gone: nothing more can be said, and Python's own last flush must not try
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Code.FAILED
    except Exception as error:
        if "--debug" in arguments or os.environ.get("IEWO_DEBUG"):
            raise
        line, wrong = _told(error)
        for one in _lines(line, "--json" in arguments):
            print(one, file=sys.stderr)
        return wrong
    return code if isinstance(code, int) else Code.WELL


def _lines(line: str, as_json: bool) -> Iterable[str]:
    """One line, but of a refusal for several reasons one for each, where a person reads it."""
    if as_json or "\n" not in line:
        return [f"iewo: {' '.join(line.split())}"] if line else []
    import shutil

    from clients.iewo import refusals

    return refusals.lines("iewo: ", line, shutil.get_terminal_size((140, 24)).columns)


def _told(error: Exception) -> tuple[str, Code]:
    """The line and the exit code of an error."""
    if isinstance(error, Failure):
        return str(error), error.code
    if isinstance(error, (typer.Abort, typer.Exit)):
        return "stopped", Code.FAILED
    usage = getattr(error, "format_message", None)  # typer keeps the base class of its usage errors to itself
    if usage is not None:
        if not usage():  # a group without a command has printed its help
            return "", Code.USAGE
        context = getattr(error, "ctx", None)
        return f"{usage()} (see `{context.command_path if context else 'iewo'} --help`)", Code.USAGE
    if isinstance(error, OSError) and error.filename is not None:
        return f"{error.filename}: {error.strerror}", Code.FAILED
    return f"{type(error).__name__}: {error}, which was not foreseen: run `iewo --debug ...` for the trace", Code.FAILED
