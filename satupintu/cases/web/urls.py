"""The addresses of cases, by who uses the page."""

from __future__ import annotations

from satupintu.cases.web import (
    acts,
    agency,
    applicant,
    assessment,
    counter,
    field,
    guest,
    holding,
    link,
    officer,
    paper,
    public,
    retention,
    signing,
    units,
    work,
)

app_name = "cases"
urlpatterns = [
    *public.urlpatterns,
    *guest.urlpatterns,
    *applicant.urlpatterns,
    *paper.urlpatterns,
    *counter.urlpatterns,
    *work.urlpatterns,
    *acts.urlpatterns,
    *officer.urlpatterns,
    *field.urlpatterns,
    *agency.urlpatterns,
    *assessment.urlpatterns,
    *signing.urlpatterns,
    *link.urlpatterns,
    *units.urlpatterns,
    *retention.urlpatterns,
    *holding.urlpatterns,
]
