"""One of everything that has an address: cases at many steps, a bill, a permit, a mandate."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from satupintu.api import actions as api
from satupintu.api.models import Client as Outside
from satupintu.api.models import Delivery as Outgoing
from satupintu.api.models import Subscription, Token
from satupintu.cases.actions import (
    attaching,
    decision,
    drafts,
    filters,
    inspections,
    opinions,
    paper_forms,
    talk,
)
from satupintu.cases.models import Case, FormBlock, Opinion, SavedFilter, Visit
from satupintu.cases.queries import Filters
from satupintu.files import actions as files
from satupintu.files.models import Upload
from satupintu.journal import actions as journal
from satupintu.journal.events import By
from satupintu.levies.models import Receipt
from satupintu.notifications.models import Delivery, Notice
from satupintu.offices import actions as offices
from satupintu.offices import queries as units
from satupintu.people import actions as people
from satupintu.people import queries as persons
from satupintu.people.models import DataRequest, Holding, Mandate
from satupintu.permits import actions as permits
from satupintu.permits import queries as issued
from satupintu.permits.models import Decision, Permit, Share
from satupintu.site import demo
from tests.cases import filling
from tests.sandboxes import LoopThread
from tests.world import World, prepared

SHARED = "tautan-yang-dibagikan"
SECRET_NOTE = "rahasia-dapur-4471"
SKP, SIGN, BUILDING, NURSE = "SKP-PENELITIAN", "REKLAME-TETAP", "PBG", "SIP-PERAWAT"


# Who there is: people, and one holder of each role in each office of the pack.
POSTS = {
    "front_office@dpmptsp": "loket-1",
    "verifikator@dpmptsp": "verifikator-1",
    "penetap@dpmptsp": "penetap",
    "kasir@dpmptsp": "kasir",
    "pengolah@dpmptsp": "pengolah",
    "kabid@dpmptsp": "kabid",
    "sekretaris@dpmptsp": "sekretaris",
    "kepala_dinas@dpmptsp": "kepala",
    "penyerahan@dpmptsp": "penyerahan",
    "pengawas@dpmptsp": "pengawas",
    "administrator@dpmptsp": "administrator",
    "tim_teknis@dinkes": "tim-teknis",
    "tim_teknis@putr": "tim-teknis-1",
    "tim_teknis@kesbangpol": "tim-teknis",
    "tim_teknis@upt-pemakaman": "tim-teknis",
}
PEOPLE = ("siti", "bambang", "andi")


@pytest.fixture
def house(
    world: World, outside: Any, run_jobs: Callable[[], None], beside: LoopThread
) -> tuple[World, dict[str, dict[str, Any]]]:
    prepared("stage", lambda: build(world, run_jobs), instead=True)
    places = everywhere()
    applicants = world.applicants
    places |= {
        "icon": {"kind": "192"},
        "guide": {"slug": "cara-mengajukan"},
        "style": {"name": "komponen"},
        "person": {"applicant_id": applicants["bambang"].pk, "service": SKP},
        "company": {"applicant_id": applicants["sinar"].pk},
    }
    return world, places


def client_of(world: World, actor: str, **how: Any) -> Client:
    client = Client(raise_request_exception=False, **how)
    if actor in PEOPLE:
        account = world.applicants[actor].account
        assert account is not None
        client.force_login(account)
    elif actor != "anonymous":
        client.force_login(world.officer(POSTS[actor], actor.partition("@")[2]))
    return client


def play(world: World, service: str, reach: str, scenario: int = 0) -> Case:
    row = {"service": service, "scenario": scenario, "reach": reach, "age": 0, "applicant": "siti"}
    case: Case = demo.play(row, world.applicants["siti"])
    talk.write_note(case.pk, body=SECRET_NOTE, key=uuid4(), by=world.by("kabid"))
    return case


def build(world: World, work: Callable[[], None]) -> None:
    """Everything is Siti's, but the company, which is Andi's."""
    siti = By(world.applicants["siti"].account_id, "web")
    draft = drafts.start(
        service=NURSE, request_type="baru", applicant=world.applicants["siti"], by=siti
    )
    attaching.attach(
        draft.pk,
        requirement="ktp",
        stream=filling.pdf().file or io.BytesIO(),
        name="a.pdf",
        by=siti,
    )
    attaching.begin_upload(draft.pk, requirement="ktp", name="b.pdf", size=99, by=siti)
    checked = play(world, SKP, "at:verifikasi")
    _talk(world, checked, siti)
    play(world, SKP, "at:rekomendasi")
    _visit(world, play(world, SIGN, "at:tinjau", 1))
    play(world, BUILDING, "at:penetapan")
    play(world, BUILDING, "at:konsep")
    _issue(world, play(world, SKP, "at:tanda_tangan"))
    today = units.today()
    offices.declare_outage(
        kind="outage",
        reason="Listrik padam",
        started_at=timezone.now(),
        offices=[units.office("dinkes")],
        by=persons.acting_as(world.by("kepala"), right="outage"),
    )
    people.give_mandate(
        post_id=units.post("dpmptsp", "kabid").pk,
        account_id=world.officer("sekretaris").pk,
        kind="plh",
        from_date=today + timedelta(days=30),
        to_date=today + timedelta(days=31),
        decision_number="800/1",
        decision_date=today,
        by=world.by("administrator"),
    )
    people.ask_correction_of_data(
        words="Alamat saya salah",
        about="",
        office_id=units.office("dpmptsp").pk,
        key=uuid4(),
        by=siti,
    )
    filters.save_filter(
        name="Terlambat", filters=Filters.read({"late": "1"}), by=world.by("verifikator-1")
    )
    _let_in(world, siti)
    paper_forms.reserve(
        office=units.office("dpmptsp"), service=SKP, count=1, key=uuid4(), by=world.by("kabid")
    )
    work()
    for log in ("journal", "permits"):
        journal.seal(log)


def _let_in(world: World, siti: By) -> None:
    """Another system, with something that did not reach it; and a token of Siti's."""
    ends_on = units.today() + timedelta(days=30)
    api.make_token(name="Dompet", ends_on=ends_on, by=siti)
    client, _ = api.register_client(
        name="Dasbor",
        office_id=units.office("dpmptsp").pk,
        scopes=["cases:read", "tasks:read", "webhooks"],
        per_minute=60,
        ends_on=ends_on,
        by=world.by("administrator"),
    )
    hook = Subscription.objects.create(
        client=client, url="https://dasbor.example/kabar", events=["permit.suspended"]
    )
    Outgoing.objects.create(
        subscription=hook,
        entry_id=1,
        event="permit.suspended",
        body="{}",
        status="failed",
        attempts=80,
        problem="HTTP 503",
        queued_at=timezone.now(),
        tried_at=timezone.now(),
    )


def everywhere() -> dict[str, dict[str, Any]]:
    """What stands in the addresses, by the place that a rule names."""
    at: dict[str, Case] = {}
    for case in Case.objects.order_by("id"):
        step = case.tasks.filter(status="open").first()
        at[f"{case.service_code}:{step.step if step else case.phase}"] = case
    found: dict[str, dict[str, Any]] = {name: _of_case(case) for name, case in at.items()}
    permit = Permit.objects.get(kind="permit")
    found["share"] = {
        "permit_id": permit.pk,
        "share_id": permit.shares.get().pk,
        "token": SHARED,
    }
    receipt = Receipt.objects.get()
    found["none"] = {}
    found["device"] = {"session_id": 0}
    found["permit"] = {
        "permit_id": permit.pk,
        "token": permit.token,
        "result": "6f7f2a0e-6a40-4c39-9a5b-0f6f5f1a1b11",
        "decision_id": Decision.objects.get().pk,
        "level": "entries",
        "index": "000.p/1",
    }
    found["bill"] = {"bill_id": receipt.bill_id, "receipt_id": receipt.pk}
    found["notice"] = {"notice_id": Notice.objects.order_by("id")[0].pk}
    found["delivery"] = {"delivery_id": Delivery.objects.order_by("id")[0].pk}
    found["post"] = {
        "post_id": units.post("dpmptsp", "kabid").pk,
        "holding_id": Holding.objects.order_by("id")[0].pk,
        "mandate_id": Mandate.objects.get().pk,
        "outage_id": units.declared_outages()[0].pk,
        "account_id": Holding.objects.order_by("id")[0].account_id,
    }
    found["client"] = {
        "client_id": Outside.objects.get().pk,
        "token_id": Token.objects.get(account__isnull=False).pk,
        "webhook_id": Subscription.objects.get().pk,
        "delivery_id": Outgoing.objects.get().pk,
    }
    found["data_request"] = {"request_id": DataRequest.objects.get().pk}
    found["paper"] = {"block_id": FormBlock.objects.get().pk}
    found["filter"] = {"filter_id": SavedFilter.objects.get().pk}
    found["opinion"] = {"opinion_id": Opinion.objects.get().pk} | {
        "attachment_id": Opinion.objects.get().shown.get().pk,
        "page": 1,
    }
    return found


def _of_case(case: Case) -> dict[str, Any]:
    task = case.tasks.filter(status="open").first()
    attachment = case.attachments.filter(current=True).order_by("id").first()
    visit = Visit.objects.filter(case=case).first()
    minutes = getattr(visit, "minutes", None)
    return {
        "case_id": case.pk,
        "number": case.number or 1,  # of a draft: the page of its file
        "task_id": task.pk if task else 0,
        "attachment_id": attachment.pk if attachment else 0,
        "requirement": attachment.requirement if attachment else "",
        "upload_id": Upload.objects.get().pk,
        "section": "pemohon",
        "service": case.service_code,
        "code": case.service_code,
        "tab": "documents",
        "page": 1,
        "document": "permit",
        "what": "minutes" if visit else "receipt",
        "record_id": minutes.pk if minutes else 0,
        "photo_id": visit.photos.order_by("id")[0].pk if visit else 0,
        "message_id": case.messages.order_by("id")[0].pk if case.messages.exists() else 0,
    }


def _talk(world: World, case: Case, siti: By) -> None:
    letter = files.store_bytes(
        filling.pdf().read(), name="surat.pdf", media_type="application/pdf", by=siti
    )
    talk.send_message(
        case.pk, body="Kapan selesai?", key=uuid4(), from_office=False, file_id=letter.pk, by=siti
    )
    opinions.ask(
        case.tasks.get(status="open").pk,
        office="dinkes",
        question="Perlu izin etik?",
        shown=[case.attachments.filter(current=True).order_by("id")[0].pk],
        days=3,
        by=world.by("verifikator-1"),
    )


def _visit(world: World, case: Case) -> None:
    task, by = case.tasks.get(status="open"), world.by("tim-teknis-1", "putr")
    visit = inspections.plan_visit(
        task.pk,
        planned_at=timezone.now(),
        place="Jalan Soekarno Hatta 45",
        note="",
        members=[by.account_id or 0],
        by=by,
    )
    items = {one["code"]: {"fits": True} for one in inspections.checklist(case, task)}
    inspections.record_findings(visit.pk, findings=items, by=by)
    inspections.add_photo(
        visit.pk, key=uuid4(), stream=filling.jpg().file or io.BytesIO(), name="a.jpg", by=by
    )
    written = inspections.write_minutes(
        visit.pk, conclusion="fits", text="Sesuai.", applicant_statement="", by=by
    )
    inspections.approve_minutes(visit.pk, revision=written.revision, by=by)


def _issue(world: World, case: Case) -> None:
    """Signed without a signer: the pages do not look at the signature."""
    head, task = world.by("kepala"), case.tasks.get(status="open")
    signed = decision.sign(task.pk, version=case.version, act="tindakan-kepala", by=head)
    assert signed.permit is not None
    file = files.store_bytes(
        filling.pdf().read(), name="izin.pdf", media_type="application/pdf", by=head
    )
    permits.finish_signing(signed.permit.pk, act=signed.permit.act, file=file, level="B-LTA")
    decision.signature_made(case.pk)
    siti = world.applicants["siti"].account
    assert siti is not None
    Share.objects.create(
        permit=signed.permit,
        token_hash=issued.hash_of(SHARED),
        made_by=siti,
        ends_at=timezone.now() + timedelta(days=7),
    )
    permits.draft_decision(
        signed.permit.pk, kind="suspend", reason="Melanggar.", ground="UU", by=world.by("kabid")
    )
