"""Files in pieces, for the script of the upload page: where it stopped, and the next piece."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse, JsonResponse
from django.urls import path, reverse
from django.views.decorators.http import require_http_methods, require_POST

from satupintu.cases import access
from satupintu.cases.actions import attaching
from satupintu.cases.web import posted
from satupintu.cases.web.applicant import door
from satupintu.cases.web.applicant.uploads import told
from satupintu.files import actions as files
from satupintu.lib.errors import Refused
from satupintu.people.requests import Request


@login_required
@require_POST
def begin(request: Request, case_id: int, requirement: str) -> HttpResponse:
    """Make a place for a file, and say where its pieces go."""
    case = access.fillable_case(request.by, case_id)
    try:
        upload = attaching.begin_upload(
            case.pk,
            requirement=requirement,
            name=request.POST.get("name", ""),
            size=posted.whole(request.POST.get("size", "")),
            by=door.by(request, case),
        )
    except Refused as refused:
        return told(refused, status=422)
    url = reverse("cases:upload_piece", args=[case.pk, requirement, upload.pk])
    return JsonResponse({"id": str(upload.pk), "url": url}, status=201, headers={"Location": url})


@login_required
@require_http_methods(["HEAD", "PATCH"])
def piece(request: Request, case_id: int, requirement: str, upload_id: UUID) -> HttpResponse:
    """HEAD: how much is here. PATCH: the next piece, if it fits behind that."""
    case = access.fillable_case(request.by, case_id)
    purpose = attaching.purpose(case.pk, requirement)
    try:
        if request.method == "HEAD":
            here = files.find_upload(upload_id, purpose=purpose, by=request.by).offset
        else:
            here = files.add_piece(
                upload_id,
                purpose=purpose,
                offset=posted.whole(request.headers.get("Upload-Offset", "")),
                content=request.body,
                by=request.by,
            )
    except files.NoSuchUpload as refused:
        return told(refused, status=404)
    except files.WrongPlace as refused:
        answer = told(refused, status=409)
        answer["Upload-Offset"] = str(refused.offset)
        return answer
    except files.NoRoom as refused:
        return told(refused, status=503)
    return HttpResponse(status=204, headers={"Upload-Offset": str(here)})


urlpatterns = [
    path(
        "permohonan/draf/<int:case_id>/berkas/<str:requirement>/kirim/", begin, name="begin_upload"
    ),
    path(
        "permohonan/draf/<int:case_id>/berkas/<str:requirement>/kirim/<uuid:upload_id>/",
        piece,
        name="upload_piece",
    ),
]
