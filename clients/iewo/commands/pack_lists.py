"""`iewo packs check`, `approve`, `sign` and `send`: one pack, or a hundred. Each is answered for itself."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clients.iewo.access import Access, as_preparer
from clients.iewo.commands import pack_life
from clients.iewo.commands.pack_delivery import On, Reference
from clients.iewo.commands.pack_life import By, Looked, Role, Scan, Signatory, Signed, as_head
from clients.iewo.failure import Code, Failure
from clients.iewo.pack_choice import Choice

if TYPE_CHECKING:
    from clients.iewo.http import Service

AT_A_TIME = 10
"""Packs of one request: each is a second's work, and a bar is to move."""
PATIENCE = 60.0
"""Seconds for which a request is sent again while a part of the system is away."""
DONE = {
    "override": "let pass",
    "check": "checked",
    "approve": "approved",
    "sign": "signed",
    "send": "sent",
    "history-asked": "noted",
    "history-answered": "noted",
}
UNCHANGED = {
    "history-asked": "had nobody left to ask",
    "history-answered": "had been noted before",
    "send": "had gone before",
    "override": "not lacking it",
}
DIFFER = "otherwise than noted before: `iewo notice-history show` has every answer"

Rule = Annotated[str, typer.Argument(help="What is lacking, as `iewo packs show` names it.")]
Why = Annotated[str, typer.Option("--why", help="Why: it is printed on each.")]
Check = Annotated[
    str | None,
    typer.Option("--check", parser=pack_life.check_value, metavar="SHA256", help="Of one PACK: the last line of `iewo packs certificate`."),
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask: sign what is shown.")]
Way = Annotated[str | None, typer.Option("--way", help="Of an LA that receives by hand: how they went, 'secure e-mail'.")]
Recipient = Annotated[str | None, typer.Option("--recipient", help="With --way: who took them, at the LA.")]

CHECK = (
    'Examples: iewo packs check 5f2c… --name "T. Okafor"; iewo packs check --all --school 900001 --name "T. Okafor"; '
    'iewo packs list --state draft --save looked.csv, and then: iewo packs check --file looked.csv --name "T. Okafor". '
    "Ends with 1 when one was refused; the others are done, and the same again does nothing twice."
)
APPROVE = (
    'Examples: iewo packs approve 5f2c… --name "D. Example"; iewo packs approve --all --la 992 --name "D. Example", '
    "as the head of service, who is another person than who checked."
)
SIGN = (
    'Examples: iewo packs sign --all --school 900001 --name "R. Pascoe" with the school\'s token shows what is signed for each, and asks; '
    'iewo packs sign 5f2c… --check 9a0e… --name "R. Pascoe". Of signatures on paper, as an officer: --on 2026-11-20 --document 9c…, '
    "or --file with columns pack, on, document."
)
SEND = (
    'Examples: iewo packs send --all --name "T. Okafor" says of each signed pack that has not gone what it waits for; '
    'of an LA that receives by hand: iewo packs send --all --la 992 --way "secure e-mail" --recipient "Attendance Team" --name "T. Okafor"'
)
OVERRIDE = (
    'Example: iewo packs override-all "notice history confirmed" --leave 3f… --school 900001 '
    '--why "asked of the LA on 20 November" --name "T. Okafor"'
)


@as_preparer
def override_all(sharing: Access, rule: Rule, name: By, why: Why, choice: Choice) -> int:
    """Go on with many packs although the same is lacking in each, for a reason that is printed."""
    chosen = choice.of(sharing, ("draft",))
    return done(sharing, "override", chosen, {"name": name, "rule": rule, "why": why})


@as_preparer
def check(sharing: Access, name: By, choice: Choice, revision: Looked = None) -> int:
    """Say that you have checked a pack, or each of many."""
    if choice.single:
        return pack_life.told(sharing, sharing.post("/v1/packs/{}/check", choice.single, body={"name": name, "revision": revision}))
    return done(sharing, "check", choice.of(sharing, ("draft",)), {"name": name})


@as_head
def approve(sharing: Access, name: By, choice: Choice, revision: Looked = None) -> int:
    """Approve a checked pack, or each of many, as the head of service."""
    if choice.single:
        return pack_life.approved(sharing, sharing.post("/v1/packs/{}/approve", choice.single, body={"name": name, "revision": revision}))
    return done(sharing, "approve", choice.of(sharing, ("checked",)), {"name": name})


@as_preparer
def send(
    sharing: Access,
    name: By,
    choice: Choice,
    way: Way = None,
    recipient: Recipient = None,
    on: On = None,
    reference: Reference = None,
) -> int:
    """Send signed packs that have not gone of themselves, and say what each waits for; or note how they were handed over."""
    if (way is None) != (recipient is None):
        raise Failure("--way and --recipient go together: they are of an LA that receives by hand", Code.USAGE)
    how = {"way": way, "recipient": recipient, "on": on and on.isoformat(), "reference": reference} if way else None
    chosen = choice.of(sharing, ("waiting",))
    return done(sharing, "send", chosen, {"name": name, "handed_over": how})


@as_preparer
def sign(
    sharing: Access,
    name: Signatory,
    choice: Choice,
    value: Check = None,
    role: Role = "head teacher",
    on: Signed = None,
    document: Scan = None,
    yes: Yes = False,
) -> int:
    """Sign certificate and declaration of a pack, or of many: the marks are frozen, and the packs are sent."""
    if choice.single and value:
        return pack_life.sign(sharing, choice.single, value, name, role, on, document)
    if value or document or on:
        raise Failure("--check, --on and --document are of one PACK; of many, --file has the columns pack, on, document", Code.USAGE)
    if sharing.as_json and not yes:
        raise Failure("with --json give --yes too: nothing can be asked there", Code.USAGE)
    signatory = sharing if choice.file else replace(sharing, whose="school")
    chosen = choice.of(signatory, ("approved",))
    shown, refused = _shown(signatory, chosen)
    if not sharing.as_json:
        _tell_certificates(shown)
    if shown and not yes:
        typer.confirm(f"Sign these {len(shown)} as {name}, {role}?", abort=True, err=True)
    paper = {one["pack"]: {key: one[key] for key in ("on", "document") if key in one} for one in chosen}
    signing = [{"pack": one["pack"], "check": one["check"], **paper[one["pack"]]} for one in shown]
    return done(signatory, "sign", chosen, {"name": name, "role": role}, signing, refused)


def _shown(sharing: Access, chosen: Sequence[Mapping[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The certificates as they are to be signed, and what is said of packs that have none to show."""
    answers = _each(sharing, "certificates", [one["pack"] for one in chosen], {})
    return [one["certificate"] for one in answers if one["certificate"]], [one for one in answers if not one["certificate"]]


def _tell_certificates(certificates: Sequence[dict[str, Any]]) -> None:
    """For each what is signed: child, parent, sessions by code, and the declaration; one that several have is said once."""
    from clients.iewo import show

    declarations: dict[tuple[str, ...], int] = {}
    for one in certificates:
        show.line(f"{one['name']}, against {one['parent']}: {one['measure']}, {one['reason']}; {one['first']} to {one['last']}")
        used = Counter(code for day in one["days"] for code in (day["am"], day["pm"]) if code)
        for meaning in one["key"]:
            show.line(f"  {used[meaning['code']]:>4} {meaning['code']}  {meaning['meaning']}: {_sessions(one['days'], meaning)}")
        number = declarations.setdefault(tuple(one["declaration"]), len(declarations) + 1)
        show.line(f"  declaration {number}; check value {one['check']}; all of it: iewo packs certificate {one['pack']}")
    for declaration, number in declarations.items():
        show.line(f"Declaration {number}:")
        for sentence in declaration:
            show.line(f"  {sentence}")


def _sessions(days: Sequence[dict[str, Any]], meaning: Mapping[str, Any]) -> str:
    """Each session of absence by its day; of presence how many are enough."""
    if meaning["statistical_class"] == "present":
        return "as in the register"
    halves = {day["day"]: [half for half in ("am", "pm") if day[half] == meaning["code"]] for day in days}
    return ", ".join(f"{day}{'' if len(used) == 2 else ' ' + used[0].upper()}" for day, used in halves.items() if used)


def done(
    sharing: Access,
    act: str,
    chosen: Sequence[Mapping[str, Any]],
    body: Mapping[str, Any],
    items: Sequence[Any] | None = None,
    before: Sequence[dict[str, Any]] = (),
) -> int:
    """Carries it out and says in a line what came of it. `items`: what the service is told of each; `before`: what was refused already."""
    told = [{"pack": one["pack"], "revision": one.get("revision", 0)} for one in chosen] if items is None else list(items)
    answers = [*before, *_each(sharing, act, told, body)]
    refused = [one for one in answers if one["outcome"] == "refused"]
    if not sharing.printed({"done": len(answers) - len(refused), "refused": len(refused), "packs": answers}):
        about = {one["pack"]: one for one in chosen}
        _tell_refused(refused, about)
        _tell_done(act, [one for one in answers if one["outcome"] == "done"], len(refused), about)
    return Code.ROWS_REFUSED if refused else Code.WELL


def _tell_refused(refused: Sequence[Mapping[str, Any]], about: Mapping[str, Mapping[str, Any]]) -> None:
    from clients.iewo import refusals, show

    for why in dict.fromkeys(one["why"] for one in refused):
        rows = [(one["pack"], *_names(about.get(one["pack"], {}))) for one in refused if one["why"] == why]
        for line in refusals.lines("Refused: ", why, show.out.width):
            show.line(line)
        show.table("", ("pack", "child", "against"), rows)


def _tell_done(act: str, answers: Sequence[Mapping[str, Any]], refused: int, about: Mapping[str, Mapping[str, Any]]) -> None:
    """The last line counts all: those that were done before, or had nothing to be done, behind the others."""
    from clients.iewo import show

    if not answers and not refused:
        show.line(f"no pack to be {DONE[act]}")
        return
    passed = Counter(pack_life.passed(passed) for one in answers if act == "approve" for passed in one["let_pass"])
    for words, packs in passed.items():
        show.line(f"let pass in {packs}: {words}")
    if differing := [(one["pack"], one["differs"]) for one in answers if one.get("differs")]:
        show.table("Otherwise than noted before", ("pack", "how"), differing)
    same = [one for one in answers if _unchanged(act, one, about.get(one["pack"], {}))]
    more = [f"{len(same)} {UNCHANGED[act]}"] if same else []
    more += [f"{len(differing)} {DIFFER}"] if differing else []
    show.line("; ".join((f"{len(answers) - len(same)} {DONE[act]}, {refused} refused", *more)))
    if witness := [one["pack"] for one in answers if act == "check" and (one.get("stands") or {}).get("checked_by_witness")]:
        show.line(f"{len(witness)} of them: {pack_life.BY_WITNESS}")


def _unchanged(act: str, answer: Mapping[str, Any], before: Mapping[str, Any]) -> bool:
    """`before`: as the list showed it."""
    if act == "send":
        return bool(before.get("state", "waiting") != "waiting")
    return answer.get("let_pass" if act == "override" else "noted") is False


def _each(sharing: Access, act: str, items: Sequence[Any], body: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What is answered of each, in their order."""
    from clients.iewo import show
    from clients.iewo.http import persist

    answers: list[dict[str, Any]] = []
    with show.progress(quiet=sharing.as_json) as progress, sharing.open() as service:
        bar = progress.add_task(act, total=len(items))
        for begin in range(0, len(items), AT_A_TIME):
            try:
                said = persist(partial(_post, service, act, {**body, "packs": items[begin : begin + AT_A_TIME]}), PATIENCE)
            except (Failure, KeyboardInterrupt):
                if answers:
                    show.note(f"{len(answers)} of {len(items)} were answered; give the command again: nothing is done twice")
                raise
            answers += said["packs"]
            progress.update(bar, completed=len(answers))
    return answers


def _post(service: "Service", act: str, body: dict[str, Any]) -> dict[str, Any]:
    answer: dict[str, Any] = service.post(f"/v1/packs/{act}", body)
    return answer


def _names(one: Mapping[str, Any]) -> tuple[Any, Any]:
    return one.get("child_name"), one.get("parent_name")
