"""Every component in its states on three pages, for screenshots and accessibility tests."""

from __future__ import annotations

from datetime import UTC, date, datetime

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

PAGES = ("komponen", "isian", "petugas", "portal")
QUESTIONS = (
    {
        "code": "nama",
        "type": "text",
        "label": {"id": "Nama lengkap", "en": "Full name"},
        "required": True,
        "hint": {"id": "Tulis seperti pada KTP", "en": "As on the identity card"},
    },
    {"code": "nik", "type": "nik", "label": "NIK", "required": True},
    {
        "code": "tanggal_lahir",
        "type": "date",
        "label": {"id": "Tanggal lahir", "en": "Date of birth"},
        "hint": {"id": "Contoh: 27 3 1990", "en": "For example 27 3 1990"},
        "required": True,
    },
    {
        "code": "telepon",
        "type": "phone",
        "label": {"id": "Nomor ponsel", "en": "Mobile phone"},
        "required": True,
    },
    {"code": "nilai", "type": "money", "label": {"id": "Nilai investasi", "en": "Investment"}},
    {
        "code": "luas",
        "type": "number",
        "label": {"id": "Luas bangunan", "en": "Floor area"},
        "unit": "m²",
        "required": True,
    },
    {
        "code": "jenis",
        "type": "radio",
        "label": {"id": "Jenis pemohon", "en": "Kind of applicant"},
        "required": True,
        "options": [
            {"code": "orang", "name": {"id": "Perorangan", "en": "Person"}},
            {"code": "usaha", "name": {"id": "Badan usaha", "en": "Company"}},
        ],
    },
    {
        "code": "alat",
        "type": "checkbox",
        "label": {"id": "Peralatan", "en": "Equipment"},
        "options": [
            {"code": "a", "name": {"id": "Alat pemadam api", "en": "Fire extinguisher"}},
            {
                "code": "b",
                "name": {"id": "Kotak P3K", "en": "First-aid kit"},
                "hint": {
                    "id": "Isi lengkap dan belum kedaluwarsa",
                    "en": "Complete and not expired",
                },
            },
            {"code": "c", "name": {"id": "Tempat sampah terpilah", "en": "Separated bins"}},
        ],
    },
    {
        "code": "fungsi",
        "type": "select",
        "label": {"id": "Fungsi bangunan", "en": "Use of the building"},
        "options": [
            {"code": "1", "name": {"id": "Hunian", "en": "Housing"}},
            {"code": "2", "name": {"id": "Usaha", "en": "Business"}},
        ],
    },
    {
        "code": "kelurahan",
        "type": "area",
        "kinds": ["kelurahan"],
        "required": True,
        "label": {"id": "Kelurahan tempat usaha", "en": "Kelurahan of the business"},
    },
    {
        "code": "alamat",
        "type": "textarea",
        "label": {"id": "Alamat", "en": "Address"},
        "required": True,
    },
    {"code": "titik", "type": "geo", "label": {"id": "Titik lokasi", "en": "Location"}},
    {
        "code": "papan",
        "type": "table",
        "label": {"id": "Papan reklame", "en": "Billboards"},
        "columns": [
            {
                "code": "teks",
                "type": "text",
                "label": {"id": "Isi reklame", "en": "Text"},
                "required": True,
            },
            {
                "code": "luas",
                "type": "number",
                "unit": "m²",
                "label": {"id": "Luas", "en": "Area"},
                "required": True,
            },
        ],
    },
    {
        "code": "setuju",
        "type": "checkbox",
        "required": True,
        "label": {
            "id": "Data yang saya isi benar dan saya bertanggung jawab atasnya.",
            "en": "What I filled in is true and I answer for it.",
        },
    },
)
ANSWERS = {
    "nama": "Siti Aminah",
    "nik": "7271014107900003",
    "tanggal_lahir": "1990-07-01",
    "nilai": "125000000",
    "jenis": "orang",
    "alat": ["a", "b"],
    "kelurahan": "72.71.02.1001",
    "titik": {"lat": "-0.898583", "lon": "119.850601"},
    "papan": [{"teks": "Warung Siti", "luas": "4,5"}, {"teks": "Buka 24 jam"}],
}
ERRORS = {
    "nama": "Isi nama lengkap sesuai KTP",
    "nik": "NIK harus 16 angka. Anda mengisi 15 angka",
    "tanggal_lahir": "Tanggal lahir harus sebelum hari ini",
    "jenis": "Pilih perorangan atau badan usaha",
    "kelurahan": "Pilih kelurahan tempat usaha",
    "papan": "Baris 2: Isi luas",
    "setuju": "Centang pernyataan untuk melanjutkan",
}
NOW = datetime(2026, 11, 20, 1, 5, tzinfo=UTC)
STEPS = (
    {"state": "done", "title": {"id": "Permohonan terkirim", "en": "Application sent"}, "at": NOW},
    {
        "state": "done",
        "title": {"id": "Berkas diperiksa", "en": "Files checked"},
        "at": NOW,
        "who": "DPMPTSP",
        "text": {"id": "Semua berkas sesuai.", "en": "All files are in order."},
    },
    {
        "state": "now",
        "title": {"id": "Pemeriksaan lapangan", "en": "Site visit"},
        "due": date(2026, 11, 25),
        "who": "Dinas Kesehatan",
    },
    {
        "state": "next",
        "title": {"id": "Tanda tangan", "en": "Signature"},
        "due": date(2026, 11, 30),
    },
)
CASES = (
    (
        "2026-004512-7KD",
        "Siti Aminah",
        "Surat Izin Praktik Perawat",
        "in_review",
        date(2026, 11, 18),
        -1,
        0,
    ),
    (
        "2026-004498-Q2M",
        "CV Maju Bersama",
        "Izin Reklame Tetap",
        "correction",
        date(2026, 11, 20),
        0,
        4512500,
    ),
    (
        "2026-004471-X9T",
        "Rudi",
        "Surat Keterangan Penelitian",
        "unpaid",
        date(2026, 11, 24),
        2,
        1250000,
    ),
)


class Sample(forms.Form):
    phone = forms.CharField(label="Nomor ponsel atau email")
    password = forms.CharField(label="Kata sandi", widget=forms.PasswordInput)
    note = forms.CharField(
        label="Catatan", required=False, widget=forms.Textarea(attrs={"rows": 3}), max_length=500
    )


@require_safe
def show(request: HttpRequest, name: str = "komponen") -> HttpResponse:
    if not settings.SANDBOX or name not in PAGES:
        raise Http404
    wrong = "salah" in request.GET
    return render(
        request,
        f"styleguide/{name}.html",
        {
            "names": PAGES,
            "questions": QUESTIONS,
            "answers": ANSWERS if wrong or "isi" in request.GET else {},
            "errors": ERRORS if wrong else {},
            "form": Sample({"phone": ""} if wrong else None),
            "now": NOW,
            "steps": STEPS,
            "cases": () if "kosong" in request.GET else CASES,
            "page": {"previous": "a", "next": "b"},
            "file": {"name": "ktp-siti-aminah.pdf", "size": 1234567},
            "pages": [request.build_absolute_uri("/merek.svg")],
        },
    )
