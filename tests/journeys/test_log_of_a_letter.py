"""A letter from first page to signature leaves a log that names nobody."""

from __future__ import annotations

import re

from tests.journeys.probolinggo import Letters, letters, neighbourhood
from tests.journeys.test_letters_guest import PHONE, REST, WHO, begun, sent
from tests.logbook import Lines, lines

__all__ = ["letters", "lines", "neighbourhood"]


def test_no_name_phone_number_or_token_is_in_the_log(letters: Letters, lines: Lines) -> None:
    case = sent(letters, begun(letters))
    letters.endorse(str(case.number), "rt-ketapang-001-001", "rw-ketapang-001")
    letters.finish(str(case.number))
    letters.work()

    told = lines()
    log = str(told)

    assert {line.get("case_id") for line in told} >= {case.pk}
    assert {line.get("account_id") for line in told} >= {case.opened_by_id}
    assert any(line["event"] == "job_done" and line["job_id"] for line in told)
    texts = letters.texts("+62" + PHONE[1:])
    secrets = re.findall(r"/(?:j|v)/([^/\s]+)", "".join(texts))
    secrets += re.findall(r"\b\d{6}\b", texts[0])
    assert secrets
    words = [WHO["nama"], WHO["nik"], REST["no_kk"], REST["alamat"], PHONE, PHONE[1:], *secrets]
    assert [word for word in words if word in log] == []
