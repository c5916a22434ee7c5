"""The values that the program puts into texts of a pack, each with a sample."""

from __future__ import annotations

from collections.abc import Mapping

# Messages name in `values:` which of these they are given.
MESSAGE_VALUES: Mapping[str, str] = {
    "applicant": "Siti Rahayu",
    "officer": "Budi Santoso, S.E.",
    "service": "Izin Penyelenggaraan Reklame Permanen",
    "number": "2026-004512-7KD",
    "step": "Rekomendasi teknis",
    "office": "Dinas Pekerjaan Umum dan Tata Ruang",
    "due": "10 Desember 2026",
    "days": "3",
    "reason": "Gambar reklame belum menunjukkan tinggi dari tanah",
    "items": "Gambar reklame dan foto lokasi; Denah titik pasang",
    "count": "2",
    "amount": "Rp\u00a01.250.000",
    "bill_number": "00045/SKRD/DPMPTSP/2026",
    "receipt_number": "00044/SSRD/DPMPTSP/2026",
    "permit_number": "500.16.7.2/0451/REKLAME/DPMPTSP/XI/2026",
    "valid_until": "20 November 2031",
    "date": "Rabu, 25 November 2026",
    "time": "09.00 WIB",
    "place": "Loket 3, Kantor DPMPTSP",
    "sender": "Rina Marlina",
    "city": "Kota Contoh",
    "link": "https://layanan.kota.example/p/2026-004512-7KD",
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
PAGE_VALUES = ("city", "government", "address", "phone", "email", "whatsapp", "web", "hours", "regulation", "maklumat")
