"""The form of an application: task list, pages, check answers, send."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from satupintu.cases import access, queries
from satupintu.cases.actions import drafts, reading, submission
from satupintu.cases.models import Case
from satupintu.cases.queries import form, wording
from satupintu.cases.web.applicant import door
from satupintu.catalogue import queries as catalogue
from satupintu.lib import posted, worktime
from satupintu.offices import queries as offices
from satupintu.people.requests import Request

DOCUMENTS = {"id": "Unggah berkas persyaratan", "en": "Upload the required documents"}
CHECK = {"id": "Periksa jawaban dan kirim", "en": "Check your answers and send"}
SKIP = {"id": "Lewati bila tidak perlu", "en": "Skip this if you do not need it"}
NOT_YET = {
    "id": "Lengkapi semua bagian di atas dulu",
    "en": "First complete all parts above",
}
WROTE = "draft written"
TASK = {"empty": "todo", "started": "started", "done": "done"}


@login_required
@require_safe
def draft(request: Request, case_id: int) -> HttpResponse:
    """The task list of a draft."""
    case = access.fillable_case(request.by, case_id)
    if case.phase != Case.Phase.DRAFT:
        return redirect("cases:sent", case.pk)
    if door.is_helped(request, case):
        reading.seen(case, what="draft", by=door.by(request, case))
    states = form.section_states(case)
    wanted, given = form.requirements(case), form.attachments(case)
    tasks = [_task(case, state) for state in states]
    tasks += [_documents_task(case, wanted, given)] if wanted else []
    ready = not form.missing(case)
    last = {
        "label": CHECK,
        "url": reverse("cases:check", args=[case.pk]),
        "status": "todo" if ready else "blocked",
        "hint": "" if ready else NOT_YET,
    }
    context = door.frame(request, case) | {
        "tasks": tasks,
        "last": last,
        "done": sum(task["status"] == "done" for task in tasks),
        "request_name": wording.request_name(case, door.language()),
    }
    return render(request, "cases/applicant/draft.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def section(request: Request, case_id: int, section: str) -> HttpResponse:
    """One page of the form. What was typed is kept, right or wrong; only what is right counts."""
    case, found = _page_of(request, case_id, section)
    if request.method == "GET":
        return _show(request, case, found, form.as_typed(case, found))
    seen = set(request.POST.getlist("_seen"))
    raw = posted.read(
        [one for one in found["fields"] if "when" not in one or one["code"] in seen], request.POST
    )
    acting = door.by(request, case)
    if request.headers.get("X-Autosave"):
        return _autosave(request, case, section, raw)
    typed = {**form.as_typed(case, found), **raw}
    opened = {one["code"] for one in form.shown_fields(case, found, typed) if "when" in one} - seen
    if posted.is_changing_rows(request.POST) or "_show" in request.POST:
        return _show(request, case, found, typed)
    later = "later" in request.POST
    if opened and not later:
        drafts.keep_typed(case.pk, section=section, raw=raw, by=acting)
        return _show(request, case, found, typed, opened=len(opened))
    errors = drafts.save_section(case.pk, section=section, raw=raw, by=acting)
    if later:
        door.say(request, "Draf tersimpan.", "Draft saved.")
        return redirect("cases:draft", case.pk)
    if errors:
        return _show(request, case, found, typed, errors=errors)
    return redirect(_next(request, case.pk, section))


@login_required
@require_safe
def check(request: Request, case_id: int) -> HttpResponse:
    """Everything that was answered, to read once more before it is sent."""
    case = access.fillable_case(request.by, case_id)
    if case.phase != Case.Phase.DRAFT:
        return redirect("cases:sent", case.pk)
    return _check(request, case)


@login_required
@require_http_methods(["GET", "POST"])
def submit(request: Request, case_id: int) -> HttpResponse:
    case = access.fillable_case(request.by, case_id)
    if request.method == "GET":
        return redirect("cases:check", case.pk)
    truth = request.POST.get("truth") == "true"
    try:
        submission.submit(case.pk, truth=truth, by=door.by(request, case))
    except submission.Incomplete:
        return _check(request, case, errors={"": ""}, truth=truth)
    except submission.TruthNotAccepted as refused:
        return _check(request, case, errors={"truth": refused.message})
    return redirect("cases:sent", case.pk)


@login_required
@require_safe
def sent(request: Request, case_id: int) -> HttpResponse:
    """The confirmation; it stays at its address."""
    case = access.fillable_case(request.by, case_id)
    if case.phase == Case.Phase.DRAFT:
        return redirect("cases:draft", case.pk)
    context = door.frame(request, case) | {
        "code": queries.follow_code(case),
        "kept": catalogue.retention(case.definition),
        "first": queries.answering_first(case),
    }
    return render(request, "cases/applicant/sent.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def discard(request: Request, case_id: int) -> HttpResponse:
    case = access.fillable_case(request.by, case_id)
    if request.method == "GET":
        return render(request, "cases/applicant/discard.html", door.frame(request, case))
    drafts.discard(case.pk, by=door.by(request, case))
    door.say(request, "Draf sudah dihapus.", "The draft is deleted.")
    return redirect("cases:counter" if door.is_helped(request, case) else "cases:home")


def _autosave(request: Request, case: Case, section: str, raw: Mapping[str, Any]) -> HttpResponse:
    """A device may write over what it has seen, and over what its own session wrote last."""
    told = request.headers.get("X-Edition")
    seen = None if told is None else {told, request.session.get(WROTE, "")}
    try:
        edition = drafts.keep_typed(
            case.pk, section=section, raw=raw, seen=seen, by=door.by(request, case)
        )
    except drafts.ChangedElsewhere as refused:
        return HttpResponse(status=409, headers={"X-Edition": refused.edition})
    request.session[WROTE] = edition
    return HttpResponse(_saved_now(), content_type="text/plain", headers={"X-Edition": edition})


def _page_of(request: Request, case_id: int, code: str) -> tuple[Case, dict[str, Any]]:
    case = access.fillable_case(request.by, case_id)
    found = form.section(case, code)
    if found is None or case.phase != Case.Phase.DRAFT:
        raise Http404
    return case, found


def _show(
    request: Request,
    case: Case,
    found: dict[str, Any],
    typed: Mapping[str, Any],
    *,
    errors: Mapping[str, str] | None = None,
    opened: int = 0,
) -> HttpResponse:
    if request.method == "POST":
        case.refresh_from_db(fields=["answers", "typed"])
    shown = {field["code"] for field in form.shown_fields(case, found, typed)}
    drivers = form.drivers(found)
    codes = [one["code"] for one in form.sections(case)]
    context = door.frame(request, case) | {
        "section": found,
        "fields": [
            {
                "field": field,
                "shown": field["code"] in shown,
                "depends": "when" in field,
                "drives": field["code"] in drivers,
            }
            for field in found["fields"]
        ],
        "swaps": ",".join(f"#when-{one['code']}" for one in found["fields"] if "when" in one),
        "typed": typed,
        "edition": form.edition(case, found["code"]),
        "errors": errors or {},
        "opened": opened,
        "place": codes.index(found["code"]) + 1,
        "places": len(codes) + 2,
        "back": reverse("cases:check" if _returns(request) else "cases:draft", args=[case.pk]),
    }
    return render(request, "cases/applicant/section.html", context, status=422 if errors else 200)


def _check(
    request: Request,
    case: Case,
    *,
    errors: Mapping[str, str] | None = None,
    truth: bool = False,
) -> HttpResponse:
    language = door.language()
    given = form.attachments(case)
    files_url = reverse("cases:files", args=[case.pk]) + "?kembali=periksa"
    context = door.frame(request, case) | {
        "groups": [
            {"title": group["section"]["title"], "rows": _rows(case, group)}
            for group in wording.read_back(case, language)
        ],
        "documents": [
            {
                "label": wanted["name"],
                "value": given[wanted["code"]].file.name if wanted["code"] in given else "",
                "url": f"{files_url}#upload-{wanted['code']}",
            }
            for wanted in form.requirements(case)
        ],
        "gaps": _gaps(case),
        "request_name": wording.request_name(case, language),
        "errors": errors or {},
        "truth": truth,
        "places": len(form.sections(case)) + 2,
    }
    return render(request, "cases/applicant/check.html", context, status=422 if errors else 200)


def _rows(case: Case, group: Mapping[str, Any]) -> list[dict[str, Any]]:
    url = reverse("cases:section", args=[case.pk, group["section"]["code"]]) + "?kembali=periksa"
    return [
        {
            "label": row["label"],
            "value": row["value"],
            "url": f"{url}#id_{row['field']['code']}-field",
        }
        for row in group["rows"]
    ]


def _gaps(case: Case) -> list[dict[str, str]]:
    """What is missing, each with the page that mends it."""
    gaps = []
    for gap in form.missing(case):
        if gap["kind"] == "requirement":
            url = reverse("cases:files", args=[case.pk]) + f"?kembali=periksa#upload-{gap['code']}"
        else:
            url = reverse("cases:section", args=[case.pk, gap["section"]]) + "?kembali=periksa"
            url += f"#id_{gap['code']}-field" if gap["kind"] == "field" else ""
        gaps.append({"message": gap["message"], "url": url})
    return gaps


def _task(case: Case, state: form.SectionState) -> dict[str, Any]:
    optional = state.status == "empty" and not state.errors
    return {
        "label": state.section["title"],
        "url": reverse("cases:section", args=[case.pk, state.section["code"]]),
        "status": TASK[state.status],
        "hint": SKIP if optional else "",
    }


def _documents_task(
    case: Case, wanted: list[dict[str, Any]], given: Mapping[str, Any]
) -> dict[str, Any]:
    here = [one for one in wanted if one["code"] in given]
    needed = [one for one in wanted if one.get("required") and one["code"] not in given]
    return {
        "label": DOCUMENTS,
        "url": reverse("cases:files", args=[case.pk]),
        "status": "done" if not needed else "started" if here else "todo",
        "hint": {
            "id": f"{len(here)} dari {len(wanted)} berkas",
            "en": f"{len(here)} of {len(wanted)} documents",
        },
    }


def _next(request: Request, case_id: int, code: str) -> str:
    """Back to the check page if one came from there; else the next page of the form."""
    if _returns(request):
        return reverse("cases:check", args=[case_id])
    case = access.fillable_case(request.by, case_id)  # the answers may have opened a page
    codes = [one["code"] for one in form.sections(case)]
    after = codes[codes.index(code) + 1 :] if code in codes else []
    if after:
        return reverse("cases:section", args=[case_id, after[0]])
    return reverse("cases:files" if form.requirements(case) else "cases:check", args=[case_id])


def _returns(request: Request) -> bool:
    return request.GET.get("kembali") == "periksa"


def _saved_now() -> str:
    zone = offices.zone()
    now, label = timezone.now().astimezone(zone), worktime.zone_label(str(zone))
    if door.language() == "en":
        return f"Draft saved at {now:%H:%M} {label}. Open it again under My applications"
    return f"Draf tersimpan pukul {now:%H.%M} {label}. Buka lagi di Permohonan saya"


urlpatterns = [
    path("permohonan/draf/<int:case_id>/", draft, name="draft"),
    path("permohonan/draf/<int:case_id>/bagian/<str:section>/", section, name="section"),
    path("permohonan/draf/<int:case_id>/periksa/", check, name="check"),
    path("permohonan/draf/<int:case_id>/kirim/", submit, name="submit"),
    path("permohonan/draf/<int:case_id>/hapus/", discard, name="discard"),
    path("permohonan/<int:case_id>/terkirim/", sent, name="sent"),
]
