"""Letters of the neighbourhood: heads of RT and RW agree, refuse, or do not answer."""

from __future__ import annotations

from tests.browsing import text_of_pdf
from tests.journeys.probolinggo import Letters, letters, neighbourhood, signer

__all__ = ["letters", "neighbourhood", "signer"]

RT, RW = "rt-ketapang-001-001", "rw-ketapang-001"


def test_a_letter_goes_from_the_work_lists_of_rt_and_rw_to_the_signature_of_the_lurah(
    letters: Letters,
) -> None:
    case = letters.send()
    number = str(case.number)
    letters.endorse(number, RT, RW)
    letters.finish(number)

    case.refresh_from_db()
    assert (case.phase, case.outcome) == ("closed", "approved")
    letter = letters.applicant().open(f"/permohonan/{case.pk}/dokumen/decision/")
    assert "Siti Aminah" in text_of_pdf(letter.body)
