from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import reverse

from satupintu.offices import queries as offices
from satupintu.people import actions, queries
from satupintu.people.models import Account, Holding, Mandate
from tests.people.cast import Cast, acting, hold, holder_of, post
from tests.people.door import SECRET, sign_in
from tests.people.test_applicants import NIK, SITI, siti

NOW = datetime(2026, 11, 20, 3, tzinfo=UTC)
TODAY = date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _friday() -> object:
    with time_machine.travel(NOW):
        yield


def day(name: str, value: date | None) -> dict[str, str]:
    parts = (value.year, value.month, value.day) if value else ("", "", "")
    return {
        f"{name}_{part}": str(one)
        for part, one in zip(("year", "month", "day"), parts, strict=True)
    }


def browser(person: Account) -> Client:
    """Signed in, the second factor shown."""
    TOTP.activate(person, SECRET)
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def admin(cast: Cast) -> Client:
    return browser(cast.ani)


PROFILE = {
    "name": "Siti Aminah",
    "nik": "7271 0141 0890 0001",
    "birth_place": "Palu",
    "sex": "P",
    "address": "Jalan Contoh 1",
    "area": "99.71.01.1001",
    "phone": "0812-3456-7890",
    "email": "siti@contoh.id",
    **day("birth_date", date(1990, 8, 1)),
}


def test_people_keep_their_own_data(cast: Cast, client: Client) -> None:
    sign_in(client, "siti@contoh.id")
    page = client.get(reverse("people:profile"))
    assert 'value="Siti"' in page.content.decode()
    assert '<optgroup label="Barat"><option value="99.71.01.1001">Satu<' in page.content.decode()
    assert 'data-cascade="Kecamatan"' in page.content.decode(), "first the kecamatan, then its own"
    client.post(reverse("people:profile"), PROFILE)
    own = queries.own_applicant(cast.siti.pk)
    assert own is not None
    assert (own.nik, own.phone, own.birth_date) == (NIK, "+6281234567890", date(1990, 8, 1))
    assert own.area is not None
    assert own.area.name == "Satu"
    client.post(reverse("people:profile"), {**PROFILE, "area": ""})
    own.refresh_from_db()
    assert own.area is None


def test_what_is_wrong_with_the_data_stands_beside_its_field(cast: Cast, client: Client) -> None:
    sign_in(client, "siti@contoh.id")
    answer = client.post(
        reverse("people:profile"),
        {**PROFILE, "nik": NIK[:15], "name": "", **day("birth_date", None)},
    )
    assert answer.status_code == 422
    assert "Isi nama lengkap sesuai KTP" in answer.content.decode()
    assert "Isi tanggal lahir" in answer.content.decode()
    answer = client.post(reverse("people:profile"), {**PROFILE, "nik": NIK[:15]})
    assert "NIK harus 16 angka. Anda mengisi 15 angka" in answer.content.decode()
    assert queries.own_applicant(cast.siti.pk) is None


def test_a_company_is_added_and_changed_by_its_owner_only(cast: Cast, client: Client) -> None:
    siti(cast)
    sign_in(client, "siti@contoh.id")
    company = {
        "company-name": "CV Maju",
        "company-form": "CV",
        "company-address": "Jalan Contoh 2",
    }
    wrong = client.post(reverse("people:company_new"), {**company, "company-npwp": "1"})
    assert "NPWP harus 15 atau 16 angka" in wrong.content.decode()
    client.post(reverse("people:company_new"), company)
    (made,) = queries.companies_of(cast.siti.pk)
    page = reverse("people:company", args=[made.pk])
    client.post(page, {**company, "company-name": "CV Maju Terus"})
    assert "CV Maju Terus" in client.get(reverse("people:profile")).content.decode()
    stranger = Client()
    sign_in(stranger, "budi@contoh.id")
    assert stranger.get(page).status_code == 404
    assert stranger.post(page, company).status_code == 404


@pytest.mark.parametrize(
    "page", ["people:profile", "people:company_new", "people:posts", "people:outages"]
)
def test_no_page_opens_without_signing_in(cast: Cast, client: Client, page: str) -> None:
    answer = client.get(reverse(page))
    assert answer.headers["Location"].startswith(reverse("account_login"))


def officer_pages() -> list[str]:
    return [
        reverse("people:posts"),
        reverse("people:officer_new"),
        reverse("people:outages"),
        *(
            reverse(name, args=[post("kepala").pk])
            for name in ("people:post", "people:appoint", "people:mandate_new")
        ),
    ]


@pytest.mark.requirement("PLB-9-4")
def test_officer_pages_open_for_their_right_only(cast: Cast, admin: Client) -> None:
    hold(cast.budi, "loket1")
    clerk, applicant = browser(cast.budi), browser(cast.siti)
    for page in officer_pages():
        assert admin.get(page).status_code == 200, page
        assert clerk.get(page).status_code == 403, page
        assert applicant.get(page).status_code == 403, page


@pytest.mark.requirement("PLB-9-4")
def test_the_matrix_page_shows_the_state_on_a_chosen_day(cast: Cast, admin: Client) -> None:
    hold(cast.budi, "kepala", to_date=TODAY)
    hold(cast.dewi, "kepala", from_date=TODAY + timedelta(days=1))
    page = admin.get(reverse("people:posts")).content.decode()
    assert "Budi" in page
    assert "Dewi" not in page
    assert queries.RIGHTS["admin"] in page
    tomorrow = admin.get(reverse("people:posts"), day("on", TODAY + timedelta(days=1)))
    assert "Dewi" in tomorrow.content.decode()
    assert "Budi" not in tomorrow.content.decode()
    assert admin.get(reverse("people:posts"), day("on", None)).status_code == 422


@pytest.mark.requirement("PRB-9-2")
def test_a_post_is_handed_over_on_its_page(cast: Cast, admin: Client) -> None:
    kepala = post("kepala")
    page = reverse("people:appoint", args=[kepala.pk])
    given = {**day("from_date", TODAY), **day("to_date", None)}
    unknown = admin.post(page, {"contact": "x@contoh.id", **given})
    assert "Belum ada akun dengan kontak ini" in unknown.content.decode()
    admin.post(page, {"contact": "budi@contoh.id", **given})
    assert holder_of(kepala) == cast.budi
    taken = admin.post(page, {"contact": "dewi@contoh.id", **given})
    assert (taken.status_code, "sudah ada pemegangnya" in taken.content.decode()) == (422, True)
    holding = Holding.objects.get(post=kepala)
    assert "Budi" in admin.get(reverse("people:post", args=[kepala.pk])).content.decode()
    admin.post(reverse("people:holding_end", args=[holding.pk]), day("last_day", None))
    assert holder_of(kepala) is None


@pytest.mark.requirement("PLU-14")
def test_a_mandate_is_given_by_decision_and_revoked(cast: Cast, admin: Client) -> None:
    kepala = post("kepala")
    page = reverse("people:mandate_new", args=[kepala.pk])
    given = {
        "contact": "dewi@contoh.id",
        "kind": "plh",
        "decision_number": "",
        **day("from_date", TODAY),
        **day("to_date", TODAY + timedelta(days=3)),
        **day("decision_date", TODAY),
    }
    wrong = admin.post(page, given)
    assert "Isi nomor surat keputusan" in wrong.content.decode()
    empty = admin.post(page, {"contact": ""}).content.decode()
    assert "Isi e-mail atau nomor ponsel pelaksana" in empty
    assert "Pilih jenis" in empty
    admin.post(page, {**given, "decision_number": "800/12/2026"})
    held = queries.posts_held(cast.dewi.pk)
    assert [one.title for one in held] == ["Plh. Kepala Dinas"]
    assert "800/12/2026" in admin.get(reverse("people:posts")).content.decode()
    mandate = Mandate.objects.get()
    hold(cast.budi, "kepala")
    shown = admin.get(reverse("people:post", args=[kepala.pk])).content.decode()
    ids = re.findall(r' id="([^"]+)"', shown)
    assert shown.count('name="last_day_day"') == 2
    assert sorted(ids) == sorted(set(ids)), "the label of one form must not lead to the other"
    end = reverse("people:mandate_end", args=[mandate.pk])
    assert admin.get(end).status_code == 405
    admin.post(end, day("last_day", TODAY))
    assert queries.posts_held(cast.dewi.pk)
    admin.post(end, day("last_day", None))
    assert not queries.posts_held(cast.dewi.pk)


def test_rights_end_on_the_very_next_request(cast: Cast, admin: Client) -> None:
    second = hold(cast.budi, "admin2")
    other = browser(cast.budi)
    assert other.get(reverse("people:posts")).status_code == 200
    actions.end_holding(second.pk, by=acting(cast.ani))
    assert other.get(reverse("people:posts")).status_code == 403


def test_an_officers_account_is_made_on_its_page(cast: Cast, admin: Client) -> None:
    page = reverse("people:officer_new")
    taken = admin.post(page, {"name": "Rudi", "email": "budi@contoh.id"})
    assert "sudah dipakai akun lain" in taken.content.decode()
    done = admin.post(page, {"name": "Rudi", "email": "rudi@contoh.id"}, follow=True)
    assert "Akun Rudi dibuat" in done.content.decode()


def test_an_outage_is_declared_and_ended_on_its_page(cast: Cast, admin: Client) -> None:
    page = reverse("people:outages")
    given = {
        "kind": "outage",
        "reason": "Listrik padam",
        "offices": ["ptsp"],
        "started_at": "10:30",
        "ended_at": "",
        "decision": "",
        **day("started_on", TODAY),
        **day("ended_on", None),
    }
    wrong = admin.post(page, {**given, "started_at": "12:00"})
    assert "saat atau setelah terjadi" in wrong.content.decode()
    admin.post(page, given)
    (outage,) = offices.active_outages(cast.office)
    # 10.30 in the city
    assert outage.started_at == datetime(2026, 11, 20, 2, 30, tzinfo=UTC)
    assert "Listrik padam" in admin.get(page).content.decode()
    admin.post(reverse("people:outage_end", args=[outage.pk]))
    assert not offices.active_outages(cast.office)
    past = {**given, "started_at": "08:00", "ended_at": "09:00", **day("ended_on", TODAY)}
    assert "keputusan" in admin.post(page, past).content.decode()
    admin.post(page, {**past, "decision": "SK 12, 20 November 2026"})
    assert offices.declared_outages().count() == 2
    half = admin.post(page, {**past, **day("ended_on", None)})
    assert "Isi tanggal dan jam selesai" in half.content.decode()


def test_nothing_that_is_posted_besides_the_form_counts(cast: Cast, client: Client) -> None:
    sign_in(client, "siti@contoh.id")
    extra = {"account": cast.ani.pk, "account_id": cast.ani.pk, "kind": "company", "id": 1}
    client.post(reverse("people:profile"), {**PROFILE, **extra})
    own = queries.own_applicant(cast.siti.pk)
    assert own is not None
    assert own.kind == "person"
    assert queries.own_applicant(cast.ani.pk) is None
    assert SITI["name"] == own.name
