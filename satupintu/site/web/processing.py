"""The register of processing (UU 27/2022 art. 31): each service's personal data, from its pack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from satupintu.api import queries as api
from satupintu.catalogue import queries as catalogue
from satupintu.lib import tables
from satupintu.lib.errors import Text, both, joined
from satupintu.offices import queries as offices
from satupintu.people import queries as people

if TYPE_CHECKING:
    from satupintu.catalogue.models import Service
    from satupintu.people.requests import Request

HEADER = (
    "kode layanan", "layanan", "versi", "data", "jenis", "golongan", "tujuan", "dasar hukum",
    "dilihat oleh", "penerima", "lama disimpan", "setelah itu",
)  # fmt: skip
AREA_KINDS = {
    "kecamatan": both("kecamatan pemohon", "the applicant's kecamatan"),
    "kelurahan": both("kelurahan pemohon", "the applicant's kelurahan"),
    "rw": both("RW pemohon", "the applicant's RW"),
    "rt": both("RT pemohon", "the applicant's RT"),
}
AREA = both("kantor di wilayah pemohon", "the office of the applicant's area")
# What the house itself keeps of people, beside the applications.
HOUSE = (
    (
        both("Akun pemohon", "Accounts of applicants"),
        both(
            "nama, NIK, tempat dan tanggal lahir, alamat, ponsel, email",
            "name, NIK, birth, address, phone, e-mail",
        ),
        both(
            "Mengenali pemohon dan mengisikan formulirnya",
            "Knowing applicants and filling in their forms",
        ),
        both("selama akun ada", "as long as the account exists"),
    ),
    (
        both("Akun petugas", "Accounts of officers"),
        both("nama, NIP, pangkat, ponsel, email, jabatan", "name, NIP, rank, phone, e-mail, posts"),
        both(
            "Memberi hak menurut jabatan dan menulis penanda tangan",
            "Giving rights by post and naming who signs",
        ),
        both("tetap, karena jurnal menyebutnya", "for good, because the journal names them"),
    ),
    (
        both("Perangkat yang masuk", "Signed-in devices"),
        both("jenis peramban, alamat jaringan, waktu", "browser, network address, time"),
        both(
            "Mengabari pemilik akun tentang perangkat baru",
            "Telling the owner of an account of a new device",
        ),
        both("selama akun ada", "as long as the account exists"),
    ),
    (
        both("SMS masuk", "Incoming SMS"),
        both("nomor ponsel dan isi pesan", "phone number and text"),
        both("Menjawab pertanyaan lewat SMS", "Answering questions by SMS"),
        both("30 hari", "30 days"),
    ),
)


@dataclass(frozen=True)
class Processing:
    """One service: what it asks for, who sees it, who else gets it, for how long."""

    service: Service
    items: list[catalogue.Item]
    seen_by: list[Text]
    recipients: list[Text]
    kept: catalogue.Retention

    @property
    def specific(self) -> int:
        return sum(item.category == "specific" for item in self.items)


@login_required
@require_safe
def register(request: Request) -> HttpResponse:
    people.require_data_steward(request.by)
    rows = list(_register())
    chosen = next((row for row in rows if row.service.code == request.GET.get("layanan")), None)
    context = {"rows": rows, "chosen": chosen, "house": HOUSE}
    return render(request, "site/processing.html", context)


@login_required
@require_safe
def register_csv(request: Request) -> StreamingHttpResponse:
    people.require_data_steward(request.by)
    return StreamingHttpResponse(
        tables.write(HEADER, (line for row in _register() for line in _lines(row))),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="register-pemrosesan.csv"'},
    )


def _register() -> Iterator[Processing]:
    roles = {role.code: role.name for role in offices.roles()}
    units = {office.code: office.name for office in offices.offices()}
    others = list(api.receivers())
    for service in catalogue.offered():
        if service.current is None:
            continue
        definition = service.current.definition
        hands = catalogue.hands(definition)
        yield Processing(
            service=service,
            items=catalogue.personal_items(definition),
            seen_by=[
                both(
                    "{role}, {where}",
                    "{role}, {where}",
                    role=_both(roles.get(role, role)),
                    where=_where(office, service.office, units),
                )
                for role, office in hands
            ],
            recipients=[
                *_once(
                    _where(office, service.office, units)
                    for _, office in hands
                    if office not in ("own", service.office)
                ),
                *(
                    both("{name} (sistem luar)", "{name} (another system)", name=client.name)
                    for client in others
                    if client.office.code == service.office or service.office.startswith("area:")
                ),
            ],
            kept=catalogue.retention(definition),
        )


def _where(office: str, own: str, units: dict[str, str]) -> Text:
    how, _, rest = (own if office == "own" else office).partition(":")
    if how == "area":
        return AREA_KINDS.get(rest.partition(":")[2], AREA)
    name = units.get(rest or how, rest or how)
    return both("{name}", "{name}", name=name)


def _lines(row: Processing) -> Iterator[tuple[object, ...]]:
    for item in row.items:
        yield (
            row.service.code,
            catalogue.text(row.service.name),
            row.service.current.number if row.service.current else "",
            catalogue.text(item.label),
            "berkas" if item.is_file else "isian",
            item.category_words,
            catalogue.text(item.purpose),
            catalogue.text(item.basis),
            joined("; ", row.seen_by),
            joined("; ", row.recipients),
            f"{row.kept.years} tahun",
            row.kept.fate_words,
        )


def _both(words: Any) -> Text:
    return both("{id}", "{en}", id=catalogue.text(words), en=catalogue.text(words, "en"))


def _once(words: Iterable[Text]) -> list[Text]:
    return list({str(one): one for one in words}.values())


urlpatterns = [
    path("pejabat/data-pribadi/", register, name="processing"),
    path("pejabat/data-pribadi/register.csv", register_csv, name="processing_csv"),
]
