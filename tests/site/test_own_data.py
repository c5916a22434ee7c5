"""One's own data, and who looked at it (UU 27/2022)."""

from __future__ import annotations

import pytest
from django.urls import reverse

from satupintu.journal.models import Entry
from tests.cases import filling
from tests.world import World, world

__all__ = ["world"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.requirement("PLU-8-2-f")
def test_an_applicant_sees_which_posts_looked_and_takes_a_copy_of_everything(world: World) -> None:
    siti = world.applicant("siti")
    case = filling.send(siti, "SIP-PERAWAT", world.applicants["siti"].pk)
    assert "Belum ada yang melihat" in siti.get(reverse("own_data")).content.decode()
    clerk = world.officer("verifikator-1")
    world.browser(clerk).get(reverse("cases:officer_case", args=[case.number]))

    page = siti.get(reverse("own_data")).content.decode()
    assert str(case.number) in page
    assert "Verifikator" in page
    assert "Dinas" in page
    assert clerk.name not in page, "posts, not names"

    answer = siti.post(reverse("own_data_file"))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    held = answer.json()
    assert held["account"]["email"] == "siti@warga.example"
    assert held["applicants"][0]["nik"] == "1872014107960002"
    [own] = held["cases"]
    assert own["number"] == case.number
    assert own["answers"]
    assert own["files"][0]["sha256"]
    assert own["consent"]["statement_of_truth_at"]
    assert held["looked_at_by"][0]["number"] == case.number
    assert clerk.name not in answer.content.decode()
    assert Entry.objects.get(event="people.OwnDataTaken").account_id == held_by(world)


def test_nobody_gets_the_data_of_somebody_else(world: World) -> None:
    case = filling.send(world.applicant("siti"), "SIP-PERAWAT", world.applicants["siti"].pk)
    andi = world.applicant("andi")
    assert str(case.number) not in andi.get(reverse("own_data")).content.decode()
    assert andi.post(reverse("own_data_file")).json()["cases"] == []


def test_whoever_came_by_a_code_sees_that_application_alone(world: World) -> None:
    siti = world.applicant("siti")
    first = filling.send(siti, "SIP-PERAWAT", world.applicants["siti"].pk)
    second = filling.send(world.applicant("andi"), "SIP-PERAWAT", world.applicants["andi"].pk)
    session = siti.session
    session["only_case"] = second.pk
    session.save()
    held = siti.post(reverse("own_data_file")).json()
    assert held["cases"] == []
    assert "account" not in held
    session["only_case"] = first.pk
    session.save()
    assert [one["number"] for one in siti.post(reverse("own_data_file")).json()["cases"]] == [
        first.number
    ]


def held_by(world: World) -> int:
    account_id = world.applicants["siti"].account_id
    assert account_id
    return account_id
