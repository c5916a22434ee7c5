"""Addresses of the catalogue."""

from __future__ import annotations

from satupintu.catalogue.web import officer, public

app_name = "catalogue"
urlpatterns = [*public.urlpatterns, *officer.urlpatterns]
