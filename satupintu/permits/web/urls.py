"""The addresses of issued documents."""

from __future__ import annotations

from satupintu.permits.web import holder, officer, public, register

app_name = "permits"
urlpatterns = [
    *public.urlpatterns,
    *holder.urlpatterns,
    *officer.urlpatterns,
    *register.urlpatterns,
]
