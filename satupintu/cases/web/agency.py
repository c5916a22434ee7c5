"""Another agency's desk: the questions it was asked, and nothing else of the case."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.views.decorators.http import require_GET, require_http_methods

from satupintu.cases import access, queries
from satupintu.cases.actions import opinions as asked
from satupintu.cases.actions import reading
from satupintu.cases.web import marks
from satupintu.files import actions as files
from satupintu.files import downloads
from satupintu.lib.errors import Refused
from satupintu.people.requests import Request, for_officers


@login_required
@for_officers
@require_GET
def opinions(request: Request) -> HttpResponse:
    context = {
        "opinions": queries.opinions_waiting(request.by),
        "closed": queries.opinions_closed(request.by),
    }
    return render(request, "cases/opinions.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def opinion(request: Request, opinion_id: int) -> HttpResponse:
    found = access.opinion(request.by, opinion_id)
    names = queries.requirement_names(found.case)
    context = {
        "opinion": found,
        "shown": [
            (
                names.get(attachment.requirement, attachment.file.name),
                [
                    reverse("cases:opinion_page", args=[opinion_id, attachment.pk, page])
                    for page in range(1, attachment.file.pages + 1)
                ],
            )
            for attachment in queries.shown_to(found)
        ],
    }
    if request.method == "GET":
        return render(request, "cases/opinion.html", context)
    upload = request.FILES.get("file")
    try:
        file = (
            files.store(
                upload,
                name=upload.name or "",
                accept=["pdf"],
                max_bytes=10 * 1024 * 1024,
                by=request.by,
            )
            if upload
            else None
        )
        asked.answer(
            opinion_id,
            verdict=request.POST.get("verdict", ""),
            text=request.POST.get("text", ""),
            file_id=file.pk if file else None,
            by=request.by,
        )
    except (asked.OpinionIncomplete, files.NotKept) as refused:
        context |= {"errors": {_field(refused): refused.message}, "typed": request.POST}
        return render(request, "cases/opinion.html", context, status=422)
    messages.success(request, "Pendapat Anda sudah dikirim.")
    return redirect("cases:opinions")


@login_required
@require_GET
def opinion_page(request: Request, opinion_id: int, attachment_id: int, page: int) -> HttpResponse:
    """A page of a file that this agency was shown; any other is a 404."""
    found = access.opinion(request.by, opinion_id)
    attachment = next((one for one in queries.shown_to(found) if one.pk == attachment_id), None)
    if attachment is None:
        raise Http404
    reading.seen(found.case, what=f"document:{attachment.requirement}", by=request.by)
    return HttpResponse(
        downloads.preview(attachment.file, page, mark=marks.of_reader(request.by, found.case)),
        content_type="image/png",
        headers={"Cache-Control": "private, max-age=300"},
    )


def _field(refused: Refused) -> str:
    return refused.field or "file"


urlpatterns = [
    path("pendapat/", opinions, name="opinions"),
    path("pendapat/<int:opinion_id>/", opinion, name="opinion"),
    path(
        "pendapat/<int:opinion_id>/lihat/<int:attachment_id>/<int:page>/",
        opinion_page,
        name="opinion_page",
    ),
]
