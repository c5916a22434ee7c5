"""Every refusal under /api as RFC 9457 has it: one shape, a sentence in the caller's language."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, JsonResponse
from django.utils.translation.trans_real import parse_accept_lang_header

from satupintu.lib.errors import Refused, Text, both, in_english

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

MEDIA_TYPE = "application/problem+json"
SENTENCES = {
    400: both("Permintaan ini tidak bisa dibaca", "This request can not be read"),
    401: both(
        "Sertakan token yang berlaku: Authorization: Bearer <token>",
        "Send a token that is in force: Authorization: Bearer <token>",
    ),
    403: both("Token ini tidak membuka alamat ini", "This token does not open this address"),
    404: both(
        "Tidak ada apa-apa di alamat ini bagi Anda", "There is nothing for you at this address"
    ),
    405: both("Cara ini tidak ada di alamat ini", "This address has no such method"),
    406: both("Jawaban kami berupa application/json", "What we answer is application/json"),
    409: both("Ini tidak bisa dilakukan sekarang", "This can not be done now"),
    413: both("Isi permintaan terlalu besar", "The body is too large"),
    415: both("Kirim isi sebagai application/json", "Send the body as application/json"),
    422: both("Isi permintaan tidak sesuai", "What was sent does not fit"),
    429: both("Terlalu banyak permintaan", "Too many requests"),
    500: both(
        "Ada gangguan di sistem kami. Coba lagi nanti",
        "Something is wrong on our side. Try again later",
    ),
    503: both(
        "Sistem kami belum bisa memeriksa. Coba lagi nanti",
        "Our system can not look now. Try again later",
    ),
}


class Unfit(Refused):
    """Parts of a body do not fit: each with its place in it and a sentence."""

    def __init__(self, problems: Iterable[tuple[Sequence[object], str]]) -> None:
        super().__init__(SENTENCES[422])
        self.problems = list(problems)


def problem(
    request: HttpRequest,
    status: int,
    detail: str | None = None,
    *,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> JsonResponse:
    words = detail or SENTENCES.get(status) or SENTENCES[400 if status < 500 else 500]
    body = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": said(request, words),
        "request_id": getattr(request, "request_id", ""),
        **more,
    }
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE, headers=headers)


def error(
    request: HttpRequest, place: Sequence[object], message: str, field: str = ""
) -> dict[str, str]:
    """One mistake in a body: `field` for people, `pointer` (RFC 6901) for programs."""
    escaped = (str(part).replace("~", "~0").replace("/", "~1") for part in place)
    return {
        "field": field or ".".join(map(str, place)),
        "pointer": "#" + "".join(f"/{part}" for part in escaped),
        "message": said(request, message),
    }


def language(request: HttpRequest) -> str:
    """As Accept-Language wishes it: "en", and Indonesian for everything else."""
    for wanted, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "")[:200]):
        if wanted[:2] in ("id", "en"):
            return wanted[:2]
    return "id"


def said(request: HttpRequest, words: str) -> str:
    if isinstance(words, Text) and language(request) == "en":
        return str(in_english(words))
    return str(words)
