"""The settings of the product on a throwaway PostgreSQL, or on the one that DATABASE_URL names."""

from __future__ import annotations

import atexit
import contextlib
import os
import tempfile

from launcher.postgres import throwaway
from launcher.translations import compile_translations

_until_exit = contextlib.ExitStack()
atexit.register(_until_exit.close)

# An installation may know a provider of sign-in; tests that want one start their own.
for _told in [name for name in os.environ if name.startswith("SATUPINTU_OIDC_")]:
    del os.environ[_told]

if "PYTEST_XDIST_WORKER" not in os.environ:
    compile_translations()

# The workers of pytest-xdist inherit both, so that one server serves them all.
if "DATABASE_URL" not in os.environ:
    os.environ["DATABASE_URL"] = _until_exit.enter_context(throwaway())
if "SATUPINTU_TEST_DATA" not in os.environ:
    os.environ["SATUPINTU_TEST_DATA"] = _until_exit.enter_context(
        tempfile.TemporaryDirectory(prefix="satupintu-data-")
    )
os.environ["SATUPINTU_DATA"] = os.path.join(  # noqa: PTH118
    os.environ["SATUPINTU_TEST_DATA"], os.environ.get("PYTEST_XDIST_WORKER", "main")
)
os.environ["SATUPINTU_SANDBOX"] = "1"
os.environ["SATUPINTU_LOG_LEVEL"] = "warning"
os.environ["SATUPINTU_LIVE_URL"] = ""  # nobody listens where an installation would

from satupintu.site.settings import *  # noqa: E402, F403
from satupintu.site.settings import DATA_DIR, DATABASES  # noqa: E402

DATA_DIR.mkdir(mode=0o700, exist_ok=True)
(DATA_DIR / "static").mkdir(exist_ok=True)
DATABASES["default"]["ENGINE"] = "tests.postgres"
DATABASES["default"]["CONN_MAX_AGE"] = 0

KEPT_SECONDS = 0  # what a test changes shows at once

# A slow hash protects passwords that somebody could steal; there are none here.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
