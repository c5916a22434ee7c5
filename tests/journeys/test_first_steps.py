"""Somebody with a new account is never left without a way on."""

from __future__ import annotations

from satupintu.people.models import Account
from tests.browsing import Browser
from tests.journeys.probolinggo import Letters, letters, neighbourhood

__all__ = ["letters", "neighbourhood"]

OWN = {
    "name": "Rina Wati",
    "nik": "3574014512900007",
    "birth_place": "Probolinggo",
    "birth_date_day": "5",
    "birth_date_month": "12",
    "birth_date_year": "1990",
    "sex": "P",
    "address": "Jalan Mawar 3",
    "phone": "0812-7776-6655",
}


def test_own_details_lead_back_to_the_letter_one_wanted(letters: Letters) -> None:
    rina = Browser(Account.objects.create(name="Rina Wati", email="rina@warga.example"))
    rina.open("/layanan/DOMISILI/").follow("Ajukan sekarang").follow("Lengkapi data diri")
    rina.press("Simpan", **OWN)
    assert rina.url == "/permohonan/mulai/DOMISILI/"
    rina.press("Mulai mengisi", status=422)
    assert "Lengkapi kelurahan tempat tinggal" in rina.text
    rina.follow("Buka data diri saya").press("Simpan", area="35.74.01.1001")
    rina.press("Mulai mengisi")
    assert "/permohonan/draf/" in rina.url

    for astray in ("a/b", "https://elsewhere.example", "//elsewhere.example"):
        rina.open(f"/akun/profil/?untuk={astray}").press("Simpan", address="Jalan Mawar 4")
        assert rina.url == "/akun/profil/"
