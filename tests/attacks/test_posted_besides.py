"""Columns that a form does not ask for count for nothing, whoever sends them with it."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from django.test import Client

from satupintu.cases.models import Case
from satupintu.levies.models import Bill, Receipt
from satupintu.people.models import Account
from tests.cases import desk, filling
from tests.people.cast import PASSWORD, Cast
from tests.people.conftest import cast
from tests.people.door import post
from tests.world import World, world

__all__ = ["cast", "world"]

WISHED = {
    **dict.fromkeys(("id", "pk", "case_id", "task_id", "bill_id", "permit", "permit_id"), "1"),
    **dict.fromkeys(("owner", "owner_id", "applicant_id", "opened_by", "opened_by_id"), "1"),
    **dict.fromkeys(("account", "account_id", "changed_by", "approved_by", "taken_by"), "1"),
    **dict.fromkeys(("office_id", "role", "rights", "post", "post_id", "tenant"), "1"),
    **dict.fromkeys(("number", "token", "state", "typed", "draft_body", "warned"), "X-1"),
    **dict.fromkeys(("phase", "status"), "closed"),
    **dict.fromkeys(("fee", "total", "amount", "tariff", "lines", "change"), "1"),
    **dict.fromkeys(("created_at", "changed_at", "submitted_at", "closed_at"), "2020-01-01"),
    **dict.fromkeys(("due_date", "clock_start", "truth_accepted_at", "deemed_at"), "2020-01-01"),
    **dict.fromkeys(("outcome", "channel"), "approved"),
    **dict.fromkeys(("is_staff", "is_superuser", "is_active", "is_guest", "verified"), "true"),
    **dict.fromkeys(("nip", "guest_key", "phone_verified", "service_version", "signer"), "1"),
}
KEPT = (
    "phase", "outcome", "office_id", "applicant_id", "opened_by_id", "channel", "due_date",
    "clock_start", "closed_at", "deemed_at", "service_version_id", "permit_id", "warned",
    "request_type", "draft_body", "version", "language",
)  # fmt: skip


class Greedy(Client):
    """Sends with each form whatever columns there are."""

    def post(self, path: Any, data: Any = None, *rest: Any, **named: Any) -> Any:
        return super().post(path, {**WISHED, **(data or {})}, *rest, **named)


def greedy(account: Any) -> Greedy:
    client = Greedy()
    client.force_login(account)
    return client


def columns(case: Case) -> dict[str, Any]:
    return {name: getattr(desk.fresh(case), name) for name in KEPT}


def test_an_application_sent_with_wishes_is_like_any_other(world: World) -> None:
    siti = world.applicants["siti"]
    plain = filling.send(world.applicant(), "SKP-PENELITIAN", siti.pk)
    wished = filling.send(greedy(siti.account), "SKP-PENELITIAN", siti.pk)
    assert columns(wished) == columns(plain)
    assert desk.fresh(wished).answers == desk.fresh(plain).answers
    assert str(wished.number) != "X-1"
    assert wished.submitted_at is not None
    assert wished.submitted_at.year > 2020
    greedy(siti.account).post(f"/permohonan/{wished.pk}/pesan/", {"body": "Halo"})
    assert wished.messages.get().from_office is False


def test_an_officer_moves_a_case_one_step_and_sets_nothing_else(world: World) -> None:
    plain, wished = (desk.sent(world, "SKP-PENELITIAN") for _ in range(2))
    for case, client in (
        (plain, world.desk("verifikator-1")),
        (wished, greedy(world.officer("verifikator-1"))),
    ):
        task = case.tasks.get(status="open")
        desk.prepare(case, task)
        form = {"act": "forward", "version": str(desk.fresh(case).version)}
        answer = client.post(f"/berkas/{case.number}/tugas/{task.pk}/", form)
        assert answer.status_code == 302
    assert columns(wished) == columns(plain)
    steps = [
        list(one.tasks.order_by("id").values_list("step", "status")) for one in (plain, wished)
    ]
    assert steps[0] == steps[1]


def test_a_cashier_takes_what_the_bill_says(world: World) -> None:
    case = desk.sent(world, "PBG", scenario=0)
    desk.reach(case, "bayar")
    bill = desk.fresh(case).bill
    assert bill is not None
    before = Bill.objects.values("number", "total", "office_id", "applicant_id").get(pk=bill.pk)
    page = greedy(world.officer("kasir"))
    shown = page.get(f"/kasir/tagihan/{bill.pk}/").content.decode()
    key = shown.split('name="key"')[1].split('value="')[1].split('"')[0]
    short = page.post(f"/kasir/tagihan/{bill.pk}/", {"cash_given": "1", "key": key})
    assert short.status_code == 422
    page.post(f"/kasir/tagihan/{bill.pk}/", {"cash_given": str(int(bill.total)), "key": key})
    assert (
        Bill.objects.values("number", "total", "office_id", "applicant_id").get(pk=bill.pk)
        == before
    )
    assert Receipt.objects.get().bill.total == bill.total


def test_signing_up_with_wishes_makes_a_plain_account(cast: Cast) -> None:
    post(Greedy(), "account_signup", name="Rina", contact="rina@contoh.id", password1=PASSWORD)
    made = Account.objects.get(email="rina@contoh.id")
    assert made.pk != 1
    assert not made.is_guest
    assert not made.nip
    assert not made.phone_verified
    assert not EmailAddress.objects.filter(user=made, verified=True).exists()
    assert not made.holdings.exists()
