"""Cases that the retention schedule no longer keeps: a named person decides what is erased."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from satupintu.cases.actions import retention as actions
from satupintu.cases.queries import retention
from satupintu.catalogue import queries as catalogue
from satupintu.lib import posted
from satupintu.lib.errors import Refused, both
from satupintu.people import queries as people
from satupintu.people.requests import Request, fresh_second_factor


@login_required
@require_http_methods(["GET", "POST"])
@fresh_second_factor
def to_erase(request: Request) -> HttpResponse:
    reach = people.admin_reach(request.by)
    refused: list[str] = []
    if request.method == "POST":
        done, refused = _erase(request)
        if done:
            messages.success(
                request,
                both(
                    "Data pribadi {n} permohonan sudah dihapus",
                    "The personal data of {n} applications are erased",
                    n=done,
                ),
            )
        if not refused:
            return redirect("cases:retention")
    page = retention.to_erase(reach, after=request.GET.get("after", "")[:40])
    context = {
        "page": page,
        "rows": [
            {
                "case": case,
                "service": case.definition["name"],
                "kept": catalogue.retention(case.definition),
            }
            for case in page.rows
        ],
        "held": retention.held(reach),
        "erased": retention.erased(reach),
        "refused": refused,
        "ticked": set(request.POST.getlist("case")),
        "record": request.POST.get("record", ""),
    }
    return render(request, "cases/retention.html", context, status=422 if refused else 200)


def _erase(request: Request) -> tuple[int, list[str]]:
    """Each case is an act of its own: what is refused leaves the others done."""
    ticked = [number for one in request.POST.getlist("case") if (number := posted.whole(one))]
    if not ticked or request.POST.get("sure") != "true":
        sentence = both(
            "Centang permohonannya dan pernyataan di bawah daftar",
            "Tick the applications and the statement below the list",
        )
        return 0, [sentence]
    done, refused = 0, list[str]()
    for case_id in dict.fromkeys(ticked[: retention.PAGE]):
        try:
            actions.erase(case_id, record=request.POST.get("record", ""), by=request.by)
        except people.NoRight:
            raise
        except Refused as error:
            refused.append(error.message)
        else:
            done += 1
    return done, list(dict.fromkeys(refused))


urlpatterns = [path("pejabat/retensi/", to_erase, name="retention")]
