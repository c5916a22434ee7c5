"""The look of the city: one stylesheet with its colour, and its crest."""

from __future__ import annotations

import colorsys
import gzip
import re
import time
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from satupintu.offices import queries as offices

if TYPE_CHECKING:
    from satupintu.offices.models import City

SOURCES = Path(__file__).resolve().parents[1] / "static" / "css"
ORDER = (
    "tokens.css",
    "base.css",
    "layout.css",
    "components/*.css",
    "surface-officer.css",
    "utilities.css",
    "print.css",
)
LAYERS = "@layer reset,tokens,base,layout,components,surface,brand,utilities,print;"
OWN_COLOUR = "#0B4F6C"
OWN_CREST = Path(__file__).resolve().parents[1] / "static" / "img" / "satupintu.svg"
_city: tuple[float, City | None] = (float("-inf"), None)
FOREVER = "public, max-age=31536000, immutable"
A_MOMENT = "public, max-age=60"


def sources() -> list[Path]:
    return [path for pattern in ORDER for path in sorted(SOURCES.glob(pattern))]


@lru_cache(maxsize=4)
def _sheet(colour: str) -> tuple[str, bytes]:
    """The digest and the gzipped text of everything the pages of a city look like."""
    rules = LAYERS + "\n".join(path.read_text() for path in sources()) + _brand(colour)
    rules = re.sub(r"/\*.*?\*/", "", rules, flags=re.DOTALL)
    rules = re.sub(r"\s+", " ", rules)
    rules = re.sub(r" ?([{};,>]) ?", r"\1", rules)
    packed = gzip.compress(rules.encode(), 9, mtime=0)
    return sha256(packed).hexdigest()[:12], packed


def _brand(colour: str) -> str:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    hue, light, full = colorsys.rgb_to_hls(red, green, blue)
    shades = {
        "brand": light,
        "brand-dark": light * 0.72,
        "brand-tint": 0.94,
        "on-brand-2": 0.88,
    }
    lines = ";".join(
        f"--{name}:{_hex(hue, at, full * (0.55 if at > 0.8 else 1))}" for name, at in shades.items()
    )
    return f"@layer brand{{:root{{{lines}}}}}"


def _hex(hue: float, light: float, full: float) -> str:
    return "#" + "".join(
        f"{round(part * 255):02X}" for part in colorsys.hls_to_rgb(hue, light, full)
    )


def city() -> City | None:
    """The city as every page shows it, asked anew once in KEPT_SECONDS."""
    global _city
    asked_at, kept = _city
    if kept is None or time.monotonic() - asked_at >= settings.KEPT_SECONDS:
        try:
            kept = offices.city()
        except (ObjectDoesNotExist, DatabaseError):  # the error pages still have to look right
            return None
        _city = (time.monotonic(), kept)
    return kept


def colour(city: City | None) -> str:
    own = city.brand_color if city else OWN_COLOUR
    return own if re.fullmatch(r"#[0-9A-Fa-f]{6}", own) else OWN_COLOUR


def crest_of(city: City | None) -> bytes:
    return city.crest.encode() if city and city.crest else OWN_CREST.read_bytes()


def stylesheet_url(city: City | None) -> str:
    return f"{reverse('stylesheet')}?{_sheet(colour(city))[0]}"


def crest_url(city: City | None) -> str:
    return f"{reverse('crest')}?{sha256(crest_of(city)).hexdigest()[:12]}"


@require_safe
def stylesheet(request: HttpRequest) -> HttpResponse:
    digest, packed = _sheet(colour(city()))
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        response = HttpResponse(packed, content_type="text/css; charset=utf-8")
        response["Content-Encoding"] = "gzip"
    else:
        response = HttpResponse(gzip.decompress(packed), content_type="text/css; charset=utf-8")
    response["Vary"] = "Accept-Encoding"
    response["Cache-Control"] = FOREVER if digest in request.GET else A_MOMENT
    return response


@require_safe
def crest(request: HttpRequest) -> HttpResponse:
    """As a picture of its own, so that nothing inside a crest can act in our pages."""
    response = HttpResponse(crest_of(city()), content_type="image/svg+xml")
    response["Content-Security-Policy"] = (
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'"
    )
    response["Cache-Control"] = FOREVER if request.GET else A_MOMENT
    return response
