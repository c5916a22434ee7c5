"""Every kind of mistake is reported with its file, its line and a cure."""

from __future__ import annotations

from pathlib import Path

import pytest

from satupintu.catalogue.packs.checker import examined
from tests.packs.workshop import copy_of, spoil

SIP = "services/sip-perawat.yaml"
PBG = "services/pbg.yaml"
SKP = "services/skp-penelitian.yaml"
RKL = "services/reklame-tetap.yaml"

BASE = "../base/"
APP = BASE + "messages/applicant.yaml"
PRIVACY = BASE + "pages/privasi.id.md"

# file, what stands there, what replaces it, lines further down, words of the report
MISTAKES = [
    # YAML
    (SIP, "kind: licence\n", "kind: licence\n  sector: x\n", 1, "YAML tidak dapat dibaca"),
    (SIP, "sector: kesehatan", "sector: kesehatan\nsector: kesehatan", 1, "ditulis dua kali"),
    (SIP, "sector: kesehatan", "sector: &a kesehatan", 0, "Jangkar"),
    (SIP, "sector: kesehatan", "sector: !!python/name:os kesehatan", 0, "Tag YAML"),
    # schema
    (SIP, "popular: true", "populer: true", 0, "Mungkin maksudnya 'popular'"),
    (SIP, "kind: licence", "kind: license", 0, "Mungkin maksudnya 'licence'"),
    (SIP, "clock: {days: 9", "clock: {days: sembilan", 0, "harus berupa angka bulat"),
    (SIP, "stage: online\n", "", -1, "Kunci 'stage' belum ada"),
    (SIP, "code: SIP-PERAWAT", "code: sip perawat", 0, "huruf besar"),
    (SIP, "applicants: [person]", "applicants: []", 0, "tidak boleh kosong"),
    (SIP, "required: true, max: 40", "required: yes, max: 40", 0, "true atau false"),
    (APP, "  inbox: {id:", "  inbok: {id:", 0, "Mungkin maksudnya 'inbox'"),
    ("tariffs/pbg.yaml", "usaha: 0.7", 'usaha: "0.7"', 0, "angka"),
    ("city.yaml", "zone: Asia/Jakarta", "zone: Asia/Metro", 0, "Asia/Makassar"),
    # names
    (SIP, "sector: kesehatan", "sector: kesehatn", 0, "Mungkin maksudnya 'kesehatan'"),
    (SIP, "office: dpmptsp", "office: dpmptps", 0, "Mungkin maksudnya 'dpmptsp'"),
    (SIP, "role: verifikator", "role: verifikatr", 0, "Mungkin maksudnya 'verifikator'"),
    (SIP, '"agency:dinkes"', '"agency:dinkas"', 0, "Mungkin maksudnya 'dinkes'"),
    (SIP, "- use: pemohon", "- use: pemohn", 0, "Mungkin maksudnya 'pemohon'"),
    (SIP, "template: izin.typ", "template: ijin.typ", 0, "Mungkin maksudnya 'izin.typ'"),
    (SIP, "series: SIPP", "series: SIP", 0, "Mungkin maksudnya 'SIPP'"),
    (SIP, "photo: foto", "photo: ktp", 0, "hanya menerima jpg atau png"),
    (SIP, 'value: "{no_str}"', 'value: "{no_srt}"', 0, "Mungkin maksudnya 'no_str'"),
    (PBG, "tariff: {use: pbg}", "tariff: {use: pgb}", 0, "Mungkin maksudnya 'pbg'"),
    (PBG, "calculator: [fungsi", "calculator: [fugsi", 0, "Mungkin maksudnya 'fungsi'"),
    (SKP, "until: selesai", "until: selsai", 0, "Mungkin maksudnya 'selesai'"),
    ("offices.yaml", "role: front_office", "role: loket", 0, "Peran 'loket' tidak ada"),
    ("offices.yaml", 'area: "18.72.01"', 'area: "18.72.09"', 0, "Wilayah '18.72.09' tidak ada"),
    # forms
    (SIP, "- {code: gelar,", "- {code: nama,", 0, "ada dua kali"),
    (SIP, "- {code: gelar,", "- {code: levy,", 0, "kata yang dipakai ekspresi"),
    (SIP, "- {code: gelar,", "- {code: form,", 0, "nama yang dipakai peramban"),
    (SIP, "type: text, max: 40}", "type: text, min: 50, max: 40}", 0, "lebih besar daripada"),
    (SIP, "type: text, max: 40}", "type: select}", 0, "perlu `options:`"),
    (SIP, "type: area, kinds: [kelurahan]", "type: text, kinds: [kelurahan]", 0,
     "hanya untuk isian berjenis area"),
    (SIP, "not str_seumur_hidup", "not str_seumur_hidop", 0, "str_seumur_hidup"),
    (SIP, "not str_seumur_hidup", "jenis_tempat == 'faskes'", 0, "ditanyakan sesudahnya"),
    (SIP, '"not str_seumur_hidup"', '"sip_ke +"', 0, "tidak bisa dibaca"),
    (SIP, "when: \"jeda_praktik\"", "when: \"sip_ke + 1 > 2\"", 0, "dibutuhkan angka"),
    (SIP, "- {code: str, name", "- {code: ktp, name", 0, "dipakai dua kali"),
    (SIP, "standard:\n  product:", "standard:\n  guarantee:", 0, "belum memuat produk layanan"),
    (SKP, "letter: [SKP-PENELITIAN]", "letter: [SKP-PENELITAN]", 0,
     "Mungkin maksudnya 'SKP-PENELITIAN'"),
    (SKP, "'perpanjangan'\", letter", "'perpanjangan'\", accept: [jpg], letter", 0,
     "tidak menerima pdf"),
    # personal data
    (SIP, "label: {id: Gelar, en: Title}, type: text", "label: {id: Gelar, en: Title}, type: money",
     0, "belum mengatakan apakah berisi data pribadi"),
    (SIP, "required: true, personal: none}", "required: true}", 0, "`personal: none`"),
    (SIP, "- {code: gelar,", "- {personal: general, purpose: asses, code: gelar,", 0,
     "Mungkin maksudnya 'assess'"),
    (SIP, "- {code: ktp, name", "- {basis: tugas, code: ktp, name", 0, "Dasar 'tugas' tidak ada"),
    (SIP, "- {code: gelar,", "- {personal: umum, code: gelar,", 0, "general"),
    (SIP, "archive: {class: \"500.16.7.2\", active_years: 3, inactive_years: 7, fate: permanent}",
     "archive: {class: \"500.16.7.2\", active_years: 0, inactive_years: 0, fate: destroy}", 0,
     "jadwal retensi arsip"),
    (SIP, "archive:", "drafts: {days: 30, warn_days: 40}\narchive:", 0, "`warn_days` harus lebih"),
    (BASE + "privacy.yaml", "phone: {personal: general, purpose: contact}",
     "phone: {personal: general, purpose: kontak}", 0, "Tujuan 'kontak' tidak ada"),
    (BASE + "privacy.yaml", "days: 180", "days: 10", 0, "30 sampai 730"),
    # processes
    (SIP, "return_to: [verifikasi]", "return_to: [verifikasii]", 0,
     "Tahap 'verifikasii' tidak ada"),
    (SIP, "step: konsep", "step: verifikasi", 0, "dipakai lebih dari sekali"),
    (SIP, "role: kepala_dinas", "role: verifikator", 0, "memeriksa berkas dan juga menandatangani"),
    (SIP, "role: penyerahan", "role: tim_teknis", 0, "belum punya jabatan berperan 'tim_teknis'"),
    (SIP, "clock: {days: 9", "clock: {days: 8", 0, "Jumlah hari langkah terpanjang 9"),
    (SIP, "kind: sign", "kind: initial", None, "selesai tanpa langkah sign"),
    (SIP, "    days: 1\n    document: permit\n", "    days: 1\n", None, "belum menyebut suratnya"),
    (SIP, "document: permit", "document: permitt", 0, "Mungkin maksudnya 'permit'"),
    (RKL, "    checklist:", "    note: x\n    checklists:", 1, "Mungkin maksudnya 'checklist'"),
    (PBG, "role: penetap", "role: kasir", 0, "menerima uang"),
    (SIP, "kind: verify", "kind: assess", None, "tidak memungut retribusi"),
    (PBG, 'when: "levy > 0"\n', 'when: "levi > 0"\n', 0, "'levi' tidak ada"),
    # letters, fees, messages
    (SIP, "{number:04}/SIPP", "{nomor:04}/SIPP", 0, "tidak dapat dibuat"),
    (SIP, "500.16.7.2/{number:04}/SIPP", "500.16.7.2/SIPP", 0, "dapat terulang"),
    ("tariffs/pbg.yaml", "lookup(satuan, 'ilo')", "lookup(satuan_x, 'ilo')", 0, "satuan"),
    ("tariffs/makam.yaml", "* jumlah_petak", "* jumlah_petag", 0, "jumlah_petak"),
    (APP, "{number} sudah", "{nomor} sudah", 0, "number"),
    (APP, "values: [number, service", "values: [numbr, service", 0, "Program tidak mengenal"),
    (APP, 'sms: {id: "Permohonan', 'sms: {id: "' + "sangat " * 25 + "Permohonan", 0,
     "Paling banyak 160"),
    (APP, 'sms: {id: "Permohonan', 'sms: {id: "→ Permohonan', 0, "GSM-7"),
    (PRIVACY, "{government} mengolah", "{goverment} mengolah", 0, "Mungkin maksudnya 'government'"),
    (PRIVACY, "# Privasi", "Privasi", 0, "diawali judul"),
    # the city
    ("city.yaml", '"#14532D"', '"#8FBC8F"', 0, "Kontras"),
    ("city.yaml", "crest: crest.svg", "crest: lambang.svg", 0, "tidak ada"),
    ("crest.svg", "<path", "<script>alert(1)</script><path", None, "tanpa skrip"),
    ("areas.csv", "18.72.01.1001,Metro,kelurahan", "18.72.01.1001,Metro,desa", 0,
     "'desa' tidak dikenal"),
    ("areas.csv", "Metro,kelurahan,18.72.01,", "Metro,kelurahan,18.72.07,", 0,
     "induk"),
    ("areas.csv", "18.72.01.1001,Metro,", "18.72.01.1001,,", 0, "Kolom 'name' kosong"),
    ("areas.csv", "code,name", "kode,name", 0, "Baris pertama harus"),
    ("calendar.csv", "2026-01-01", "01-01-2026", 0, "bukan tanggal"),
    ("calendar.csv", ",public", ",libur", 0, "'libur' tidak dikenal"),
    ("offices.yaml", "code: dinkes,", "code: dpmptsp,", 0, "ditulis dua kali"),
    ("city.yaml", "extends: ../base", "extends: ../dasar", 0, "tidak ada"),
    # scenarios
    (SIP, "path: [verifikasi, rekomendasi, konsep,", "path: [verifikasi, konsep,", 0,
     "Langkah yang dilalui"),
    (PBG, "fee: 346680", "fee: 346681", 0, "346680"),
    (SIP, "outcome: approved", "outcome: refused", 0, "Hasilnya approved"),
    (SIP, "files: [ktp, str, ijazah, ket_faskes, foto]", "files: [ktp, str, ijazah, foto]", 0,
     "ket_faskes"),
    (SIP, 'nik: "1872014107960002"', 'nik: "187201410796000"', 0, "NIK harus 16 angka"),
    (SIP, "gelar: S.Kep., Ns.", "gelr: S.Kep., Ns.", 0, "Mungkin maksudnya 'gelar'"),
    (SIP, "request: baru", "request: baruu", 0, "Mungkin maksudnya 'baru'"),
    # the cast
    ("demo.yaml", "scenario: 0, applicant: siti", "scenario: 7, applicant: siti", 0, "Skenario"),
    ("demo.yaml", "applicant: siti, reach", "applicant: sitti, reach", 0, "'siti'"),
    ("demo.yaml", "applicant: siti, reach", "applicant: andi, reach", 0, "tidak menerima pemohon"),
    ("demo.yaml", '"at:rekomendasi"', '"at:rekomendasy"', 0, "'at:rekomendasi'"),
    ("demo.yaml", "post: kabid", "post: kabag", 0, "Jabatan 'kabag' tidak ada"),
    ("demo.yaml", 'nik: "1872014107960002"', 'nik: "187201410796002"', 0, "16 angka"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "offset", "words"), MISTAKES, ids=lambda value: str(value)[:40]
)
def test_a_mistake_is_found_where_it_is(
    file: str, old: str, new: str, offset: int | None, words: str, tmp_path: Path
) -> None:
    pack = copy_of("metro", tmp_path)
    line = spoil(pack, file, old, new)
    _, problems = examined(pack)
    name = Path(file).name
    found = [
        problem for problem in problems if words in str(problem) and problem.file.endswith(name)
    ]
    assert found, "\n".join(map(str, problems)) or "no problem found"
    if offset is not None:
        expected = max(line + offset, 1) if offset >= 0 else 1
        assert expected in {problem.line for problem in found}, "\n".join(map(str, found))


def test_all_mistakes_are_reported_at_once(tmp_path: Path) -> None:
    pack = copy_of("metro", tmp_path)
    spoil(pack, SIP, "sector: kesehatan", "sector: kesehatn")
    spoil(pack, SIP, "template: izin.typ", "template: ijin.typ")
    spoil(pack, PBG, "role: penetap", "role: penentu")
    spoil(pack, "calendar.csv", "2026-01-01", "01-01-2026")
    _, problems = examined(pack)
    assert {Path(problem.file).name for problem in problems} >= {
        "sip-perawat.yaml",
        "pbg.yaml",
        "calendar.csv",
    }
    assert len(problems) >= 4


def test_a_mistake_in_a_shared_section_is_found_in_its_own_file(tmp_path: Path) -> None:
    pack = copy_of("metro", tmp_path)
    line = spoil(
        pack, "../base/sections/badan.yaml", "applicant == 'company'", "aplicant == 'company'"
    )
    _, problems = examined(pack)
    assert (problems[0].file, problems[0].line) == ("base/sections/badan.yaml", line)


def test_a_file_that_no_pack_has_is_reported(tmp_path: Path) -> None:
    pack = copy_of("metro", tmp_path)
    (pack / "services" / "plugin.py").write_text("print()", encoding="utf-8")
    (pack / "layanan").mkdir()
    _, problems = examined(pack)
    assert {p.file for p in problems} == {"metro/services/plugin.py", "metro/layanan"}


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    pack = copy_of("metro", tmp_path)
    (pack / "services" / "besar.yaml").write_text("a: b\n" * 100_000, encoding="utf-8")
    _, problems = examined(pack)
    assert "lebih besar dari 256 KB" in problems[0].message


def test_a_deeply_nested_file_does_not_bring_the_reader_down(tmp_path: Path) -> None:
    pack = copy_of("metro", tmp_path)
    (pack / "services" / "dalam.yaml").write_text("[" * 5000, encoding="utf-8")
    _, problems = examined(pack)
    assert any(problem.file.endswith("dalam.yaml") for problem in problems)
