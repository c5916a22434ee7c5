"""The levy of a case: computed line by line from the published tariff, then set."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_http_methods

from satupintu.cases import access, queries
from satupintu.cases.actions import levy
from satupintu.cases.queries import form
from satupintu.cases.web import posted
from satupintu.lib import tariff
from satupintu.people.requests import Request


@login_required
@require_http_methods(["GET", "POST"])
def assessment(request: Request, number: str) -> HttpResponse:
    case = access.officer_case(request.by, number)
    task = queries.own_task(request.by, case)
    if task is None or task.kind != "assess":
        raise Http404
    if request.method == "POST":
        set_levy = levy.assess(task.pk, version=posted.version(request), by=request.by).bill
        messages.success(
            request,
            "Retribusi sudah ditetapkan. Lanjutkan agar pemohon bisa membayar."
            if set_levy
            else "Retribusinya sekarang Rp 0, jadi tagihan lama dibatalkan. Lanjutkan.",
        )
        return redirect("cases:officer_case", number=number)
    fee = case.definition["fee"]
    return render(
        request,
        "cases/officer/assessment.html",
        {
            "case": case,
            "task": task,
            "fee": fee,
            "computed": tariff.compute(fee["tariff"], form.facts(case)),
            "answers": queries.wording.read_back(case),
        },
    )


urlpatterns = [path("berkas/<str:number>/retribusi/hitung/", assessment, name="assessment")]
