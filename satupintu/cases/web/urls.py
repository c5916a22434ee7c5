"""The addresses of cases, by who uses the page."""

from __future__ import annotations

from satupintu.cases.web import (
    agency,
    applicant,
    assessment,
    counter,
    field,
    officer,
    public,
    signing,
    units,
    work,
)

app_name = "cases"
urlpatterns = [
    *public.urlpatterns,
    *applicant.urlpatterns,
    *counter.urlpatterns,
    *work.urlpatterns,
    *officer.urlpatterns,
    *field.urlpatterns,
    *agency.urlpatterns,
    *assessment.urlpatterns,
    *signing.urlpatterns,
    *units.urlpatterns,
]
