"""Whatever the method and whatever a header says of it: nothing changes, nothing breaks."""

from __future__ import annotations

from typing import Any

import pytest

from tests.site.stage import client_of, house
from tests.site.test_routes import RULES, TRACES, address, changed, everything, ours
from tests.world import outside, world

__all__ = ["house", "outside", "world"]

pytestmark = pytest.mark.django_db(transaction=True)

OVERRIDE = {
    "X-HTTP-Method-Override": "POST",
    "X-HTTP-Method": "DELETE",
    "X-Method-Override": "PUT",
}


@pytest.mark.parametrize("actor", ["anonymous", "siti"])
def test_only_post_changes_anything(actor: str, house: Any) -> None:
    world, places = house
    client = client_of(world, actor)
    before, wrong = everything(), []
    for route in ours():
        rule = RULES[route.name]
        url = address(route, places[rule.at])
        for method in ("HEAD", "OPTIONS", "PUT", "DELETE"):
            answer = client.generic(
                method, url, headers=OVERRIDE | {"Origin": "https://jahat.example"}
            )
            if answer.status_code >= 500:
                wrong.append(f"{method} {url}: {answer.status_code}")
            allowed = [name for name in answer.headers if name.lower().startswith("access-control")]
            if allowed:
                wrong.append(f"{method} {url}: {allowed}")
            answer.close()
    assert not wrong, "\n".join(wrong)
    assert changed(before) <= TRACES
