"""The pages of applicants and of the counter alone, inside the product's own frame."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from satupintu.cases.web import applicant, counter
from satupintu.site.web import brand, session

urlpatterns = [
    *i18n_patterns(
        path("", include(([*applicant.urlpatterns, *counter.urlpatterns], "cases"))),
        path("", include("satupintu.people.web.urls")),
        path("", include("satupintu.levies.web.urls")),
        path("akun/", include("allauth.urls")),
        prefix_default_language=False,
    ),
    path("merek.css", brand.stylesheet, name="stylesheet"),
    path("lambang.svg", brand.crest, name="crest"),
    path("sesi/", session.stay, name="session_stay"),
]
