"""The applicant's pages: begin, fill in, send, follow. The counter fills the same form."""

from __future__ import annotations

from satupintu.cases.web.applicant import (
    appealing,
    correcting,
    filling,
    following,
    home,
    letters,
    pieces,
    uploads,
)

urlpatterns = [
    *home.urlpatterns,
    *filling.urlpatterns,
    *uploads.urlpatterns,
    *pieces.urlpatterns,
    *letters.urlpatterns,
    *following.urlpatterns,
    *correcting.urlpatterns,
    *appealing.urlpatterns,
]
