"""The documents of an application: one row for each, to upload, look at, replace, delete."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from satupintu.cases import access
from satupintu.cases.actions import attaching, drafts
from satupintu.cases.models import Attachment, Case
from satupintu.cases.queries import form
from satupintu.cases.web import marks
from satupintu.cases.web.applicant import correcting, door
from satupintu.cases.web.applicant.rows import rows
from satupintu.files import actions as files
from satupintu.files import downloads
from satupintu.files import queries as kept_files
from satupintu.lib import posted
from satupintu.lib.errors import Refused, in_english
from satupintu.people.requests import Request

CHOOSE = {
    "id": "Pilih berkas dulu, lalu tekan Unggah",
    "en": "First choose a file, then press Upload",
}


@login_required
@require_safe
def documents(request: Request, case_id: int) -> HttpResponse:
    """All documents that this application needs."""
    case = access.fillable_case(request.by, case_id)
    if case.phase != Case.Phase.DRAFT:
        return redirect(page_of(case))
    return _documents(request, case)


@login_required
@require_http_methods(["GET", "POST"])
def upload(request: Request, case_id: int, requirement: str) -> HttpResponse:
    """Take a file for one row; what is wrong with it is said at that row and touches no other."""
    case = access.fillable_case(request.by, case_id)
    if request.method == "GET":
        return _look(request, case, requirement)
    file, upload_id = request.FILES.get("file"), request.POST.get("upload", "")
    if file is None and not upload_id:
        return _again(request, case, requirement, CHOOSE[door.language()])
    acting = door.by(request, case)
    try:
        if file is None:
            found = _upload_id(upload_id)
            attaching.attach_upload(case.pk, requirement=requirement, upload_id=found, by=acting)
        else:
            name = file.name or ""
            attaching.attach(case.pk, requirement=requirement, stream=file, name=name, by=acting)
    except (files.NotScanned, files.NoRoom) as refused:
        if file is None:  # the pieces stay here, and the script asks again
            return told(refused, status=503)
        return _again(request, case, requirement, refused.message)
    except files.NotKept as refused:
        return _again(request, case, requirement, refused.message)
    door.say(request, "Berkas terunggah.", "The file is uploaded.")
    return redirect(page_of(case) + kept(request) + f"#upload-{requirement}")


@login_required
@require_http_methods(["GET", "POST"])
def remove(request: Request, case_id: int, requirement: str) -> HttpResponse:
    case = access.fillable_case(request.by, case_id)
    attachment = _attachment(case, requirement)
    if request.method == "GET":
        context = door.frame(request, case) | {
            "attachment": attachment,
            "requirement": form.requirement(case, requirement),
            "back": page_of(case),
        }
        return render(request, "cases/applicant/remove.html", context)
    drafts.remove_file(case.pk, requirement=requirement, by=door.by(request, case))
    door.say(request, "Berkas sudah dihapus.", "The file is deleted.")
    return redirect(page_of(case) + kept(request))


@login_required
@require_safe
def page(request: Request, case_id: int, requirement: str, number: int) -> HttpResponse:
    """One page of a file as a picture."""
    case = access.fillable_case(request.by, case_id)
    mark = marks.of_reader(request.by, case) if door.is_helped(request, case) else ""
    return HttpResponse(
        downloads.preview(_attachment(case, requirement).file, number, mark=mark),
        content_type="image/png",
        headers={"Cache-Control": "private, max-age=300"},
    )


@login_required
@require_safe
def download(request: Request, case_id: int, requirement: str) -> HttpResponseBase:
    """One's own file as it is; at the counter a copy that names the clerk, but of our letters."""
    case = access.fillable_case(request.by, case_id)
    attachment = _attachment(case, requirement)
    if door.is_helped(request, case) and not attachment.permit_id:
        return downloads.marked(attachment.file, mark=marks.of_reader(request.by, case))
    return downloads.response(attachment.file, to=request)


def _documents(
    request: Request, case: Case, error: Mapping[str, str] | None = None
) -> HttpResponse:
    places = len(form.sections(case)) + 2
    context = door.frame(request, case) | {
        "rows": rows(case, form.changeable(case), error=error),
        "are_scanned": kept_files.are_scanned(),
        "errors": error or {},
        "place": places - 1,
        "places": places,
        "returns": bool(kept(request)),
    }
    return render(request, "cases/applicant/documents.html", context, status=422 if error else 200)


def _look(request: Request, case: Case, requirement: str) -> HttpResponse:
    attachment = _attachment(case, requirement)
    context = door.frame(request, case) | {
        "attachment": attachment,
        "requirement": form.requirement(case, requirement),
        "pages": [
            reverse("cases:upload_page", args=[case.pk, requirement, number])
            for number in range(1, attachment.file.pages + 1)
        ],
        "may_change": ("requirement", requirement) in form.changeable(case),
        "back": page_of(case),
    }
    return render(request, "cases/applicant/look.html", context)


def _again(request: Request, case: Case, requirement: str, message: str) -> HttpResponse:
    """The page the row stands on, with what was wrong."""
    if case.phase == Case.Phase.DRAFT:
        return _documents(request, case, {requirement: message})
    return correcting.show(request, case, error={requirement: message})


def _attachment(case: Case, requirement: str) -> Attachment:
    attachment = form.attachments(case).get(requirement)
    if attachment is None:
        raise Http404
    return attachment


def told(refused: Refused, *, status: int) -> JsonResponse:
    """A refusal for the script of the page, in the language of the page."""
    message = in_english(refused.message) if door.language() == "en" else refused.message
    return JsonResponse({"message": message}, status=status)


def _upload_id(text: str) -> UUID:
    if found := posted.key(text):
        return found
    raise Http404


def page_of(case: Case) -> str:
    """Where the row of a document stands: the draft, the correction, or the shelf of papers."""
    if case.phase == Case.Phase.DRAFT:
        name = "cases:files"
    else:
        name = "cases:correction" if form.changeable(case) else "cases:papers"
    return reverse(name, args=[case.pk])


def kept(request: Request) -> str:
    return "?kembali=periksa" if request.GET.get("kembali") == "periksa" else ""


urlpatterns = [
    path("permohonan/draf/<int:case_id>/berkas/", documents, name="files"),
    path("permohonan/draf/<int:case_id>/berkas/<str:requirement>/", upload, name="upload"),
    path(
        "permohonan/draf/<int:case_id>/berkas/<str:requirement>/hapus/",
        remove,
        name="remove_upload",
    ),
    path(
        "permohonan/draf/<int:case_id>/berkas/<str:requirement>/unduh/",
        download,
        name="download_upload",
    ),
    path(
        "permohonan/draf/<int:case_id>/berkas/<str:requirement>/halaman/<int:number>/",
        page,
        name="upload_page",
    ),
]
