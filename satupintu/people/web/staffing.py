"""Units, posts and holders from a table: first checked, then taken over."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from satupintu.lib import tables
from satupintu.lib.errors import Refused, both
from satupintu.people import actions, queries
from satupintu.people.requests import Request, fresh_second_factor
from satupintu.people.web.sign_in.words import read

SALT = "people.staffing"
CHECKED_FOR_SECONDS = 3600
SHOWN = 200
SAMPLE = (
    ("rt-contoh-003-001", "RT 001 RW 003 Contoh", "rt", "kel-contoh", "", "ketua",
     "Ketua RT 001 RW 003 Contoh", "rt", "Nama Ketua", "", "", "", "0812-0000-0000",
     "2026-01-01", "2030-12-31", "141/12/2025", "2025-12-20"),
    ("kel-contoh", "", "", "", "", "lurah", "", "", "Nama Lurah", "198001012000012001",
     "Penata Tingkat I", "lurah@contoh.example", "", "2026-01-01", "", "821.2/45/2025",
     "2025-12-15"),
)  # fmt: skip


@login_required
@require_http_methods(["GET", "POST"])
@fresh_second_factor
def staffing(request: Request) -> HttpResponse:
    """The checked rows travel in the page, signed: nothing is kept before it is taken over."""
    queries.admin_reach(request.by)
    if request.method == "GET":
        return _page(request)
    try:
        rows = _rows(request)
        done = actions.import_staff(rows, dry="checked" not in request.POST, by=request.by)
    except Refused as refused:
        return _page(request, errors={"file": refused.message}, status=422)
    if done.problems:
        return _page(request, done=done, status=422)
    if "checked" in request.POST:
        messages.success(
            request,
            read(
                both(
                    "{n} baris diimpor: {a} pejabat ditetapkan",
                    "{n} rows taken over: {a} officers appointed",
                    n=done.rows,
                    a=done.appointed,
                )
            ),
        )
        return redirect("people:posts")
    token = signing.dumps([asdict(row) for row in rows], salt=SALT, compress=True)
    return _page(request, done=done, checked=token)


@login_required
@require_safe
def sample(request: Request) -> HttpResponse:
    queries.admin_reach(request.by)
    text = "".join(tables.write(actions.COLUMNS, SAMPLE))
    return HttpResponse(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="contoh-pejabat.csv"'},
    )


def _rows(request: Request) -> list[tables.Row]:
    if "checked" in request.POST:
        try:
            kept = signing.loads(request.POST["checked"], salt=SALT, max_age=CHECKED_FOR_SECONDS)
        except signing.BadSignature:
            raise Refused(
                both("Periksa berkasnya sekali lagi", "Check the file once more")
            ) from None
        return [tables.Row(**row) for row in kept]
    upload = request.FILES.get("file")
    if upload is None:
        raise Refused(both("Pilih berkas XLSX atau CSV", "Choose an XLSX or CSV file"))
    content = upload.read(tables.MOST_BYTES + 1)
    return tables.read(content, actions.COLUMNS, needed=actions.NEEDED)


def _page(request: Request, *, status: int = 200, **found: Any) -> HttpResponse:
    done: actions.Outcome | None = found.get("done")
    shown = done.problems[:SHOWN] if done else []
    context = {**found, "problems": shown, "columns": actions.COLUMNS}
    return render(request, "people/staffing.html", context, status=status)
