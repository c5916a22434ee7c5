"""The addresses of issued documents."""

from __future__ import annotations

from satupintu.permits.web import officer, public, register

app_name = "permits"
urlpatterns = [*public.urlpatterns, *officer.urlpatterns, *register.urlpatterns]
