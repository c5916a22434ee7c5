"""A sign-in provider (OpenID Connect): authorization code with PKCE, ID tokens, keys."""

from __future__ import annotations

import base64
import hashlib
import html
import secrets
import time
from typing import Any
from urllib.parse import urlencode

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric import ec

CLIENT, SECRET = "satupintu", "peraga"  # of the demonstration
SECOND_FACTOR = "urn:peraga:dua-faktor"
PAGE = """<!doctype html><html lang="id"><meta charset="utf-8"><title>Akun peraga</title>
<meta name="viewport" content="width=device-width,initial-scale=1"><h1>Akun peraga</h1>
<p>Penyedia masuk tiruan. Isi siapa Anda.</p><form method="post">{asked}
<p><label>Nama <input name="name" value="Wati Peraga"></label></p>
<p><label>E-mail <input name="email" value="wati@warga.example"></label></p>
<p><label><input type="checkbox" name="verified" value="1" checked> E-mail terbukti</label></p>
<p><label><input type="checkbox" name="second" value="1"> Dengan kode kedua</label></p>
<p><button>Masuk</button></p></form></html>"""
KEPT = ("client_id", "redirect_uri", "state", "nonce", "code_challenge")


class Provider:
    """Answers whoever asks as whoever they say they are; a code works once."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.codes: dict[str, dict[str, str]] = {}
        self.tokens: dict[str, dict[str, Any]] = {}
        self.url = ""

    async def start(self, host: str, port: int) -> None:
        app = web.Application()
        app.add_routes(
            [
                web.get("/.well-known/openid-configuration", self.configuration),
                web.get("/keys", self.keys),
                web.get("/authorize", self.ask),
                web.post("/authorize", self.allow),
                web.post("/token", self.token),
                web.get("/userinfo", self.userinfo),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host, port)
        await site.start()
        self.url = f"http://{host}:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def configuration(self, request: web.Request) -> web.Response:
        return web.json_response(
            {
                "issuer": self.url,
                "authorization_endpoint": f"{self.url}/authorize",
                "token_endpoint": f"{self.url}/token",
                "userinfo_endpoint": f"{self.url}/userinfo",
                "jwks_uri": f"{self.url}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["ES256"],
                "code_challenge_methods_supported": ["S256"],
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }
        )

    async def keys(self, request: web.Request) -> web.Response:
        public = jwt.algorithms.ECAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        return web.json_response({"keys": [{**public, "kid": "1", "alg": "ES256", "use": "sig"}]})

    async def ask(self, request: web.Request) -> web.Response:
        if request.query.get("code_challenge_method") != "S256":
            raise web.HTTPBadRequest(text="PKCE with S256 is wanted")
        kept = {name: html.escape(request.query.get(name, "")) for name in KEPT}
        asked = "".join(
            f'<input type="hidden" name="{name}" value="{value}">' for name, value in kept.items()
        )
        return web.Response(text=PAGE.format(asked=asked), content_type="text/html")

    async def allow(self, request: web.Request) -> web.Response:
        sent = await request.post()
        code = secrets.token_urlsafe(16)
        self.codes[code] = {name: str(value) for name, value in sent.items()}
        back = {"code": code, "state": str(sent["state"])}
        raise web.HTTPFound(f"{self.codes[code]['redirect_uri']}?{urlencode(back)}")

    async def token(self, request: web.Request) -> web.Response:
        sent = await request.post()
        kept = self.codes.pop(str(sent.get("code")), {})
        digest = hashlib.sha256(str(sent.get("code_verifier", "")).encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        if (
            not kept
            or sent.get("client_id") != CLIENT
            or sent.get("client_secret") != SECRET
            or sent.get("redirect_uri") != kept["redirect_uri"]
            or challenge != kept["code_challenge"]
        ):
            return web.json_response({"error": "invalid_grant"}, status=400)
        person = self.person(kept)
        access = secrets.token_urlsafe(16)
        self.tokens[access] = person
        return web.json_response(
            {
                "access_token": access,
                "token_type": "Bearer",
                "expires_in": 60,
                "id_token": self.id_token(kept, person),
            }
        )

    def person(self, kept: dict[str, str]) -> dict[str, Any]:
        return {
            "sub": hashlib.sha256(kept["email"].encode()).hexdigest()[:16],
            "name": kept["name"],
            "email": kept["email"],
            "email_verified": kept.get("verified") == "1",
        }

    def id_token(self, kept: dict[str, str], person: dict[str, Any]) -> str:
        now = int(time.time())
        said = {
            **person,
            "iss": self.url,
            "aud": kept["client_id"],
            "iat": now,
            "exp": now + 60,
            "nonce": kept["nonce"],
            "acr": SECOND_FACTOR if kept.get("second") == "1" else "urn:peraga:sandi",
        }
        return jwt.encode(said, self.key, algorithm="ES256", headers={"kid": "1"})

    async def userinfo(self, request: web.Request) -> web.Response:
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token not in self.tokens:
            raise web.HTTPUnauthorized
        return web.json_response(self.tokens[token])
