"""An officer of one kelurahan gets nothing of another's case, at any address of the system."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from satupintu.cases import queries as cases
from satupintu.cases.actions import paper_forms, talk
from satupintu.cases.models import Attachment, Case, FormBlock, PaperForm
from satupintu.cases.queries import own
from satupintu.offices import queries as offices
from satupintu.people.models import Holding
from satupintu.permits.models import Permit
from satupintu.site import demo
from tests.site.test_routes import RULES, address, body, everybody, ours
from tests.units.test_register import issue
from tests.units.town import AGENCIES, HERE, Town, build

pytestmark = pytest.mark.django_db(transaction=True)

SECRET = "rahasia-kelurahan-b-9137"
THEIRS = "kel-mayangan"
# What would give the resident of the other kelurahan away.
NAME, NIK, STREET = "Budiono Hartarto", "3574031208950002", "Jalan Kenari 5"

# Whoever watches the whole city reads the journal of the whole city (art. 13).
MONITORING = ("diskominfo", "pengawas")
# Whoever administers every unit decides on erasing in all of them, and is told the number alone.
ADMINISTRATION = ("diskominfo", "administrator")


@pytest.fixture
def there(db: None, run_jobs: Callable[[], None]) -> tuple[Town, Case, Permit]:
    town = build()
    case = demo.play(
        {
            "service": "SKTM",
            "scenario": 0,
            "reach": "submitted",
            "age": 0,
            "answers": {
                "nama": NAME, "nik": NIK, "alamat": STREET, "wilayah": "35.74.03.1001.001.001",
            },
        },
        town.budi,
    )  # fmt: skip
    assert case.office.code == THEIRS
    talk.write_note(case.pk, body=SECRET, key=uuid4(), by=town.by(THEIRS, "kasi"))
    permit = issue(town, THEIRS, date(2026, 11, 1))
    paper_forms.reserve(
        office=case.office, service="SKTM", count=1, key=uuid4(), by=town.by(THEIRS, "kasi")
    )
    run_jobs()
    return town, case, permit


def place(town: Town, case: Case, permit: Permit) -> dict[str, Any]:
    task = case.tasks.get(status="open")
    attachment = Attachment.objects.filter(case=case).order_by("id")[0]
    holding = Holding.objects.get(post=town.post(THEIRS, "lurah"))
    return {
        "case_id": case.pk, "number": case.number, "task_id": task.pk, "page": 1,
        "attachment_id": attachment.pk, "requirement": attachment.requirement,
        "section": "pemohon", "service": case.service_code, "code": case.service_code,
        "tab": "documents", "document": "permit", "what": "receipt", "record_id": 1,
        "photo_id": 1, "message_id": 1, "permit_id": permit.pk, "token": permit.token,
        "act": "x", "decision_id": 1, "applicant_id": town.budi.pk, "bill_id": 1,
        "receipt_id": 1, "notice_id": 1, "delivery_id": 1, "post_id": holding.post_id,
        "holding_id": holding.pk, "mandate_id": 1, "outage_id": 1,
        "account_id": town.budi.account_id, "filter_id": 1, "opinion_id": 1,
        "upload_id": "6f7f2a0e-6a40-4c39-9a5b-0f6f5f1a1b11", "provider_id": "oidc",
        "session_id": 1, "client_id": 1, "request_id": 1, "token_id": 1, "webhook_id": 1,
        "result": "6f7f2a0e-6a40-4c39-9a5b-0f6f5f1a1b11", "share_id": 1,
        "block_id": FormBlock.objects.get().pk,
        "level": "entries", "index": "000.p/1", "slug": "cara-mengajukan", "name": "komponen",
    }  # fmt: skip


@pytest.mark.requirement("PRB-9-1", "PRB-11-1-b")
def test_no_address_gives_anything_of_another_kelurahans_case(
    there: tuple[Town, Case, Permit],
) -> None:
    town, case, permit = there
    at = place(town, case, permit)
    paper = PaperForm.objects.get().number
    markers = (NAME, NIK, STREET, SECRET, str(case.number), permit.number, paper)
    wrong = []
    actors = [
        (post.office.code, post.code)
        for post in offices.posts()
        if post.office.code in (*HERE, *AGENCIES)
    ]
    assert len(actors) > 15
    for actor in actors:
        desk = town.desk(*actor)
        for route in ours():
            if RULES[route.name].may is everybody or route.name == "people:account_enable":
                continue
            if route.name == "audit" and actor == MONITORING:
                continue
            url = address(route, at)
            for answer in (desk.get(url), desk.post(url)):
                if answer.status_code >= 500:
                    wrong.append(f"{actor} {route.name} {answer.status_code}")
                told = body(answer).replace(url, "")
                if route.name == "cases:hold" and actor == ADMINISTRATION:
                    told = told.replace(str(case.number), "")
                if route.name.startswith("cases:paper_") and actor in (ADMINISTRATION, MONITORING):
                    told = told.replace(paper, "")  # who reckons up the whole city
                if found := [marker for marker in markers if marker in told]:
                    wrong.append(f"{actor} {route.name} {answer.status_code} {found}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.requirement("PRB-9-1")
def test_search_and_work_lists_find_the_own_offices_cases_only(
    there: tuple[Town, Case, Permit],
) -> None:
    town, case, _ = there
    for post in offices.posts():
        if post.office.code not in (*HERE, *AGENCIES):
            continue
        by = town.by(post.office.code, post.code)
        assert cases.search(by, str(case.number)) == []
        assert cases.search(by, NIK) == []
        assert cases.tasks(by, cases.Filters.read({"tab": "all"})).rows == []
    assert cases.search(town.by(THEIRS, "lurah"), NIK) == [case]
    assert cases.tasks(town.by("rt-mayangan-001-001", "ketua"), cases.Filters.read({})).rows


@pytest.mark.requirement("PRB-9-1")
def test_the_counter_recognises_a_person_of_elsewhere_and_learns_no_more(
    there: tuple[Town, Case, Permit],
) -> None:
    town, case, _ = there
    page = reverse("cases:counter_applicant", args=[town.budi.pk])
    desk, theirs = town.desk("kel-ketapang", "cs"), town.desk(THEIRS, "cs")
    assert desk.get(page).status_code == 404, "nobody leafs through the residents by number"
    found = desk.post(reverse("cases:counter"), {"nik": NIK}).content.decode()
    assert NAME not in found
    opened = desk.get(page).content.decode()
    assert str(case.number) not in opened
    assert STREET not in opened
    assert str(case.number) in theirs.get(page).content.decode()
    clerk = [offices.office("kel-ketapang").pk]
    assert own.running_of(town.budi.pk, NIK, office_ids=clerk) == []
