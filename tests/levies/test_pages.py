"""The cashier's desk and the payer's bill, over HTTP."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from satupintu.files import actions as files
from satupintu.journal.events import SYSTEM, By
from satupintu.levies import actions
from satupintu.levies.models import CashClosing, Receipt
from satupintu.people.models import Account
from tests.levies.conftest import Cast, bill_for

pytestmark = pytest.mark.urls("tests.levies.urls")
NEW_KEY = uuid.uuid4()


def browser(by: By) -> Client:
    Authenticator.objects.get_or_create(
        user_id=by.account_id, type="totp", defaults={"data": {"secret": "x"}}
    )
    client = Client()
    client.force_login(Account.objects.get(pk=by.account_id or 0))
    return client


def words(answer: Any) -> str:
    """What a person reads, without the markup and with plain spaces."""
    text = re.sub(r"<[^>]+>", " ", answer.content.decode())
    return " ".join(text.replace("\u00a0", " ").split())


def key_in(answer: Any) -> str:
    found = re.search(r'name="key"[^>]*value="([^"]+)"', answer.content.decode())
    assert found
    return found[1]


@pytest.mark.requirement("PLU-4-2-g")
def test_a_cashier_finds_the_bill_takes_the_money_and_closes_the_day(cast: Cast) -> None:
    bill, client = bill_for(cast), browser(cast.agus)

    desk = words(client.get("/kasir/"))
    assert f"{bill.number} Persetujuan Bangunan Gedung" in desk
    assert "Rp 0 (0 bukti bayar)" in desk

    page = client.get("/kasir/", {"q": bill.number}, follow=True)
    assert page.redirect_chain == [(f"/kasir/tagihan/{bill.pk}/", 302)]
    assert "Rp 1.250.000" in words(page)
    assert "satu juta dua ratus lima puluh ribu rupiah" in words(page)

    typed = {"cash_given": "1.300.000", "key": key_in(page)}
    paid = client.post(f"/kasir/tagihan/{bill.pk}/", typed, follow=True)
    receipt = Receipt.objects.get()
    assert paid.redirect_chain == [(f"/kasir/bukti/{receipt.pk}/", 302)]
    assert f"Bukti bayar {receipt.number}" in words(paid)
    assert "Kembalian untuk pembayar Rp 50.000" in words(paid)

    again = client.post(f"/kasir/tagihan/{bill.pk}/", typed, follow=True)
    assert again.redirect_chain == paid.redirect_chain
    assert Receipt.objects.count() == 1

    assert "Rp 1.250.000 (1 bukti bayar)" in words(client.get("/kasir/"))
    short = client.post("/kasir/tutup/", {"counted": "1.200.000", "reason": ""})
    assert short.status_code == 422
    assert "kurang Rp 50.000 dari catatan" in words(short)
    closed = client.post(
        "/kasir/tutup/", {"counted": "1.200.000", "reason": "Salah kembalian"}, follow=True
    )
    assert "Kas ditutup" in words(closed)
    assert "Belum ada penerimaan yang perlu ditutup" in words(closed)
    assert "Salah kembalian" in words(closed)
    assert CashClosing.objects.get().difference == -50_000


def test_the_change_is_counted_while_typing_and_works_without_a_script(cast: Cast) -> None:
    bill, client = bill_for(cast), browser(cast.agus)
    address = f"/kasir/tagihan/{bill.pk}/"
    enough = client.get(address, {"cash_given": "1.300.000"})
    assert words(enough) == "Kembalian Rp 50.000"
    assert words(client.get(address, {"cash_given": "5000"})) == "Uangnya belum cukup"
    assert words(client.get(address, {"cash_given": "lima"})) == ""
    assert 'id="change"' in client.get(address).content.decode()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("", "Isi jumlah uang yang diterima"),
        ("lima ribu", "Tulis jumlah uang dengan angka, misalnya 1.250.000"),
        ("1.200.000", "Uang yang diterima kurang Rp 50.000"),
    ],
)
def test_a_wrong_amount_is_said_at_the_field_and_nothing_is_taken(
    cast: Cast, given: str, told: str
) -> None:
    bill, client = bill_for(cast), browser(cast.agus)
    address = f"/kasir/tagihan/{bill.pk}/"
    key = key_in(client.get(address))
    answer = client.post(address, {"cash_given": given, "key": key})
    assert answer.status_code == 422
    assert told in words(answer)
    assert key_in(answer) == key
    assert not Receipt.objects.exists()


def test_the_second_cashier_sees_who_took_the_money_and_the_receipt(cast: Cast) -> None:
    bill, agus, wati = bill_for(cast), browser(cast.agus), browser(cast.wati)
    address = f"/kasir/tagihan/{bill.pk}/"
    forms = [(client, key_in(client.get(address))) for client in (agus, wati)]
    answers = [client.post(address, {"cash_given": "1250000", "key": key}) for client, key in forms]
    assert [answer.status_code for answer in answers] == [302, 409]
    assert "diterima Agus. Jangan terima uang lagi" in words(answers[1])
    assert f"/kasir/bukti/{Receipt.objects.get().pk}/" in answers[1].content.decode()
    assert 'name="cash_given"' not in answers[1].content.decode()


def test_paid_and_cancelled_bills_are_found_as_what_they_are(cast: Cast) -> None:
    paid, gone = bill_for(cast), bill_for(cast, subject="case:13")
    client = browser(cast.agus)
    page = client.get(f"/kasir/tagihan/{paid.pk}/")
    client.post(f"/kasir/tagihan/{paid.pk}/", {"cash_given": "1250000", "key": key_in(page)})
    actions.cancel(gone.pk, reason="Luas salah", by=cast.rina)
    assert "Lunas Lihat bukti bayar" in words(client.get("/kasir/", {"q": paid.number}))
    assert "Luas salah. Jangan terima uangnya" in words(client.get("/kasir/", {"q": gone.number}))
    assert "sudah lunas" in words(client.get(f"/kasir/tagihan/{paid.pk}/"))
    assert "dibatalkan" in words(client.get(f"/kasir/tagihan/{gone.pk}/"))
    nothing = words(client.get("/kasir/", {"q": "99999/SKRD"}))
    assert "Tidak ada tagihan belum dibayar dengan nomor itu" in nothing


def test_who_assessed_is_told_to_call_another_cashier(cast: Cast) -> None:
    bill, client = bill_for(cast, by=cast.agus), browser(cast.agus)
    address = f"/kasir/tagihan/{bill.pk}/"
    key = key_in(client.get(address))
    answer = client.post(address, {"cash_given": "1250000", "key": key})
    assert answer.status_code == 422
    assert "Minta kasir lain menerima pembayarannya" in words(answer)


def test_nobody_else_opens_the_cashiers_pages(cast: Cast) -> None:
    bill = bill_for(cast)
    receipt = actions.take_cash(bill.pk, cash_given=bill.total, key=NEW_KEY, by=cast.agus)
    pages = ("/kasir/", f"/kasir/bukti/{receipt.pk}/", "/kasir/tutup/")
    assert {browser(cast.rina).get(page).status_code for page in pages} == {403}
    siti = Client()
    siti.force_login(cast.siti)
    assert {siti.get(page).status_code for page in pages} == {403}
    for page in (*pages, f"/kasir/tagihan/{bill.pk}/", f"/tagihan/{bill.pk}/"):
        assert Client().get(page).status_code == 302
    for page in (f"/tagihan/{bill.pk}/", f"/kasir/tagihan/{bill.pk}/"):
        assert browser(cast.rina).get(page).status_code == 404
    assert browser(cast.agus).delete(f"/kasir/tagihan/{bill.pk}/").status_code == 405


def test_the_payer_sees_amount_due_date_and_later_that_it_is_paid(
    cast: Cast, settings: Any, tmp_path: Any
) -> None:
    settings.FILES_DIR = tmp_path
    bill, siti = bill_for(cast), Client()
    siti.force_login(cast.siti)
    page = words(siti.get(f"/tagihan/{bill.pk}/"))
    assert "Jumlah Rp 1.250.000" in page
    assert "pukul 23.59 WITA" in page
    assert "Belum dibayar" in page
    assert siti.get(f"/tagihan/{bill.pk}/skrd.pdf").status_code == 404

    receipt = actions.take_cash(bill.pk, cash_given=bill.total, key=NEW_KEY, by=cast.agus)
    file = files.store_bytes(b"%PDF-", name="a.pdf", media_type="application/pdf", by=SYSTEM)
    actions.attach_file(bill, file_id=file.pk, by=SYSTEM)
    actions.attach_file(receipt, file_id=file.pk, by=SYSTEM)
    page = words(siti.get(f"/tagihan/{bill.pk}/"))
    assert f"Bukti bayar {receipt.number}" in page
    for kind in ("skrd", "ssrd"):
        for client in (siti, browser(cast.agus)):
            answer: Any = client.get(f"/tagihan/{bill.pk}/{kind}.pdf")
            assert answer["Content-Disposition"].startswith("attachment")
            assert b"".join(answer.streaming_content) == b"%PDF-"


def test_what_a_pack_or_a_person_wrote_is_text_on_every_page(cast: Cast) -> None:
    script = "<script>alert(1)</script>"
    cast.applicant.name = script
    cast.applicant.save()
    bill, client = bill_for(cast), browser(cast.agus)
    for page in ("/kasir/", f"/kasir/tagihan/{bill.pk}/"):
        text = client.get(page).content.decode()
        assert script not in text
        assert "&lt;script&gt;alert(1)" in text


def test_a_list_of_bills_costs_a_fixed_number_of_queries(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for number in range(12):
        bill_for(cast, "1000", subject=f"case:{number}")
    client = browser(cast.agus)
    client.get("/kasir/")
    with django_assert_max_num_queries(20):
        client.get("/kasir/")
