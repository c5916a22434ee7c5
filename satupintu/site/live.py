"""The live process: tells open pages that something changed (server-sent events, ASGI).

It never runs on the WSGI process: each listener would hold one of its threads for ever.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from http.cookies import SimpleCookie
from typing import Any

import django
import psycopg

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "satupintu.site.settings")
django.setup()

from asgiref.sync import sync_to_async  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.db import connection  # noqa: E402

from satupintu.people import queries as people  # noqa: E402

CHANNEL = "satupintu_tasks"
BEAT_SECONDS = 15
SIGN_IN_CHECK_SECONDS = 60

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]


class Board:
    """One LISTEN connection for all listeners of this process."""

    def __init__(self) -> None:
        self.listeners: set[asyncio.Queue[str]] = set()
        self.task: asyncio.Task[None] | None = None

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
            try:
                async with await psycopg.AsyncConnection.connect(
                    **connection.get_connection_params(), autocommit=True
                ) as link:
                    await link.execute(f"LISTEN {CHANNEL}")
                    async for notice in link.notifies():
                        for queue in self.listeners:
                            if not queue.full():
                                queue.put_nowait(notice.payload)
            except psycopg.OperationalError:
                await asyncio.sleep(1)


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
    """`tasks` events for the listener's own offices; a beat keeps proxies and phones awake."""
    yield "retry: 3000\n\n"
    quiet = 0.0
    while not gone.done():
        try:
            office = await asyncio.wait_for(queue.get(), BEAT_SECONDS)
        except TimeoutError:
            quiet += BEAT_SECONDS
            if quiet >= SIGN_IN_CHECK_SECONDS:
                quiet = 0.0
                offices = await _offices_of(scope)
                if not offices:  # signed out, or the post ended
                    return
            yield ": beat\n\n"
            continue
        if office.isdigit() and int(office) in offices:
            yield "event: tasks\ndata: changed\n\n"


async def _offices_of(scope: Scope) -> set[int]:
    """The offices of whoever is signed in with this cookie; empty for anybody else."""
    raw = dict(scope["headers"]).get(b"cookie", b"").decode("latin-1")
    morsel = SimpleCookie(raw).get(settings.SESSION_COOKIE_NAME)
    return await _offices(morsel.value) if morsel else set()


@sync_to_async
def _offices(session_key: str) -> set[int]:
    account = SessionStore(session_key).get("_auth_user_id")
    if not account or people.needs_second_factor(int(account)):
        return set()
    return {post.office_id for post in people.posts_held(int(account))}


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
