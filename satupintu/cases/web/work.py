"""The officer's work list: tabs, filters, order, and the views that are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from satupintu.cases import access, queries
from satupintu.cases.actions import filters as keep
from satupintu.cases.queries import Filters
from satupintu.cases.web import posted
from satupintu.cases.web.applicant import door
from satupintu.lib.money import grouped
from satupintu.offices import queries as offices
from satupintu.people import queries as people
from satupintu.people.requests import Request, for_officers

TABS = (
    ("open", {"id": "Perlu saya kerjakan", "en": "To do"}),
    ("waiting", {"id": "Menunggu pihak lain", "en": "Waiting for others"}),
    ("done", {"id": "Selesai", "en": "Done"}),
    ("all", {"id": "Semua", "en": "All"}),
)
TAGS = {
    "new": ({"id": "Baru", "en": "New"}, "info"),
    "message": ({"id": "Pesan baru", "en": "New message"}, "warn"),
    "returned": ({"id": "Kembali", "en": "Returned"}, "neutral"),
    "waiting": ({"id": "Menunggu pemohon", "en": "Waiting for applicant"}, "warn"),
    "signing": ({"id": "Sedang ditandatangani", "en": "Being signed"}, "info"),
}
CHIPS = {
    "late": {"id": "Terlambat", "en": "Late"},
    "mine": {"id": "Saya ambil", "en": "Taken by me"},
    "unassigned": {"id": "Belum diambil", "en": "Not taken"},
}


@login_required
@for_officers
@require_http_methods(["GET", "POST"])
def tasks(request: Request) -> HttpResponse:
    """What waits for the officer's posts; posted, its filters are kept under a name."""
    chosen = Filters.read(request.GET.dict())
    if request.method == "GET":
        return _list(request, chosen)
    name = request.POST.get("name", "")
    unit = posted.whole(request.POST.get("office", "")) or None
    try:
        kept = keep.save_filter(name=name, filters=chosen, office_id=unit, by=request.by)
    except keep.FilterRefused as refused:
        errors = {refused.field or "": refused.message}
        return _list(request, chosen, errors=errors, typed={"name": name, "office": unit})
    door.say(request, "Saringan disimpan.", "The filter is kept.")
    return redirect(f"{reverse('cases:tasks')}?{kept.query}")


@login_required
@require_POST
def delete(request: Request, filter_id: int) -> HttpResponse:
    keep.delete_filter(filter_id, by=request.by)
    door.say(request, "Saringan dihapus.", "The filter is deleted.")
    return redirect("cases:tasks")


def _list(
    request: Request,
    filters: Filters,
    *,
    errors: dict[str, str] | None = None,
    typed: dict[str, Any] | None = None,
) -> HttpResponse:
    page = queries.tasks(request.by, filters)
    counts = queries.task_counts(request.by)
    services = queries.services_on_desk(request.by)
    context = {
        "rows": _rows(page.rows, filters),
        "page": page,
        "count": _count(request, filters, counts),
        "counted_up_to": filters.counted_up_to,
        "tabs": _tabs(filters, counts),
        "filters": filters,
        "sizes": queries.SIZES,
        "chips": _chips(filters, dict(services)),
        "saved": _saved(request, filters),
        "units": _units(request),
        "services": services,
        "unanswered": list(queries.reminded(request.by)),
        "opinions": queries.count_opinions(request.by),
        "live_url": f"{settings.LIVE_URL}/live/tasks",
        "errors": errors or {},
        "typed": typed or {},
    }
    name = "cases/tasks.html#results" if _is_narrowing(request) else "cases/tasks.html"
    return render(request, name, context, status=422 if errors else 200)


def _rows(tasks: Iterable[Any], filters: Filters) -> list[dict[str, Any]]:
    calendar, today = offices.calendar(), offices.today()
    return [
        {
            "task": task,
            "number": task.case.number,
            "service": task.case.service_version.service.name,
            "step": queries.wording.step_names(task.case).get(task.step, task.step),
            "tags": _tags(task, filters),
            "applicant": task.case.applicant.display_name,
            "days_left": task.due_date and calendar.working_days_between(today, task.due_date),
            "late": task.due_date is not None and task.due_date < today,
            "taken_by": task.assignee and task.assignee.name,
        }
        for task in tasks
    ]


def _tabs(filters: Filters, counts: Mapping[str, int]) -> list[dict[str, Any]]:
    return [
        {
            "label": label,
            "url": f"{reverse('cases:tasks')}?tab={code}",
            "current": filters.tab == code,
            "count": _bounded(counts[code]) if code in counts else None,
        }
        for code, label in TABS
    ]


def _saved(request: Request, filters: Filters) -> list[dict[str, Any]]:
    return [
        {
            "filter": one,
            "url": f"{reverse('cases:tasks')}?{one.query}",
            "current": one.query == filters.query,
            "mine": one.account_id == request.by.account_id,
            "may_delete": access.keeps_filter(request.by, one),
        }
        for one in access.saved_filters(request.by)
    ]


def _tags(task: Any, filters: Filters) -> list[tuple[dict[str, str], str]]:
    """What a row says beside its number: (words, tone)."""
    holds = {
        "new": task.seen_at is None and filters.tab == "open",
        "message": task.has_message,
        "returned": task.round > 1,
        "waiting": task.status == "waiting",
        "signing": task.status == "signing",
    }
    return [TAGS[name] for name, is_so in holds.items() if is_so]


def _is_narrowing(request: Request) -> bool:
    """Only the rows are asked for."""
    return request.headers.get("HX-Target") == "hasil"


def _count(request: Request, filters: Filters, counts: dict[str, int]) -> int:
    """The whole list, not only the page; a tab that is not narrowed was counted already."""
    if filters.tab in counts and not _chosen(filters):
        return counts[filters.tab]
    return queries.count_tasks(request.by, filters)


def _bounded(count: int) -> str:
    most = queries.COUNTED_UP_TO
    return f"{grouped(most)}+" if count > most else grouped(count)


def _chosen(filters: Filters) -> list[str]:
    return [name for name in ("service", *CHIPS) if getattr(filters, name)]


def _chips(filters: Filters, services: dict[str, Any]) -> list[dict[str, Any]]:
    """The filters in use, each with the address without it."""
    chips = []
    for name in _chosen(filters):
        label: Any = CHIPS.get(name) or services.get(filters.service, filters.service)
        rest = QueryDict(filters.query, mutable=True)
        rest.pop(name)
        chips.append({"label": label, "url": f"{reverse('cases:tasks')}?{rest.urlencode()}"})
    return chips


def _units(request: Request) -> list[tuple[int, str]]:
    """The units with which this officer may share a view."""
    posts = people.posts_held(request.by.account_id)
    return sorted({(post.office_id, post.office_name) for post in posts})


urlpatterns = [
    path("tugas/", tasks, name="tasks"),
    path("tugas/saringan/<int:filter_id>/hapus/", delete, name="delete_filter"),
]
