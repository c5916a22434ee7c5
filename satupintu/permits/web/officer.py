"""Officers and issued documents: find, hand over, suspend, resume, revoke."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from satupintu.files import actions as files
from satupintu.files import downloads
from satupintu.lib.errors import Refused
from satupintu.offices import queries as offices
from satupintu.people import queries as people
from satupintu.people.requests import Request, fresh_second_factor
from satupintu.permits import access, actions, queries
from satupintu.signing import actions as signing


@login_required
@require_GET
def permits(request: Request) -> HttpResponse:
    """Issued permits of the officer's own offices, by number."""
    found = queries.find(_offices(request), request.GET.get("nomor", ""))
    pending = queries.pending_decisions(_offices(request))
    return render(
        request,
        "permits/list.html",
        {
            "permits": found,
            "number": request.GET.get("nomor", ""),
            "pending": pending,
            "to_sign": {one.pk for one in pending if access.may_sign(request.by, one)},
            "has_book": bool(_offices(request)),
            "today": offices.today(),
        },
    )


@login_required
@require_GET
def permit(request: Request, permit_id: int) -> HttpResponse:
    found = access.officer_permit(request.by, permit_id)
    return _page(request, found)


@login_required
@require_GET
def permit_file(request: Request, permit_id: int) -> HttpResponseBase:
    found = access.officer_permit(request.by, permit_id)
    if found.file is None:
        raise Http404
    return downloads.response(found.file, name=queries.file_name(found))


@login_required
@require_POST
def permit_print(request: Request, permit_id: int) -> HttpResponse:
    """A copy for the counter's printer: marked SALINAN, because a print is a copy (PLB-13-3)."""
    found = access.officer_permit(request.by, permit_id)
    if found.file is None:
        raise Http404
    actions.print_copy(found.pk, by=request.by)
    answer = HttpResponse(queries.copy(found), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="salinan-{found.pk}.pdf"'
    answer["Cache-Control"] = "private, no-store"
    return answer


@login_required
@require_POST
@fresh_second_factor
def draft_decision(request: Request, permit_id: int) -> HttpResponse:
    found = access.officer_permit(request.by, permit_id)
    try:
        actions.draft_decision(
            permit_id,
            kind=request.POST.get("kind", ""),
            reason=request.POST.get("reason", ""),
            ground=request.POST.get("ground", ""),
            by=request.by,
        )
    except actions.Incomplete as refused:
        return _page(request, found, errors={refused.field or "": refused.message})
    messages.success(request, "Usulan keputusan tersimpan dan menunggu tanda tangan.")
    return redirect("permits:permit", permit_id=permit_id)


@login_required
@require_http_methods(["GET", "POST"])
@fresh_second_factor
def decision(request: Request, decision_id: int) -> HttpResponse:
    """The head reads the letter and signs it; from then on verification shows the new state."""
    found = access.officer_decision(request.by, decision_id)
    access.signer_of_sanctions(request.by, found)
    context: dict[str, Any] = {"decision": found, "permit": found.permit}
    if request.method == "POST":
        try:
            act = signing.open_act(
                request.by.person, request.POST.get("passphrase", ""), by=request.by, limit=1
            )
        except signing.WrongPassphrase as refused:
            context["errors"] = {"passphrase": refused.message}
            return render(request, "permits/decision.html", context, status=422)
        actions.sign_decision(decision_id, act=act, by=request.by)
        messages.success(request, "Keputusan sedang ditandatangani dan segera berlaku.")
        return redirect("permits:permit", permit_id=found.permit_id)
    return render(request, "permits/decision.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def drop_decision(request: Request, decision_id: int) -> HttpResponse:
    """Its drafter or its signer gives a wrong proposal up, with a reason."""
    found = access.officer_decision(request.by, decision_id)
    access.dropper_of_decision(request.by, found)
    context: dict[str, Any] = {"decision": found, "permit": found.permit}
    if request.method == "POST":
        try:
            actions.drop_decision(decision_id, reason=request.POST.get("reason", ""), by=request.by)
        except actions.Incomplete as refused:
            context["errors"] = {"reason": refused.message}
            return render(request, "permits/drop_decision.html", context, status=422)
        messages.success(request, "Usulan keputusan dibatalkan.")
        return redirect("permits:permit", permit_id=found.permit_id)
    return render(request, "permits/drop_decision.html", context)


@login_required
@require_http_methods(["GET", "POST"])
def handovers(request: Request) -> HttpResponse:
    """Signed documents that nobody has fetched yet; posted, so that no NIK stands in an address."""
    desks = [
        post.office_id for post in people.posts_held(request.user.pk) if "handover" in post.rights
    ]
    if not desks:
        people.acting_post(request.by, right="handover")
    wanted = request.POST.get("q", "").strip()
    waiting = queries.to_hand_over(desks, wanted=wanted, after=request.GET.get("after", ""))
    return render(request, "permits/handovers.html", {"waiting": waiting, "wanted": wanted})


@login_required
@require_http_methods(["GET", "POST"])
def handover(request: Request, permit_id: int) -> HttpResponse:
    found = access.officer_permit(request.by, permit_id)
    access.handing_over(request.by, found)
    context: dict[str, Any] = {"permit": found, "typed": request.POST}
    if request.method == "GET":
        return render(request, "permits/handover.html", context)
    upload = request.FILES.get("authority")
    try:
        authority = (
            files.store(
                upload,
                name=upload.name or "surat-kuasa.pdf",
                accept=["pdf", "jpg", "png"],
                max_bytes=5 * 1024 * 1024,
                by=request.by,
            )
            if upload
            else None
        )
        actions.hand_over(
            permit_id,
            to_name=request.POST.get("to_name", ""),
            relation="proxy" if request.POST.get("relation") == "proxy" else "holder",
            proof=request.POST.get("proof", ""),
            authority=authority,
            by=request.by,
        )
    except (actions.Incomplete, files.NotKept) as refused:
        context["errors"] = {_field(refused): refused.message}
        return render(request, "permits/handover.html", context, status=422)
    messages.success(request, "Penyerahan tercatat.")
    return redirect("permits:handovers")


def _page(request: Request, found: Any, errors: dict[str, str] | None = None) -> HttpResponse:
    decisions = list(queries.decisions(found))
    return render(
        request,
        "permits/permit.html",
        {
            "permit": found,
            "state": queries.state(found),
            "decisions": decisions,
            "to_sign": {one.pk for one in decisions if access.may_sign(request.by, one)},
            "droppable": {one.pk for one in decisions if access.may_drop(request.by, one)},
            "handovers": queries.handovers(found),
            "may_print": access.may_print(request.by, found),
            "may_sanction": access.may_draft_sanctions(request.by, found),
            "errors": errors or {},
            "typed": request.POST,
        },
        status=422 if errors else 200,
    )


def _offices(request: Request) -> list[int]:
    people.acting_post(request.by)  # officers only
    return access.reading_offices(request.by)


def _field(refused: Refused) -> str:
    return refused.field or "authority"


urlpatterns = [
    path("izin/", permits, name="list"),
    path("izin/<int:permit_id>/", permit, name="permit"),
    path("izin/<int:permit_id>/unduh/", permit_file, name="permit_file"),
    path("izin/<int:permit_id>/cetak/", permit_print, name="permit_print"),
    path("izin/<int:permit_id>/keputusan/", draft_decision, name="draft_decision"),
    path("keputusan/<int:decision_id>/", decision, name="decision"),
    path("keputusan/<int:decision_id>/batal/", drop_decision, name="drop_decision"),
    path("penyerahan/", handovers, name="handovers"),
    path("penyerahan/<int:permit_id>/", handover, name="handover"),
]
