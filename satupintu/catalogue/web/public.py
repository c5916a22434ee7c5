"""The catalogue of services: find one, see what it needs, costs and takes, and how it goes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import condition, require_http_methods, require_safe

import satupintu
from satupintu import workflow
from satupintu.catalogue import queries
from satupintu.catalogue.models import ServiceVersion
from satupintu.lib import fields, posted
from satupintu.offices import queries as offices

PAGE = 24
ACCEPT, MAX_MB = ("pdf", "jpg", "png"), 5  # where a requirement says nothing else
FILTERS: dict[str, tuple[dict[str, str], dict[str, dict[str, str]]]] = {
    "pemohon": (
        {"id": "Pemohon", "en": "Applicant"},
        {
            "person": {"id": "Perorangan", "en": "Person"},
            "company": {"id": "Badan usaha atau lembaga", "en": "Company or institution"},
        },
    ),
    "cara": (
        {"id": "Cara mengajukan", "en": "How to apply"},
        {
            "online": {"id": "Dari rumah", "en": "From home"},
            "counter": {"id": "Di loket", "en": "At the counter"},
        },
    ),
    "biaya": (
        {"id": "Biaya", "en": "Fee"},
        {
            "free": {"id": "Gratis", "en": "Free"},
            "paid": {"id": "Berbayar", "en": "Paid"},
        },
    ),
}


def edition(request: HttpRequest, *_: object, **__: object) -> str | None:
    """Who is not signed in may keep a page until the catalogue, the city or the day changes."""
    if {settings.SESSION_COOKIE_NAME, "messages"} & request.COOKIES.keys():
        return None
    city = offices.city()
    parts = (
        queries.edition(), offices.today(), satupintu.__version__, request.get_full_path(),
        bool(request.headers.get("HX-Request")), city.name, city.contact, city.hours,
        city.brand_color, city.crest, city.maklumat,
    )  # fmt: skip
    return f'"{sha256(repr(parts).encode()).hexdigest()[:32]}"'


def for_everybody(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Browsers and the process (site/kept_pages.py) keep the page while its edition stands."""
    conditional = condition(etag_func=edition)(view)

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **named: Any) -> HttpResponse:
        response = conditional(request, *args, **named)
        response.edition = edition  # type: ignore[attr-defined]
        return response

    return page


@require_safe
@for_everybody
def services(request: HttpRequest) -> HttpResponse:
    """Search and filters are the address, so that a list can be sent to somebody."""
    chosen = _chosen(request)
    found = queries.services(
        search=chosen["q"],
        sector=chosen["bidang"],
        applicant=chosen["pemohon"],
        channel=chosen["cara"],
        fee=chosen["biaya"],
    )
    first = _number(request.GET.get("after") or request.GET.get("before") or "")
    count = found.count()
    filters = _filters(chosen)
    context = {
        "services": found.defer("search")[first : first + PAGE],
        "count": count,
        "page": {
            "previous": str(max(first - PAGE, 0)) if first else "",
            "next": str(first + PAGE) if first + PAGE < count else "",
        },
        "chosen": chosen,
        "filters": filters,
        "chips": _chips(request, chosen, filters),
        "agencies": {office.code: office.name for office in offices.offices()},
    }
    name = "catalogue/services.html"
    if request.headers.get("HX-Request") and request.headers.get("HX-Target") == "hasil":
        name += "#results"
    return render(request, name, context)


@require_safe
@for_everybody
def purposes(request: HttpRequest) -> HttpResponse:
    """People know what they need a letter for, not what it is called (ux.md J1)."""
    found = queries.purposes()
    if not found:
        raise Http404
    return render(request, "catalogue/purposes.html", {"purposes": found})


@require_safe
@for_everybody
def service(request: HttpRequest, code: str) -> HttpResponse:
    """All six public components of the service standard on one page (PermenPANRB 15/2014)."""
    version = _version(code)
    definition, language = version.definition, _language()
    process = queries.process_of(definition)
    units = {office.code: office for office in offices.offices()}
    names = {step["step"]: queries.text(step["name"], language) for step in workflow.steps(process)}
    context = {
        "published": version,
        "definition": definition,
        "standard": queries.public_standard(definition, language),
        "requirements": _requirements(definition),
        "steps": _steps(definition, language, units),
        "picture": workflow.picture(process, names, language=language),
        "example": _example(definition, language),
        "asked": queries.by_purpose(queries.personal_items(definition)),
        "kept": queries.retention(definition),
        "closures": queries.closures(version.service.code),
        # The unit to go to; none in particular when each area has its own.
        "office": units.get(definition["office"]),
        "sector": _sector(definition["sector"]),
    }
    return render(request, "catalogue/service.html", context)


@csrf_exempt  # nothing is kept: a post only comes when a row of a table is added or removed
@require_http_methods(["GET", "HEAD", "POST"])
def calculate(request: HttpRequest, code: str) -> HttpResponse:
    """The levy for what somebody types, by the same tariff that the assessment uses."""
    version = _version(code)
    definition = version.definition
    if definition["fee"]["kind"] != "levy":
        raise Http404
    asked = queries.asked_for_estimate(definition)
    typed = request.POST or request.GET
    raw = posted.read(asked, typed)
    counts = "hitung" in typed and not posted.is_changing_rows(typed)
    found = queries.estimate(definition, raw) if counts else queries.Estimate({})
    context = {
        "published": version,
        "definition": definition,
        "fields": asked,
        "answers": {**found.answers, **raw},
        "errors": found.errors,
        "result": found.sum,
    }
    return render(request, "catalogue/calculate.html", context, status=422 if found.errors else 200)


@require_safe
@for_everybody
def bpmn(request: HttpRequest, code: str) -> HttpResponse:
    """The process as other systems read it (BPMN 2.0)."""
    version = _version(code)
    process = queries.process_of(version.definition)
    names = {
        step["step"]: queries.text(step["name"], _language()) for step in workflow.steps(process)
    }
    return HttpResponse(
        workflow.bpmn(process, names),
        content_type="application/xml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{version.service.code}.bpmn"'},
    )


def _version(code: str) -> ServiceVersion:
    found = queries.current_version(code)
    if found is None:
        raise Http404
    return found


def _language() -> str:
    return "en" if (get_language() or "id").startswith("en") else "id"


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 0


def _chosen(request: HttpRequest) -> dict[str, str]:
    """What was asked for; a filter that we do not know counts as none."""
    chosen = {"q": request.GET.get("q", "").strip()[: queries.LONGEST_SEARCH]}
    chosen["bidang"] = request.GET.get("bidang", "")[:60]
    for name, (_, options) in FILTERS.items():
        value = request.GET.get(name, "")
        chosen[name] = value if value in options else ""
    return chosen


def _filters(chosen: Mapping[str, str]) -> list[dict[str, Any]]:
    sectors = {
        row["code"]: {
            language: f"{queries.text(row['name'], language)} ({row['count']})"
            for language in ("id", "en")
        }
        for row in queries.sectors()
    }
    named = {"bidang": ({"id": "Bidang", "en": "Sector"}, sectors), **FILTERS}
    return [
        {
            "name": name,
            "label": label,
            "options": [(code, text, code == chosen[name]) for code, text in options.items()],
        }
        for name, (label, options) in named.items()
    ]


def _chips(
    request: HttpRequest, chosen: Mapping[str, str], filters: Iterable[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """The filters in use, each with the address of the list without it."""
    chips: list[dict[str, Any]] = (
        [{"name": "q", "label": f"“{chosen['q']}”"}] if chosen["q"] else []
    )
    for one in filters:
        chips += [
            {"name": one["name"], "label": text}
            for _, text, is_chosen in one["options"]
            if is_chosen
        ]
    for chip in chips:
        rest = request.GET.copy()
        for name in (chip.pop("name"), "after", "before"):
            rest.pop(name, None)
        chip["url"] = f"{request.path}?{rest.urlencode()}"
    return chips


def _sector(code: str) -> dict[str, Any] | None:
    return next((row for row in queries.sectors() if row["code"] == code), None)


def _requirements(definition: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What everybody needs first, then what is asked in some cases only."""
    rows = [
        {
            "name": wanted["name"],
            "hint": wanted.get("hint", ""),
            "sometimes": bool(wanted.get("when")),
            "optional": not wanted["required"],
            "accept": ", ".join(wanted.get("accept", ACCEPT)).upper(),
            "max_mb": wanted.get("max_mb", MAX_MB),
        }
        for wanted in definition["requirements"]
    ]
    return sorted(rows, key=lambda row: (bool(row["sometimes"]), bool(row["optional"])))


def _steps(
    definition: Mapping[str, Any], language: str, units: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The steps with who does them: a role in an office, never a person."""
    roles = {role.code: role.name for role in offices.roles()}
    rows = []
    for step in workflow.steps({"main": definition["process"]}):
        where, _, code = step.get("office", "").partition(":")
        unit = units.get(definition["office"] if where == "own" else code)
        rows.append(
            {
                "name": queries.text(step["name"], language),
                "who": queries.text(roles.get(step.get("role", "")), language),
                "unit": unit.name if unit else "",
                "of_area": where == "area",
                "by_applicant": step["kind"] == "pay",
                "days": step["days"],
                "sometimes": "when" in step,
            }
        )
    return rows


def _example(definition: Mapping[str, Any], language: str) -> dict[str, Any] | None:
    """A worked example: the first sample of the service that has something to pay."""
    if definition["fee"]["kind"] != "levy":
        return None
    known = {field["code"]: field for field in queries.fields_of(definition)}
    for index in range(len(definition["scenarios"])):
        sample = queries.sample(definition, index)
        computed = queries.computed(definition, sample["facts"])
        if computed.total:
            given = [
                (known[code]["label"], _said(known[code], sample["answers"].get(code), language))
                for code in definition["fee"].get("calculator", ())
                if sample["answers"].get(code)
            ]
            return {"given": given, "sum": computed}
    return None


def _said(field: Mapping[str, Any], answer: Any, language: str) -> str:
    """An answer in the language of the page, where its options have both."""
    if field["type"] == "table":
        return "; ".join(
            ", ".join(
                _said(column, row.get(column["code"]), language) for column in field["columns"]
            )
            for row in answer
        )
    for option in field.get("options", ()):
        if option["code"] == answer:
            return queries.text(option["name"], language)
    return f"{fields.shown(field, answer)} {field.get('unit', '')}".strip()


urlpatterns = [
    path("layanan/", services, name="services"),
    path("keperluan/", purposes, name="purposes"),
    path("layanan/<str:code>/", service, name="service"),
    path("layanan/<str:code>/hitung/", calculate, name="calculate"),
    path("layanan/<str:code>/proses.bpmn", bpmn, name="bpmn"),
]
