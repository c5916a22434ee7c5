"""What people write stays text: on pages, in files that leave the house, in names of files."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser
from typing import Any
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from satupintu.cases import tasks
from satupintu.cases.models import Case
from satupintu.files.names import safe_name
from satupintu.lib import tables
from satupintu.people.models import Applicant
from tests.browsing import text_of_pdf
from tests.cases import desk, filling
from tests.world import World, world

__all__ = ["world"]

CORPUS = (
    "<script>jahat()</script>",
    '"><img src=x onerror=jahat()>',
    "'><svg/onload=jahat()>",
    "</textarea><script>jahat()</script>",
    "</title><iframe src=javascript:jahat()>",
    "<a href='javascript:jahat()'>klik</a>",
    "<style>@import 'https://jahat.example'</style>",
    "{{ request.user }}{% debug %}",
    '#read("/etc/passwd") $x$ ${7*7}',
    "<!--><math><mi//xlink:href='data:x,jahat()'>",
    "&lt;script&gt;jahat()&lt;/script&gt;",
    "＜script＞jahat()＜/script＞",
)
ALL = " ".join(CORPUS)[:390]
URLS = {"href", "src", "action", "formaction", "xlink:href", "srcdoc", "poster", "data"}


class Elements(HTMLParser):
    """What a browser would run or fetch; our pages have none of it."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attributes}
        if tag in ("style", "iframe", "object", "embed", "math", "base", "meta") and (
            tag != "meta" or "http-equiv" in found
        ):
            self.wrong.append(self.get_starttag_text() or tag)
        inert = found.get("type") == "application/json"
        if tag == "script" and not inert and not found.get("src", "").startswith("/"):
            self.wrong.append(self.get_starttag_text() or tag)
        for name, value in found.items():
            plain = "".join(value.split()).lower()
            if name.startswith("on") or name == "style":
                self.wrong.append(f"{tag} {name}={value}")
            if name in URLS and (
                plain.startswith(("javascript:", "vbscript:")) or "jahat" in plain
            ):
                if plain.startswith(("/", "?", "#")) and not plain.startswith("//"):
                    continue  # a word that was searched for, in an address of ours
                self.wrong.append(f"{tag} {name}={value}")


def harmless(answer: Any, where: str) -> str:
    assert answer.status_code < 500, where
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    text: str = body.decode(errors="replace")
    if answer.headers.get("Content-Type", "").startswith("text/html"):
        page = Elements()
        page.feed(text)
        assert not page.wrong, (where, page.wrong)
    return text


@pytest.fixture
def hostile(world: World) -> Case:
    """Siti is called by a script, and so is everything in her application."""
    siti = world.applicants["siti"]
    Applicant.objects.filter(pk=siti.pk).update(name=ALL[:150], address=ALL[:290])
    siti.refresh_from_db()
    client = world.applicant()
    wanted = filling.scenario("SKP-PENELITIAN")
    case = filling.begin(client, "SKP-PENELITIAN", siti.pk, wanted["request"])
    texts = {"judul": ALL, "bidang": ALL[:110], "penanggung_jawab": ALL[:110]}
    filling.fill(client, case, {**wanted["answers"], **texts})
    filling.upload(client, case, wanted["files"])
    name = f"{CORPUS[1]}\r\nX-Jahat: 1\u202efdp.exe/../../{CORPUS[0]}.pdf"
    client.post(
        f"/permohonan/draf/{case.pk}/berkas/{wanted['files'][0]}/", {"file": filling.pdf(name)}
    )
    answer = client.post(f"/permohonan/draf/{case.pk}/kirim/", {"truth": "true"})
    assert answer.status_code == 302, answer.content.decode()
    client.post(f"/permohonan/{case.pk}/pesan/", {"body": ALL})
    return desk.fresh(case)


def test_scripts_in_an_application_are_text_on_every_page(world: World, hostile: Case) -> None:
    siti, mine = world.applicant(), f"/permohonan/{hostile.pk}/"
    own = [mine, f"{mine}isian/", f"{mine}pesan/", f"{mine}dokumen/", "/permohonan/", "/pesan/"]
    own += ["/akun/profil/", "/data-pribadi/", f"{mine}terkirim/"]
    seen = "".join(harmless(siti.get(url), url) for url in own)
    assert "&lt;script&gt;jahat()" in seen
    desks = [world.desk("verifikator-1"), world.desk("kabid")]
    case = f"/berkas/{hostile.number}/"
    tabs = ("", "documents/", "messages/", "opinions/", "history/")
    for officer in desks:
        for url in ("/tugas/", f"/berkas/?q={hostile.number}", *(case + tab for tab in tabs)):
            seen = harmless(officer.get(url), url)
            assert "<script>jahat" not in seen
    clerk = world.desk("loket-1")
    harmless(clerk.post("/loket/", {"nik": world.applicants["siti"].nik}), "/loket/")
    for url in (f"/lacak/?nomor={hostile.number}", "/jejak/"):
        harmless(world.desk("pengawas").get(url), url)


def test_an_application_full_of_scripts_prints_them_as_words(world: World, hostile: Case) -> None:
    tasks.make_receipt(case_id=hostile.pk)
    answer: Any = world.applicant().get(f"/permohonan/{hostile.pk}/dokumen/receipt/")
    words = text_of_pdf(b"".join(answer.streaming_content) if answer.streaming else answer.content)
    assert "jahat()" in words
    assert "root:" not in words


PLACES = [
    *("/lacak/?nomor=", "/layanan/?q=", "/layanan/?sector=", "/verifikasi/?number=", "/v/"),
    *("/akun/login/?next=", "/panduan/", "/layanan/", "/dibagikan/", "/j/", "/status/?x="),
]


def test_a_script_in_an_address_is_text(world: World) -> None:
    stranger, officer = Client(), world.desk("kepala")
    asked = [
        "/tugas/?q=",
        "/tugas/?service=",
        "/berkas/?q=",
        "/izin/?nomor=",
        "/izin/register/?unit=",
    ]
    for text in CORPUS:
        for place in PLACES:
            harmless(stranger.get(place + quote(text, safe="")), place + text)
        for place in asked:
            harmless(officer.get(place + quote(text, safe="")), place + text)
        harmless(stranger.post("/verifikasi/", {"number": text}), text)
        harmless(stranger.post("/akun/login/", {"login": text, "password": text}), text)


NAMES = [
    "a\r\nSet-Cookie: jahat=1.pdf",
    "../../etc/passwd.pdf",
    "..\\..\\boot.pdf",
    "a\u202efdp.exe.pdf",
    "CON.pdf",
    "a.pdf\u0000.exe.pdf",
    "x" * 4096 + ".pdf",
    "\u2066a\u2069.pdf",
    '"; filename="b.html".pdf',
    "<script>.pdf",
    "..pdf",
    "\u200b.pdf",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_a_file_stays_a_name(world: World, name: str) -> None:
    plain = safe_name(name)
    assert len(plain) <= 111
    assert not set('\r\n\0/\\<>"\u202e\u2066\u2069\u200b') & set(plain)
    assert not plain.startswith(".")
    client = world.applicant()
    case = filling.begin(client, "SIP-PERAWAT", world.applicants["siti"].pk)
    client.post(
        f"/permohonan/draf/{case.pk}/berkas/ktp/",
        {"file": SimpleUploadedFile(name, filling.pdf().read(), "text/html")},
    )
    answer: Any = client.get(f"/permohonan/draf/{case.pk}/berkas/ktp/unduh/")
    header = answer.headers["Content-Disposition"]
    assert header.startswith("attachment;")
    assert not set("\r\n\0") & set(header)
    assert answer.headers["Content-Type"] == "application/pdf"
    assert "Set-Cookie" not in answer.headers
    answer.close()


@pytest.mark.parametrize(
    "sign", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", " =", "\u00a0="]
)
def test_no_cell_that_leaves_the_house_is_a_formula(sign: str) -> None:
    written = "".join(tables.write(["a", "b"], [[f"{sign}cmd|' /C calc'!A0", f'";{sign}1+1']]))
    cell = next(iter(list(csv.reader(io.StringIO(written, newline="")))[1:]))[0]
    assert cell.startswith("'")
