from __future__ import annotations

from django.urls import path

from satupintu.api.web import applicant, officer

app_name = "api"
urlpatterns = [
    path("akun/token/", applicant.tokens, name="tokens"),
    path("akun/token/<int:token_id>/cabut/", applicant.withdraw, name="token_withdraw"),
    path("sistem-luar/", officer.clients, name="clients"),
    path("sistem-luar/<int:client_id>/", officer.client, name="client"),
    path("sistem-luar/<int:client_id>/token/", officer.renew, name="client_token"),
    path("sistem-luar/<int:client_id>/tutup/", officer.close, name="client_close"),
    path("sistem-luar/gagal/", officer.failed, name="failed"),
    path("sistem-luar/gagal/<int:delivery_id>/kirim/", officer.send_again, name="send_again"),
]
