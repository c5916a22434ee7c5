"""The job that answers an SMS."""

from __future__ import annotations

from typing import Any

from procrastinate.contrib.django import app

from satupintu.integrations.sms import keywords


@app.task(name="sms.answer", retry=5)
def answer(*, text_id: int, **_: Any) -> None:
    keywords.answer(text_id)
