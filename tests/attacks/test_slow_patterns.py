"""No text that a stranger sends keeps a process busy: 100 kB pass every reader of texts."""

from __future__ import annotations

import subprocess
import sys

from tests.world import ROOT

SECONDS = 30  # of processor time for all together; a pattern that doubles back needs hours
READERS = """
import contextlib, logging, os, resource
resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
import django
django.setup()
from datetime import date
from satupintu.catalogue.packs import texts as pack_texts
from satupintu.catalogue.packs.checks.places import ACTIVE_SVG
from satupintu.files import names
from satupintu.integrations.sms import keywords
from satupintu.lib import fields, identity, money, numbers
from satupintu.lib.errors import Refused
from satupintu.notifications import texts
from satupintu.site import logs

KINDS = "text textarea number money date time email phone nik npwp area".split()
TODAY = {"today": date(2026, 11, 20)}
log = logs.formatter(readable=False)
readers = [
    names.safe_name,
    names.declared_type,
    money.parse_rupiah,
    identity.nik,
    identity.phone,
    identity.npwp,
    identity.nib,
    lambda text: numbers.is_follow_code(text, "2026-000001-ABC", "x"),
    lambda text: numbers.check(text, "x"),
    numbers.normalise,
    keywords.SAID.fullmatch,
    texts.PLACEHOLDER.findall,
    pack_texts.PLACEHOLDER.findall,
    ACTIVE_SVG.search,
    lambda text: log.format(logging.LogRecord("x", logging.INFO, "", 0, text, None, None)),
    *(
        lambda text, kind=kind: fields.clean(
            [{"code": "a", "label": {"id": "A"}, "type": kind}], {"a": text}, facts=TODAY
        )
        for kind in KINDS
    ),
]
pieces = [
    *("a", "0", " ", ".", "-", "@", "a.", "a@", "a-", "0.", "08", "62 8", "{a", "[1](", "(", "\\t"),
    *("\\n", "<on", " on", "/j/", "é", "A1-", "1,", "1.000", "\\u3000", "DETAIL:", "12-"),
]
for piece in pieces:
    for text in (piece * (100_000 // len(piece)) + "!", "x@" + piece * (100_000 // len(piece))):
        for read in readers:
            with contextlib.suppress(Refused, ValueError):
                read(text)
print("done")
"""


def test_a_hundred_kilobytes_of_anything_are_read_or_refused_soon() -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"SECONDS = {SECONDS}\n{READERS}"],
        cwd=ROOT,
        env={"DJANGO_SETTINGS_MODULE": "satupintu.site.settings", "SATUPINTU_SANDBOX": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout == "done\n", done.stderr[-2000:]
