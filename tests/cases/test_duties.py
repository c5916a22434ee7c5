"""Whose duty a step is: kept apart from others, and shared out by the head of the unit."""

from __future__ import annotations

from typing import Any

import pytest

from satupintu.cases import access
from satupintu.cases.actions import decision, review
from satupintu.cases.models import Case
from satupintu.offices import queries as offices
from satupintu.offices.models import Post
from satupintu.people import actions as people
from tests.browsing import Browser
from tests.cases import desk
from tests.world import COMMAND, World


def stand_in(world: World, post: str, account: Any, office: str = "dpmptsp") -> None:
    """By mandate the account also acts in this post today."""
    people.give_mandate(
        post_id=offices.post(office, post).pk,
        account_id=account.pk,
        kind="plh",
        from_date=offices.today(),
        to_date=offices.today(),
        decision_number="800/1",
        decision_date=offices.today(),
        by=COMMAND,
    )


@pytest.mark.requirement("PLB-9-4")
@pytest.mark.parametrize(
    ("post", "office", "done"),
    [
        ("verifikator-1", "dpmptsp", "verified"),
        ("tim-teknis", "kesbangpol", "recommended"),
        ("pengolah", "dpmptsp", "drafted"),
    ],
)
def test_who_verified_recommended_or_drafted_does_not_sign(
    world: World, post: str, office: str, done: str
) -> None:
    case = desk.sent(world, "SKP-PENELITIAN")
    task = desk.reach(case, "tanda_tangan")
    account = world.officer(post, office)
    assert case.tasks.filter(done_by=account).exists(), done
    stand_in(world, "kepala", account)

    offered = f'name="task" value="{task.pk}"'
    page = world.desk(post, office).get("/tanda-tangan/").content.decode()
    assert "langkah sebelumnya Anda kerjakan sendiri" in page
    assert offered not in page
    assert offered in world.desk("kepala").get("/tanda-tangan/").content.decode()
    with pytest.raises(access.DutiesAreSeparate):
        decision.sign(task.pk, version=desk.fresh(case).version, act="a", by=world.by(post, office))
    assert not Case.objects.filter(pk=case.pk, permit__isnull=False).exists()


def test_who_did_something_else_may_sign_by_mandate(world: World) -> None:
    case = desk.sent(world, "SKP-PENELITIAN")
    task = desk.reach(case, "tanda_tangan")
    stand_in(world, "kepala", world.officer("sekretaris"))
    decision.sign(task.pk, version=desk.fresh(case).version, act="a", by=world.by("sekretaris"))
    assert desk.fresh(case).permit is not None


def head_of(world: World, office: str) -> Any:
    """The agency gets a post that may share out its work, held by somebody of the main office."""
    post = Post.objects.create(
        office=offices.office(office),
        code="kepala",
        name="Kepala Badan",
        role=offices.post("dpmptsp", "kabid").role,
    )
    account = world.officer("kasir")
    people.appoint(post_id=post.pk, account_id=account.pk, from_date=offices.today(), by=COMMAND)
    return account


def test_an_agencys_own_head_shares_out_the_work_of_the_agency_and_no_other(
    world: World,
) -> None:
    case = desk.sent(world, "SKP-PENELITIAN")
    task = desk.reach(case, "rekomendasi")
    assert task.office.code == "kesbangpol"
    head = Browser(head_of(world, "putr"))
    assert head.client.post(
        f"/berkas/{case.number}/tugas/{task.pk}/", {"act": "assign", "to": "1"}
    ).status_code in (403, 404)

    other = desk.sent(world, "REKLAME-TETAP", scenario=1)
    mine = desk.reach(other, "tinjau")
    head.open("/berkas/").press("Cari", q=str(other.number))
    to = world.officer("tim-teknis-2", "putr")
    head.open(f"/berkas/{other.number}/").press("Bagikan", to=str(to.pk))
    mine.refresh_from_db()
    assert mine.assignee_id == to.pk

    stranger = world.officer("tim-teknis", "dinkes")
    with pytest.raises(review.NotReady):
        review.assign(mine.pk, to=stranger.pk, by=world.by("kasir"))


def test_the_section_head_shares_out_what_others_in_the_office_will_do(world: World) -> None:
    case = desk.sent(world, "SKP-PENELITIAN")
    task = desk.reach(case, "verifikasi")
    page = Browser(world.officer("kabid")).open(f"/berkas/{case.number}/")
    page.press("Bagikan", to=str(world.officer("verifikator-2").pk))
    task.refresh_from_db()
    assert task.assignee == world.officer("verifikator-2")
    assert (
        not Browser(world.officer("verifikator-1"))
        .open(f"/berkas/{case.number}/")
        .offers("Bagikan")
    )
