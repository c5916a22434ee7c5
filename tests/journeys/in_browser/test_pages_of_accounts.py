"""Accounts, personal data, other systems and the administrator's newer pages, in both widths."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser as Chromium

from satupintu.cases.models import Case
from satupintu.offices import queries as units
from tests.journeys.in_browser.inspection import State, finer_problems, inspect, sent
from tests.journeys.in_browser.screen import DESK, PHONE, Screen
from tests.sandboxes import LoopThread
from tests.site import stage
from tests.units.test_import import HEAD, rw
from tests.world import PASSWORD, World, prepared

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings as SettingsWrapper
    from pytest_django.live_server_helper import LiveServer

pytestmark = pytest.mark.browser
NURSE = stage.NURSE


class House:
    """The staged city; whoever is named comes in by a cookie, for the door has its own tests."""

    def __init__(self, world: World, chromium: Chromium, site: str) -> None:
        self.world, self.chromium, self.site = world, chromium, site
        self.screens: list[Screen] = []

    def screen(self, account: Any, size: Any, *, long_ago: bool = False) -> Screen:
        made = Screen(self.chromium, self.site, account, scripts=True, size=size)
        self.screens.append(made)
        if account is not None:
            client = Client()
            client.force_login(account)
            if long_ago:
                session = client.session
                for method in session["account_authentication_methods"]:
                    method["at"] = 0
                session.save()
            cookie = client.cookies["satupintu"].value
            made.context.add_cookies([{"name": "satupintu", "value": cookie, "url": self.site}])
        return made


@pytest.fixture
def house(
    world: World,
    outside: Any,
    run_jobs: Callable[[], None],
    beside: LoopThread,
    chromium: Chromium,
    live_server: LiveServer,
) -> Iterator[House]:
    def build() -> None:
        try:
            prepared("stage", lambda: stage.build(world, run_jobs), instead=True)
        finally:
            connection.close()

    cache.clear()
    # Playwright keeps an event loop in this thread, so the worker gets another one.
    thread = threading.Thread(target=build)
    thread.start()
    thread.join()
    made = House(world, chromium, live_server.url)
    yield made
    for screen in made.screens:
        screen.context.close()
    assert [fault for screen in made.screens for fault in screen.faults] == []


@pytest.mark.parametrize(("language", "size"), [("id", PHONE), ("en", DESK)], ids=["id", "en"])
def test_pages_of_an_account(
    house: House, settings: SettingsWrapper, language: str, size: Any
) -> None:
    app = {**settings.OIDC_APP, "name": "Akun peraga", "client_id": "x", "secret": "x"}
    app["settings"] = {"server_url": "http://localhost:9"}
    settings.SOCIALACCOUNT_PROVIDERS = {"outside": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}
    strangers: dict[str, State] = {
        "sign in, outside provider": "/akun/login/",
        "outside sign-in failed": "/akun/luar/oidc/kembali/?error=access_denied",
    }
    draft = Case.objects.get(phase="draft")
    siti = house.world.applicants["siti"].account
    own: dict[str, State] = {
        "confirm it is you": "/akun/reauthenticate/",
        "confirm, empty": sent("/akun/reauthenticate/"),
        "confirm, wrong": sent("/akun/reauthenticate/", password="bukan-ini-1"),
        "home": sent("/akun/reauthenticate/", password=PASSWORD),
        "details": "/akun/profil/",
        "own data": "/data-pribadi/",
        "correction": "/data-pribadi/perbaikan/",
        "correction, empty": sent("/data-pribadi/perbaikan/", words=" "),
        "tokens": "/akun/token/",
        "tokens, no name": sent("/akun/token/"),
        "tokens, made": sent("/akun/token/", name="Dompet kedua"),
        "devices": "/akun/sessions/",
        "security": "/akun/2fa/",
        "e-mail": "/akun/email/",
        "e-mail, empty": sent("/akun/email/"),
        "e-mail, half": sent("/akun/email/", email="siti"),
        "phone": "/akun/phone/change/",
        "phone, empty": sent("/akun/phone/change/"),
        "password": "/akun/password/change/",
        "password, empty": sent("/akun/password/change/"),
        "passkey": "/akun/2fa/webauthn/add/",
        "passkeys, none": "/akun/2fa/webauthn/",
        "authenticator": "/akun/2fa/totp/activate/",
        "authenticator, wrong": sent("/akun/2fa/totp/activate/", code="000000"),
        "outside providers": "/akun/3rdparty/",
        "sign out": "/akun/logout/",
        "upload begun": f"/permohonan/draf/{draft.pk}/berkas/",
    }
    found = inspect(house.screen(None, size), language, strangers, finer_problems)
    house.screens[-1].faults.clear()  # the provider is nowhere
    found += inspect(house.screen(siti, size), language, own, finer_problems)
    admin = house.world.officer("administrator")
    officer: dict[str, State] = {
        "desk": sent("/akun/reauthenticate/", password=PASSWORD),
        "tokens of an officer": "/akun/token/",
        "devices of an officer": "/akun/sessions/",
        "security of an officer": "/akun/2fa/",
        "recovery codes, none": "/akun/2fa/recovery-codes/generate/",
        "recovery codes": sent("/akun/2fa/recovery-codes/generate/"),
        "recovery codes, later": "/akun/2fa/recovery-codes/",
        "authenticator off": "/akun/2fa/totp/deactivate/",
    }
    found += inspect(house.screen(admin, size), language, officer, finer_problems)
    stale: dict[str, State] = {
        "second factor again": "/pejabat/tinjauan/",
        "second factor, wrong": sent("/akun/2fa/reauthenticate/?next=/pejabat/", code="000000"),
    }
    found += inspect(house.screen(admin, size, long_ago=True), language, stale, finer_problems)
    assert not found, "\n".join(found)


def account_menu(screen: Screen) -> None:
    screen.open("/pejabat/")
    screen.window.locator("header .c-menu > summary").click()


@pytest.mark.parametrize(("language", "size"), [("id", PHONE), ("en", DESK)], ids=["id", "en"])
def test_pages_of_administrators(house: House, language: str, size: Any) -> None:
    world = house.world
    at = stage.everywhere()
    unit, account = units.office("dpmptsp").pk, at["post"]["account_id"]
    hold = f"/pejabat/retensi/{at[f'{stage.SKP}:verifikasi']['number']}/"
    good = "\n".join([HEAD, rw().replace("rw-", "bidang-").replace("kel-ketapang", "dpmptsp")])

    def table(content: str) -> State:
        return sent(
            "/pejabat/impor/",
            "main form[enctype]",
            file=SimpleUploadedFile("unit.csv", content.encode(), "text/csv"),
        )

    states: dict[str, State] = {
        "review": "/pejabat/tinjauan/",
        "review of a unit": f"/pejabat/tinjauan/?unit={unit}&hak=outage",
        "review, no day": sent(
            f"/pejabat/tinjauan/?unit={unit}", on_day="", on_month="", on_year=""
        ),
        "review, done": sent(f"/pejabat/tinjauan/?unit={unit}", note="Triwulan empat"),
        "import": "/pejabat/impor/",
        "import, no file": sent("/pejabat/impor/"),
        "import, wrong": table(f"{HEAD}\n{rw().replace('2026-01-01', 'besok')}"),
        "import, checked": table(good),
        "accounts": f"/pejabat/akun/{account}/",
        "outage": "/pejabat/gangguan/",
        "state": "/pejabat/keadaan/",
        "availability": "/pejabat/layanan/",
        "other systems": "/sistem-luar/",
        "other systems, empty": sent("/sistem-luar/", name="", per_minute=""),
        "other system": f"/sistem-luar/{at['client']['client_id']}/",
        "not received": "/sistem-luar/gagal/",
        "posts": "/pejabat/",
        "account menu": account_menu,
        "decree": f"/pejabat/pemegang/{at['post']['holding_id']}/keputusan/",
        "register of processing": "/pejabat/data-pribadi/",
        "register of one service": "/pejabat/data-pribadi/?layanan=SIP-PERAWAT",
        "retention, nothing": "/pejabat/retensi/",
        "hold": hold,
        "hold, empty": sent(hold),
        "held": sent(hold, reason="Sengketa", ground="Surat Ombudsman 12/2026"),
        "lift, empty": sent(hold),
        "retention, held": "/pejabat/retensi/",
        "corrections": "/pejabat/perbaikan-data/",
        "a correction": f"/pejabat/perbaikan-data/{at['data_request']['request_id']}/",
        "a correction, empty": sent(
            f"/pejabat/perbaikan-data/{at['data_request']['request_id']}/", words=" "
        ),
    }
    found = inspect(
        house.screen(world.officer("administrator"), size), language, states, finer_problems
    )
    audited: dict[str, State] = {
        "review by an auditor": "/pejabat/tinjauan/",
        "register": "/izin/register/",
        "audit": "/jejak/",
    }
    found += inspect(
        house.screen(world.officer("pengawas"), size), language, audited, finer_problems
    )
    assert not found, "\n".join(found)
