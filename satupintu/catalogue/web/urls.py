"""Addresses of the catalogue."""

from __future__ import annotations

from django.urls import path

from satupintu.catalogue.web import public

app_name = "catalogue"
urlpatterns = [
    path("layanan/", public.services, name="services"),
    path("layanan/<str:code>/", public.service, name="service"),
    path("layanan/<str:code>/hitung/", public.calculate, name="calculate"),
    path("layanan/<str:code>/proses.bpmn", public.bpmn, name="bpmn"),
]
