"""An SMS aggregator that takes messages over HTTP, with the telephones of the SMS centre."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from sandbox.sms import Faults, SmsCentre

TOKEN = "peraga"


class SmsAggregator:
    """POST {to, from, text}; the same Idempotency-Key is the same message."""

    def __init__(self, centre: SmsCentre) -> None:
        self.centre = centre
        self.faults = Faults()
        self._known: dict[str, str] = {}

    async def take(self, request: web.Request) -> web.Response:
        if self.faults.down:
            return web.json_response({"error": "maintenance"}, status=503)
        if self.faults.throttled:
            return web.json_response({"error": "too many"}, status=429)
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            return web.json_response({"error": "token"}, status=401)
        asked: dict[str, Any] = await request.json()
        to = str(asked["to"])
        if not to.lstrip("+").isdigit():
            return web.json_response({"error": "number"}, status=422)
        key = request.headers.get("Idempotency-Key", "")
        if key not in self._known:
            self._known[key] = self.centre.keep(
                sender=str(asked["from"]), recipient=to.lstrip("+"), text=str(asked["text"])
            )
        await asyncio.sleep(self.faults.slow)
        return web.json_response({"id": self._known[key]})
