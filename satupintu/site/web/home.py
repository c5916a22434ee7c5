"""The front door: home, guides, the units of the city, and the state of the service."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_safe

from satupintu.catalogue import queries as catalogue
from satupintu.offices import queries as offices
from satupintu.site.templatetags.pages import language


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    return render(request, "site/home.html", {"popular": catalogue.services(popular=True)[:8]})


@require_safe
def guide(request: HttpRequest, slug: str) -> HttpResponse:
    found = catalogue.page(slug, language())
    if found is None:
        raise Http404
    return render(request, "site/guide.html", {"page": found})


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return guide(request, "privasi")


@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return guide(request, "aksesibilitas")


@require_safe
def service_status(request: HttpRequest) -> HttpResponse:
    return render(request, "site/status.html", {"running": offices.active_outages()})


@require_safe
def directory(request: HttpRequest) -> HttpResponse:
    return render(request, "site/directory.html", {"offices": offices.offices()})


urlpatterns = [
    path("", home, name="home"),
    path("panduan/<slug:slug>/", guide, name="guide"),
    path("privasi/", privacy, name="privacy"),
    path("aksesibilitas/", accessibility, name="accessibility"),
    path("status/", service_status, name="service_status"),
    path("direktori/", directory, name="directory"),
]
