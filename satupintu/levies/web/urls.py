"""Addresses of bills and of the cashier."""

from __future__ import annotations

from django.urls import path

from satupintu.levies.web import applicant, cashier

app_name = "levies"
urlpatterns = [
    path("tagihan/<int:bill_id>/", applicant.bill, name="bill"),
    path("tagihan/<int:bill_id>/skrd.pdf", applicant.bill_pdf, name="bill_pdf"),
    path("tagihan/<int:bill_id>/ssrd.pdf", applicant.receipt_pdf, name="receipt_pdf"),
    path("kasir/", cashier.find, name="cashier"),
    path("kasir/tagihan/<int:bill_id>/", cashier.collect, name="collect"),
    path("kasir/bukti/<int:receipt_id>/", cashier.receipt, name="receipt"),
    path("kasir/tutup/", cashier.close, name="close"),
]
