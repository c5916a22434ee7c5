"""Ponsel peraga: one page with every mail, SMS and sign-in code of the demonstration."""

from __future__ import annotations

import json
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from django.template import Context, Engine
from django.utils.html import strip_tags

from sandbox import mail, sms, totp
from sandbox.mail import MailServer
from sandbox.sms import Sms, SmsCentre
from sandbox.sms_http import SmsAggregator

SHOWN = 30
SLOW_SECONDS = 20.0
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Phone:
    """The page's web server; it works without JavaScript and refreshes itself."""

    def __init__(self, sms_centre: SmsCentre, mail_server: MailServer, codes: Path) -> None:
        self.sms_centre = sms_centre
        self.mail_server = mail_server
        self.aggregator = SmsAggregator(sms_centre)
        self.codes = codes
        self._engine = Engine(dirs=[str(Path(__file__).parent / "templates")])

    async def start(self, host: str, port: int) -> None:
        app = web.Application(middlewares=[_only_own_forms])
        app.add_routes(
            [
                web.get("/", self.home),
                web.get(r"/sms/{number:[^/]+}", self.thread),
                web.post(r"/sms/{number:[^/]+}", self.write),
                web.get(r"/email/{name:[\w-]+}", self.letter),
                web.post("/agregator/sms", self.aggregator.take),
                web.get("/gangguan", self.faults),
                web.post("/gangguan", self.switch),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        self.port: int = self._runner.addresses[0][1]

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def home(self, request: web.Request) -> web.Response:
        letters = [
            {
                "name": name,
                "to": message["to"],
                "title": message["subject"] or "(tanpa judul)",
                "at": _clock(_sent(message["date"])),
            }
            for (name, message), _ in zip(self.mail_server.messages(), range(SHOWN), strict=False)
        ]
        return self._page(
            "home", codes=self._codes(), threads=self._threads()[:SHOWN], letters=letters
        )

    async def thread(self, request: web.Request) -> web.Response:
        number = request.match_info["number"]
        messages = dict(self._threads()).get(number)
        if messages is None:
            raise web.HTTPNotFound(text="Belum ada SMS dengan nomor ini")
        return self._page("thread", number=number, messages=messages)

    async def write(self, request: web.Request) -> web.Response:
        number = request.match_info["number"]
        text = str((await request.post()).get("text", "")).strip()
        if text:
            await self.sms_centre.reply(number, text)
        raise web.HTTPSeeOther(request.path)

    async def letter(self, request: web.Request) -> web.Response:
        try:
            message = self.mail_server.message(request.match_info["name"])
        except FileNotFoundError:
            raise web.HTTPNotFound(text="Email ini tidak ada") from None
        body = message.get_body(("plain", "html"))
        text = body.get_content() if body else ""
        if body and body.get_content_subtype() == "html":
            text = strip_tags(text)
        return self._page(
            "letter",
            title=message["subject"] or "(tanpa judul)",
            sender=message["from"],
            to=message["to"],
            at=_clock(_sent(message["date"])),
            text=text,
            attachments=[part.get_filename() or "?" for part in message.iter_attachments()],
        )

    async def faults(self, request: web.Request) -> web.Response:
        return self._page(
            "faults",
            sms=self.sms_centre.faults,
            http=self.aggregator.faults,
            mail=self.mail_server.faults,
        )

    async def switch(self, request: web.Request) -> web.Response:
        on = set(await request.post())
        await self.sms_centre.switch(
            sms.Faults(
                slow=SLOW_SECONDS if "sms_slow" in on else 0.0,
                down="sms_down" in on,
                throttled="sms_throttled" in on,
                duplicate_receipt="sms_duplicate_receipt" in on,
                undeliverable="sms_undeliverable" in on,
            )
        )
        self.aggregator.faults = sms.Faults(
            slow=SLOW_SECONDS if "http_slow" in on else 0.0, down="http_down" in on
        )
        self.mail_server.faults = mail.Faults(
            slow=SLOW_SECONDS if "mail_slow" in on else 0.0, down="mail_down" in on
        )
        raise web.HTTPSeeOther("/gangguan")

    def _codes(self) -> list[dict[str, str]]:
        """The codes that the telephones of the demonstration's officers show now."""
        now = time.time()
        accounts = json.loads(self.codes.read_text()) if self.codes.exists() else []
        return [
            {
                "name": account["name"],
                "login": account["login"],
                "code": f"{(digits := totp.code(account['secret'], now))[:3]} {digits[3:]}",
                "left": str(totp.STEP - int(now) % totp.STEP),
            }
            for account in accounts
        ]

    def _threads(self) -> list[tuple[str, list[dict[str, Any]]]]:
        """Each number's messages, both newest first."""
        threads: dict[str, list[dict[str, Any]]] = {}
        for message in reversed(self.sms_centre.messages()):
            threads.setdefault(_citizen(message), []).append(
                {
                    "text": message.text,
                    "sender": message.sender,
                    "from_city": message.from_city,
                    "at": _clock(datetime.fromisoformat(message.at)),
                }
            )
        return list(threads.items())

    def _page(self, template: str, **values: Any) -> web.Response:
        context = Context(values, use_l10n=False, use_tz=False)
        html = self._engine.get_template(f"phone/{template}.html").render(context)
        return web.Response(
            text=html,
            content_type="text/html",
            headers={
                "Cache-Control": "no-store",
                "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; "
                "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
                "X-Content-Type-Options": "nosniff",
            },
        )


@web.middleware
async def _only_own_forms(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Another site open in the same browser must not write as a citizen."""
    if request.method == "POST" and request.headers.get("Sec-Fetch-Site") == "cross-site":
        raise web.HTTPForbidden
    return await handler(request)


def _citizen(message: Sms) -> str:
    return message.recipient if message.from_city else message.sender


def _sent(date: str | None) -> datetime:
    return parsedate_to_datetime(date) if date else datetime.now(UTC)


def _clock(moment: datetime) -> str:
    return moment.astimezone().strftime("%d/%m/%Y %H.%M")
