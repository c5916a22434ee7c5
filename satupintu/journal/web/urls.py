"""Addresses at which anybody may check the seal of the journal."""

from __future__ import annotations

from django.urls import path

from satupintu.journal.web import public

app_name = "journal"
urlpatterns = [
    path("jejak/checkpoint", public.checkpoint, name="checkpoint"),
    path("jejak/kunci", public.key, name="kunci"),
]
