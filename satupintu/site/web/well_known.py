"""What machines ask a site for: which pages to leave alone, and whom to tell of a hole."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from django.views.decorators.http import require_safe

from satupintu.site.web import brand

PLAIN = "text/plain; charset=utf-8"
# Pages behind a code or an account; who has one does not come from a search engine.
NOT_FOR_SEARCH = ("/v/", "/j/", "/dibagikan/", "/akun/", "/permohonan/", "/api/")
HOLDS = timedelta(days=90)


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in NOT_FOR_SEARCH)]
    return HttpResponse("\n".join(lines) + "\n", content_type=PLAIN)


@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Whom to tell of a hole (RFC 9116): the office itself."""
    city = brand.city()
    if city is None or not city.contact.get("email"):
        raise Http404
    lines = (
        f"Contact: mailto:{city.contact['email']}",
        f"Expires: {(timezone.now() + HOLDS).replace(microsecond=0).isoformat()}",
        "Preferred-Languages: id, en",
        f"Canonical: {settings.BASE_URL}/.well-known/security.txt",
    )
    return HttpResponse("\n".join(lines) + "\n", content_type=PLAIN)


urlpatterns = [
    path("robots.txt", robots, name="robots"),
    path(".well-known/security.txt", security, name="security"),
]
