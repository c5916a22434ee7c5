"""Anybody with its number follows an application: steps and dates, no names."""

from __future__ import annotations

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_http_methods

from satupintu.cases import queries


@require_http_methods(["GET", "HEAD", "POST"])
def track(request: HttpRequest) -> HttpResponse:
    number = (request.POST.get("nomor") or request.GET.get("nomor", "")).strip()
    if not number:
        return render(request, "cases/public/track.html")
    if not ratelimit.consume(request, action="track"):
        return render(request, "429.html", status=429)
    found = queries.track(number)
    return render(request, "cases/public/track.html", {"found": found, "number": number})


urlpatterns = [path("lacak/", track, name="track")]
