"""Plays a pack's demo.yaml through the real actions: people first, then every case to its place.

Only in a sandbox. Time is set back while a case is played, so that old cases look their age.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, cast
from unittest import mock
from uuid import uuid4

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from PIL import Image, ImageDraw
from procrastinate.contrib.django import app as jobs
from procrastinate.contrib.django.django_connector import DjangoConnector

from satupintu import workflow
from satupintu.cases import queries as cases
from satupintu.cases.actions import (
    appeals,
    attaching,
    decision,
    drafts,
    inspections,
    letters,
    levy,
    review,
    submission,
)
from satupintu.catalogue import queries as catalogue
from satupintu.journal.events import By
from satupintu.levies import actions as levies
from satupintu.lib.errors import Refused
from satupintu.offices import queries as offices
from satupintu.people import actions as people
from satupintu.people import queries as persons
from satupintu.permits import actions as permits
from satupintu.permits import queries as issued
from satupintu.signing import actions as signing
from satupintu.site import demo_people
from satupintu.site.demo_people import COMMAND, PASSPHRASE

REFUSED = "Lokasi yang dimohon tidak sesuai dengan rencana tata ruang kota."


class StuckCase(Exception):
    """A sample case can not reach the place that demo.yaml names."""


def load(pack: Path, say: Any = print) -> int:
    """Make the cast and its cases; returns how many cases there are, 0 without a demo.yaml."""
    if not settings.SANDBOX:
        raise Refused("Data contoh hanya boleh dimuat di ruang coba (SATUPINTU_SANDBOX=1)")
    wanted = catalogue.demo(pack)
    if not wanted:
        return 0
    applicants = people.load_cast(wanted, by=COMMAND)
    demo_people.keep_authenticators(wanted["officers"])
    demo_people.keep_accounts(wanted)
    for officer in wanted["officers"]:
        demo_people.signing_key(officer)
    rows = sorted(wanted["cases"], key=lambda row: -row["age"])
    for number, row in enumerate(rows, start=1):
        play(row, applicants[row["applicant"]])
        say(f"\r{number}/{len(rows)}", end="", flush=True)
    say()
    return len(rows)


def play(row: Mapping[str, Any], applicant: Any) -> Any:
    """Take one case as far as `reach` says."""
    reach, _, where = row["reach"].partition(":")
    with _days_ago(row["age"]):
        case = send(row, applicant)
        if reach == "draft":
            return case
        _work()
    _Player(row, case.pk, applicant).go(reach, where)
    return cases.by_id(case.pk)


def send(row: Mapping[str, Any], applicant: Any) -> Any:
    """Fill in the application and send it; a draft that was begun before is gone on with."""
    version = catalogue.current_version(row["service"])
    assert version is not None
    sample = catalogue.sample(version.definition, row["scenario"])
    clerk = row.get("door") == "counter" or version.definition["stage"] != "online"
    by = (
        _officer_with("counter", _desk_of(version.definition, applicant))
        if clerk
        else By(applicant.account_id, "web")
    )
    case = drafts.start(
        service=row["service"],
        request_type=sample["request"],
        applicant=applicant,
        channel="counter" if clerk else "online",
        by=by,
    )
    _fill(case.pk, {**sample["answers"], **case.answers, **row.get("answers", {})}, by)
    if row["reach"] == "draft":
        return case
    for wanted in version.definition["requirements"]:
        if wanted["code"] in row.get("letters", ()):
            letters.attach_letter(
                case.pk,
                requirement=wanted["code"],
                number=_own_letter(applicant, wanted["letter"]),
                by=by,
            )
        elif wanted["code"] in sample["files"]:
            kind = "jpg" if "jpg" in wanted.get("accept", ["jpg"]) else "pdf"
            attaching.attach(
                case.pk,
                requirement=wanted["code"],
                stream=_picture(wanted["code"], kind),
                name=f"{wanted['code']}.{kind}",
                by=by,
            )
    return submission.submit(case.pk, truth=True, by=by)


class _Player:
    """Does every step as the officer whose turn it is, one working day after the other."""

    def __init__(self, row: Mapping[str, Any], case_id: int, applicant: Any) -> None:
        self.row, self.case_id, self.applicant = row, case_id, applicant
        self.age = row["age"]

    def go(self, reach: str, where: str) -> None:
        if reach == "submitted":
            return None
        for _ in range(40):
            case = cases.by_id(self.case_id)
            task = next(iter(cases.now_at(case)), None)
            if task is None:
                return self._afterwards(case, reach)
            if reach in ("at", "waiting") and task.step == where:
                if reach == "waiting":
                    with self._later():
                        self._ask(case, task)
                return None
            if reach == "withdrawn":
                with self._later():
                    submission.withdraw(
                        case.pk, reason="Rencana berubah", by=By(case.opened_by_id, "web")
                    )
                return None
            with self._later():
                self._do(case, task, refuse=reach == "refused")
                _work()
        raise StuckCase(f"{self.row['service']} {self.row['reach']}")

    @contextmanager
    def _later(self) -> Iterator[None]:
        self.age = max(self.age - 1, 0)
        with _days_ago(self.age):
            yield

    def _do(self, case: Any, task: Any, *, refuse: bool) -> None:
        by = _officer(task.role, task.office.code) if task.role else COMMAND
        step = workflow.step(case.process, task.step)
        if refuse and "refuse" in step.get("moves", ()) and case.state.get("outcome") is None:
            review.refuse(
                task.pk,
                reason=self.row.get("note", REFUSED),
                ground=str(catalogue.text(case.definition["legal_basis"][0]["title"])),
                version=case.version,
                by=by,
            )
            return
        getattr(self, f"_{task.kind}")(case, task, by)
        if task.kind not in ("sign", "pay", "handover", "appeal"):
            review.forward(task.pk, version=cases.by_id(case.pk).version, by=by)

    def _endorse(self, case: Any, task: Any, by: By) -> None:
        """Agreeing is forwarding."""

    def _register(self, case: Any, task: Any, by: By) -> None:
        """The number is taken when it is forwarded."""

    def _appeal(self, case: Any, task: Any, by: By) -> None:
        """Left at the refusal, so that its letter is written."""
        appeals.accept(case.pk, by=By(case.opened_by_id, "web"))

    def _verify(self, case: Any, task: Any, by: By) -> None:
        for attachment in cases.form.attachments(case).values():
            review.judge(task.pk, attachment_id=attachment.pk, verdict="fits", by=by)

    def _inspect(self, case: Any, task: Any, by: By) -> None:
        team = [person.pk for person in cases.colleagues(task)]
        visit = inspections.plan_visit(
            task.pk,
            planned_at=timezone.now(),
            place=str(case.answers.get("lokasi") or case.answers.get("alamat", "")),
            note="",
            members=team,
            by=by,
        )
        found = {item["code"]: {"fits": True} for item in inspections.checklist(case, task)}
        inspections.record_findings(visit.pk, findings=found, by=by)
        inspections.add_photo(
            visit.pk,
            key=uuid4(),
            stream=_picture("lapangan"),
            name="lapangan.jpg",
            caption="Lokasi dari depan",
            latitude=Decimal("-5.113600"),
            longitude=Decimal("105.306800"),
            accuracy_m=8,
            by=by,
        )
        minutes = inspections.write_minutes(
            visit.pk,
            conclusion="fits",
            text="Lokasi dan ukuran sesuai dengan gambar yang diajukan.",
            applicant_statement="Pemohon membenarkan hasil pemeriksaan.",
            by=by,
        )
        for account_id in team:
            inspections.approve_minutes(
                visit.pk, revision=minutes.revision, by=By(account_id, "web")
            )

    def _recommend(self, case: Any, task: Any, by: By) -> None:
        inspections.recommend(task.pk, verdict="agree", text="Memenuhi persyaratan teknis.", by=by)

    def _opinion(self, case: Any, task: Any, by: By) -> None:
        self._recommend(case, task, by)

    def _assess(self, case: Any, task: Any, by: By) -> None:
        if review.unready(case, task):  # nothing is owed where nothing has to be set
            levy.assess(task.pk, version=case.version, by=by)

    def _pay(self, case: Any, task: Any, by: By) -> None:
        levies.take_cash(
            case.bill_id,
            cash_given=case.bill.total,
            key=uuid4(),
            by=_officer("kasir", case.office.code),
        )

    def _draft(self, case: Any, task: Any, by: By) -> None:
        document = workflow.step(case.process, task.step).get("document", "permit")
        letter = case.definition["documents"][document]
        decision.write_draft(
            task.pk, body={"conditions": letter.get("conditions", []), "note": ""}, by=by
        )

    def _initial(self, case: Any, task: Any, by: By) -> None:
        """Reading is enough; forwarding is the initials."""

    def _sign(self, case: Any, task: Any, by: By) -> None:
        act = decision.consent(PASSPHRASE, documents=1, by=by)
        decision.sign(task.pk, version=case.version, act=act, by=by)

    def _handover(self, case: Any, task: Any, by: By) -> None:
        permits.hand_over(
            case.permit_id,
            to_name=self.applicant.name,
            relation="holder",
            proof="KTP asli",
            authority=None,
            by=by,
        )

    def _ask(self, case: Any, task: Any) -> None:
        wanted = cases.form.requirements(case)[0]
        review.ask_correction(
            task.pk,
            items=[
                {
                    "kind": "requirement",
                    "code": wanted["code"],
                    "reason": "Foto buram. Unggah yang terbaca semua tulisannya.",
                }
            ],
            note="",
            version=case.version,
            by=_officer(task.role, task.office.code),
        )

    def _afterwards(self, case: Any, reach: str) -> None:
        kinds = {"suspended": "suspend", "revoked": "revoke"}
        if reach not in kinds:
            return
        steps = workflow.steps({"main": case.definition["process"]})
        signs = [step["role"] for step in steps if step["kind"] == "sign"][-1]
        with self._later():
            drafted = permits.draft_decision(
                case.permit_id,
                kind=kinds[reach],
                reason="Pemegang izin tidak memenuhi kewajiban pada surat izin.",
                ground=str(catalogue.text(case.definition["legal_basis"][0]["title"])),
                by=_officer_with("sanction", case.office.code, but_not=signs),
            )
            signer = _officer(signs, case.office.code)
            act = signing.open_act(signer.account_id or 0, PASSPHRASE, by=signer, limit=1)
            permits.sign_decision(drafted.pk, act=act, by=signer)
            _work()


def _own_letter(applicant: Any, services: Sequence[str]) -> str:
    """The number of the newest letter of one of these services that this person was given."""
    for letter in issued.of_holder(applicant.pk):
        if letter.service_version.service.code in services:
            return letter.number
    raise StuckCase(f"{applicant.name} has no letter of {', '.join(services)}")


def _fill(case_id: int, answers: Mapping[str, Any], by: By) -> None:
    case = cases.by_id(case_id)
    for section in cases.form.sections(case):
        errors = drafts.save_section(case_id, section=section["code"], raw=answers, by=by)
        if errors:
            raise StuckCase(f"{case.service_code} {section['code']}: {errors}")


def _officer(role: str, office: str) -> By:
    found = persons.accounts_holding(role=role, office_id=offices.office(office).pk).first()
    if found is None:
        raise StuckCase(f"demo.yaml names nobody for {role} in {office}")
    return By(found.pk, "web")


def _officer_with(right: str, office: str, *, but_not: str = "") -> By:
    there = {post.role.code for post in offices.posts() if post.office.code == office}
    for role in offices.roles():
        if right in role.rights and role.code in there - {but_not}:
            return _officer(role.code, office)
    raise StuckCase(f"nobody in {office} but {but_not} has the right {right}")


def _desk_of(definition: Mapping[str, Any], applicant: Any) -> str:
    home = applicant.area.code if applicant.area else ""
    found = cases.form.office_of(definition, {}, home)
    assert found is not None
    return found.code


@contextmanager
def _days_ago(working_days: int) -> Iterator[None]:
    """What happens inside happened that many working days before now, in office hours."""
    calendar, today = offices.calendar(), offices.today()
    day = today
    while calendar.working_days_between(day, today) < working_days:
        day -= timedelta(days=1)
    now = timezone.now()
    if working_days:
        # A little later with every act, so that the order of the journal stays the order of time.
        started = datetime.combine(day, time(9, 30), offices.zone()) - now
        with mock.patch.object(timezone, "now", side_effect=lambda: datetime.now(UTC) + started):
            yield
    else:
        yield


def _work() -> None:
    if transaction.get_connection().in_atomic_block:
        raise RuntimeError("the worker reads through its own connection: commit what it shall do")
    connector = cast(DjangoConnector, jobs.connector).get_worker_connector()
    with jobs.replace_connector(connector) as worker:
        worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)


def _picture(word: str, kind: str = "jpg") -> io.BytesIO:
    """A small photo-like page with its name on it: a file that opens, not a real document."""
    page = Image.new("RGB", (620, 440), (244, 241, 232))
    pen = ImageDraw.Draw(page)
    pen.rectangle((20, 20, 600, 420), outline=(150, 140, 120), width=3)
    pen.text((50, 50), f"CONTOH BERKAS: {word.upper()}", fill=(40, 40, 40))
    for line in range(9):
        pen.line(
            (50, 110 + line * 30, 540 - (line % 3) * 60, 110 + line * 30), fill=(185, 180, 170)
        )
    kept = io.BytesIO()
    page.save(kept, "JPEG" if kind == "jpg" else "PDF", quality=70)
    kept.seek(0)
    return kept
