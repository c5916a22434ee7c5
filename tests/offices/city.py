"""A small city to test with."""

from __future__ import annotations

from datetime import date
from typing import Any

from satupintu.journal.events import By
from satupintu.offices import actions
from satupintu.offices.models import Office

COMMAND = By(None, "command")


def data() -> dict[str, Any]:
    return {
        "city": {
            "code": "99.71",
            "name": "Kota Contoh",
            "short_name": "Contoh",
            "government": "Pemerintah Kota Contoh",
            "province": "Contoh",
            "zone": "Asia/Makassar",
            "language": "id",
            "brand_color": "#0B4F6C",
            "crest": "<svg/>",
            "contact": {"address": "Jalan Contoh 1", "phone": "+62451421234", "email": "a@b.id"},
            "hours": {
                "opens": "08:00",
                "closes": "16:00",
                "weekdays": ["mon", "tue", "wed", "thu", "fri"],
                "text": "Senin sampai Jumat",
            },
            "regulation": "Peraturan Wali Kota",
            "maklumat": {"id": "Kami sanggup"},
        },
        "roles": [
            {
                "code": "admin",
                "name": {"id": "Administrator"},
                "rights": ["admin", "admin_all", "outage"],
            },
            {"code": "loket", "name": {"id": "Petugas loket"}, "rights": ["counter"]},
            {"code": "kepala", "name": "Kepala dinas"},
        ],
        "offices": [
            {"code": "ptsp", "name": "DPMPTSP", "kind": "dpmptsp"},
            {
                "code": "kel_satu",
                "name": "Kelurahan Satu",
                "kind": "kelurahan",
                "area": "99.71.01.1001",
                "parent": "kec_barat",
            },
            {
                "code": "kec_barat",
                "name": "Kecamatan Barat",
                "kind": "kecamatan",
                "area": "99.71.01",
            },
        ],
        "posts": [
            {"office": "ptsp", "code": "admin", "name": "Administrator", "role": "admin"},
            {"office": "ptsp", "code": "admin2", "name": "Administrator II", "role": "admin"},
            {"office": "ptsp", "code": "loket1", "name": "Loket 1", "role": "loket"},
            {"office": "ptsp", "code": "kepala", "name": "Kepala Dinas", "role": "kepala"},
        ],
        "areas": [
            {"code": "99.71.01.1001", "name": "Satu", "kind": "kelurahan", "parent": "99.71.01"},
            {
                "code": "99.71.01.1002",
                "name": "Dua",
                "kind": "kelurahan",
                "parent": "99.71.01",
                "aliases": ["II"],
            },
            {"code": "99.71.01", "name": "Barat", "kind": "kecamatan"},
        ],
        "holidays": [
            {"date": date(2026, 12, 25), "name": "Natal", "kind": "public"},
            {"date": date(2026, 12, 24), "name": "Cuti bersama Natal", "kind": "joint"},
        ],
    }


def load() -> Office:
    """Load it and answer with its one-stop office."""
    actions.load(data(), by=COMMAND)
    return Office.objects.get(code="ptsp")
