"""Around every call under /api: no cookies, JSON of a sane size, every refusal a problem."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from satupintu.api.v1.problems import MEDIA_TYPE, language, problem
from satupintu.files.actions import PIECE

LARGEST = 64 * 1024
DEEPEST = 16
PDF, UPLOADS = "/documents/", "/uploads/"
View = Callable[[HttpRequest], HttpResponse]


def outside(get_response: View) -> View:
    """A session opens nothing here, so that no page of a stranger can call in its owner's name."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if not request.path.startswith("/api/"):
            return get_response(request)
        request.COOKIES = {}
        status = _refused(request)
        answer = problem(request, status) if status else get_response(request)
        if answer.status_code >= 400 and answer.get("Content-Type") != MEDIA_TYPE:
            kept = {
                name: answer[name] for name in ("Allow", "Retry-After") if answer.has_header(name)
            }
            answer = problem(request, answer.status_code, headers=kept)
        if "Cache-Control" not in answer.headers:
            private = "Authorization" in request.headers or answer.status_code >= 400
            answer.headers["Cache-Control"] = "no-store" if private else "no-cache"
        answer.headers.setdefault("Content-Language", language(request))
        patch_vary_headers(answer, ("Accept-Language", "Authorization"))
        return answer

    return middleware


def _refused(request: HttpRequest) -> int:
    """The status with which a call is refused before anybody looks at it; 0 for none."""
    wanted = ["application/json", *(["application/pdf"] if PDF in request.path else [])]
    if not any(request.accepts(one) for one in wanted):
        return 406
    length = request.headers.get("Content-Length", "")
    if not length.isdecimal() or int(length) == 0:
        return 0
    is_piece = request.method == "PATCH" and UPLOADS in request.path
    if int(length) > (PIECE if is_piece else LARGEST):
        return 413
    if is_piece:
        return 0 if request.content_type == "application/octet-stream" else 415
    if request.content_type != "application/json":
        return 415
    return 400 if _too_deep(request.body) else 0


def _too_deep(body: bytes) -> bool:
    """Counted without reading it as JSON: a reader that calls itself would run out of stack."""
    depth, inside, skip = 0, False, False
    for byte in body:
        if skip:
            skip = False
        elif inside:
            skip, inside = byte == 0x5C, byte != 0x22  # backslash, quotation mark
        elif byte == 0x22:
            inside = True
        elif byte in b"[{":
            depth += 1
            if depth > DEEPEST:
                return True
        elif byte in b"]}":
            depth -= 1
    return False
