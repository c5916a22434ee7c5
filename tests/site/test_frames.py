"""Whoever holds no post and comes upon a page of officers stays in their own frame."""

from __future__ import annotations

import pytest

from tests.browsing import Browser
from tests.world import World, world

__all__ = ["world"]

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("language", ["", "/en"])
@pytest.mark.parametrize("path", ["/tugas/", "/berkas/", "/tanda-tangan/", "/pendapat/", "/izin/"])
def test_an_applicant_is_told_and_led_on(path: str, language: str, world: World) -> None:
    siti = Browser(world.applicants["siti"].account)
    siti.open(language + path, status=403)
    said = "Only an officer may do this" if language else "hanya boleh dilakukan petugas"
    assert said in siti.text
    assert not siti.page.xpath("//*[contains(@class, 's-officer') or contains(@class, 'c-side')]")

    links = {str(link) for link in siti.page.xpath("//a/@href")}
    assert f"{language}/permohonan/" in links
    for link in links:
        if link.startswith("/") and not link.endswith(path):  # the same page in the other language
            assert siti.client.get(link, follow=True).status_code == 200, link
