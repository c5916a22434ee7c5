"""No phone and no code reaches the log of the worker."""

from __future__ import annotations

import logging

from satupintu.site.logs import WithoutArguments


def test_a_job_that_failed_is_logged_without_what_it_was_given() -> None:
    said = "Job people.send_sms[12](to='+62812', text='123456 (rahasia)') ended with status: Error"
    record = logging.LogRecord("procrastinate", logging.ERROR, "", 0, "%s", (said,), None)
    record.__dict__["job"] = {"task_kwargs": {"text": "123456"}}

    assert WithoutArguments().filter(record)

    assert record.getMessage() == "Job people.send_sms[12](…) ended with status: Error"
    assert "123456" not in str(record.__dict__)
