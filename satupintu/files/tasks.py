"""Jobs on stored files."""

from __future__ import annotations

from typing import Any

from procrastinate.contrib.django import app

from satupintu.files import actions


@app.periodic(cron="17 19 * * *")  # in the night of all three Indonesian time zones
@app.task(name="files.clear_orphans", queueing_lock="files.clear_orphans")
def clear_orphans(timestamp: int, **_: Any) -> None:
    actions.clear_orphans()
