"""The values that the program puts into texts of a pack, each with a sample."""

from __future__ import annotations

from collections.abc import Mapping

# Messages name in `values:` which of these they are given.
MESSAGE_VALUES: Mapping[str, str] = {
    "name": "Siti Rahayu",
    "service": "Izin Penyelenggaraan Reklame Permanen",
    "number": "2026-004512-7KD",
    "due": "10 Desember 2026",
    "days": "9",
    "items": "2",
    "reason": "Letak reklame menutup rambu lalu lintas",
    "amount": "Rp\u00a01.250.000",
    "bill": "00045/SKRD/DPMPTSP/2026",
    "bill_due": "30 Desember 2026",
    "permit": "500.16.7.2/0451/REKLAME/DPMPTSP/XI/2026",
    "appeal_until": "30 November 2026",
    "office": "RT 001 RW 001 Ketapang",
    "place": "3/6",
    "step": "Pemeriksaan berkas",
    "documents": "5",
    "codes": "MAKAM, PBG, REKLAME-TETAP, SIP-PERAWAT, SKP-PENELITIAN",
    "fee": "Gratis",
    "site": "https://layanan.kota.example",
    "device": "Chrome, Android",
    "when": "20 November 2026 10.15",
    "link": "https://layanan.probolinggokota.example/j/AbCdEfGhIjKlMnOpQrStUv/",
}

# Official numbers are built from these; a pack may add text of its own.
NUMBER_VALUES: Mapping[str, object] = {
    "number": 251,
    "unit": "DPMPTSP",
    "year": 2026,
    "month": 11,
    "month_roman": "XI",
}

# Public pages may name the city and how to reach it.
PAGE_VALUES = (
    "city",
    "government",
    "address",
    "phone",
    "email",
    "whatsapp",
    "web",
    "hours",
    "regulation",
    "maklumat",
)
