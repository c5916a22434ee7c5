"""A letter of this system in place of an upload: give its number, see it, agree."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from satupintu.cases import access
from satupintu.cases.actions import letters
from satupintu.cases.queries import form
from satupintu.cases.web.applicant import door
from satupintu.cases.web.applicant.uploads import kept, page_of
from satupintu.catalogue import queries as catalogue
from satupintu.lib.errors import Refused
from satupintu.people import actions as people
from satupintu.people.requests import Request


@login_required
@require_http_methods(["GET", "POST"])
def letter(request: Request, case_id: int, requirement: str) -> HttpResponse:
    """The number is posted, so that it never stands in an address."""
    case = access.fillable_case(request.by, case_id)
    wanted = form.requirement(case, requirement)
    back = page_of(case) + kept(request) + f"#upload-{requirement}"
    if wanted is None or "letter" not in wanted:
        return redirect(back)
    number = request.POST.get("number", "")
    context = door.frame(request, case) | {
        "requirement": wanted,
        "number": number,
        "back": back,
        "kinds": catalogue.names(wanted["letter"]),
    }
    if request.method == "GET":
        return render(request, "cases/applicant/letter.html", context)
    people.take_turn("letter", f"account:{request.by.person}")
    acting = door.by(request, case)
    try:
        if "agreed" in request.POST:
            letters.attach_letter(case.pk, requirement=requirement, number=number, by=acting)
            door.say(request, "Surat Anda sudah dipakai.", "Your letter is in place.")
            return redirect(back)
        context["letter"] = letters.usable(case, requirement=requirement, number=number, by=acting)
    except Refused as refused:
        if refused.field is None:
            raise
        context["errors"] = {refused.field: refused.message}
        return render(request, "cases/applicant/letter.html", context, status=422)
    return render(request, "cases/applicant/letter.html", context)


urlpatterns = [
    path("permohonan/draf/<int:case_id>/berkas/<str:requirement>/surat/", letter, name="letter"),
]
