"""The review of rights: who may do what, since when, by whose decision."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from satupintu.journal.models import Entry
from satupintu.offices import queries as offices
from satupintu.people import actions
from satupintu.people.models import AccessReview, Holding
from tests.people.cast import Cast, hold, post
from tests.people.test_pages import admin, browser, day

__all__ = ["admin"]

PAGE = "people:review"


def text(client: Client, **asked: str | int) -> str:
    return client.get(reverse(PAGE), asked).content.decode()


@pytest.mark.requirement("PLB-9-4")
def test_who_may_do_what_since_when_and_by_whose_decision(cast: Cast, admin: Client) -> None:
    today = offices.today()
    actions.give_mandate(
        post_id=post("kepala").pk,
        account_id=cast.budi.pk,
        kind="plt",
        from_date=today,
        to_date=today + timedelta(days=9),
        decision_number="800/12/2026",
        decision_date=date(2020, 1, 2),
        by=cast.by,
    )
    hold(cast.dewi, "loket1")
    page = text(admin)
    for words in ("Plt Kepala Dinas", "800/12/2026", "dicatat oleh", "Belum pernah", "Dewi"):
        assert words in page, words
    counter = text(admin, hak="counter")
    assert "Dewi" in counter
    assert "Plt Kepala Dinas" not in counter

    file = admin.get(reverse("people:review_csv"), {"hak": "counter"})
    lines = b"".join(file.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert len(lines) == 2
    assert "Loket 1,Dewi,definitif,2020-01-01" in lines[1]
    [read] = Entry.objects.filter(event="journal.ProtectedDataRead")
    assert read.data["what"] == "access_list"


@pytest.mark.requirement("PLB-9-4")
def test_the_decree_of_a_holder_is_recorded_and_stands_in_the_review(
    cast: Cast, admin: Client
) -> None:
    hold(cast.dewi, "loket1")
    holding = Holding.objects.get(account=cast.dewi)
    page = reverse("people:holding_decision", args=[holding.pk])
    assert (
        "belum dicatat"
        in admin.get(reverse("people:post", args=[holding.post_id])).content.decode()
    )

    late = {
        "decision_number": "821.2/7",
        **day("decision_date", offices.today() + timedelta(days=2)),
    }
    assert "belum tiba" in admin.post(page, late).content.decode()
    assert admin.post(page, {"decision_number": "821.2/7"}).status_code == 422
    decree = {"decision_number": "821.2/7", **day("decision_date", date(2020, 1, 2))}
    for _ in range(2):
        assert admin.post(page, decree).status_code == 302
    holding.refresh_from_db()
    assert (holding.decision_number, holding.decision_date) == ("821.2/7", date(2020, 1, 2))
    [entry] = Entry.objects.filter(event="people.HoldingDecisionRecorded")
    assert entry.account_id == cast.ani.pk
    assert "821.2/7" in text(admin, hak="counter")
    file = admin.get(reverse("people:review_csv"), {"hak": "counter"})
    lines = b"".join(file.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert "821.2/7,2020-01-02" in lines

    with pytest.raises(IntegrityError), transaction.atomic():
        Holding.objects.filter(pk=holding.pk).update(decision_date=None)
    own = Holding.objects.filter(account=cast.ani).latest("pk")
    refused = admin.post(reverse("people:holding_decision", args=[own.pk]), decree)
    assert refused.status_code == 422, "nobody writes the decree of a post of their own"


def test_an_appointment_carries_its_decree(cast: Cast, admin: Client) -> None:
    seat = post("loket1")
    given = {"contact": str(cast.dewi.email), **day("from_date", offices.today())}
    page = reverse("people:appoint", args=[seat.pk])
    half = admin.post(page, {**given, "decision_number": "821.2/8"})
    assert "Isi tanggal surat keputusan" in half.content.decode()
    decree = {"decision_number": "821.2/8", **day("decision_date", date(2020, 1, 2))}
    assert admin.post(page, {**given, **decree}).status_code == 302
    assert Holding.objects.get(post=seat, account=cast.dewi).decision_number == "821.2/8"


def test_a_review_is_confirmed_with_name_date_and_what_ended(cast: Cast, admin: Client) -> None:
    today = offices.today()
    first = {**day("on", today - timedelta(days=30)), "note": "Triwulan tiga"}
    assert admin.post(reverse(PAGE) + f"?unit={cast.office.pk}", first).status_code == 302
    hold(cast.dewi, "loket1", to_date=today - timedelta(days=2))
    admin.post(reverse(PAGE) + f"?unit={cast.office.pk}", day("on", today))

    page = text(admin, unit=cast.office.pk)
    assert "Triwulan tiga" in page
    assert "Berakhir sejak peninjauan sebelumnya: Loket 1" in " ".join(page.split())
    newest = AccessReview.objects.latest("pk")
    assert (newest.reviewer, newest.reviewed_on) == (cast.ani, today)
    assert newest.withdrawn == [Holding.objects.get(account=cast.dewi).post_id]
    assert Entry.objects.filter(event="people.AccessReviewed", account_id=cast.ani.pk).count() == 2

    late = admin.post(
        reverse(PAGE) + f"?unit={cast.office.pk}", day("on", today + timedelta(days=1))
    )
    assert late.status_code == 422
    assert AccessReview.objects.count() == 2


def test_an_auditor_reviews_the_city_and_others_see_nothing(cast: Cast, admin: Client) -> None:
    role = post("kepala").role
    role.rights = ["audit"]
    role.save()
    hold(cast.budi, "kepala")
    auditor = browser(cast.budi)
    assert "Ani" in text(auditor)
    assert auditor.post(reverse(PAGE), day("on", offices.today())).status_code == 302
    assert AccessReview.objects.get().office is None
    assert auditor.get(reverse("people:posts")).status_code == 403

    hold(cast.dewi, "loket1")
    clerk = browser(cast.dewi)
    assert clerk.get(reverse(PAGE)).status_code == 403
    assert clerk.get(reverse("people:review_csv")).status_code == 403


def test_the_list_does_not_grow_in_queries(
    cast: Cast, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client = browser(cast.ani)
    client.get(reverse(PAGE))
    with django_assert_max_num_queries(20):
        client.get(reverse(PAGE))
