from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from satupintu.journal.events import By
from satupintu.journal.models import Entry
from satupintu.lib.errors import Refused
from satupintu.offices import queries as offices
from satupintu.people import actions, queries
from satupintu.people.models import Applicant
from satupintu.people.queries import NoRight
from tests.people.cast import Cast, account, acting, hold

# domain.md 5
NIK = "7271014108900001"
SITI: dict[str, Any] = {
    "name": "Siti Aminah",
    "nik": NIK,
    "birth_place": "Palu",
    "birth_date": date(1990, 8, 1),
    "sex": "P",
    "address": "Jalan Contoh 1",
    "phone": "0812-3456-7890",
}


def siti(cast: Cast) -> Applicant:
    return actions.create_applicant(
        kind="person", account_id=cast.siti.pk, by=acting(cast.siti), **SITI
    )


def test_a_person_records_themselves_once(cast: Cast) -> None:
    first = siti(cast)
    assert first.phone == "+6281234567890"
    assert siti(cast) == first
    assert queries.own_applicant(cast.siti.pk) == first
    with pytest.raises(IntegrityError), transaction.atomic():
        Applicant.objects.create(kind="person", account=cast.siti, name="Siti lagi")


def test_wrong_data_is_refused_with_its_field(cast: Cast) -> None:
    with pytest.raises(Refused, match="NIK harus 16 angka") as refused:
        actions.create_applicant(kind="person", by=By(None, "worker"), name="X", nik=NIK[:15])
    assert refused.value.field == "nik"
    with pytest.raises(Refused, match="nama lengkap"):
        actions.create_applicant(kind="person", by=By(None, "worker"), name=" ")


def test_the_counter_records_people_without_an_account(cast: Cast) -> None:
    hold(cast.budi, "loket1")
    clerk = By(cast.budi.pk, "counter")
    made = actions.create_applicant(kind="person", by=clerk, **SITI)
    assert made.account_id is None
    entry = Entry.objects.get(event="people.ApplicantRecorded")
    assert (entry.door, entry.office_id) == ("counter", cast.office.pk)


def test_nobody_touches_the_data_of_somebody_else(cast: Cast) -> None:
    own = siti(cast)
    stranger = acting(account("Rudi"))
    with pytest.raises(NoRight):
        actions.update_applicant(own.pk, name="Bukan Siti", by=stranger)
    with pytest.raises(NoRight):
        actions.create_applicant(kind="person", account_id=cast.dewi.pk, by=stranger, **SITI)
    with pytest.raises(NoRight):
        actions.create_applicant(kind="person", by=stranger, **SITI)


def test_the_journal_keeps_which_fields_changed_and_never_what_stood_in_them(cast: Cast) -> None:
    own = siti(cast)
    area = offices.area("99.71.01.1001")
    actions.update_applicant(
        own.pk, name="Siti Aminah, S.E.", area=area, phone="081234567890", by=acting(cast.siti)
    )
    entry = Entry.objects.get(event="people.PersonalDataChanged")
    assert entry.data == {"applicant_id": own.pk, "fields": ["area", "name"]}
    actions.update_applicant(own.pk, name="Siti Aminah, S.E.", by=acting(cast.siti))
    assert Entry.objects.filter(event="people.PersonalDataChanged").count() == 1
    everything = json.dumps(list(Entry.objects.values()), default=str)
    for secret in ("Siti", NIK, "81234567890"):
        assert secret not in everything


def test_a_company_stands_behind_its_responsible_person(cast: Cast) -> None:
    by = acting(cast.siti)
    company = {"name": "CV Maju", "form": "CV", "npwp": "01.312.166.0-091.000", "address": "Jl 2"}
    with pytest.raises(Refused, match="Lengkapi data diri"):
        actions.add_company(account_id=cast.siti.pk, company=company, by=by)
    person = siti(cast)
    made = actions.add_company(account_id=cast.siti.pk, company=company, by=by)
    assert made.company["npwp"] == "0013121660091000"
    assert (made.display_name, made.name, made.nik) == ("CV Maju", person.name, NIK)
    assert list(queries.applicants_of(cast.siti.pk)) == [person, made]
    with pytest.raises(Refused) as refused:
        actions.update_applicant(made.pk, company={**company, "nib": "12"}, by=by)
    assert refused.value.field == "nib"
    with pytest.raises(Refused, match="nama badan usaha"):
        actions.add_company(account_id=cast.siti.pk, company={}, by=by)


def test_the_counter_finds_people_by_nik_and_sees_them_masked(cast: Cast) -> None:
    person = siti(cast)
    actions.add_company(account_id=cast.siti.pk, company={"name": "CV Maju"}, by=acting(cast.siti))
    found = queries.applicants_by_nik(NIK)
    assert [row.kind for row in found] == ["person", "company"]
    first = found[0]
    assert (first.id, first.name, first.has_account) == (person.pk, "S*** A*****", True)
    assert first.nik == "727101******0001"
    assert first.phone.endswith("7890")
    assert "81234" not in first.phone
    assert found[1].name == "CV Maju"
    assert queries.applicants_by_nik("1671055203850002") == ()
