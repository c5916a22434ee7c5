from __future__ import annotations

from django.urls import path

from satupintu.people.web import accounts, applicant, officer, outages, review, staffing
from satupintu.people.web.sign_in.second_factor import RemovePasskey

app_name = "people"
urlpatterns = [
    path("akun/profil/", applicant.profile, name="profile"),
    path("akun/pin/", applicant.pin, name="pin"),
    path("akun/usaha/baru/", applicant.company, name="company_new"),
    path("akun/usaha/<int:applicant_id>/", applicant.company, name="company"),
    path("akun/perangkat/<int:session_id>/keluar/", applicant.end_device, name="device_end"),
    # before allauth's own page of this address
    path("akun/2fa/webauthn/keys/<int:pk>/remove/", RemovePasskey.as_view(), name="passkey_remove"),
    path("pejabat/", officer.posts, name="posts"),
    path("pejabat/tinjauan/", review.review, name="review"),
    path("pejabat/tinjauan/hak.csv", review.review_csv, name="review_csv"),
    path("pejabat/impor/", staffing.staffing, name="staffing"),
    path("pejabat/impor/contoh.csv", staffing.sample, name="staffing_sample"),
    path("pejabat/akun/baru/", officer.new_officer, name="officer_new"),
    path("pejabat/akun/<int:account_id>/", accounts.account, name="account"),
    path("pejabat/akun/<int:account_id>/tutup/", accounts.disable, name="account_disable"),
    path("pejabat/akun/<int:account_id>/buka/", accounts.enable, name="account_enable"),
    path("pejabat/akun/<int:account_id>/keluar/", accounts.end_sessions, name="account_sign_out"),
    path("pejabat/akun/<int:account_id>/pin/", accounts.give_pin, name="pin_give"),
    path("pejabat/gangguan/", outages.outages, name="outages"),
    path("pejabat/gangguan/<int:outage_id>/selesai/", outages.end_outage, name="outage_end"),
    path("pejabat/jabatan/<int:post_id>/", officer.post, name="post"),
    path("pejabat/jabatan/<int:post_id>/angkat/", officer.appoint, name="appoint"),
    path("pejabat/jabatan/<int:post_id>/mandat/", officer.give_mandate, name="mandate_new"),
    path("pejabat/pemegang/<int:holding_id>/keputusan/", officer.decision, name="holding_decision"),
    path("pejabat/pemegang/<int:holding_id>/akhiri/", officer.end_holding, name="holding_end"),
    path("pejabat/mandat/<int:mandate_id>/cabut/", officer.revoke_mandate, name="mandate_end"),
]
