"""Signing through the real signer process, with a real authority beside it."""

from __future__ import annotations

import datetime as dt
import io
import signal
import stat
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf
import pytest
import time_machine
from cryptography import x509
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader

from satupintu.journal.events import By
from satupintu.journal.models import Entry
from satupintu.signing import actions, inspection, queries, roots
from satupintu.signing.models import SigningKey
from tests.documents.samples import sample
from tests.signing.conftest import DEWI, PASSPHRASE, Pki, StartSigner, new_key

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings

Process = subprocess.Popen[str]
BY = By(1, "web")


def opened(key: SigningKey, passphrase: str = PASSPHRASE, limit: int = 10) -> str:
    return actions.open_act(key.account_id, passphrase, by=BY, limit=limit)


def signed(act: str, pdf: bytes | None = None) -> actions.SignedPdf:
    return actions.sign(
        act, pdf or sample("izin"), reason="Menyetujui", location="Contoh", field="TandaTangan"
    )


def inspect(pdf: bytes) -> queries.SignatureReport:
    """Here and not in the child, which knows nothing of the time that a test travels to."""
    return inspection.inspect(pdf, roots.trusted())


@pytest.mark.requirement("PLB-7-3-d", "PLB-11-1-e", "PLB-12-3", "PLB-13-2")
def test_a_signature_reaches_b_lta_and_names_its_signer(signer: None, key: SigningKey) -> None:
    before = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=2)
    result = signed(opened(key))
    assert result.level == "B-LTA"
    report = inspect(result.pdf)
    assert report.intact
    assert report.trusted
    assert report.level == "B-LTA"
    assert report.signer_name == DEWI
    assert report.covers_whole_file
    assert report.problems == ()
    assert report.signed_at
    assert report.timestamp_at
    assert before <= report.signed_at <= report.timestamp_at + dt.timedelta(seconds=2)


def test_the_signed_file_is_still_pdf_a_3_and_begins_with_the_unsigned_one(
    signer: None, key: SigningKey
) -> None:
    pdf = sample("izin")
    result = signed(opened(key), pdf)
    assert result.pdf.startswith(pdf)
    with pikepdf.open(io.BytesIO(result.pdf)) as document:
        with document.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
        assert document.pdf_version == "1.7"
        assert "/Version" not in document.Root
        field = document.Root.AcroForm.Fields[0]
        assert int(field.F) & 4  # PDF/A wants every annotation printable
        assert [float(side) for side in field.Rect] == [0, 0, 0, 0]
        assert int(document.Root.Perms.DocMDP.Reference[0].TransformParams.P) == 1


@pytest.mark.requirement("PLB-11-1-c")
def test_a_flipped_byte_is_seen_wherever_it_is(signer: None, key: SigningKey) -> None:
    pdf = signed(opened(key)).pdf
    protected = _protected(pdf)
    for place in range(0, len(protected), len(protected) // 23):
        changed = bytearray(pdf)
        changed[protected[place]] ^= 0x01
        report = inspect(bytes(changed))
        assert not (report.intact and report.trusted), f"byte {protected[place]}"


def _protected(pdf: bytes) -> list[int]:
    """Every position but those of the last stamp's own container, which nothing can sign."""
    last = PdfFileReader(io.BytesIO(pdf)).embedded_signatures[-1]
    start, length, after, rest = last.byte_range
    return [*range(start, start + length), *range(after, after + rest)]


@pytest.mark.requirement("PLB-11-1-c")
def test_a_page_added_to_by_someone_else_is_refused(signer: None, key: SigningKey) -> None:
    writer = IncrementalPdfFileWriter(io.BytesIO(signed(opened(key)).pdf))
    page = writer.root["/Pages"]["/Kids"][0]
    drawing = writer.add_object(generic.StreamObject(stream_data=b"0 0 200 200 re f"))
    page["/Contents"] = generic.ArrayObject([page.raw_get("/Contents"), drawing])
    writer.mark_update(writer.root["/Pages"]["/Kids"].raw_get(0))
    forged = io.BytesIO()
    writer.write(forged)
    report = inspect(forged.getvalue())
    assert not report.intact
    assert not report.covers_whole_file
    assert report.problems == (inspection.ADDED_TO,)
    assert report.signer_name == DEWI


def test_bytes_hung_on_the_end_are_refused(signer: None, key: SigningKey) -> None:
    assert not inspect(signed(opened(key)).pdf + b"\n% tambahan").intact


@pytest.mark.parametrize("content", [b"", b"bukan pdf", b"%PDF-1.7\n", bytes(5000)])
def test_anything_can_be_inspected(pki: Pki, content: bytes) -> None:
    assert inspect(content) == queries.SignatureReport(problems=(inspection.NOT_A_PDF,))


def test_a_file_cut_short_is_not_intact(signer: None, key: SigningKey) -> None:
    pdf = signed(opened(key)).pdf
    for length in range(len(pdf) // 7, len(pdf), len(pdf) // 7):
        assert not inspect(pdf[:length]).intact


def test_an_unsigned_pdf_is_said_to_be_unsigned(pki: Pki) -> None:
    assert inspect(sample("izin")).problems == (inspection.NOT_SIGNED,)


def test_a_signer_we_do_not_trust_is_named_but_not_trusted(
    signer: None, key: SigningKey, settings: Settings
) -> None:
    pdf = signed(opened(key)).pdf
    settings.SIGNING_ROOTS = settings.DATA_DIR / "nobody"
    report = inspect(pdf)
    assert report.intact
    assert not report.trusted
    assert report.signer_name == DEWI
    assert inspection.UNKNOWN_ISSUER in report.problems


def test_a_wrong_passphrase_is_tried_once_and_leaves_a_trace(signer: None, key: SigningKey) -> None:
    with pytest.raises(actions.WrongPassphrase) as caught:
        opened(key, "salah")
    assert caught.value.field == "passphrase"
    entry = Entry.objects.get(event="signing.PassphraseRefused")
    assert (entry.subject, entry.account_id) == (key.subject, 1)
    assert signed(opened(key)).level == "B-LTA"


def test_guessing_is_stopped_after_five_tries(signer: None, key: SigningKey) -> None:
    for _ in range(5):
        with pytest.raises(actions.WrongPassphrase):
            opened(key, "salah")
    with pytest.raises(actions.WrongPassphrase, match="15 menit"):
        opened(key)


@pytest.mark.requirement("PLB-11-1-a")
def test_the_passphrase_is_never_written_down(own_signer: Process, key: SigningKey) -> None:
    with pytest.raises(actions.WrongPassphrase):
        opened(key, "kata-sandi-keliru")
    signed(opened(key))
    own_signer.terminate()
    output, _ = own_signer.communicate(timeout=10)
    assert "kata-sandi-keliru" not in output
    assert PASSPHRASE not in output
    assert PASSPHRASE not in "".join(str(entry.data) for entry in Entry.objects.all())


def test_opening_an_act_is_recorded(signer: None, key: SigningKey) -> None:
    opened(key)
    entry = Entry.objects.get(event="signing.ActOpened")
    assert (entry.data, entry.door) == ({"key_id": key.pk}, "web")


def test_only_the_owner_may_reach_the_signer(signer: None, settings: Settings) -> None:
    mode = Path(settings.SIGNER_SOCKET).stat().st_mode
    assert stat.S_IMODE(mode) == 0o600


def test_a_batch_is_one_act_that_ends_at_its_limit(signer: None, key: SigningKey) -> None:
    act = opened(key, limit=3)
    pdfs = [signed(act, sample(name)).pdf for name in ("izin", "skrd", "keputusan")]
    assert all(inspect(pdf).level == "B-LTA" for pdf in pdfs)
    with pytest.raises(actions.ActLost):
        signed(act)


def test_a_closed_act_signs_nothing(signer: None, key: SigningKey) -> None:
    act = opened(key)
    actions.close_act(act)
    with pytest.raises(actions.ActLost):
        signed(act)
    actions.close_act(act)


def test_a_killed_signer_is_told_clearly_and_a_new_one_has_forgotten_the_act(
    own_signer: Process, key: SigningKey, start_signer: StartSigner
) -> None:
    act = opened(key)
    own_signer.send_signal(signal.SIGKILL)
    own_signer.wait()
    with pytest.raises(actions.ActLost, match="Ulangi"):
        signed(act)
    with pytest.raises(actions.SignerDown, match="tidak berjalan"):
        opened(key)
    start_signer()
    with pytest.raises(actions.ActLost):
        signed(act)
    assert signed(opened(key)).level == "B-LTA"


def test_a_signed_file_cannot_be_certified_again(signer: None, key: SigningKey) -> None:
    act = opened(key)
    with pytest.raises(actions.CannotSign):
        signed(act, signed(act).pdf)
    with pytest.raises(actions.CannotSign):
        signed(act, b"bukan pdf")


@pytest.mark.parametrize("fault", ["down", "wrong", "slow", "reset", "garbage"])
def test_without_time_stamps_it_is_b_b_and_later_b_lta(
    own_signer: Process, key: SigningKey, pki: Pki, fault: str
) -> None:
    pki.fault("tsa", fault)
    result = signed(opened(key))
    assert result.level == "B-B"
    report = inspect(result.pdf)
    assert (report.intact, report.trusted, report.level) == (True, True, "B-B")
    assert actions.upgrade(result.pdf) == result

    pki.fault("tsa", "none")
    lifted = actions.upgrade(result.pdf)
    assert lifted.level == "B-LTA"
    assert lifted.pdf.startswith(result.pdf)
    report = inspect(lifted.pdf)
    assert (report.intact, report.trusted, report.level) == (True, True, "B-LTA")


@pytest.mark.parametrize("fault", ["down", "wrong", "slow", "reset", "garbage"])
def test_without_revocation_answers_it_is_b_t_and_later_b_lta(
    own_signer: Process, key: SigningKey, pki: Pki, fault: str
) -> None:
    for service in ("ocsp", "crl"):
        pki.fault(service, fault)
    result = signed(opened(key))
    assert result.level == "B-T"
    assert inspect(result.pdf).level == "B-T"
    pki.fault("all", "none")
    assert inspect(actions.upgrade(result.pdf).pdf).level == "B-LTA"


def test_an_archive_stamp_can_be_renewed(signer: None, key: SigningKey) -> None:
    first = signed(opened(key))
    renewed = actions.upgrade(actions.upgrade(first.pdf).pdf)
    report = inspect(renewed.pdf)
    assert (report.intact, report.trusted, report.level) == (True, True, "B-LTA")
    stamps = PdfFileReader(io.BytesIO(renewed.pdf)).embedded_timestamp_signatures
    assert len(stamps) == 3


def test_a_file_proves_itself_after_the_certificates_have_ended(
    own_signer: Process, pki: Pki, db: None
) -> None:
    """Five years on: officer's certificate and every revocation answer are long out of date."""
    act = opened(new_key(pki, life=dt.timedelta(days=30)))
    archived = signed(act).pdf
    pki.fault("tsa", "down")
    bare = signed(act).pdf
    with time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(days=5 * 365), tick=False):
        report = inspect(archived)
        assert (report.intact, report.trusted, report.level) == (True, True, "B-LTA")
        assert not inspect(bare).trusted


def test_a_revoked_certificate_signs_nothing(signer: None, pki: Pki, key: SigningKey) -> None:
    act = opened(key)
    pki.authority.revoke(x509.load_pem_x509_certificate(key.certificate.encode()))
    with pytest.raises(actions.NoKey, match="dicabut"):
        signed(act)
    with pytest.raises(actions.ActLost):
        signed(act)


def test_what_was_signed_before_a_revocation_stays_good(
    signer: None, pki: Pki, key: SigningKey
) -> None:
    pdf = signed(opened(key)).pdf
    pki.authority.revoke(x509.load_pem_x509_certificate(key.certificate.encode()))
    assert inspect(pdf).trusted


def test_an_expired_certificate_opens_no_act(signer: None, pki: Pki, db: None) -> None:
    # The authority dates its certificates five minutes back, so this one has just ended.
    key = new_key(pki, life=dt.timedelta(minutes=5))
    with pytest.raises(actions.NoKey, match="habis"):
        opened(key)


def test_a_new_key_retires_the_old_one(db: None, key: SigningKey, pki: Pki) -> None:
    again = actions.register_key(
        account_id=key.account_id,
        provider="pkcs12",
        reference="baru.p12",
        certificate=key.certificate.encode(),
        by=BY,
    )
    key.refresh_from_db()
    assert key.retired_at
    assert queries.key_of(key.account_id) == again
    assert again.signer_name == DEWI


def test_an_officer_without_a_key_is_told_so(db: None, pki: Pki) -> None:
    with pytest.raises(actions.NoKey, match="belum punya"):
        actions.open_act(0, PASSPHRASE, by=BY)
