"""How people sign in: django-allauth's settings (decision 0003)."""

from __future__ import annotations

import os

# By proxies of the installation; 0 trusts no X-Forwarded-For at all.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("SATUPINTU_PROXIES", "0"))
ALLAUTH_USER_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}

LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk"

ACCOUNT_ADAPTER = "satupintu.people.web.sign_in.adapter.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "satupintu.people.web.sign_in.forms.LoginForm",
    "signup": "satupintu.people.web.sign_in.forms.SignupForm",
    "reset_password": "satupintu.people.web.sign_in.forms.ResetPasswordForm",
    "reset_password_from_key": "satupintu.people.web.sign_in.forms.ResetPasswordKeyForm",
    "change_password": "satupintu.people.web.sign_in.forms.ChangePasswordForm",
    "set_password": "satupintu.people.web.sign_in.forms.SetPasswordForm",
    "add_email": "satupintu.people.web.sign_in.forms.AddEmailForm",
    "reauthenticate": "satupintu.people.web.sign_in.forms.ReauthenticateForm",
    "request_login_code": "satupintu.people.web.sign_in.forms.RequestLoginCodeForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email", "phone"}
# The form asks for one contact, whichever; allauth's own check wants the e-mail starred.
ACCOUNT_SIGNUP_FIELDS = ["email*", "phone", "password1*"]
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_LOGIN_BY_CODE_ENABLED = True

# Codes of six digits: three tries, ten minutes, one minute's rest before the next one.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_PASSWORD_RESET_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 600
ACCOUNT_PHONE_VERIFICATION_TIMEOUT = 600
ACCOUNT_PASSWORD_RESET_BY_CODE_TIMEOUT = 600
ACCOUNT_LOGIN_BY_CODE_TIMEOUT = 600
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_PHONE_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_LOGIN_BY_CODE_SUPPORTS_RESEND = True

# "key" is the contact; for wrong passwords it is the contact from one address, so that a stranger
# can not lock its owner out. `login_failed_anywhere` counts all addresses together. A whole office
# comes from one address, so an address may sign in often and fail seldom.
ACCOUNT_RATE_LIMITS = {
    "login": "600/m/ip",
    "login_failed": "30/m/ip,5/5m/key",
    "login_failed_anywhere": "100/h/key",
    "signup": "20/m/ip",
    "reset_password": "20/m/ip,3/5m/key,10/d/key",
    "request_login_code": "20/m/ip,3/5m/key,20/d/key",
    "confirm_email": "1/10s/key,20/d/key",
    "verify_phone": "1/30s/key,10/d/key,10/m/ip",
    "change_phone": "3/m/user",
}
# What a program could try numbers on: so many turns in so many minutes. Many people share one
# address on a mobile network, so addresses get more turns than the thing that is tried.
TURNS = {
    "verify": (60, 1),  # an address
    "track": (30, 1),  # an address
    "estimate": (60, 1),  # an address has a program work out fees
    "text": (10, 60),  # an SMS from one phone
    "letter": (10, 1),  # an account names a letter by its number
    "share": (30, 1),  # an address opens a shared link
    "guest": (60, 60),  # an address begins without an account
    "guest_text": (5, 24 * 60),  # texts to one phone that begins
    "follow_text": (5, 24 * 60),  # texts to one phone that comes back
    "guest_code": (5, 15),  # tries of one texted code
    "follow": (5, 60),  # tries of the code of one application
    "follow_from": (60, 60),  # the same, from an address
    "api": (120, 1),  # a person's tokens together; a client has its own number of turns
    "api_token": (30, 1),  # an address shows a token that is not good
}

USERSESSIONS_ADAPTER = "satupintu.people.web.sign_in.adapter.SessionsAdapter"

MFA_ADAPTER = "satupintu.people.web.sign_in.second_factor.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "satupintu.people.web.sign_in.second_factor.AuthenticateForm",
    "reauthenticate": "satupintu.people.web.sign_in.second_factor.ReauthenticateForm",
    "add_webauthn": "satupintu.people.web.sign_in.second_factor.AddPasskeyForm",
    "activate_totp": "satupintu.people.web.sign_in.second_factor.ActivateTOTPForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
# A sandbox runs on plain http; a real installation does not.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = os.environ.get("SATUPINTU_SANDBOX") == "1"

# An outside provider (OpenID Connect): none unless the installation names one.
OIDC_URL = os.environ.get("SATUPINTU_OIDC_URL", "").rstrip("/")
OIDC_NAME = os.environ.get("SATUPINTU_OIDC_NAME", "")
# What its id_token says in `acr` when it has seen a second factor itself.
OIDC_ACR = os.environ.get("SATUPINTU_OIDC_ACR", "").split()
OIDC_APP = {
    "provider_id": "oidc",
    "name": OIDC_NAME,
    "client_id": os.environ.get("SATUPINTU_OIDC_CLIENT", ""),
    "secret": os.environ.get("SATUPINTU_OIDC_SECRET", ""),
    "settings": {"server_url": OIDC_URL},
}
SOCIALACCOUNT_ADAPTER = "satupintu.people.web.sign_in.outside.adapter.OutsideAdapter"
SOCIALACCOUNT_PROVIDERS = {
    "outside": {"OAUTH_PKCE_ENABLED": True, "APPS": [OIDC_APP] if OIDC_URL else []}
}
# An e-mail alone opens no account, proved or not; its owner connects from inside.
SOCIALACCOUNT_EMAIL_AUTHENTICATION = False
SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = False
