"""Scripts in every text that people write, on real pages in a real browser that listens."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from playwright.sync_api import Page, Route

from satupintu.cases import tasks
from satupintu.cases.actions import decision, inspections, opinions, review, talk
from satupintu.cases.models import Case
from satupintu.site.middleware import CONTENT_SECURITY_POLICY
from tests.attacks.test_hostile_texts import ALL, CORPUS, hostile
from tests.browser import chromium, page
from tests.browsing import text_of_pdf
from tests.cases import desk
from tests.world import World, world

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

__all__ = ["chromium", "hostile", "page", "world"]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
POLICY = "Content Security Policy"  # as the console names it
LISTEN = """
window.jahat = () => window.heard('a script ran');
document.addEventListener('securitypolicyviolation', (e) => window.heard(
    `${e.violatedDirective} ${e.blockedURI} ${e.sample}`));
"""


@pytest.fixture
def heard(page: Page) -> list[str]:
    """What a script would do, and what the content policy had to stop."""
    found: list[str] = []
    page.context.expose_binding("heard", lambda _, what: found.append(what))
    page.context.add_init_script(LISTEN)

    def shown(dialog: Any) -> None:
        found.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("dialog", shown)
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on("console", lambda said: found.append(said.text) if POLICY in said.text else None)
    return found


def test_the_listener_hears_what_it_listens_for(page: Page, heard: list[str]) -> None:
    text = "".join(CORPUS)
    for headers, wanted in (
        ({}, "a script ran"),
        ({"Content-Security-Policy": CONTENT_SECURITY_POLICY}, "script-src"),
    ):
        heard.clear()
        kind = {"Content-Type": "text/html"}
        page.unroute_all()
        page.route("**/*", partial(Route.fulfill, body=text, headers=headers | kind))
        page.goto("http://localhost:9/")
        assert any(wanted in one for one in heard), heard


@pytest.fixture
def written(world: World, hostile: Case) -> Case:
    """The corpus in every word of officers, up to the letter that the head would sign."""
    verifier, task = world.by("verifikator-1"), desk.reach(hostile, "verifikasi")
    first = hostile.attachments.filter(current=True).order_by("id")[0]
    review.judge(task.pk, attachment_id=first.pk, verdict="fix", reason=ALL, by=verifier)
    talk.write_note(hostile.pk, body=ALL, key=uuid4(), by=verifier)
    talk.send_message(hostile.pk, body=ALL, key=uuid4(), from_office=True, by=verifier)
    asked = opinions.ask(
        task.pk, office="dinkes", question=ALL, shown=[first.pk], days=3, by=verifier
    )
    agency = world.by("tim-teknis", "dinkes")
    opinions.answer(asked.pk, verdict="conditions", text=ALL, file_id=None, by=agency)
    desk.finish(hostile, task)
    task = desk.reach(hostile, "rekomendasi")
    given = inspections.recommend(
        task.pk, verdict="conditions", text=ALL, conditions=[ALL, ALL], by=desk.holder(task)
    )
    tasks.make_recommendation(recommendation_id=given.pk)
    version = desk.fresh(hostile).version
    review.forward(task.pk, version=version, by=desk.holder(task))
    task = desk.reach(hostile, "konsep")
    body = {"conditions": [ALL, ALL], "note": ALL}
    decision.write_draft(task.pk, body=body, by=desk.holder(task))
    return desk.fresh(hostile)


def visited(world: World) -> Case:
    """Another case, whose visit and minutes are full of it."""
    case = desk.sent(world, "REKLAME-TETAP", scenario=1)
    task, by = desk.reach(case, "tinjau"), world.by("tim-teknis-1", "putr")
    visit = inspections.plan_visit(
        task.pk,
        planned_at=timezone.now(),
        place=ALL[:150],
        note=ALL,
        members=[by.person],
        by=by,
    )
    items = {one["code"]: {"fits": False, "note": ALL} for one in inspections.checklist(case, task)}
    inspections.record_findings(visit.pk, findings=items, by=by)
    inspections.write_minutes(visit.pk, conclusion="fits", text=ALL, applicant_statement=ALL, by=by)
    return desk.fresh(case)


def test_no_text_of_anybody_runs_anywhere(
    world: World, written: Case, live_server: LiveServer, page: Page, heard: list[str]
) -> None:
    on_site, mine = visited(world), f"/permohonan/{written.pk}/"
    case, site = f"/berkas/{written.number}/", f"/berkas/{on_site.number}/"
    tabs = ("", "documents/", "inspection/", "opinions/", "messages/", "history/")
    tours: list[tuple[Client, list[str]]] = [
        (world.applicant(), ["/permohonan/", mine, f"{mine}isian/", f"{mine}pesan/", "/pesan/"]),
        (world.desk("verifikator-1"), [*(case + tab for tab in tabs), "/tugas/"]),
        (world.desk("pengolah"), [f"{case}naskah/susun/"]),
        (world.desk("kabid"), [f"{site}inspection/", f"{site}history/"]),
        (world.desk("tim-teknis-1", "putr"), [f"{site}kunjungan/lapangan/"]),
        (world.desk("tim-teknis", "dinkes"), ["/pendapat/", f"/pendapat/{asked_of(written)}/"]),
        (world.desk("pengawas"), ["/jejak/"]),
    ]
    seen = 0
    for client, pages in tours:
        page.context.clear_cookies()
        page.context.add_cookies(
            [
                {"name": name, "value": morsel.value, "url": live_server.url}
                for name, morsel in client.cookies.items()
            ]
        )
        for url in pages:
            answer = page.goto(live_server.url + url)
            assert answer is not None
            assert answer.status == 200, url
            assert heard == [], url
            seen += page.content().count("jahat()")
    assert seen > 40, "the texts really stood on these pages"


def asked_of(case: Case) -> int:
    return int(case.opinions.get().pk)


def test_a_recommendation_full_of_scripts_prints_them_as_words(world: World, written: Case) -> None:
    given = written.recommendations.get()
    answer: Any = world.desk("kabid").get(
        f"/berkas/{written.number}/surat/recommendation/{given.pk}/"
    )
    words = text_of_pdf(b"".join(answer.streaming_content))
    assert "jahat()" in words
    assert "root:" not in words
