"""Notices are stored first and sent once, by a real mail server or into a folder; nothing is lost while the server is away."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from prometheus_client import CollectorRegistry, Gauge

from deploy.local.process import free_port
from deploy.local.stack import Stack
from services.referrals.domain.notice import HEADS, Way
from services.referrals.domain.officer import Officer, StaffRole
from services.referrals.notices.delivering import Post
from services.referrals.notices.mail import mail
from services.referrals.store import Store
from shared.contracts.envelope import Cause
from tests.support.referrals_store import Clock, referrals_store
from tests.support.servers import empty_stack

CAUSE = Cause.beginning("test")


class Box:
    """What a mail server took, and the answers that it gives to some addresses."""

    def __init__(self) -> None:
        self.taken: list[Message] = []
        self.refuses: dict[str, str] = {}

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: list[str]) -> str:
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        self.taken.append(message_from_bytes(envelope.original_content))
        return "250 taken"

    def to(self, address: str) -> list[Message]:
        return [one for one in self.taken if one["To"] == address]


class Office:
    """A store with a way out, and the server at its end, which may be away."""

    def __init__(self, store: Store, clock: Clock, box: Box, port: int) -> None:
        self.store, self.clock, self.box = store, clock, box
        self.server = Controller(box, hostname="127.0.0.1", port=port)
        self.gauge = Gauge("unsent", "x", registry=CollectorRegistry())
        self.post = Post(store, mail(store.settings), self.gauge)

    async def person(self, id_: str, way: Way = "at once", role: StaffRole = "officer", email: str | None = None) -> str:
        address = email or f"{id_}@example.org"
        await self.store.officers.put(Officer(id=id_, name=id_, email=address, role=role, mail=way), lambda one: one, CAUSE)
        return address


@pytest.fixture(scope="module")
async def stack(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    async with empty_stack(tmp_path_factory.mktemp("notices")) as stack:
        yield stack


@pytest.fixture
async def by_mail(stack: Stack, tmp_path: Path) -> AsyncIterator[Office]:
    port = free_port()
    said = {"mail_host": "127.0.0.1", "mail_port": port, "mail_tls": "none", "mail_from": "iewo@example.org"}
    async with referrals_store(stack, tmp_path, **said) as (store, clock):
        made = Office(store, clock, Box(), port)
        made.server.start()
        yield made
        if made.server.smtpd is not None:
            made.server.stop()


async def test_a_notice_is_told_once_however_often_and_by_however_many(by_mail: Office) -> None:
    to = await by_mail.person("once")
    for _ in range(3):
        await by_mail.store.notices.tell("once", "case without action", "900001", "/v1/cases/1", once="case 1")
    await asyncio.gather(*(by_mail.post.deliver() for _ in range(4)))
    by_mail.clock.forward(days=2)
    await by_mail.store.notices.tell("once", "case without action", "900001", "/v1/cases/1", once="case 1")
    await by_mail.post.deliver()
    [sent] = by_mail.box.to(to)
    assert sent["Subject"] == "Case without action, school 900001"
    assert "iewo case show 1" in str(sent.get_payload())


async def test_a_server_that_is_away_loses_nothing(by_mail: Office) -> None:
    to = await by_mail.person("away")
    by_mail.server.stop()
    for number in range(3):
        await by_mail.store.notices.tell("away", "next step due", "900001", f"/v1/cases/{number}", once=f"step {number}")
    assert await by_mail.post.deliver() == 0
    by_mail.clock.forward(hours=9)
    assert await by_mail.post.deliver() == 0
    by_mail.server = Controller(by_mail.box, hostname="127.0.0.1", port=by_mail.store.settings.mail_port)
    by_mail.server.start()
    assert await by_mail.post.deliver() == 3
    assert len({sent["Message-ID"] for sent in by_mail.box.to(to)}) == 3


async def test_an_address_that_is_refused_stops_no_other_and_is_tried_again_when_changed(by_mail: Office) -> None:
    wrong, right = await by_mail.person("wrong"), await by_mail.person("right")
    by_mail.box.refuses[wrong] = "550 no such user"
    for who in ("wrong", "right"):
        await by_mail.store.notices.tell(who, "checks due", None, "/v1/officers", once="dbs")
    assert await by_mail.post.deliver() == 1
    assert len(by_mail.box.to(right)) == 1
    assert by_mail.gauge._value.get() == 1
    await by_mail.store.officers.change("wrong", lambda one: one.model_copy(update={"email": "other@example.org"}), CAUSE)
    by_mail.clock.forward(hours=23)
    assert await by_mail.post.deliver() == 0
    by_mail.clock.forward(hours=2)
    assert await by_mail.post.deliver() == 1
    assert len(by_mail.box.to("other@example.org")) == 1


async def test_busy_is_tried_again_after_a_minute(by_mail: Office) -> None:
    to = await by_mail.person("busy")
    by_mail.box.refuses[to] = "451 later please"
    await by_mail.store.notices.tell("busy", "checks due", None, "/v1/officers", once="dbs")
    assert await by_mail.post.deliver() == 0
    by_mail.box.refuses.clear()
    by_mail.clock.forward(seconds=50)
    assert await by_mail.post.deliver() == 0
    by_mail.clock.forward(seconds=20)
    assert await by_mail.post.deliver() == 1


async def test_one_full_mailbox_keeps_nobody_waiting_behind_it(by_mail: Office) -> None:
    full, *others = [await by_mail.person(f"queue{number}") for number in range(4)]
    by_mail.box.refuses[full] = "452 mailbox full"
    for number in range(4):
        await by_mail.store.notices.tell(f"queue{number}", "checks due", None, "/v1/officers", once="dbs")
        by_mail.clock.forward(seconds=1)
    assert await by_mail.post.deliver() == 3
    assert [len(by_mail.box.to(other)) for other in others] == [1, 1, 1]
    by_mail.box.refuses.clear()
    by_mail.clock.forward(minutes=2)
    assert await by_mail.post.deliver() == 1


async def test_daily_is_one_e_mail_a_day_with_counts_and_off_is_none(by_mail: Office) -> None:
    daily, off = await by_mail.person("daily", "daily"), await by_mail.person("off", "off")
    for who in ("daily", "off"):
        for number in range(4):
            await by_mail.store.notices.tell(who, "next step due", f"90000{number % 2}", f"/v1/cases/{number}", once=f"step {number}")
    await asyncio.gather(*(by_mail.post.deliver() for _ in range(3)))
    await by_mail.post.deliver()
    [sent] = by_mail.box.to(daily)
    assert sent["Subject"] == "4 notices of today"
    assert "2 x next step due, school 900001" in str(sent.get_payload())
    assert "iewo case" not in str(sent.get_payload())
    await by_mail.store.notices.tell("daily", "checks due", None, "/v1/officers", once="later that day")
    by_mail.clock.forward(hours=12)
    await by_mail.post.deliver()
    assert len(by_mail.box.to(daily)) == 1
    by_mail.clock.forward(hours=12)
    await by_mail.post.deliver()
    await by_mail.post.deliver()
    assert by_mail.box.to(daily)[1]["Subject"] == "1 notice of today"
    assert by_mail.box.to(off) == []
    assert len(await by_mail.store.notices.of(["off"])) == 4


async def test_the_e_mails_of_days_on_which_the_server_was_away_all_go(by_mail: Office) -> None:
    to = await by_mail.person("behind", "daily")
    by_mail.server.stop()
    for day in range(3):
        for number in range(day + 1):
            await by_mail.store.notices.tell("behind", "next step due", "900001", "/v1/cases/1", once=f"day {day} step {number}")
        for _ in range(2):
            assert await by_mail.post.deliver() == 0
        by_mail.clock.forward(days=1)
    by_mail.server = Controller(by_mail.box, hostname="127.0.0.1", port=by_mail.store.settings.mail_port)
    by_mail.server.start()
    assert await by_mail.post.deliver() == 3
    assert sorted(sent["Subject"] for sent in by_mail.box.to(to)) == ["1 notice of today", "2 notices of today", "3 notices of today"]
    assert all("next step due, school 900001" in str(sent.get_payload()) for sent in by_mail.box.to(to))


async def test_every_head_of_service_is_told_who_comes_later_too(by_mail: Office) -> None:
    await by_mail.store.notices.tell(HEADS, "access ended", None, "/v1/officers", once="robin")
    assert await by_mail.post.deliver() == 0
    heads = [await by_mail.person(f"head{number}", role=HEADS) for number in range(2)]
    by_mail.clock.forward(hours=2)
    await by_mail.post.deliver()
    await by_mail.post.deliver()
    assert [len(by_mail.box.to(head)) for head in heads] == [1, 1]
    await by_mail.store.notices.tell(HEADS, "access ended", None, "/v1/officers", once="robin")
    await by_mail.post.deliver()
    assert [len(by_mail.box.to(head)) for head in heads] == [1, 1]


async def test_a_crash_between_mail_and_note_sends_a_copy_of_the_same_id(by_mail: Office) -> None:
    to = await by_mail.person("crash")
    await by_mail.store.notices.tell("crash", "checks due", None, "/v1/officers", once="dbs")
    ended = by_mail.store.notices.end

    async def dies(document: Any, state: str) -> None:
        raise RuntimeError

    by_mail.store.notices.end = dies  # type: ignore[method-assign]
    with pytest.raises(RuntimeError):
        await by_mail.post.deliver()
    by_mail.store.notices.end = ended  # type: ignore[method-assign]
    assert await by_mail.post.deliver() == 0, "another process has it for some minutes"
    by_mail.clock.forward(minutes=6)
    assert await by_mail.post.deliver() == 1
    assert len({sent["Message-ID"] for sent in by_mail.box.to(to)}) == 1


async def test_paths_go_after_a_month_and_notices_after_a_year(by_mail: Office) -> None:
    await by_mail.person("old", "off")
    await by_mail.store.notices.tell("old", "case without action", "900001", "/v1/cases/1", once="case")
    await by_mail.post.deliver()
    by_mail.clock.forward(days=29)
    await by_mail.store.notices.forget()
    assert [one.link for one in await by_mail.store.notices.of(["old"])] == ["/v1/cases/1"]
    by_mail.clock.forward(days=2)
    await by_mail.store.notices.forget()
    assert [one.link for one in await by_mail.store.notices.of(["old"])] == [None]
    by_mail.clock.time += timedelta(days=370)
    await by_mail.store.notices.forget()
    assert await by_mail.store.notices.of(["old"]) == []


async def test_a_folder_keeps_each_e_mail_as_a_file(stack: Stack, tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    async with referrals_store(stack, tmp_path, mail_folder=folder) as (store, clock):
        made = Office(store, clock, Box(), free_port())
        await made.person("filed")
        await store.notices.tell("filed", "case to be closed", "900001", "/v1/cases/2", once="moved")
        assert await made.post.deliver() == 1
        [file] = folder.iterdir()
        assert message_from_bytes(file.read_bytes())["To"] == "filed@example.org"
        assert file.suffix == ".eml"
