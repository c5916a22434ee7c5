from __future__ import annotations

from django.urls import path

from satupintu.people.web.sign_in.outside import views

urlpatterns = [
    path("luar/<slug:provider_id>/", views.login, name="outside_login"),
    path("luar/<slug:provider_id>/kembali/", views.callback, name="outside_callback"),
]
