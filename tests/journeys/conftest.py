"""A city at work: its people at their screens, the worker, the signer, mail and SMS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from satupintu.cases.models import Case
from tests.browsing import Browser
from tests.cases import filling
from tests.world import (
    Certificates,
    World,
    authority,
    certificates,
    outside,
    signer_process,
    signing,
    world,
)

__all__ = ["authority", "certificates", "outside", "signer_process", "signing", "world"]


class City:
    """Everybody of the story by name, and what reached them."""

    def __init__(
        self, world: World, outside: Any, work: Callable[[], None], certificates: Certificates
    ) -> None:
        self.world, self.work, self.certificates = world, work, certificates
        self.mail, self.sms = outside
        self._screens: dict[str, Browser] = {}

    def applicant(self, code: str = "siti") -> Browser:
        return self._screen(code, lambda: self.world.applicants[code].account)

    def officer(self, post: str, office: str = "dpmptsp") -> Browser:
        return self._screen(f"{post}.{office}", lambda: self.world.officer(post, office))

    def stranger(self) -> Browser:
        return Browser()

    def mails(self, to: str) -> list[Any]:
        """Oldest first."""
        return [one for _, one in self.mail.messages() if to in str(one["to"])][::-1]

    def texts(self, to: str) -> list[str]:
        return [one.text for one in self.sms.messages() if one.recipient == to.lstrip("+")]

    def send(self, service: str, code: str = "siti", scenario: int = 0, **changed: Any) -> Case:
        """An application as one of the pack's scenarios has it, filled in and sent."""
        client = self.world.applicant(code)
        wanted = filling.scenario(service, scenario)
        case = filling.begin(client, service, self.world.applicants[code].pk, wanted["request"])
        for section in case.definition["sections"]:
            posted = filling.typed(section, {**wanted["answers"], **changed})
            # As if every question that an answer opens already stood on the page.
            posted["_seen"] = [field["code"] for field in section["fields"] if "when" in field]
            url = f"/permohonan/draf/{case.pk}/bagian/{section['code']}/"
            assert client.post(url, posted).status_code in (302, 404), section["code"]
        filling.upload(client, case, wanted["files"])
        answer = client.post(f"/permohonan/draf/{case.pk}/kirim/", {"truth": "true"})
        assert answer.status_code == 302, answer.content.decode()
        self.work()
        return Case.objects.get(pk=case.pk)

    def next_day(self) -> None:
        """Sessions end overnight; whoever comes back signs in anew."""
        self._screens.clear()

    def _screen(self, name: str, account: Callable[[], Any]) -> Browser:
        if name not in self._screens:
            self._screens[name] = Browser(account())
        return self._screens[name]


@pytest.fixture
def city(
    world: World,
    signing: None,
    outside: Any,
    run_jobs: Callable[[], None],
    certificates: Certificates,
) -> City:
    return City(world, outside, run_jobs, certificates)
