"""A bucket that speaks enough of S3 for a store of files: put, get (with ranges), list, delete."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from xml.sax.saxutils import escape

from aiohttp import web

BUCKET, KEY, SECRET = "berkas", "peraga", "rahasia-peraga"


class BucketServer:
    """Objects lie in memory with the moment they came."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[bytes, datetime]] = {}
        self.down = False
        self.slow = 0.0  # seconds between keeping an object and saying so
        self.asked: list[str] = []
        self.port = 0
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application(client_max_size=200 * 1024**2)
        app.router.add_route("*", f"/{BUCKET}", self.answer)
        app.router.add_route("*", f"/{BUCKET}/{{key:.*}}", self.answer)
        app.router.add_route("*", "/{other:.*}", self.no_bucket)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        assert self._runner
        await self._runner.cleanup()

    async def answer(self, request: web.Request) -> web.Response:
        key = request.match_info.get("key", "")
        self.asked.append(f"{request.method} {request.headers.get('Range', '')}".strip())
        if self.down:
            return _problem(503, "SlowDown")
        if f"Credential={KEY}/" not in request.headers.get("Authorization", ""):
            return _problem(403, "InvalidAccessKeyId")
        if not key:
            return web.Response() if request.method == "HEAD" else self._listed(request)
        if request.method == "PUT":
            self.objects[key] = await request.read(), datetime.now(UTC)
            await asyncio.sleep(self.slow)
            return web.Response(headers={"ETag": '"1"'})
        if request.method == "DELETE":
            self.objects.pop(key, None)
            return web.Response(status=204)
        if key not in self.objects:
            return _problem(404, "NoSuchKey")
        content, _ = self.objects[key]
        wanted = request.http_range
        part = content[wanted.start : wanted.stop] if wanted.start is not None else content
        return web.Response(body=part, status=206 if len(part) < len(content) else 200)

    async def no_bucket(self, request: web.Request) -> web.Response:
        return _problem(404, "NoSuchBucket")

    def _listed(self, request: web.Request) -> web.Response:
        after = request.query.get("continuation-token", "")
        keys = sorted(key for key in self.objects if key > after)
        most = int(request.query.get("max-keys", "1000"))
        shown, more = keys[:most], len(keys) > most
        rows = "".join(
            f"<Contents><Key>{escape(key)}</Key><Size>{len(self.objects[key][0])}</Size>"
            f"<LastModified>{self.objects[key][1]:%Y-%m-%dT%H:%M:%S.000Z}</LastModified></Contents>"
            for key in shown
        )
        token = f"<NextContinuationToken>{shown[-1]}</NextContinuationToken>" if more else ""
        return web.Response(
            content_type="application/xml",
            text=f"<ListBucketResult><IsTruncated>{str(more).lower()}</IsTruncated>"
            f"<KeyCount>{len(shown)}</KeyCount>{token}{rows}</ListBucketResult>",
        )


def _problem(status: int, code: str) -> web.Response:
    text = f"<Error><Code>{code}</Code><Message>{code}</Message></Error>"
    return web.Response(status=status, text=text, content_type="application/xml")
