"""Addresses of the inbox and of what could not be delivered."""

from __future__ import annotations

from django.urls import path

from satupintu.notifications.web import applicant, officer

app_name = "notifications"
urlpatterns = [
    path("pesan/", applicant.inbox, name="inbox"),
    path("pesan/<int:notice_id>/", applicant.notice, name="notice"),
    path("pesan/<int:notice_id>/baca/", applicant.read, name="read"),
    path("pesan-gagal/", officer.not_delivered, name="not_delivered"),
    path("pesan-gagal/<int:delivery_id>/kirim/", officer.send_again, name="send_again"),
]
