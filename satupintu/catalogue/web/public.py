"""The catalogue of services: find one, see what it needs and costs, and how it goes."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from satupintu import workflow
from satupintu.catalogue import queries
from satupintu.catalogue.models import ServiceVersion


@require_safe
def services(request: HttpRequest) -> HttpResponse:
    found = queries.services(search=request.GET.get("q", ""))
    return render(request, "catalogue/services.html", {"services": found})


@require_safe
def service(request: HttpRequest, code: str) -> HttpResponse:
    return render(request, "catalogue/service.html", {"version": _version(code)})


@require_safe
def calculate(request: HttpRequest, code: str) -> HttpResponse:
    return service(request, code)


@require_safe
def bpmn(request: HttpRequest, code: str) -> HttpResponse:
    """The process as other systems read it."""
    process = queries.process_of(_version(code).definition)
    return HttpResponse(workflow.bpmn(process), content_type="application/xml")


def _version(code: str) -> ServiceVersion:
    found = queries.current_version(code)
    if found is None:
        raise Http404
    return found
