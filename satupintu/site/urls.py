"""Every address of the system, one line a package; the city's language prefix is part of it."""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

urlpatterns = [
    *i18n_patterns(
        path("akun/", include("allauth.urls")),
        prefix_default_language=False,
    ),
]
