"""What every test may use: an empty database, the worker, no network beyond this machine."""

from __future__ import annotations

import ipaddress
import random
import socket
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import translation

from tests.browser import chromium, page
from tests.sandboxes import beside, clamd, mail_server, phone, sms_centre

__all__ = ["beside", "chromium", "clamd", "mail_server", "page", "phone", "sms_centre"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--shuffle", type=int, metavar="SEED", help="run tests in this random order")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    seed = config.getoption("--shuffle")
    if seed is not None:
        random.Random(seed).shuffle(items)  # noqa: S311  (an order, not a secret)
    # Keys and a busy machine race each other in a browser: asked once more, named in the report.
    once_more = pytest.mark.flaky(reruns=1)
    for item in items:
        if item.get_closest_marker("browser"):
            item.add_marker(once_more)


@receiver(user_logged_in)
def _second_factor_shown(request: HttpRequest, user: Any, **_: Any) -> None:
    """Whoever a test lets in by force_login has just come in and shown a second factor."""
    from allauth.account.internal.flows.login import record_authentication

    from satupintu.people.requests import BEGAN, TOUCHED

    if request.method is None:
        request.session[BEGAN] = request.session[TOUCHED] = time.time()
        record_authentication(request, user, method="mfa", type="totp")


@pytest.fixture
def run_jobs(transactional_db: None) -> Callable[[], None]:
    """Runs the real worker until the queue is empty."""
    from procrastinate.contrib.django import app

    def run() -> None:
        connector: Any = app.connector
        with app.replace_connector(connector.get_worker_connector()) as worker:
            worker.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)

    return run


@pytest.fixture(autouse=True)
def _language_of_nobody() -> Iterator[None]:
    """A page in English leaves its language to the thread; the next test begins without one."""
    yield
    translation.deactivate()


@pytest.fixture(autouse=True, scope="session")
def _only_this_machine() -> Iterator[None]:
    """A test that would reach a foreign host fails at once and says which one."""
    connect, resolve = socket.socket.connect, socket.getaddrinfo

    def guarded_connect(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX:
            _refuse_foreign(address[0])
        connect(self, address)

    def guarded_resolve(host: Any, *rest: Any, **named: Any) -> Any:
        _refuse_foreign(host)
        return resolve(host, *rest, **named)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket, "getaddrinfo", guarded_resolve)
        yield


def _refuse_foreign(host: str | bytes | None) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost", socket.gethostname()}:
        return
    try:
        address = ipaddress.ip_address(str(name))
    except ValueError:
        address = None
    if address is None or not (address.is_loopback or address.is_unspecified):
        raise RuntimeError(f"A test may not use the network, but asked for {name}")
