"""Soft copy by a link that ends, hard copy with its mark: who may, and what is written down."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from django.test import Client
from django.utils import timezone

from satupintu.journal.events import By
from satupintu.journal.models import Entry
from satupintu.permits import actions
from satupintu.permits.models import Permit, Share
from tests.browsing import text_of_pdf
from tests.cases import desk
from tests.world import World, world

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings as SettingsWrapper

__all__ = ["world"]

pytestmark = pytest.mark.requirement("PRB-8-2")


@pytest.fixture
def letter(world: World) -> Permit:
    case = desk.sent(world, "SKP-PENELITIAN")
    desk.finish(case, desk.reach(case, "tanda_tangan"))
    permit = desk.fresh(case).permit
    assert permit is not None
    return Permit.objects.get(pk=permit.pk)


def link_of(answer: Any) -> str:
    found = re.search(r"/dibagikan/[\w-]+/", answer.content.decode())
    assert found, answer.content.decode()
    return found[0]


def shared(world: World, letter: Permit, days: int = 7) -> str:
    return link_of(world.applicant().post(f"/surat-saya/{letter.pk}/bagikan/", {"days": str(days)}))


def test_the_holder_makes_a_link_and_a_stranger_downloads_the_letter(
    world: World, letter: Permit
) -> None:
    siti, stranger = world.applicant(), Client()
    link = shared(world, letter)

    page = stranger.get(link)
    words = page.content.decode()
    assert page.status_code == 200
    for known in (letter.title, letter.number, "Asli dan berlaku"):
        assert known in words
    assert "Siti Rahayu" not in words
    assert page["Cache-Control"] == "no-store"
    assert "noindex" in page["X-Robots-Tag"]
    assert 'content="noindex' in words

    file: Any = stranger.post(link + "unduh/")
    assert b"".join(file.streaming_content) == desk.PDF
    assert file["Cache-Control"] == "no-store"
    assert "noindex" in file["X-Robots-Tag"]
    assert "diunduh 1 kali" in siti.get(f"/surat-saya/{letter.pk}/bagikan/").content.decode()


def test_the_token_is_told_once_and_kept_nowhere(world: World, letter: Permit) -> None:
    token = shared(world, letter).split("/")[2]

    assert token not in world.applicant().get(f"/surat-saya/{letter.pk}/bagikan/").content.decode()
    kept = Share.objects.get()
    assert token not in str(vars(kept))
    assert len(token) >= 27  # 160 bits
    assert not [entry for entry in Entry.objects.all() if token in str(vars(entry))]


@pytest.mark.parametrize("days", [1, 7, 30])
def test_a_link_ends_on_its_day(days: int, world: World, letter: Permit) -> None:
    link = shared(world, letter, days)
    made = Share.objects.get()
    assert made.ends_at - made.created_at == pytest.approx(
        timedelta(days=days), abs=timedelta(minutes=1)
    )

    made.ends_at = timezone.now()
    made.save()
    assert Client().get(link).status_code == 404
    assert Client().post(link + "unduh/").status_code == 404


def test_ended_taken_back_and_unknown_links_are_one_page(world: World, letter: Permit) -> None:
    """Attack: learn from the answer whether a link ever was."""
    ended, back = shared(world, letter), shared(world, letter)
    first, second = Share.objects.order_by("id")
    first.ends_at = timezone.now()
    first.save()
    siti = world.applicant()
    siti.post(f"/surat-saya/{letter.pk}/bagikan/{second.pk}/tarik/")

    answers = [Client().get(url) for url in (ended, back, "/dibagikan/entah-apa/")]

    assert {answer.status_code for answer in answers} == {404}
    assert all(letter.number not in answer.content.decode() for answer in answers)
    pages = {
        answer.content.decode().replace(url, "")
        for answer, url in zip(answers, (ended, back, "/dibagikan/entah-apa/"), strict=True)
    }
    assert len({re.sub(r"/(en/)?dibagikan/[\w-]+/", "", page) for page in pages}) == 1


def test_only_the_holder_makes_lists_and_takes_back_links(world: World, letter: Permit) -> None:
    shared(world, letter)
    made = Share.objects.get()
    for rival in (world.applicant("andi"), world.desk("kepala"), world.desk("penyerahan")):
        assert rival.get(f"/surat-saya/{letter.pk}/bagikan/").status_code == 404
        answer = rival.post(f"/surat-saya/{letter.pk}/bagikan/", {"days": "7"})
        assert answer.status_code == 404
        answer = rival.post(f"/surat-saya/{letter.pk}/bagikan/{made.pk}/tarik/")
        assert answer.status_code == 404
    made.refresh_from_db()
    assert made.withdrawn_at is None
    assert Share.objects.count() == 1


def test_what_happens_to_a_link_is_journalled_by_ids(world: World, letter: Permit) -> None:
    link = shared(world, letter)
    file: Any = Client().post(link + "unduh/")
    assert b"".join(file.streaming_content) == desk.PDF
    made = Share.objects.get()
    siti = By(world.applicants["siti"].account_id, "web")
    actions.withdraw_share(letter.pk, made.pk, by=siti)
    actions.withdraw_share(letter.pk, made.pk, by=siti)

    rows = Entry.objects.filter(event__contains="Share").order_by("id")
    assert [(row.event, row.account_id) for row in rows] == [
        ("permits.PermitShared", siti.account_id),
        ("permits.ShareUsed", None),
        ("permits.ShareWithdrawn", siti.account_id),
    ]
    assert {row.data["share_id"] for row in rows} == {made.pk}


def test_only_one_seven_or_thirty_days_and_at_most_ten_links(world: World, letter: Permit) -> None:
    siti = world.applicant()
    for days in ("365", "0", "-7", "", "tujuh"):
        answer = siti.post(f"/surat-saya/{letter.pk}/bagikan/", {"days": days})
        assert answer.status_code == 422
    for _ in range(10):
        shared(world, letter)
    answer = siti.post(f"/surat-saya/{letter.pk}/bagikan/", {"days": "7"})
    assert answer.status_code == 422
    assert "Tarik salah satu dulu" in answer.content.decode()


def test_guessing_links_is_slow(world: World, settings: SettingsWrapper) -> None:
    settings.TURNS = {"share": (2, 1)}
    codes = [Client().get(f"/dibagikan/tebakan-{guess}/").status_code for guess in range(5)]
    assert 429 in codes


def test_the_page_behind_a_link_tells_how_the_letter_stands_today(
    world: World, letter: Permit
) -> None:
    link = shared(world, letter)
    letter.status = "revoked"
    letter.save()
    assert "Dicabut" in Client().get(link).content.decode()


@pytest.mark.requirement("PRB-11-1-h")
def test_the_counter_prints_a_marked_copy_and_it_is_known_who_did(
    world: World, letter: Permit
) -> None:
    clerk = world.officer("penyerahan")
    answer = world.browser(clerk).post(f"/izin/{letter.pk}/cetak/")

    words = text_of_pdf(answer.content)
    assert "SALINAN" in words.replace(" ", "")
    assert letter.number in words
    printed = Entry.objects.get(event="permits.CopyPrinted")
    assert (printed.account_id, printed.subject) == (clerk.pk, f"permit:{letter.pk}")
    assert printed.post_id is not None

    for post in ("kepala", "pengawas", "kasir"):
        answer = world.desk(post).post(f"/izin/{letter.pk}/cetak/")
        assert answer.status_code in (403, 404)
    assert Entry.objects.filter(event="permits.CopyPrinted").count() == 1
