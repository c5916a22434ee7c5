"""A worker that has just started can do every job that something may cause."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import satupintu
from launcher.surroundings import ROOT

KNOWN = """
import django
django.setup()
from procrastinate.contrib.django import app
app.perform_import_paths()
print(*app.tasks)
"""


def test_a_worker_that_has_just_started_knows_every_job() -> None:
    """In a process of its own: here other tests have long imported what it must find by itself."""
    told = {**os.environ, "DJANGO_SETTINGS_MODULE": "satupintu.site.settings"}
    ran = subprocess.run(
        [sys.executable, "-c", KNOWN],
        cwd=ROOT,
        env=told,
        capture_output=True,
        text=True,
        check=True,
    )
    package = Path(satupintu.__file__).parent
    texts = [path.read_text() for path in package.rglob("tasks.py")]
    named = {one for text in texts for one in re.findall(r'\.task\(\s*name="([\w.]+)"', text)}
    assert "sms.answer" in named
    assert named <= set(ran.stdout.split())
