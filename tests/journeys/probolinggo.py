"""The letters of Probolinggo: its pack, the people of its demo.yaml, mail, SMS and a signer.

Import `letters`, and with it the fixtures it stands on, into a test module:

    from tests.journeys.probolinggo import letters, neighbourhood
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from django.core.cache import cache as throttles

from satupintu.cases import tasks as jobs
from satupintu.cases.models import Case
from satupintu.catalogue import actions as catalogue
from satupintu.catalogue import queries as packs
from satupintu.people import actions as people
from tests.browsing import Browser
from tests.journeys import deeds
from tests.journeys.conftest import City
from tests.world import COMMAND, ROOT, Certificates, World, prepared, sign_with

__all__ = ["Letters", "letters", "neighbourhood"]

if TYPE_CHECKING:
    from pytest_django.fixtures import Settings as SettingsWrapper

PACK = ROOT / "packs/probolinggo"
KELURAHAN = "kel-ketapang"


@cache
def demo() -> dict[str, Any]:
    return packs.demo(PACK)


class Neighbourhood(World):
    """Siti lives in RT 001 RW 001 Ketapang; the others are in packs/probolinggo/demo.yaml."""

    def __init__(self) -> None:
        super().__init__(demo())

    def officer(self, post: str, office: str = KELURAHAN) -> Any:
        from satupintu.people.models import Account

        for row in demo()["officers"]:
            if (row["post"], row["office"]) == (post, office):
                return Account.objects.get(email=row["email"])
        raise AssertionError((post, office))


class Letters(City):
    """Everybody at a screen: `officer(post, office)`, `applicant(code)`, `send(letter, code)`."""

    def officer(self, post: str, office: str = KELURAHAN) -> Browser:
        return super().officer(post, office)

    def send(
        self, service: str = "SKTM", code: str = "siti", scenario: int = 0, **changed: Any
    ) -> Case:
        return super().send(service, code, scenario, **changed)

    def endorse(self, number: str, *offices: str) -> None:
        """The heads of these RT and RW agree, each in the work list."""
        for office in offices:
            head = self.officer("ketua", office)
            deeds.open_from_list(head, number).press("Setujui")

    def remind(self) -> None:
        """What the clock of the worker does every hour."""
        jobs.remind_endorsers(timestamp=0)
        self.work()

    def follow_posts(self) -> None:
        jobs.follow_posts(timestamp=0)
        self.work()

    def finish(self, number: str, kelurahan: str = KELURAHAN) -> None:
        """From the operator of the kelurahan to the letter that the Lurah has signed."""
        operator = self.officer("operator", kelurahan)
        deeds.open_from_list(operator, number)
        deeds.accept_documents(operator, number)
        operator.open(f"/berkas/{number}/").press("Lanjutkan")
        for post in ("kasi", "seklur"):
            self.initial(number, post, kelurahan)
        self.sign(number, kelurahan)

    def initial(self, number: str, post: str, kelurahan: str = KELURAHAN) -> None:
        officer = self.officer(post, kelurahan)
        deeds.open_from_list(officer, number).follow("Lihat naskah dan paraf")
        officer.press("Paraf dan teruskan")

    def sign(self, number: str, kelurahan: str = KELURAHAN) -> None:
        deeds.sign(self, number, signer=self.officer("lurah", kelurahan))


@pytest.fixture
def neighbourhood(db: None) -> Neighbourhood:
    """The pack of Probolinggo, and the people of its demonstration."""

    def make() -> None:
        catalogue.load_pack(PACK, by=COMMAND)
        people.load_cast(demo(), by=COMMAND)

    prepared("probolinggo", make)
    return Neighbourhood()


@pytest.fixture
def letters(
    neighbourhood: Neighbourhood,
    outside: Any,
    run_jobs: Callable[[], None],
    certificates: Certificates,
    authority: tuple[Path, str],
    signer_process: Path,
    settings: SettingsWrapper,
) -> Letters:
    sign_with(settings, authority, signer_process)
    throttles.clear()  # how often the people of the last story gave a password
    certificates.give(neighbourhood.officer("lurah"))
    return Letters(neighbourhood, outside, run_jobs, certificates)
