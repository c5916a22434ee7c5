"""After payment an application ends only at the counter; the money stays where it was noted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from satupintu.cases import access
from satupintu.cases.actions import submission
from satupintu.cases.models import Case
from satupintu.journal.events import By
from satupintu.journal.models import Entry
from satupintu.levies.models import Receipt
from satupintu.notifications.models import Notice
from satupintu.offices.queries import NoRight
from satupintu.people import queries as people
from satupintu.people.models import Applicant
from tests.browsing import Browser
from tests.cases import desk
from tests.world import World, outside

__all__ = ["outside"]

pytestmark = pytest.mark.django_db(transaction=True)
TREASURER = "Pengembalian uang ditangani bendahara"


@pytest.fixture
def paid(world: World) -> Case:
    case = desk.sent(world, "PBG")
    desk.reach(case, "konsep")
    return desk.fresh(case)


def screen(world: World, post: str) -> Browser:
    return Browser(world.officer(post))


def test_the_applicant_asks_and_the_counter_cancels_a_paid_application(
    world: World, paid: Case, outside: Any, run_jobs: Callable[[], None]
) -> None:
    siti = Browser(world.applicants["siti"].account)
    siti.open(f"/permohonan/{paid.pk}/").follow("Minta pembatalan permohonan ini")
    assert TREASURER in siti.text
    siti.press("Minta pembatalan", reason="Bangunannya tidak jadi.")
    assert "Anda meminta pembatalan permohonan ini" in siti.text
    submission.ask_withdrawal(paid.pk, reason="Lagi", by=_by(paid))
    assert desk.fresh(paid).phase == "open", "the office goes on until the counter decides"
    assert Entry.objects.filter(event="cases.WithdrawalAsked").count() == 1

    clerk = screen(world, "loket-1").open("/loket/").follow(str(paid.number))
    assert "Bangunannya tidak jadi." in clerk.text
    clerk.press("Batalkan permohonan", status=422)
    assert "Tulis alasan pembatalan" in clerk.text
    clerk.press("Batalkan permohonan", reason="Diminta pemohon dengan KTP asli.")
    run_jobs()

    case = desk.fresh(paid)
    assert (case.phase, case.outcome) == ("closed", "withdrawn")
    assert not case.tasks.filter(status__in=["open", "waiting"]).exists()
    assert case.bill is not None
    assert case.bill.status == "paid"
    assert Receipt.objects.get().bill == case.bill
    assert Entry.objects.filter(event="cases.PaidCaseCancelled").count() == 1
    assert Entry.objects.filter(event="levies.PaidBillWithdrawn").count() == 1
    told = Notice.objects.filter(code="cancelled_after_payment")
    assert told.count() == 1

    for page in (f"/permohonan/{case.pk}/", f"/tagihan/{case.bill_id}/"):
        assert TREASURER in siti.open(page).text, page
    assert "Diminta pemohon dengan KTP asli." in siti.open(f"/permohonan/{case.pk}/").text
    assert "Lunas, permohonan ditarik" in siti.open(f"/tagihan/{case.bill_id}/").text
    receipt = screen(world, "kasir").open(f"/kasir/bukti/{Receipt.objects.get().pk}/")
    assert "Lunas, permohonan ditarik" in receipt.text
    assert str(paid.number) not in screen(world, "loket-1").open("/loket/").text

    submission.cancel_paid(paid.pk, reason="Lagi", by=world.by("loket-1"))
    assert desk.fresh(paid).withdrawn_reason == "Diminta pemohon dengan KTP asli."


def test_only_the_counter_of_the_office_cancels_and_only_what_is_paid(
    world: World, paid: Case
) -> None:
    for post, office in (("kasir", "dpmptsp"), ("kepala", "dpmptsp"), ("tim-teknis-1", "putr")):
        with pytest.raises(NoRight):
            submission.cancel_paid(paid.pk, reason="x", by=world.by(post, office))
        assert world.desk(post, office).get(f"/loket/batal/{paid.number}/").status_code != 200
    other = desk.sent(world, "SKP-PENELITIAN")
    with pytest.raises(submission.NotPaid):
        submission.cancel_paid(other.pk, reason="x", by=world.by("loket-1"))
    with pytest.raises(submission.NotPaid):
        submission.ask_withdrawal(other.pk, reason="x", by=_by(other))


def test_what_is_signed_or_being_signed_is_not_cancelled_any_more(world: World, paid: Case) -> None:
    task = desk.reach(paid, "tanda_tangan")
    desk.sign(paid, task)
    with pytest.raises(submission.TooLate):
        submission.cancel_paid(paid.pk, reason="x", by=world.by("loket-1"))
    with pytest.raises(submission.TooLate):
        submission.ask_withdrawal(paid.pk, reason="x", by=_by(paid))


def test_a_clerk_does_not_cancel_their_own_application(world: World, paid: Case) -> None:
    Applicant.objects.filter(pk=paid.applicant_id).update(account=world.officer("loket-1"))
    with pytest.raises(access.OwnCase):
        submission.cancel_paid(paid.pk, reason="x", by=world.by("loket-1"))


def _by(case: Case) -> Any:
    applicant = people.applicant(case.applicant_id)
    return By(applicant.account_id, "web")
