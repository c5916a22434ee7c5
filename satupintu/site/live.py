"""The live process: tells open pages that something changed (server-sent events, ASGI).

It never runs on the WSGI process: each listener would hold one of its threads for ever.

NOTIFY has a price: PostgreSQL lets transactions that notify commit one after the other. With eight
writers on two cores that left 1,800 of 2,900 commits a second; a city opens some steps a minute.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from http.cookies import SimpleCookie
from typing import Any

import django
import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "satupintu.site.settings")
django.setup()

from asgiref.sync import sync_to_async  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user  # noqa: E402
from django.db import close_old_connections, connection  # noqa: E402
from django.http import HttpRequest  # noqa: E402
from django.utils.module_loading import import_string  # noqa: E402

from satupintu.cases import queries as cases  # noqa: E402
from satupintu.people import queries as people  # noqa: E402

SessionStore = import_string(f"{settings.SESSION_ENGINE}.SessionStore")
CHANNEL = "satupintu_tasks"
# Somebody lost a right or a session: every listener is asked anew who they are.
ACCESS_CHANNEL = "satupintu_access"
ACCESS = "access"
BEAT_SECONDS = 15
# Whose post or session ends by time hears nothing more after this long.
SIGN_IN_CHECK_SECONDS = 15
# A burst, such as fifty steps of one commit, is told once; nobody waits for it longer than this.
GATHER_SECONDS = 0.02

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Board:
    """One LISTEN connection for all listeners of this process."""

    def __init__(self) -> None:
        self.listeners: set[asyncio.Queue[str]] = set()
        self.task: asyncio.Task[None] | None = None
        self.ready = asyncio.Event()

    def join(self) -> asyncio.Queue[str]:
        queue: asyncio.Queue[str] = asyncio.Queue(maxsize=100)
        self.listeners.add(queue)
        if self.task is None or self.task.done():
            self.task = asyncio.create_task(self._listen())
        return queue

    def leave(self, queue: asyncio.Queue[str]) -> None:
        self.listeners.discard(queue)

    async def _listen(self) -> None:
        while self.listeners:
            with contextlib.suppress(psycopg.OperationalError):
                await self._listen_until_it_breaks()
            await asyncio.sleep(1)

    async def _listen_until_it_breaks(self) -> None:
        given = connection.get_connection_params()
        for ours in ("cursor_factory", "context"):  # Django's own, made for waiting connections
            given.pop(ours, None)
        async with await psycopg.AsyncConnection.connect(**given, autocommit=True) as link:
            await link.execute(f"LISTEN {CHANNEL}; LISTEN {ACCESS_CHANNEL}")
            self.ready.set()
            try:
                async for notice in link.notifies():
                    told = ACCESS if notice.channel == ACCESS_CHANNEL else notice.payload
                    for queue in self.listeners:
                        if not queue.full():
                            queue.put_nowait(told)
            finally:
                self.ready.clear()


BOARD = Board()


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        return await _lifespan(receive, send)
    if scope["type"] != "http" or scope["path"] != "/live/tasks":
        return await _answer(send, 404, b"")
    offices = await _offices_of(scope)
    if not offices:
        return await _answer(send, 403, b"")
    headers = [
        (b"content-type", b"text/event-stream"),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        # On a developer's machine the pages come from another port of the same host.
        (b"access-control-allow-origin", settings.BASE_URL.encode()),
        (b"access-control-allow-credentials", b"true"),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    queue = BOARD.join()
    gone = asyncio.create_task(_until_gone(receive))
    try:
        async for text in _events(scope, queue, offices, gone):
            await send({"type": "http.response.body", "body": text.encode(), "more_body": True})
    finally:
        BOARD.leave(queue)
        gone.cancel()
    await send({"type": "http.response.body", "body": b"", "more_body": False})
    return None


async def _events(
    scope: Scope, queue: asyncio.Queue[str], offices: set[int], gone: asyncio.Task[None]
) -> AsyncIterator[str]:
    """`tasks` events for the listener's own offices; a beat keeps proxies and phones awake.

    Every event carries the newest task as its id. A browser that comes back after a break sends
    the id that it knows, and hears at once if there is a newer one.
    """
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(BOARD.ready.wait(), BEAT_SECONDS)
    newest = await sync_to_async(cases.newest_task)(offices)
    known = _known_before(scope)
    yield "retry: 3000\n"
    yield _event(newest) if known is not None and known < newest else f"id: {newest}\n\n"
    checked = time.monotonic()
    while not gone.done():
        try:
            told = [await asyncio.wait_for(queue.get(), BEAT_SECONDS)]
        except TimeoutError:
            told = []
        await asyncio.sleep(GATHER_SECONDS if told else 0)
        while not queue.empty():
            told.append(queue.get_nowait())
        if ACCESS in told or time.monotonic() - checked >= SIGN_IN_CHECK_SECONDS:
            checked = time.monotonic()
            offices = await _offices_of(scope)
            if not offices:  # signed out, shut out, or the post ended
                return
        if mine := [task for office, task in map(_read, set(told) - {ACCESS}) if office in offices]:
            yield _event(max(mine))
        elif not told:
            yield ": beat\n\n"


def _event(newest: int) -> str:
    return f"event: tasks\nid: {newest}\ndata: changed\n\n"


def _read(payload: str) -> tuple[int, int]:
    """The office and the task of a notice, as the engine wrote them."""
    office, _, task = payload.partition(".")
    return int(office), int(task)


def _known_before(scope: Scope) -> int | None:
    """The last id that this browser heard, if it was here before."""
    sent = dict(scope["headers"]).get(b"last-event-id", b"").decode("latin-1")
    return int(sent) if sent.isdigit() and len(sent) < 19 else None


async def _offices_of(scope: Scope) -> set[int]:
    """The offices of whoever is signed in with this cookie; empty for anybody else."""
    raw = dict(scope["headers"]).get(b"cookie", b"").decode("latin-1")
    morsel = SimpleCookie(raw).get(settings.SESSION_COOKIE_NAME)
    return await _offices(morsel.value) if morsel else set()


@sync_to_async
def _offices(session_key: str) -> set[int]:
    close_old_connections()
    request = HttpRequest()
    request.session = SessionStore(session_key)
    account = get_user(request)  # also refuses after a new password
    if account.pk is None or people.needs_second_factor(account.pk):
        return set()
    return {post.office_id for post in people.posts_held(account.pk)}


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _answer(send: Send, status: int, body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": body})


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
