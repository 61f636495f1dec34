"""The demo's story, chapter by chapter: a register in, a case, a pack at the LA, a year disposed of with proof.

It begins on the stage's day, and ends on the first school day of the next academic year.
"""

import asyncio
import json
import shutil
import time
from datetime import date
from typing import Any

from deploy.demo.entries import REASONS, entries
from deploy.demo.sample import School, mixes
from deploy.demo.sample.calendar import open_days
from deploy.demo.search import files_with
from deploy.demo.stage import TODAY, Stage, ahead
from shared.academic_year import label
from shared.provision.signing import CERTIFICATES

NEXT = open_days(2027)[0]
SWEEP = date(2027, 8, 31)


class Tale(Stage):
    """An asynchronous context: the stack is up inside."""

    async def all(self) -> None:
        await self.onboard()
        await self.push_registers()
        await self.compare()
        referral = await self.propose()
        await self.work(referral)
        await self.prepare(referral["referral"])
        await self.share()
        await self.dispose()
        await self.after()

    async def onboard(self) -> None:
        self.say.chapter(1, "Onboarding")
        commands: list[tuple[str, ...]] = []
        for school in self.sample.schools:
            kept = ("--authority", school.authority.code, "--phase", school.phase, "--agreement", "all")
            commands.append(("school", "add", school.urn, "--name", school.name, *kept))
        for officer in self.sample.officers:
            schools = [word for urn in officer.schools for word in ("--school", urn)]
            commands.append(("officer", "add", officer.id, "--name", officer.name, "--email", officer.email, *schools))
        await asyncio.gather(*(self.iewo(*command) for command in commands))
        today = self.sample.today.isoformat()
        for officer in self.sample.officers:
            await self.iewo("officer", "dbs", officer.id, "--seen", today)
            await self.iewo("officer", "training", officer.id, "--done", today)
        for authority in self.sample.authorities:
            await self.iewo("authority", "add", authority.code, "--name", authority.name)
        counts = {name: len(getattr(self.sample, name)) for name in ("schools", "officers", "authorities")}
        text = "{schools} schools, {officers} officers, {authorities} Local Authorities, each with its own account on the bus"
        self.say.figure("onboarded", counts, text.format(**counts))

    async def push_registers(self) -> None:
        self.say.chapter(2, "Schools push their registers")
        begun = time.monotonic()
        pushed = await asyncio.gather(*(self._push(school) for school in self.sample.schools))
        seconds = round(time.monotonic() - begun, 1)
        rows = []
        for school, receipts in zip(self.sample.schools, pushed, strict=True):
            taken = sum(receipt["accepted"] for receipt in receipts if receipt["kind"] == "marks")
            refused = sum(receipt["refused_rows"] for receipt in receipts)
            rows.append([school.name, school.phase, len(school.roll(self.sample.year)), len(receipts), taken, refused])
        self.say.table("feeds", ["school", "phase", "children", "feeds", "marks", "refused rows"], rows)
        marks = sum(row[4] for row in rows)
        self.say.figure("marks", marks)
        self.say.figure("push_seconds", seconds, f"{marks:,} marks in the register, sealed, after {seconds} s, six commands in all")

    async def _push(self, school: School) -> list[dict[str, Any]]:
        """A year's roll and marks by one command; the receipts."""
        receipts: list[dict[str, Any]] = []
        for year in (self.sample.year - 1, self.sample.year):
            files = [self.file(f"roll-{school.urn}-{year}.csv", school.roll_csv(year))]
            files += [self.file(f"marks-{school.urn}-{year}-{n}.csv", data) for n, data in enumerate(school.marks_csv(year))]
            receipts += json.loads(await self.iewo("feed", "push", *files, "--school", school.urn, "--year", str(year), "--json"))
        return receipts

    async def compare(self) -> None:
        self.say.chapter(3, "The Department's figures and ours (England 2025/26 against both years here, per cent)")
        rows = []
        for school in self.sample.schools:
            figures = await self._statistics(school)
            theirs = mixes()[school.phase].absence_perc
            ours = figures["overall_absence_perc"]
            expected = sum(sum(school.expected(year).values()) for year in school.registers)
            counted = figures["possible_sessions"] + figures["not_possible_sessions"] + figures["administrative_sessions"]
            if counted != expected or abs(ours - theirs) > 0.5:
                raise AssertionError(f"{school.urn}: {counted} sessions of {expected} pushed, absence {ours} against {theirs}")
            rows.append(
                [school.phase, figures["possible_sessions"], ours, theirs, round(ours - theirs, 2), figures["persistent_absentees"]]
            )
        possible = sum(row[1] for row in rows)
        whole = sum(row[1] * row[2] for row in rows) / possible
        theirs = mixes()["Total"].absence_perc
        if abs(whole - theirs) > 0.5:
            raise AssertionError(f"absence {whole} against {theirs}")
        rows.append(["all", possible, whole, theirs, round(whole - theirs, 2), sum(row[5] for row in rows)])
        self.say.table("absence", ["phase", "possible sessions", "absence here", "absence DfE", "difference", "persistent absentees"], rows)

    async def _statistics(self, school: School) -> dict[str, Any]:
        path = f"/v1/schools/{school.urn}/statistics?from={self.sample.year - 1}-08-01&to={TODAY}"
        figures: dict[str, Any] = await self.ask("attendance", "GET", path, "head of service")
        return figures

    async def propose(self) -> dict[str, Any]:
        self.say.chapter(4, "Concerns become proposals on the named officers' lists")
        proposals = await self._settled_proposals()
        by_rule: dict[str, int] = {}
        for proposal in proposals:
            for rule in proposal["rules"]:
                by_rule[rule] = by_rule.get(rule, 0) + 1
        self.say.figure("proposals", len(proposals), f"{len(proposals)} children proposed; a proposal writes to nobody and starts no clock")
        self.say.figure("concerns", by_rule, "; ".join(f"{count} {rule}" for rule, count in sorted(by_rule.items())))
        child = self.sample.story.enforced
        mine = (await self.officer("GET", f"/v1/proposals?school={child.urn}"))["proposals"]
        place, found = next((n, p) for n, p in enumerate(mine, 1) if (p["forename"], p["surname"]) == (child.forename, child.surname))
        because = "; ".join(found["priority"]["because"])
        self.say.figure(
            "story_child",
            {"place": place, "of": len(mine), **_share(found["figures"]), "because": found["priority"]["because"]},
            f"{child.forename} {child.surname} (invented) stands at place {place} of {len(mine)}: {because}",
        )
        return dict(found)

    async def _settled_proposals(self) -> list[dict[str, Any]]:
        """All proposals, once their number has stayed the same for a second."""
        seen, since = -1, time.monotonic()
        while True:
            proposals: list[dict[str, Any]] = (await self.ask("referrals", "GET", "/v1/proposals", "head of service"))["proposals"]
            if len(proposals) != seen:
                seen, since = len(proposals), time.monotonic()
            elif seen > 0 and time.monotonic() - since > 1:
                return proposals
            await asyncio.sleep(0.2)

    async def work(self, proposal: dict[str, Any]) -> None:
        self.say.chapter(5, "An officer accepts, visits, records, and asks for enforcement")
        case = proposal["referral"]
        await self.officer("POST", f"/v1/referrals/{case}/accept")
        told = entries(proposal["child"])
        for entry in told:
            await self.officer("POST", f"/v1/cases/{case}/interventions", entry)
        common = {"measure": "penalty notice", "reason": "irregular attendance", "first": "2026-09-01", "last": TODAY.isoformat()}
        for parent in (1, 2):
            await self.officer("POST", f"/v1/cases/{case}/enforcement", {"parent": f"{proposal['child']}.{parent}", **common})
        self.say.figure("interventions", len(told), f"{len(told)} interventions; two requests, one parent each: two drafts of packs")

    async def prepare(self, case: str) -> None:
        self.say.chapter(6, "A pack is stated, checked, approved and signed; each by who may")
        drafts = await self._drafts(case)
        first, second = drafts[0], drafts[-1]
        head = self.sample.school(first["school"]).head
        words, mine = str(self.files / "statement.txt"), ("--name", self.witness.name)
        await self.iewo("packs", "statement", first["pack"], "--begin", *mine, "--to", words)
        await self.iewo("packs", "statement", first["pack"], "--edit", words)
        lacking = [item for item in await self._items(first["pack"]) if not item["met"]]
        let_pass = [item["rule"] for item in lacking if item["rule"] in REASONS]
        for rule in let_pass:
            await self.iewo("packs", "override", first["pack"], rule, "--why", REASONS[rule], *mine)
        await self.iewo("packs", "sign-statement", first["pack"])
        await self.iewo("packs", "check", first["pack"], *mine)
        await self.iewo("packs", "approve", first["pack"], "--name", "Dana Example")
        certificate = json.loads(await self.iewo("packs", "certificate", first["pack"], "--json"))
        await self.iewo("packs", "sign", first["pack"], "--check", certificate["check"], "--name", head)
        self.say.figure(
            "let_pass",
            let_pass,
            f"{len(let_pass)} things lacking, let pass for a reason that is printed: {', '.join(let_pass)}; "
            f"the head teacher has signed {len(certificate['days'])} days of marks, which are frozen by it",
        )
        held = sum(not item["met"] for item in await self._items(second["pack"]))
        self.say.figure("other_pack_lacks", held, f"the other parent's pack stays a draft and goes nowhere: {held} things are lacking")

    async def _drafts(self, case: str) -> list[dict[str, Any]]:
        """Both, in the order of their requests."""
        end = time.monotonic() + 20
        while len(found := json.loads(await self.iewo("packs", "list", "--case", case, "--json"))) < 2:
            if time.monotonic() > end:
                raise AssertionError(f"{len(found)} drafts of 2")
        return sorted(found, key=lambda pack: str(pack["request"]))

    async def _items(self, pack: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = json.loads(await self.iewo("packs", "show", pack, "--json"))["items"]
        return items

    async def share(self) -> None:
        self.say.chapter(7, "The Local Authority receives its pack, encrypted to its own key, and acknowledges")
        school = self.sample.school(self.sample.story.enforced.urn)
        folder = self.out / "packs"
        end = time.monotonic() + 20
        while len(packs := sorted(folder.glob("*/pack.json"))) < 1 and time.monotonic() < end:
            await self.iewo("packs", "receive", "--la", school.authority.code, "--to", str(folder))
        if len(packs) != 1:
            raise AssertionError(f"{len(packs)} packs of 1 arrived")
        sizes = {path.parent.name: {file.name: file.stat().st_size for file in sorted(path.parent.iterdir())} for path in packs}
        for pack, files in sizes.items():
            self.say.line(f"   {pack}: {', '.join(f'{name} {size:,} bytes' for name, size in files.items())}")
        self.say.figure("packs", [{"pack": pack, "bytes": files} for pack, files in sizes.items()])
        disclosures = await self.ask("sharing", "GET", "/v1/disclosures", "data protection officer")
        rows = disclosures if isinstance(disclosures, list) else disclosures["disclosures"]
        self.say.figure("disclosures", len(rows), f"in the disclosure log ({len(rows)}): what was told to whom, on which lawful basis")

    async def dispose(self) -> None:
        self.say.chapter(8, f"A year later: on {SWEEP} what belongs to {label(self.sample.year - 1)} is due")
        before = files_with(self.running.stack.folder, self.sample.markers)
        await self.running.restart_services(ahead(NEXT))
        self.say.line(f"   (the services now live on {NEXT})")
        sweep = json.loads(await self.iewo("retention", "sweep", "--on", SWEEP.isoformat(), "--yes", "--json"))
        (self.out / "sweep.json").write_text(json.dumps(sweep, indent=2) + "\n")
        certificate, key = self.out / "certificate.json", self.out / CERTIFICATES.public
        shutil.copy(self.running.stack.credentials / CERTIFICATES.public, key)
        await self.iewo("certificate", "get", "1", "--to", str(certificate))
        await self.iewo("certificate", "verify", str(certificate), "--key", str(key))
        told = json.loads(certificate.read_text())
        self.say.figure(
            "disposed_children",
            told["children"],
            f"{told['children']} children's records of the year: ledger, broadcast, four answers, second look, key destroyed",
        )
        self.say.table(
            "answers",
            ["service", "erased", "nothing held", "retained", "failed", "documents"],
            [[name, a["erased"], a["nothing_held"], a["retained"], a["failed"], a["records"]] for name, a in _answers(told)],
        )
        self.say.line(
            f"   retained: also in a proposal of {label(self.sample.year)}, which is kept on purpose: its own date is a year later"
        )
        self.say.figure(
            "certificate",
            {"number": told["number"], "ahead of time": told["ahead_of_time"]},
            f"certificate {told['number']}: signed, checked offline; it names no child, and says that this was ahead of time",
        )
        after = files_with(self.running.stack.folder, self.sample.markers)
        leaver = self.sample.story.leaver
        if before or after:
            raise AssertionError(f"markers of the leaver in {before or after}")
        self.say.figure(
            "files_with_markers",
            len(after),
            f"{leaver.forename} {leaver.surname} (left last summer) is in no file of MongoDB or JetStream and in no log",
        )

    async def after(self) -> None:
        self.say.chapter(9, "Last year's file comes again; the next year's first register comes")
        leaver, kept = self.sample.story.leaver, self.sample.story.enforced
        school = self.sample.school(leaver.urn)
        last = school.marks_csv(self.sample.year - 1)[-1]
        receipt = json.loads(
            await self.iewo("feed", "push", self.file("again.csv", last + b"\n"), "--school", school.urn, "--json", expect=(0, 3))
        )[0]
        reasons = {tally["reason"]: tally["rows"] for tally in receipt["refused_by_reason"]}
        refused, accepted = receipt["refused_rows"], receipt["accepted"]
        self.say.figure("refused_after_disposal", refused, f"last year's file: {refused:,} rows refused ({'; '.join(reasons)})")
        self.say.figure(
            "accepted_after_disposal",
            accepted,
            f"{accepted:,} rows accepted, of {kept.forename} {kept.surname} alone, whose records are kept on purpose: "
            "interventions keep them a year longer",
        )
        if refused == 0 or accepted != last.count(kept.upn.encode()):
            raise AssertionError("last year's file was accepted after the disposal")
        day = self.file("first-day.csv", school.day_csv(NEXT))
        receipt = json.loads(await self.iewo("feed", "push", day, "--school", school.urn, "--json"))[0]
        self.say.figure(
            "accepted_next_year", receipt["accepted"], f"the first register of {label(NEXT.year)}: {receipt['accepted']:,} marks accepted"
        )


def _share(figures: dict[str, Any]) -> dict[str, Any]:
    """The sessions behind a proposal, and what of the possible ones was absence: per cent, cut as the list shows it."""
    counts = {name: figures[name] for name in ("absent", "possible", "unauthorised")}
    return {**counts, "absence_perc": 1000 * counts["absent"] // counts["possible"] / 10}


def _answers(certificate: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    services = certificate["services"]
    if isinstance(services, dict):
        return list(services.items())
    return [(service["service"], service) for service in services]
