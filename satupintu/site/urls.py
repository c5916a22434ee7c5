"""Every address of the system, one line a package; English pages carry the prefix /en/."""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from satupintu.api.v1.urls import api
from satupintu.site.web import (
    app,
    audit,
    brand,
    data_requests,
    health,
    home,
    privacy,
    processing,
    session,
    styleguide,
    well_known,
)

urlpatterns = [
    path("merek.css", brand.stylesheet, name="stylesheet"),
    path("merek.svg", brand.crest, name="crest"),
    *app.at_the_root,
    *well_known.urlpatterns,
    path("sesi/tetap/", session.stay, name="session_stay"),
    path("sesi/kini/", session.now, name="session_now"),
    path("sesi/belum-terkirim/", session.unsent, name="session_unsent"),
    path("sehat/", health.alive, name="health"),
    path("siap/", health.ready, name="ready"),
    path("metrics", health.metrics, name="metrics"),
    path("api/v1/", api.urls),
    *i18n_patterns(
        *home.urlpatterns,
        *app.urlpatterns,
        *audit.urlpatterns,
        *privacy.urlpatterns,
        *processing.urlpatterns,
        *data_requests.urlpatterns,
        path("", include("satupintu.catalogue.web.urls")),
        path("", include("satupintu.cases.web.urls")),
        path("", include("satupintu.permits.web.urls")),
        path("", include("satupintu.levies.web.urls")),
        path("", include("satupintu.notifications.web.urls")),
        path("", include("satupintu.people.web.urls")),
        path("", include("satupintu.api.web.urls")),
        path("", include("satupintu.journal.web.urls")),
        path("akun/", include("allauth.urls")),
        prefix_default_language=False,
    ),
]
handler400 = "satupintu.site.web.errors.unreadable"
handler500 = "satupintu.site.web.errors.broken"
if settings.SANDBOX:
    urlpatterns += i18n_patterns(
        path("gaya/", styleguide.show),
        path("gaya/<str:name>/", styleguide.show, name="styleguide"),
        prefix_default_language=False,
    )
