"""The head signs a whole list in one act, and nothing slips through."""

from __future__ import annotations

import pytest
from django.db.models import F

from satupintu.cases.models import Case
from satupintu.journal.models import Entry
from satupintu.permits.models import Permit
from tests.journeys import deeds
from tests.journeys.conftest import City
from tests.world import PASSPHRASE


@pytest.fixture
def waiting(city: City) -> list[str]:
    """Three letters that wait for the head."""
    numbers = []
    for code in ("siti", "bambang", "andi"):
        number = str(city.send("SKP-PENELITIAN", code).number)
        deeds.verify(city, number)
        deeds.recommend(city.officer("tim-teknis", "kesbangpol"), number)
        deeds.draft(city, number)
        deeds.initial(city, number)
        numbers.append(number)
    return numbers


@pytest.mark.requirement("PLB-11-1-a", "PLB-11-1-f", "PLB-11-2-e", "BJM-6-4-h")
def test_one_act_signs_what_was_read_and_skips_what_changed(city: City, waiting: list[str]) -> None:
    second = waiting[1]
    head = city.officer("kepala").open("/tanda-tangan/")
    assert [number in head.text for number in waiting] == [True] * 3
    assert head.page.xpath("//input[@name='task'][@checked]") == [], "ticked means read"

    # Nothing ticked, no passphrase, a wrong one: one attempt each, nothing signed.
    head.press("Tanda tangani yang dicentang", status=422, passphrase=PASSPHRASE)
    ticks = deeds.boxes(head, *waiting)
    head.press("Tanda tangani yang dicentang", status=422, task=ticks)
    head.press("Tanda tangani yang dicentang", status=422, task=ticks, passphrase="keliru")
    assert "Kata sandi tanda tangan salah" in head.text
    assert len(head.page.xpath("//input[@name='task'][@checked]")) == 3, "the ticks stay"
    assert Entry.objects.filter(event="signing.PassphraseRefused").count() == 1
    assert not Permit.objects.exists()

    # While the head reads, the second case changes.
    Case.objects.filter(number=second).update(version=F("version") + 1)
    head.press("Tanda tangani yang dicentang", task=ticks, passphrase=PASSPHRASE)
    assert "Dilewati (1)" in head.text
    result = head.url
    acts = set(Permit.objects.values_list("act", flat=True))
    assert not [act for act in acts if act in result or act in head.html], "a handle is a secret"
    city.work()
    head.open(result)
    assert "Berhasil (2)" in head.text
    assert "Dilewati (1)" in head.text
    assert second in head.text
    assert "baru saja diperbarui" in head.text
    assert "Gagal" not in head.text
    assert Permit.objects.filter(status="valid").count() == 2
    assert Case.objects.get(number=second).tasks.get(kind="sign").status == "open"

    # Consent is kept as evidence: what was shown, by whom, in which post. The passphrase is not.
    drawn = Entry.objects.filter(event="permits.PermitDrawnUp")
    assert {entry.account_id for entry in drawn} == {head.account.pk}
    assert all(entry.post_id for entry in drawn)
    assert PASSPHRASE not in "".join(Entry.objects.values_list("data_json", flat=True))

    # The list holds what is left, and nobody else sees the result.
    head.follow("Kembali ke daftar")
    assert deeds.boxes(head, *waiting) == deeds.boxes(head, second)
    assert city.world.desk("kabid").get(result).status_code == 404
    assert city.world.desk("kepala").get(result).status_code == 404, "another session"


@pytest.mark.requirement("PLU-14", "PLB-9-4")
def test_only_the_head_signs(city: City, waiting: list[str]) -> None:
    for post in ("kabid", "sekretaris", "pengolah", "verifikator-1", "administrator"):
        officer = city.officer(post).open("/tanda-tangan/")
        assert not deeds.boxes(officer, *waiting), post
    client = city.world.desk("kabid")
    task = Case.objects.get(number=waiting[0]).tasks.get(kind="sign")
    answer = client.post("/tanda-tangan/", {"task": task.pk, "passphrase": PASSPHRASE})
    assert answer.status_code == 422
    assert not Permit.objects.exists()
