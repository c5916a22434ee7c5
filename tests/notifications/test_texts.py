"""What becomes of a pack's text when the values are put in."""

from __future__ import annotations

import pytest

from satupintu.notifications import texts
from satupintu.notifications.texts import MissingValue, fill, one_line, sms


def test_values_are_put_in_and_mean_nothing_themselves() -> None:
    assert fill("Halo {nama}, {nama}!", {"nama": "{nomor} %s {0.__class__}"}) == (
        "Halo {nomor} %s {0.__class__}, {nomor} %s {0.__class__}!"
    )


def test_what_is_no_placeholder_stays() -> None:
    assert fill("{} {0} {a.b} {A} {nama!r}", {}) == "{} {0} {a.b} {A} {nama!r}"


def test_a_value_that_nobody_gave_is_an_error_that_names_it() -> None:
    with pytest.raises(MissingValue, match="tanggal"):
        fill("Sampai {tanggal}", {"nama": "x"})


def test_control_signs_are_dropped_and_a_megabyte_is_cut() -> None:
    assert fill("{a}", {"a": "Si\x1b[31mti\r\x00\x07"}) == "Si[31mti"
    assert len(fill("{a}", {"a": "x" * 1_000_000})) == texts.LONGEST_VALUE + 1


def test_a_mail_subject_is_one_line() -> None:
    filled = fill("Izin {a}", {"a": "x\r\nBcc: semua@contoh.id"})
    assert one_line(filled) == "Izin x Bcc: semua@contoh.id"
    assert len(one_line("x" * 999)) == 200


@pytest.mark.parametrize(
    ("given", "sent"),
    [
        ("Rp\u00a01.250.000 – “lunas”…", 'Rp 1.250.000 - "lunas"...'),
        ("José Ñandú", "Jose Nandu"),
        ("[a] {b} c~d €5 \\ |", "(a) (b) c-d EUR5 / /"),
        ("izin 🎉 漢", "izin ? ?"),
        ("garis\nbaru", "garis baru"),
    ],
)
def test_an_sms_is_written_in_the_gsm_alphabet(given: str, sent: str) -> None:
    assert sms("{a}", {"a": given}) == sent


def test_an_sms_never_has_more_than_160_signs_and_keeps_links_and_short_values() -> None:
    text = "Permohonan {nomor} untuk {layanan} atas nama {nama}: {url}"
    values = {
        "nomor": "2026-004512-7KD",
        "layanan": "Persetujuan Bangunan Gedung " * 5,
        "nama": "Siti Aminah binti Abdullah " * 4,
        "url": "https://izin.contoh.id/permohonan/2026-004512-7KD",
    }
    sent = sms(text, values)
    assert len(sent) <= 160
    assert sent.endswith(": https://izin.contoh.id/permohonan/2026-004512-7KD")
    assert "2026-004512-7KD untuk Persetujuan" in sent
    assert len(sms("y" * 500, {})) == 160
