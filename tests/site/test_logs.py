"""Every line of the log is one of JSON that says where it belongs, and nothing about a person."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest
import structlog
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path
from procrastinate.contrib.django import app

from satupintu.site import logs
from satupintu.site.urls import urlpatterns as addresses
from tests.logbook import Lines, lines
from tests.world import ANDI, World

__all__ = ["lines"]


def breaks(request: HttpRequest, token: str = "") -> HttpResponse:
    raise ValueError(f"{ANDI['name']} is unknown: {ANDI['nik']}, {ANDI['phone']}, {ANDI['email']}")


urlpatterns = [*addresses, path("rusak/<str:token>/", breaks, name="breaks")]
handler500 = "satupintu.site.web.errors.broken"


def test_line_breaks_and_terminal_codes_stay_inside_one_line(lines: Lines) -> None:
    logging.getLogger("foreign").warning('first\r\n{"level":"info"}\x1b[2J\u2028%s', "\nlast")
    structlog.get_logger("own").warning("said", words="a\r\nb\x1b[31m\x00")

    foreign, own = lines()

    assert foreign["event"].startswith("first\r\n")
    assert own["words"] == "a\r\nb\x1b[31m\x00"


def test_the_readable_lines_of_the_sandbox_move_no_cursor() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 0, "a\r\n\x1b[2Jb", None, None)
    said = logs.formatter(readable=True).format(record)
    assert "\x1b" not in said
    assert len(said.splitlines()) == 1


def test_a_job_that_failed_is_logged_without_what_it_was_given(lines: Lines) -> None:
    said = "Job people.send_sms[12](to='+62812', text='123456 (rahasia)') ended with status: Error"
    job = {"id": 12, "task_name": "people.send_sms", "task_kwargs": {"text": "123456"}}
    logging.getLogger("procrastinate.worker").error(said, extra={"job": job})

    (line,) = lines()

    assert line["event"] == "Job people.send_sms[12](…) ended with status: Error"
    assert (line["job_id"], line["task"]) == (12, "people.send_sms")
    assert "123456" not in str(line)


def test_a_refused_row_is_not_repeated(lines: Lines) -> None:
    said = f"duplicate key\nDETAIL:  Key (name)=({ANDI['name']}) already exists."
    try:
        raise ValueError(said)
    except ValueError:
        logging.getLogger("x").exception("not saved")
    (line,) = lines()
    assert "duplicate key" in line["exception"]
    assert "Andi" not in str(line)


@override_settings(ROOT_URLCONF=__name__)
def test_the_code_on_a_broken_page_leads_to_what_broke(lines: Lines) -> None:
    client = Client(raise_request_exception=False)
    page = client.get("/rusak/geheimes-token-4711/")

    assert page.status_code == 500
    broke = next(line for line in lines() if "exception" in line)
    assert broke["request_id"] == page["X-Request-Id"]
    assert broke["request_id"][:8] in page.content.decode()
    assert broke["event"] == "Internal Server Error: /rusak/<str:token>/"
    for secret in ("4711", ANDI["nik"], ANDI["phone"], ANDI["email"]):
        assert secret not in str(lines())


@pytest.mark.django_db
@pytest.mark.parametrize(("proxies", "believed"), [(0, False), (1, True)])
def test_only_an_own_proxy_names_requests(
    settings: Any, lines: Lines, proxies: int, believed: bool
) -> None:
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    name = "0123456789abcdef0123456789abcdef"
    answer = Client().get("/verifikasi/", headers={"X-Request-ID": name})
    assert (answer["X-Request-Id"] == name) is believed
    assert lines()[-1]["request_id"] == answer["X-Request-Id"]

    odd = Client().get("/verifikasi/", headers={"X-Request-ID": 'a"b\\ <script> 12345'})
    assert "script" not in odd["X-Request-Id"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("PLB-7-4-g")
def test_a_request_is_one_line_with_ids(world: World, lines: Lines) -> None:
    client = world.applicant("siti")
    client.get("/permohonan/4711/")
    (line,) = [one for one in lines() if one["event"] == "request"]
    assert (line["route"], line["status"], line["case_id"]) == ("cases:case", 404, 4711)
    assert line["account_id"] == world.applicants["siti"].account_id
    told = len(lines())
    assert client.get("/sehat/").status_code == 200
    assert len(lines()) == told


def test_the_lines_of_a_job_carry_its_id(run_jobs: Callable[[], None], lines: Lines) -> None:
    job = app.configure_task("site.clear_old", queueing_lock=None).defer(timestamp=0)
    run_jobs()
    done = next(line for line in lines() if line["event"] == "job_done")
    assert (done["job_id"], done["task"]) == (job, "site.clear_old")
