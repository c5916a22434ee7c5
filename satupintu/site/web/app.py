"""The site as an app on a phone: its manifest, its icons, and the worker that helps offline."""

from __future__ import annotations

import json
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.templatetags.static import static
from django.urls import path, reverse
from django.views.decorators.http import require_safe

from satupintu.documents import queries as documents
from satupintu.site.web import brand

SCRIPTS = Path(__file__).resolve().parents[1] / "static" / "js"
WORKER = SCRIPTS / "worker.js"
LONGEST_SHORT_NAME = 12  # more does not fit under an icon
# Side in pixels, and which part of it the crest may take: a mask cuts off up to a fifth.
ICONS = {"192": (192, 0.84), "512": (512, 0.84), "maskable": (512, 0.56)}
SHEET = """#let look = json("data.json")
#set document(title: "Logo")
#set page(width: 360pt, height: 360pt, margin: 0pt, fill: white)
#place(center + horizon, image("crest.svg", width: look.part * 360pt, height: look.part * 360pt,
  fit: "contain", alt: "Logo"))"""


@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    city = brand.city()
    name = city.name if city else "Satu Pintu"
    short = city.short_name if city else name
    answer = JsonResponse(
        {
            "id": "/",
            "name": f"Layanan Satu Pintu {name}" if city else name,
            "short_name": short if len(short) <= LONGEST_SHORT_NAME else "Satu Pintu",
            "start_url": "/?src=pwa",
            "scope": "/",
            "display": "standalone",
            "lang": "id",
            "theme_color": brand.colour(city),
            "background_color": "#FFFFFF",
            "icons": [
                {
                    "src": icon_url(kind),
                    "sizes": f"{side}x{side}",
                    "type": "image/png",
                    "purpose": "maskable" if kind == "maskable" else "any",
                }
                for kind, (side, _) in ICONS.items()
            ],
            "shortcuts": [
                {"name": "Lacak permohonan", "short_name": "Lacak", "url": "/lacak/"},
                {"name": "Permohonan saya", "url": "/permohonan/"},
            ],
        },
        content_type="application/manifest+json",
    )
    answer["Cache-Control"] = brand.A_MOMENT
    return answer


def icon_url(kind: str) -> str:
    return f"{reverse('icon', args=[kind])}?{sha256(brand.crest_of(brand.city())).hexdigest()[:12]}"


@require_safe
def icon(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in ICONS:
        raise Http404
    city = brand.city()
    answer = HttpResponse(
        _drawn(kind, brand.crest_of(city), brand.colour(city)), content_type="image/png"
    )
    answer["Cache-Control"] = brand.FOREVER if request.GET else brand.A_MOMENT
    return answer


@lru_cache(maxsize=2 * len(ICONS))
def _drawn(kind: str, crest: bytes, colour: str) -> bytes:
    side, part = ICONS[kind]
    look = {"part": part}
    sheet = documents.render(SHEET, look, files={"crest.svg": crest}, name="icon.typ")
    return documents.preview(sheet, width=side)


@require_safe
def worker(request: HttpRequest) -> HttpResponse:
    """At the root, so that it serves every page; a new text of it is a new version."""
    city = brand.city()
    shell = [
        brand.stylesheet_url(city),
        brand.crest_url(city),
        *(static(f"js/{name}") for name in ("pages.js", "offline.js")),
        static("django_htmx/htmx-2.min.js"),
    ]
    facts = {
        "version": _edition(*shell),
        "shell": shell,
        "pages": ["/", "/luring/", "/en/luring/"],
    }
    text = f'"use strict";\nconst FACTS = {json.dumps(facts)};\n{WORKER.read_text()}'
    answer = HttpResponse(text, content_type="text/javascript; charset=utf-8")
    answer["Cache-Control"] = "no-cache"
    return answer


@lru_cache(maxsize=4)
def _edition(*shell: str) -> str:
    digest = sha256("\n".join(shell).encode())
    for script in sorted(SCRIPTS.glob("*.js")):
        digest.update(script.read_bytes())
    return digest.hexdigest()[:12]


@require_safe
def offline(request: HttpRequest) -> HttpResponse:
    return render(request, "site/offline.html")


at_the_root = [
    path("manifest.webmanifest", manifest, name="manifest"),
    path("sw.js", worker, name="worker"),
    path("merek/<str:kind>.png", icon, name="icon"),
]
urlpatterns = [path("luring/", offline, name="offline")]
