"""Where people can go: the public menu, an applicant's pages, an officer's by their rights."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language


class Place(NamedTuple):
    route: str
    id: str
    en: str
    icon: str = ""
    right: str = ""  # of these rights or kinds of step an officer needs one; empty is everybody


class Link(NamedTuple):
    url: str
    label: dict[str, str]
    icon: str
    current: bool


PUBLIC = (
    Place("catalogue:services", "Layanan", "Services"),
    Place("cases:track", "Lacak permohonan", "Track an application"),
    Place("permits:verify", "Verifikasi dokumen", "Verify a document"),
)
FOOTER = (
    Place("guides", "Panduan", "Guides"),
    Place("directory", "Direktori", "Directory"),
    Place("reference_data", "Data acuan", "Reference data"),
    Place("privacy", "Privasi dan data pribadi", "Privacy and personal data"),
    Place("accessibility", "Pernyataan aksesibilitas", "Accessibility statement"),
    Place("service_status", "Status layanan", "Service status"),
)
APPLICANT = (
    Place("cases:home", "Permohonan saya", "My applications", "list"),
    Place("people:profile", "Data saya", "My details", "user"),
    Place("notifications:inbox", "Pemberitahuan", "Notices", "bell"),
    Place("mfa_index", "Keamanan akun", "Account security", "lock"),
    Place("usersessions_list", "Perangkat yang masuk", "Signed-in devices", "phone"),
    Place("own_data", "Data pribadi saya", "My personal data", "shield"),
    Place("api:tokens", "Token API", "API tokens", "code"),
)
GUEST = tuple(
    place for place in APPLICANT if place.route in {"cases:home", "notifications:inbox", "own_data"}
)
OFFICER = (
    Place("cases:tasks", "Tugas saya", "My tasks", "check-circle"),
    Place("cases:search", "Cari permohonan", "Find applications", "search"),
    Place("cases:signing", "Tanda tangan", "Signing", "pen", "sign sanction"),
    Place(
        *("cases:opinions", "Pendapat instansi", "Agency opinions", "message"),
        "recommend opinion",
    ),
    Place("cases:counter", "Loket depan", "Front counter", "users", "counter"),
    Place(
        *("cases:paper_blocks", "Formulir kertas", "Paper forms", "file"),
        "counter assign outage audit",
    ),
    Place("levies:cashier", "Kasir", "Cashier", "cash", "cashier"),
    Place("permits:handovers", "Penyerahan", "Handover", "stamp", "handover"),
    Place(
        *("permits:list", "Dokumen terbit", "Issued documents", "shield"),
        "assign counter audit handover sanction",
    ),
    Place("people:outages", "Gangguan layanan", "Outages", "alert", "outage"),
    Place("notifications:not_delivered", "Pesan gagal", "Undelivered notices", "mail", "admin"),
    Place("audit", "Jejak audit", "Audit trail", "eye", "audit"),
    Place("cases:units", "Keadaan unit", "State of the units", "chart", "admin"),
    Place("data_requests", "Perbaikan data", "Corrections of data", "pen", "admin"),
    Place("cases:retention", "Retensi data pribadi", "Retention of data", "clock", "admin"),
    Place("catalogue:availability", "Buka tutup layanan", "Services on and off", "clock", "admin"),
    Place("people:review", "Peninjauan hak", "Review of rights", "shield", "admin audit"),
    Place("processing", "Register data pribadi", "Register of data", "file", "audit admin_all"),
    Place("api:clients", "Sistem luar", "Other systems", "code", "admin"),
    Place("people:posts", "Jabatan dan Plh", "Posts and mandates", "building", "admin"),
)
# Heads of RT and RW answer letters, mostly on a phone, and sign and issue nothing here.
ENDORSER = tuple(place for place in OFFICER if place.route in {"cases:tasks", "cases:search"})


def links(places: Iterable[Place], path: str, rights: Iterable[str] = ()) -> list[Link]:
    """The places that exist here and that these rights open; the longest match is current."""
    allowed = frozenset(rights)
    known = _addresses(tuple(places), get_language())
    found = [
        (url, place)
        for url, place in known
        if not place.right or allowed.intersection(place.right.split())
    ]
    here = max((url for url, _ in found if path.startswith(url)), key=len, default="")
    return [
        Link(url, {"id": place.id, "en": place.en}, place.icon, url == here) for url, place in found
    ]


@lru_cache(maxsize=32)
def _addresses(places: tuple[Place, ...], language: str) -> list[tuple[str, Place]]:
    found = []
    for place in places:
        with contextlib.suppress(NoReverseMatch):  # a city may run without that part
            found.append((reverse(place.route), place))
    return found
