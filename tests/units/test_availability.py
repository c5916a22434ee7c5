"""A service or a unit is switched on and off on a page, without a release."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from satupintu.cases.actions import drafts, submission
from satupintu.cases.models import Case
from satupintu.catalogue import actions, queries
from satupintu.catalogue.models import Availability
from satupintu.journal.events import By
from satupintu.journal.models import Entry
from satupintu.offices import queries as offices
from satupintu.people.models import Applicant
from satupintu.people.queries import NoRight
from tests.units.town import Town

TOP, UNIT = ("diskominfo", "administrator"), ("kec-mayangan", "administrator")


def switch(by: By, is_open: bool = False, **where: Any) -> Availability:
    given: dict[str, Any] = {
        "service": "SKTM",
        "office": "",
        "from_date": offices.today(),
        "reason": "Operator belum dilatih",
        **where,
    }
    return actions.set_availability(is_open=is_open, by=by, **given)


def begin(applicant: Applicant, service: str = "SKTM") -> Case:
    return drafts.start(
        service=service, request_type="baru", applicant=applicant,
        by=By(applicant.account_id, "web"),
    )  # fmt: skip


def is_closed(office: str, service: str = "SKTM") -> bool:
    return queries.closed_at(service, offices.office(office).pk) is not None


@pytest.mark.requirement("PRB-10")
def test_a_service_closed_in_a_kecamatan_can_not_be_begun_there_and_goes_on_elsewhere(
    town: Town,
) -> None:
    running = begin(town.budi)
    switch(town.by(*UNIT), office="kec-mayangan")
    with pytest.raises(drafts.NotOffered) as refused:
        begin(town.budi)
    assert "Kelurahan Mayangan: Operator belum dilatih" in refused.value.message
    assert "Silakan datang ke Kelurahan Mayangan, Kecamatan Mayangan" in refused.value.message
    assert begin(town.jono)
    assert begin(town.budi, "DOMISILI")
    assert Case.objects.get(pk=running.pk).phase == "draft"
    switch(town.by(*UNIT), True, office="kel-mayangan", reason="Sudah dilatih")
    assert begin(town.budi)
    assert not is_closed("kel-mayangan")
    assert is_closed("kel-sukabumi")


@pytest.mark.requirement("PRB-10")
def test_what_was_begun_before_is_not_sent_to_a_closed_unit(town: Town) -> None:
    case = begin(town.budi)
    switch(town.by(*TOP))
    with pytest.raises(drafts.NotOffered, match="belum dibuka"):
        submission.submit(case.pk, truth=True, by=By(town.budi.account_id, "web"))


@pytest.mark.requirement("PRB-10")
def test_a_city_opens_a_service_unit_by_unit(town: Town) -> None:
    switch(town.by(*TOP))
    assert is_closed("kel-ketapang")
    switch(town.by(*TOP), True, office="kel-ketapang")
    assert not is_closed("kel-ketapang")
    assert is_closed("kel-mayangan")
    page = Client().get(reverse("catalogue:service", args=["SKTM"])).content.decode()
    assert "Seluruh kota: ditutup sejak" in page
    assert "Kelurahan Ketapang: dibuka" in page
    assert "Operator belum dilatih" in page


@pytest.mark.requirement("PRB-10")
def test_a_unit_is_switched_off_with_all_its_services(town: Town) -> None:
    switch(town.by(*UNIT), service="", office="kel-mayangan")
    assert is_closed("kel-mayangan")
    assert is_closed("kel-mayangan", "DOMISILI")
    switch(town.by(*UNIT), True, office="kel-mayangan")
    assert not is_closed("kel-mayangan")
    assert is_closed("kel-mayangan", "DOMISILI")


@pytest.mark.requirement("PRB-10")
def test_it_counts_from_its_day(town: Town) -> None:
    tomorrow = timedelta(days=1)
    switch(town.by(*TOP), from_date=offices.today() + tomorrow)
    assert not is_closed("kel-mayangan")
    with time_machine.travel(timezone.now() + tomorrow):
        assert is_closed("kel-mayangan")


@pytest.mark.requirement("PRB-10", "PRB-9-2")
def test_who_switches_what(town: Town) -> None:
    places: tuple[dict[str, Any], ...] = (
        {},
        {"office": "kel-ketapang"},
        {"office": "diskominfo", "service": ""},
    )
    for where in places:
        with pytest.raises(NoRight):
            switch(town.by(*UNIT), **where)
    with pytest.raises(NoRight):
        switch(town.by("kel-mayangan", "lurah"), office="kel-mayangan")
    mistakes: tuple[dict[str, Any], ...] = (
        {"reason": " "},
        {"service": ""},
        {"service": "TIDAK-ADA"},
    )
    for wrong in mistakes:
        with pytest.raises(actions.NotSet):
            switch(town.by(*TOP), **wrong)
    with pytest.raises(actions.NotSet):
        switch(town.by(*TOP), from_date=offices.today() - timedelta(days=1))
    row = switch(town.by(*UNIT), office="kel-mayangan")
    entry = Entry.objects.get(event="catalogue.ServiceClosed")
    assert entry.account_id == town.officer(*UNIT).pk
    assert str(row.pk) in entry.data_json
    for broken in ({"reason": ""}, {"service": None, "office": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Availability.objects.filter(pk=row.pk).update(**broken)


@pytest.mark.requirement("PRB-10")
def test_the_page_shows_the_reach_and_saves(town: Town) -> None:
    desk, address = town.desk(*UNIT), reverse("catalogue:availability")
    page = desk.get(address).content.decode()
    assert "Kelurahan Mayangan" in page
    assert "Kelurahan Ketapang" not in page
    assert "Seluruh kota</option>" not in page
    sent = {"service": "SKTM", "office": "kel-mayangan", "state": "closed", "reason": ""}
    assert desk.post(address, sent).status_code == 422
    answer = desk.post(address, {**sent, "reason": "Gedung direnovasi"}, follow=True)
    assert "Gedung direnovasi" in answer.content.decode()
    assert desk.post(address, {**sent, "office": "", "reason": "x"}).status_code == 403
