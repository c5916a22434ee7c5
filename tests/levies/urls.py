"""The pages of levies alone, inside the product's own frame."""

from __future__ import annotations

from django.urls import include, path

from satupintu.site.web import app, brand, session

urlpatterns = [
    path("", include("satupintu.levies.web.urls")),
    path("akun/", include("allauth.urls")),
    path("merek.css", brand.stylesheet, name="stylesheet"),
    path("lambang.svg", brand.crest, name="crest"),
    *app.at_the_root,
    path("sesi/", session.stay, name="session_stay"),
]
