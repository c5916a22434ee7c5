"""The technical team at work: plan, visit with a phone, minutes, recommendation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal, InvalidOperation
from functools import wraps
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from satupintu.cases import access, queries
from satupintu.cases.actions import inspections
from satupintu.cases.models import Case, Task, Visit
from satupintu.cases.web import posted
from satupintu.files import actions as files
from satupintu.files import downloads
from satupintu.offices import queries as offices
from satupintu.people.requests import Request


def once(view: Callable[[Request, str], HttpResponse]) -> Callable[[Request, str], HttpResponse]:
    """What a phone sends again is answered as the first time, also when the step has ended."""

    @wraps(view)
    def answered(request: Request, number: str) -> HttpResponse:
        key = posted.sent_key(request)
        if key and queries.is_known_entry(request.by, number, key):
            return _saved(request, number)
        return view(request, number)

    return answered


@login_required
@require_GET
def visit(request: Request, number: str) -> HttpResponse:
    case, task = _inspection(request, number)
    return _page(request, case, task)


@login_required
@require_POST
def plan_visit(request: Request, number: str) -> HttpResponse:
    case, task = _inspection(request, number)
    planned = _moment(request.POST.get("date", ""), request.POST.get("time", ""))
    if planned is None:
        errors = {"date": "Isi tanggal dan jam kunjungan"}
        return _page(request, case, task, errors=errors, typed=request.POST)
    try:
        inspections.plan_visit(
            task.pk,
            planned_at=planned,
            place=request.POST.get("place", ""),
            note=request.POST.get("note", ""),
            members=[posted.whole(pk) for pk in request.POST.getlist("members")],
            by=request.by,
        )
    except inspections.InspectionIncomplete as refused:
        return _page(
            request, case, task, errors={refused.field or "": refused.message}, typed=request.POST
        )
    messages.success(request, "Kunjungan dijadwalkan. Pemohon sudah diberi tahu.")
    return redirect("cases:visit", number=number)


@login_required
@require_POST
@once
def findings(request: Request, number: str) -> HttpResponse:
    case, task = _inspection(request, number)
    planned = _planned(case, task)
    answers = {"yes": True, "no": False}
    found = {
        item["code"]: {
            "fits": answers.get(request.POST.get(f"fits-{item['code']}", "")),
            "note": request.POST.get(f"note-{item['code']}", ""),
        }
        for item in inspections.checklist(case, task)
    }
    try:
        visited = inspections.record_findings(
            planned.pk,
            findings=found,
            edition=request.POST.get("revision"),
            key=posted.sent_key(request),
            by=request.by,
        )
    except (inspections.InspectionIncomplete, inspections.FindingsChanged) as refused:
        return _page(
            request, case, task, errors={refused.field or "": refused.message}, findings=found
        )
    messages.success(request, "Hasil pemeriksaan tersimpan.")
    return _saved(request, number, revision=visited.edition)


@login_required
@require_POST
@once
def photo(request: Request, number: str) -> HttpResponse:
    """Keep one photo; the same key again is the same photo, so a phone may send it twice."""
    case, task = _inspection(request, number)
    planned = _planned(case, task)
    upload = request.FILES.get("photo")
    if upload is None:
        return _page(request, case, task, errors={"photo": "Pilih atau ambil foto dulu"})
    try:
        inspections.add_photo(
            planned.pk,
            key=posted.key(request),
            stream=upload,
            name=upload.name or "foto.jpg",
            caption=request.POST.get("caption", ""),
            latitude=_degrees(request.POST.get("lat", "")),
            longitude=_degrees(request.POST.get("lon", "")),
            accuracy_m=_metres(request.POST.get("accuracy", "")),
            taken_at=_past(request.POST.get("taken_at", "")),
            by=request.by,
        )
    except files.NotKept as refused:
        return _page(request, case, task, errors={"photo": refused.message})
    return _saved(request, number)


@login_required
@require_GET
def photo_image(request: Request, number: str, photo_id: int) -> HttpResponse:
    case = access.officer_case(request.by, number)
    kept = queries.photo(case, photo_id)
    if kept is None:
        raise Http404
    return HttpResponse(
        downloads.preview(kept.file),
        content_type="image/png",
        headers={"Cache-Control": "private, max-age=300"},
    )


@login_required
@require_POST
@once
def minutes(request: Request, number: str) -> HttpResponse:
    case, task = _inspection(request, number)
    try:
        written = inspections.write_minutes(
            _planned(case, task).pk,
            conclusion=request.POST.get("conclusion", ""),
            text=request.POST.get("text", ""),
            applicant_statement=request.POST.get("statement", ""),
            revision=posted.whole(request.POST.get("revision", "")),
            key=posted.sent_key(request),
            by=request.by,
        )
    except (inspections.InspectionIncomplete, inspections.MinutesChanged) as refused:
        return _page(
            request, case, task, errors={refused.field or "": refused.message}, typed=request.POST
        )
    messages.success(request, "Berita acara tersimpan. Setiap anggota tim perlu menyetujuinya.")
    return _saved(request, number, revision=written.revision)


@login_required
@require_POST
def approve_minutes(request: Request, number: str) -> HttpResponse:
    case, task = _inspection(request, number)
    revision = posted.whole(request.POST.get("revision", ""))
    done = inspections.approve_minutes(_planned(case, task).pk, revision=revision, by=request.by)
    messages.success(
        request,
        f"Berita acara sah dengan nomor {done.number}."
        if done.final_at
        else "Persetujuan Anda tercatat. Menunggu anggota lain.",
    )
    return redirect("cases:visit", number=number)


@login_required
@require_http_methods(["GET", "POST"])
def recommendation(request: Request, number: str) -> HttpResponse:
    case = access.officer_case(request.by, number)
    task = queries.own_task(request.by, case)
    if task is None or task.kind not in ("recommend", "opinion"):
        raise Http404
    given = next((row for row in queries.recommendations(case) if row.task_id == task.pk), None)
    context: dict[str, Any] = {
        "case": case,
        "task": task,
        "given": given,
        "conditions": "\n".join(given.conditions) if given else "",
        "visits": queries.visits(case),
        "answers": queries.wording.read_back(case),
    }
    if request.method == "GET":
        return render(request, "cases/officer/recommendation.html", context)
    try:
        inspections.recommend(
            task.pk,
            verdict=request.POST.get("verdict", ""),
            text=request.POST.get("text", ""),
            conditions=request.POST.get("conditions", "").splitlines(),
            version=posted.version(request),
            by=request.by,
        )
    except inspections.InspectionIncomplete as refused:
        context |= {"errors": {refused.field or "": refused.message}, "typed": request.POST}
        return render(request, "cases/officer/recommendation.html", context, status=422)
    messages.success(request, "Rekomendasi tersimpan. Teruskan permohonan bila sudah selesai.")
    return redirect("cases:officer_case", number=number)


def _page(
    request: Request,
    case: Case,
    task: Task,
    *,
    errors: dict[str, str] | None = None,
    typed: Any = None,
    findings: dict[str, Any] | None = None,
) -> HttpResponse:
    if errors and _by_script(request):
        return JsonResponse({"message": next(iter(errors.values()))}, status=422)
    planned = next((row for row in queries.visits(case) if row.task_id == task.pk), None)
    known = findings if findings is not None else (planned.findings if planned else {})
    written = getattr(planned, "minutes", None) if planned else None
    return render(
        request,
        "cases/officer/visit.html",
        {
            "case": case,
            "task": task,
            "visit": planned,
            "minutes": written,
            "ahead": queries.visit_ahead(planned) if planned else None,
            "team": queries.colleagues(task),
            "members": [member.account_id for member in planned.members.all()] if planned else [],
            "schedule": _schedule(planned),
            "agreed": planned
            and any(
                member.approved_at and member.account_id == request.by.account_id
                for member in planned.members.all()
            ),
            "items": [
                {
                    **item,
                    "found": known.get(item["code"], {}),
                    "stored": planned.findings.get(item["code"], {}) if planned else {},
                }
                for item in inspections.checklist(case, task)
            ],
            "photo_key": uuid4(),
            "errors": errors or {},
            "typed": typed or {},
        },
        status=422 if errors else 200,
    )


def _by_script(request: Request) -> bool:
    return request.headers.get("accept") == "application/json"


def _saved(request: Request, number: str, **told: int | str) -> HttpResponse:
    if _by_script(request):
        return JsonResponse({"url": reverse("cases:visit", args=[number]), **told})
    return redirect("cases:visit", number=number)


def _inspection(request: Request, number: str) -> tuple[Case, Task]:
    case = access.officer_case(request.by, number)
    task = queries.own_task(request.by, case)
    if task is None or task.kind != "inspect":
        raise Http404
    return case, task


def _planned(case: Case, task: Task) -> Visit:
    found = next((row for row in queries.visits(case) if row.task_id == task.pk), None)
    if found is None:
        raise inspections.InspectionIncomplete("Jadwalkan kunjungan dulu.")
    return found


def _moment(day: str, hour: str) -> datetime | None:
    for pattern in ("%Y-%m-%d %H.%M", "%d-%m-%Y %H.%M"):
        try:
            typed = datetime.strptime(f"{day} {hour.replace(':', '.')}", pattern)  # noqa: DTZ007
        except ValueError:
            continue
        return typed.replace(tzinfo=offices.zone())
    return None


def _degrees(text: str) -> Decimal | None:
    try:
        value = Decimal(text.replace(",", "."))
    except InvalidOperation:
        return None
    return round(value, 6) if value.is_finite() and abs(value) <= 180 else None


def _past(text: str) -> datetime | None:
    """When the phone says that the photo was taken; its clock may be ahead."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return min(moment, timezone.now()) if moment.tzinfo else None


def _metres(text: str) -> int | None:
    metres = posted.whole(text)
    return metres if 0 < metres < 1_000_000 else None


urlpatterns = [
    path("berkas/<str:number>/kunjungan/lapangan/", visit, name="visit"),
    path("berkas/<str:number>/kunjungan/jadwal/", plan_visit, name="plan_visit"),
    path("berkas/<str:number>/kunjungan/hasil/", findings, name="findings"),
    path("berkas/<str:number>/kunjungan/foto/", photo, name="photo"),
    path("berkas/<str:number>/kunjungan/foto/<int:photo_id>/", photo_image, name="photo_image"),
    path("berkas/<str:number>/kunjungan/berita-acara/", minutes, name="minutes"),
    path("berkas/<str:number>/kunjungan/setujui/", approve_minutes, name="approve_minutes"),
    path("berkas/<str:number>/kunjungan/rekomendasi/", recommendation, name="recommendation"),
]


def _schedule(visit: Any) -> dict[str, str]:
    """What the fields of the schedule say, in the time of the city."""
    if visit is None:
        return {"date": "", "time": "09:00"}
    at = offices.local(visit.planned_at)
    return {"date": f"{at:%Y-%m-%d}", "time": f"{at:%H:%M}"}
