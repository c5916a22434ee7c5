"""A levy from its assessment to the closing of the cash, and what may never happen on the way."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, connection, transaction

from satupintu.files import actions as files
from satupintu.journal.events import SYSTEM, By
from satupintu.journal.models import Entry
from satupintu.levies import actions, queries
from satupintu.levies.models import Bill, CashClosing, Receipt
from satupintu.offices.models import Number
from satupintu.people.queries import NoRight
from tests.levies.conftest import Cast, assessment, bill_for

MIDNIGHT_IN_MAKASSAR = datetime(2026, 11, 20, 16, 30, tzinfo=UTC)  # already the 21st there


def pay(bill: Bill, by: By, given: str = "1300000", key: uuid.UUID | None = None) -> Receipt:
    return actions.take_cash(bill.pk, cash_given=Decimal(given), key=key or uuid.uuid4(), by=by)


@pytest.mark.requirement("PLU-4-2-f")
@time_machine.travel(MIDNIGHT_IN_MAKASSAR, tick=False)
def test_an_assessment_becomes_a_numbered_bill_with_its_lines_and_due_date(cast: Cast) -> None:
    bill = bill_for(cast)
    bill.refresh_from_db()
    assert bill.number == "00001/SKRD/DPMPTSP/2026"
    assert (bill.total, bill.status) == (Decimal("1250000.00"), "open")
    assert bill.lines[0] == {
        "code": "baris1",
        "label": "Baris 1",
        "formula": "1000000 x 1",
        "amount": "1000000",
    }
    assert str(bill.issued_date) == "2026-11-21"
    assert str(bill.due_date) == "2026-12-21"
    assert bill.assessed_by_id == cast.rina.account_id
    event = Entry.objects.get(event="levies.BillIssued")
    assert (event.subject, event.account_id) == (f"bill:{bill.pk}", cast.rina.account_id)
    assert bill_for(cast, subject="case:13").number == "00002/SKRD/DPMPTSP/2026"


def test_a_city_numbers_its_bills_and_receipts_as_its_pack_says(cast: Cast) -> None:
    bill = actions.assess(
        applicant_id=cast.applicant.pk,
        office_id=cast.office.pk,
        subject="case:12",
        assessment=assessment("5000"),
        due_days=30,
        title="Izin",
        by=cast.rina,
        number_format="900/{number:04}/SKRD/{month_roman}/{year}",
        receipt_format="900/{number:04}/SSRD/{year}",
    )
    assert bill.number.startswith("900/0001/SKRD/")
    assert pay(bill, cast.agus).number.startswith("900/0001/SSRD/")


def test_a_case_has_one_open_bill_at_a_time(cast: Cast) -> None:
    first = bill_for(cast)
    with pytest.raises(actions.OpenBillExists) as caught:
        bill_for(cast)
    assert caught.value.message == f"Masih ada tagihan {first.number} yang belum dibayar"
    actions.cancel(first.pk, reason="Luas bangunan salah", by=cast.rina)
    second = bill_for(cast, "900000")
    assert second.number == "00002/SKRD/DPMPTSP/" + second.number[-4:]
    assert [bill.pk for bill in queries.bills_of("case:12")] == [second.pk, first.pk]


def test_a_cancelled_bill_keeps_number_and_reason_and_takes_no_money(cast: Cast) -> None:
    bill = bill_for(cast)
    with pytest.raises(actions.ReasonMissing) as missing:
        actions.cancel(bill.pk, reason=" ", by=cast.rina)
    assert missing.value.message == "Tulis alasan tagihan ini dibatalkan"
    actions.cancel(bill.pk, reason="Luas bangunan salah", by=cast.rina)
    actions.cancel(bill.pk, reason="Lagi", by=cast.rina)
    bill.refresh_from_db()
    assert (bill.status, bill.cancel_reason) == ("cancelled", "Luas bangunan salah")
    assert Number.objects.get(text=bill.number).status == "used"
    assert Entry.objects.filter(event="levies.BillCancelled").count() == 1
    with pytest.raises(actions.NotOpen) as caught:
        pay(bill, cast.agus)
    assert caught.value.message == (
        "Tagihan ini sudah dibatalkan: Luas bangunan salah. Jangan terima uangnya"
    )


def test_a_paid_bill_can_not_be_cancelled(cast: Cast) -> None:
    bill = bill_for(cast)
    pay(bill, cast.agus)
    with pytest.raises(actions.NotOpen) as caught:
        actions.cancel(bill.pk, reason="Salah", by=cast.rina)
    assert caught.value.message == "Tagihan ini sudah dibayar, jadi tidak bisa dibatalkan"


def test_cash_closes_the_bill_and_gives_a_numbered_receipt_with_change(cast: Cast) -> None:
    bill = bill_for(cast)
    receipt = pay(bill, cast.agus, "1300000")
    bill.refresh_from_db()
    assert receipt.number.startswith("00001/SSRD/DPMPTSP/")
    assert (receipt.amount, receipt.change) == (Decimal("1250000.00"), Decimal("50000.00"))
    assert bill.status == "paid"
    entry = Entry.objects.get(event="levies.BillPaid")
    assert entry.data == {"bill_id": bill.pk, "receipt_id": receipt.pk, "about": "case:12"}
    assert entry.office_id == cast.office.pk
    assert entry.post_id is not None


def test_the_same_form_twice_is_one_payment(cast: Cast) -> None:
    bill, key = bill_for(cast), uuid.uuid4()
    first = pay(bill, cast.agus, key=key)
    assert pay(bill, cast.agus, key=key) == first
    assert Receipt.objects.count() == 1
    assert Entry.objects.filter(event="levies.BillPaid").count() == 1


def test_a_form_used_before_can_not_pay_something_else(cast: Cast) -> None:
    bill, other, key = bill_for(cast), bill_for(cast, subject="case:13"), uuid.uuid4()
    receipt = pay(bill, cast.agus, key=key)
    for other_bill, given in ((other, "1300000"), (bill, "2000000")):
        with pytest.raises(actions.FormUsed) as caught:
            pay(other_bill, cast.agus, given, key)
        assert receipt.number in caught.value.message


def test_the_second_cashier_is_told_who_took_the_money(cast: Cast) -> None:
    bill = bill_for(cast)
    with time_machine.travel(datetime(2026, 11, 20, 2, 42, tzinfo=UTC), tick=False):
        receipt = pay(bill, cast.agus)
    with pytest.raises(actions.AlreadyPaid) as caught:
        pay(bill, cast.wati)
    assert caught.value.message == (
        "Tagihan ini sudah dibayar 20-11-2026 pukul 10.42 WITA, bukti bayar "
        f"{receipt.number}, diterima Agus. Jangan terima uang lagi"
    )
    assert caught.value.receipt_id == receipt.pk


@pytest.mark.django_db(transaction=True)
def test_two_cashiers_and_many_clicks_at_the_same_moment_make_one_receipt(cast: Cast) -> None:
    bill, keys = bill_for(cast), (uuid.uuid4(), uuid.uuid4())
    start = threading.Barrier(8)
    results: list[object] = []

    def click(by: By, key: uuid.UUID) -> None:
        start.wait()
        try:
            results.append(pay(bill, by, key=key).pk)
        except actions.AlreadyPaid:
            results.append("told")
        finally:
            connection.close()

    clicks = [(cast.agus, keys[0]), (cast.wati, keys[1])] * 4
    threads = [threading.Thread(target=click, args=one) for one in clicks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)

    receipt = Receipt.objects.get()
    assert sorted(map(str, results)) == sorted([str(receipt.pk)] * 4 + ["told"] * 4)
    assert Number.objects.filter(series__series="SSRD").count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_assessments_at_the_same_moment_make_one_bill(cast: Cast) -> None:
    start = threading.Barrier(2)
    results: list[str] = []

    def assess() -> None:
        start.wait()
        try:
            results.append(bill_for(cast).number)
        except (actions.OpenBillExists, DatabaseError):
            results.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=assess) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert Bill.objects.count() == 1
    assert results.count("refused") == 1


def test_only_a_cashier_of_the_office_takes_money(cast: Cast) -> None:
    bill = bill_for(cast, by=SYSTEM)
    for by in (cast.rina, cast.rudi):
        with pytest.raises(NoRight) as caught:
            pay(bill, by)
        assert "menerima pembayaran" in caught.value.message


def test_who_assessed_does_not_collect(cast: Cast) -> None:
    bill = bill_for(cast, by=cast.agus)
    with pytest.raises(actions.OwnAssessment) as caught:
        pay(bill, cast.agus)
    assert caught.value.message == (
        "Anda yang menetapkan tagihan ini. Minta kasir lain menerima pembayarannya"
    )
    assert pay(bill, cast.wati).taken_by_id == cast.wati.account_id


def test_too_little_and_absurd_amounts_are_refused(cast: Cast) -> None:
    bill = bill_for(cast)
    with pytest.raises(actions.NotEnough) as short:
        pay(bill, cast.agus, "1200000")
    assert short.value.message == "Uang yang diterima kurang Rp\u00a050.000"
    assert short.value.field == "cash_given"
    for given in ("100000000000", "1250000.001"):
        with pytest.raises(actions.NotPlausible):
            pay(bill, cast.agus, given)
    assert not Receipt.objects.exists()
    assert not Number.objects.filter(series__series="SSRD").exists()


def refused_by_the_database(change: Callable[[], Any]) -> str:
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        change()
    return str(caught.value)


def test_the_database_itself_keeps_bills_and_receipts_as_they_were(cast: Cast) -> None:
    bill, other = bill_for(cast), bill_for(cast, "7000", subject="case:13")
    receipt = pay(bill, cast.agus)
    bills, receipts = Bill.objects.filter(pk=bill.pk), Receipt.objects.filter(pk=receipt.pk)

    assert "evidence" in refused_by_the_database(lambda: bills.update(total=1))
    assert "evidence" in refused_by_the_database(lambda: bills.update(lines=[]))
    assert "written once" in refused_by_the_database(lambda: bills.update(status="open"))
    assert "kept" in refused_by_the_database(lambda: Bill.objects.filter(pk=other.pk).delete())
    assert "evidence" in refused_by_the_database(lambda: receipts.update(cash_given=9))
    assert "kept" in refused_by_the_database(lambda: receipts.delete())


def test_the_database_itself_refuses_a_receipt_that_does_not_fit_its_bill(cast: Cast) -> None:
    bill = bill_for(cast)

    def insert(amount: str, given: str, change: str) -> Callable[[], Any]:
        return lambda: Receipt.objects.create(
            number=uuid.uuid4().hex,
            bill=bill,
            amount=Decimal(amount),
            cash_given=Decimal(given),
            change=Decimal(change),
            key=uuid.uuid4(),
            taken_by=cast.siti,
        )

    assert "receipt_amount_is_bill_total" in refused_by_the_database(insert("1", "1", "0"))
    wrong_change = refused_by_the_database(insert("1250000", "1300000", "1"))
    assert "receipt_change_adds_up" in wrong_change
    insert("1250000", "1300000", "50000")()
    assert "bill_id" in refused_by_the_database(insert("1250000", "1250000", "0"))


def test_a_negative_total_is_refused_by_the_database(cast: Cast) -> None:
    assert "bill_total_not_negative" in refused_by_the_database(lambda: bill_for(cast, "-1"))


def test_the_printed_forms_are_kept_once(cast: Cast, settings: Any, tmp_path: Any) -> None:
    settings.FILES_DIR = tmp_path
    bill = bill_for(cast)
    receipt = pay(bill, cast.agus)
    first, second = (
        files.store_bytes(text, name="a.pdf", media_type="application/pdf", by=SYSTEM)
        for text in (b"1", b"2")
    )
    for of in (bill, receipt):
        actions.attach_file(of, file_id=first.pk, by=SYSTEM)
        actions.attach_file(of, file_id=second.pk, by=SYSTEM)
    assert queries.bill(bill.pk).file == first
    assert queries.receipt(receipt.pk).file == first
    assert Entry.objects.filter(event="levies.DocumentAttached").count() == 2


def test_the_templates_get_what_they_ask_for(cast: Cast) -> None:
    with time_machine.travel(datetime(2026, 11, 20, 2, 42, tzinfo=UTC), tick=False):
        bill = bill_for(cast)
        receipt = pay(bill, cast.agus)
    data = queries.bill_data(bill.pk)
    assert data["number"] == bill.number
    assert (data["year"], data["due"]) == (2026, "2026-12-20")
    assert data["lines"][1] == {"label": "Baris 2", "formula": "250000 x 1", "amount": "250000"}
    assert (data["total"], data["in_words"]) == (
        "1250000",
        "satu juta dua ratus lima puluh ribu rupiah",
    )
    paid = queries.receipt_data(receipt.pk)
    assert (paid["bill_number"], paid["paid_at"]) == (bill.number, "2026-11-20T10:42")
    assert (paid["cash_given"], paid["change"]) == ("1300000", "50000")
    assert (paid["method"], paid["cashier"]) == ("Tunai di loket kasir", "Agus")


def test_the_cashier_finds_open_bills_by_number(cast: Cast) -> None:
    first, second = bill_for(cast), bill_for(cast, subject="case:13")
    mine = queries.cashier_offices(cast.agus)
    assert mine == {cast.office.pk: "dpmptsp"}
    assert queries.open_bills(mine).bills == [second, first]
    assert queries.open_bills(mine, search="00001/skrd").bills == [first]
    assert queries.open_bills([]).bills == []
    pay(first, cast.agus)
    assert queries.open_bills(mine, search=first.number).bills == []
    assert queries.settled_bill(mine, first.number) == first
    with pytest.raises(NoRight):
        queries.cashier_offices(cast.rina)


def test_open_bills_come_in_pages(cast: Cast) -> None:
    made = [bill_for(cast, "1000", subject=f"case:{n}").pk for n in range(queries.PAGE + 2)]
    mine = queries.cashier_offices(cast.agus)
    first = queries.open_bills(mine)
    assert first.next is not None
    second = queries.open_bills(mine, after=first.next)
    assert [bill.pk for bill in (*first.bills, *second.bills)] == made[::-1]
    assert second.next is None


def test_a_day_of_takings_is_a_day_of_the_city(cast: Cast) -> None:
    with time_machine.travel(MIDNIGHT_IN_MAKASSAR, tick=False):
        late = pay(bill_for(cast), cast.agus)
    with time_machine.travel(MIDNIGHT_IN_MAKASSAR - timedelta(hours=2), tick=False):
        pay(bill_for(cast, subject="case:13"), cast.agus)
        pay(bill_for(cast, subject="case:14"), cast.wati)
    day = queries.takings(
        account_id=cast.agus.account_id or 0,
        office_id=cast.office.pk,
        on=datetime(2026, 11, 21, tzinfo=UTC).date(),
    )
    assert day.receipts == [late]
    assert day.total == Decimal(1250000)


def close(cast: Cast, counted: str, reason: str = "", by: By | None = None) -> CashClosing:
    return actions.close_cash(
        office_id=cast.office.pk, counted=Decimal(counted), reason=reason, by=by or cast.agus
    )


def test_a_count_that_fits_closes_the_cash_without_a_reason(cast: Cast) -> None:
    pay(bill_for(cast), cast.agus)
    pay(bill_for(cast, "7000", subject="case:13"), cast.wati)
    closing = close(cast, "1250000", reason="tidak perlu")
    assert (closing.expected, closing.difference) == (Decimal(1250000), Decimal(0))
    assert closing.reason == ""
    assert Receipt.objects.filter(closing=closing).count() == 1
    with pytest.raises(actions.NothingToClose) as caught:
        close(cast, "0")
    assert caught.value.message == "Belum ada penerimaan yang perlu ditutup"
    assert close(cast, "7000", by=cast.wati).expected == 7000


@pytest.mark.parametrize(
    ("counted", "words"),
    [("1245000", "kurang Rp\u00a05.000 dari catatan"), ("1251000", "lebih Rp\u00a01.000 dari")],
)
def test_a_difference_wants_a_reason(cast: Cast, counted: str, words: str) -> None:
    pay(bill_for(cast), cast.agus)
    with pytest.raises(actions.ReasonMissing) as caught:
        close(cast, counted)
    assert words in caught.value.message
    assert caught.value.field == "reason"
    closing = close(cast, counted, reason="Salah memberi kembalian")
    assert closing.reason == "Salah memberi kembalian"
    assert "evidence" in refused_by_the_database(
        lambda: CashClosing.objects.filter(pk=closing.pk).update(counted=1)
    )
    assert "written once" in refused_by_the_database(
        lambda: Receipt.objects.filter(closing=closing).update(closing=None)
    )


def test_a_negative_count_is_refused_and_a_stranger_closes_nothing(cast: Cast) -> None:
    pay(bill_for(cast), cast.agus)
    with pytest.raises(actions.NotPlausible):
        close(cast, "-1", reason="x")
    with pytest.raises(NoRight):
        close(cast, "1250000", by=cast.rina)
