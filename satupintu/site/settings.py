"""Everything a city's installation may set, read from the environment and nothing else."""

from __future__ import annotations

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from satupintu.site import logs
from satupintu.site.database import from_url

BASE_DIR = Path(__file__).resolve().parents[2]
DATA_DIR = Path(os.environ.get("SATUPINTU_DATA", BASE_DIR / ".data")).resolve()

# Sandbox: stand-ins for outside systems, demo accounts, keys made at first use. Not for service.
SANDBOX = os.environ.get("SATUPINTU_SANDBOX") == "1"
DEBUG = False
SECRET_KEY = os.environ.get("SATUPINTU_SECRET_KEY", "")
if not SECRET_KEY:
    if not SANDBOX:
        raise ImproperlyConfigured(
            "SATUPINTU_SECRET_KEY is not set. Give a random text of at least 50 characters, "
            "the same on every web and worker node."
        )
    SECRET_KEY = "sandbox-only-key-that-production-settings-refuse-to-start-with"  # noqa: S105
SECRET_KEY_FALLBACKS = [
    key for key in os.environ.get("SATUPINTU_SECRET_KEYS_BEFORE", "").split() if key
]

BASE_URL = os.environ.get("SATUPINTU_BASE_URL", "http://localhost:8000").rstrip("/")
LIVE_URL = os.environ.get("SATUPINTU_LIVE_URL", "").rstrip("/")
ALLOWED_HOSTS = os.environ.get("SATUPINTU_HOSTS", "localhost,127.0.0.1,testserver").split(",")
SECURE = BASE_URL.startswith("https://")
if SANDBOX and SECURE:
    raise ImproperlyConfigured(
        "SATUPINTU_SANDBOX=1 opens demo accounts that everybody knows. Take it out of the "
        "environment of a city that is served under https."
    )

INSTALLED_APPS = [
    "satupintu.site",
    "satupintu.api",
    "satupintu.cases",
    "satupintu.permits",
    "satupintu.levies",
    "satupintu.documents",
    "satupintu.signing",
    "satupintu.notifications",
    "satupintu.catalogue",
    "satupintu.files",
    "satupintu.people",
    "satupintu.offices",
    "satupintu.journal",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "satupintu.people.web.sign_in.outside",
    "django_htmx",
    "template_partials",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "satupintu.site.middleware.request_context",
    "satupintu.site.observing.observed",
    "satupintu.site.kept_pages.kept_pages",
    "django.middleware.security.SecurityMiddleware",
    "satupintu.api.v1.middleware.outside",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "satupintu.site.middleware.PackedPages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "satupintu.site.middleware.next_page",
    "satupintu.site.middleware.plain_text",
    "satupintu.site.unsent.unsent",
    "satupintu.site.middleware.who_acts",
    "satupintu.site.middleware.sessions",
    "satupintu.site.middleware.guard",
    "satupintu.site.middleware.one_case",
    "satupintu.site.middleware.refusals",
    "satupintu.site.kept_pages.copies_for_the_road",
]

ROOT_URLCONF = "satupintu.site.urls"
WSGI_APPLICATION = "satupintu.site.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "satupintu.site.context.city",
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "satupintu.site.templates_in_rooms.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "satupintu.site.templatetags.words",
                "satupintu.site.templatetags.pages",
                "satupintu.site.templatetags.timeline",
                "satupintu.site.templatetags.menus",
            ],
        },
    }
]

DATABASE_URL = os.environ.get("DATABASE_URL", "")
DATABASES = {"default": from_url(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Throttles must count in one place for all web nodes; PostgreSQL is the only store we have.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "site_cache",
        # At the usual 300 a stranger could push the counters out of the table by filling it.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}

# How long a process gives out a page of the catalogue before it asks whether it still stands.
KEPT_SECONDS = 1

AUTH_USER_MODEL = "people.Account"
AUTHENTICATION_BACKENDS = ["satupintu.people.signed_in.Backend"]
SESSION_ENGINE = "satupintu.people.signed_in"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("name", "email")},
    },
    {"NAME": "satupintu.people.web.sign_in.passwords.NotTooLong"},
    {"NAME": "satupintu.people.web.sign_in.passwords.NotOwnNumber"},
    {"NAME": "satupintu.people.web.sign_in.passwords.NotKnown"},
]
# Passwords of the time before are hashed anew when their owners sign in.
PASSWORD_HASHERS = [
    "satupintu.people.web.sign_in.passwords.Argon2",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
# A sorted file of SHA-1 sums in hexadecimal, one a line, as breach services hand them out.
BREACHED_PASSWORDS = os.environ.get("SATUPINTU_BREACHED_PASSWORDS", "")
# Minutes without a sign of life, and minutes in all (BSSN 4/2021, group b); officers the shorter.
SESSIONS = {
    "officer": (int(os.environ.get("SATUPINTU_OFFICER_IDLE_MINUTES", "30")), 10 * 60),
    "resident": (int(os.environ.get("SATUPINTU_RESIDENT_IDLE_MINUTES", "120")), 12 * 60),
    "guest": (120, 12 * 60),
}
# How long a second factor that was shown serves for grave acts.
SECOND_FACTOR_MINUTES = int(os.environ.get("SATUPINTU_SECOND_FACTOR_MINUTES", "15"))
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_NAME = "__Host-satupintu" if SECURE else "satupintu"
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
if SECURE:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SILENCED_SYSTEM_CHECKS = [
    "security.W002",  # the content security policy says frame-ancestors 'none'
    "security.W008",  # the proxy sends http to https (deploy/nginx)
    "security.W021",  # whether browsers keep the name for ever is the city's decision
]
CSRF_TRUSTED_ORIGINS = [BASE_URL]
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024
FILES_DIR = DATA_DIR / "files"
# A bucket of any S3 store instead of that folder; the key and its secret may reach this bucket.
S3_BUCKET = os.environ.get("S3_BUCKET", "")
S3_ENDPOINT = os.environ.get("S3_ENDPOINT", "")
S3_REGION = os.environ.get("S3_REGION", "us-east-1")
S3_KEY, S3_SECRET = os.environ.get("S3_KEY", ""), os.environ.get("S3_SECRET", "")
FILE_STORE = (
    "satupintu.integrations.s3.bucket.Bucket" if S3_BUCKET else "satupintu.files.store.Folder"
)
# The keys that stored files are sealed under, one a line: a name and 32 bytes in base64.
FILE_KEYS = os.environ.get("FILE_KEYS", "")
if not SANDBOX and not Path(FILE_KEYS or "-").is_file():
    raise ImproperlyConfigured(
        "FILE_KEYS must name the file with the keys that stored files are sealed under. "
        'Make it once with: (umask 077; echo "1 $(openssl rand -base64 32)" > …/file-keys)'
    )
# Where clamd listens: the path of its socket, or host:port. Empty: nothing is scanned.
CLAMAV_ADDRESS = os.environ.get("CLAMAV_ADDRESS", "")
CLAMAV_SECONDS = float(os.environ.get("CLAMAV_SECONDS", "30"))
VIRUS_SCANNER = "satupintu.integrations.clamav.client.scan" if CLAMAV_ADDRESS else ""

LANGUAGE_CODE = "id"
LANGUAGES = [("id", _("Bahasa Indonesia")), ("en", _("English"))]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("SATUPINTU_STATIC_ROOT", DATA_DIR / "static"))
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if os.environ.get("SATUPINTU_STATIC") == "collected"
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = os.environ.get("SATUPINTU_STATIC") != "collected"

EMAIL_HOST = os.environ.get("EMAIL_HOST", "127.0.0.1")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMAIL_TLS") == "1"
EMAIL_TIMEOUT = 15
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "layanan@localhost")

SMS_GATEWAY = "satupintu.integrations.sms.outgoing.send"
SMPP = {
    "host": os.environ.get("SMPP_HOST", "127.0.0.1"),
    "port": int(os.environ.get("SMPP_PORT", "2775")),
    "system_id": os.environ.get("SMPP_USER", "satupintu"),
    "password": os.environ.get("SMPP_PASSWORD", "peraga"),
    "sender": os.environ.get("SMPP_SENDER", "PTSP"),
}
SMS_HTTP = {
    "url": os.environ.get("SMS_HTTP_URL", ""),
    "token": os.environ.get("SMS_HTTP_TOKEN", "peraga" if SANDBOX else ""),
    "sender": os.environ.get("SMS_HTTP_SENDER", SMPP["sender"]),
}
# In this order; the second takes over what the first surely did not take.
SMS_PROVIDERS = [
    f"satupintu.integrations.{name}.gateway.send"
    for name in os.environ.get(
        "SMS_PROVIDERS", "smpp,sms_http" if SMS_HTTP["url"] else "smpp"
    ).split(",")
]

# The certificate authority, its OCSP responder and the time-stamp authority.
PKI_URL = os.environ.get("PKI_URL", "")
TSA_URL = os.environ.get("TSA_URL", f"{PKI_URL}/tsa" if PKI_URL else "")
SIGNING_PROVIDERS = {"pkcs12": "satupintu.signing.providers.Pkcs12Provider"}
TIMESTAMPER = "satupintu.integrations.timestamp.client.timestamp"
SIGNER_SOCKET = os.environ.get("SIGNER_SOCKET", str(DATA_DIR / "signer.sock"))
SIGNING_ROOTS = Path(os.environ.get("SIGNING_ROOTS", DATA_DIR / "roots"))
# Named at the foot of every signed document (UU ITE art. 11).
SIGNATURE_PROVIDER = os.environ.get(
    "SIGNATURE_PROVIDER",
    "Otoritas sertifikat peraga" if SANDBOX else "Balai Besar Sertifikasi Elektronik (BSrE), BSSN",
)
DOCUMENT_KEY = os.environ.get("DOCUMENT_KEY", "")
JOURNAL_KEY = os.environ.get("JOURNAL_KEY", "")
JOURNAL_ORIGIN = os.environ.get("JOURNAL_ORIGIN", BASE_URL.split("//")[1] + "/jurnal")

REACTIONS = "satupintu.reactions.REACTIONS"
# A worker looks for jobs in the `tasks` of installed apps; some that events cause lie elsewhere.
PROCRASTINATE_IMPORT_PATHS = ["satupintu.reactions"]

from satupintu.site.accounts import *  # noqa: E402, F403  (how allauth is set)

# Whoever collects /metrics sends this as a bearer token; empty: the address does not exist.
METRICS_TOKEN = os.environ.get("SATUPINTU_METRICS_TOKEN", "")

# One line of JSON each; in the sandbox readable ones.
LOGGING = logs.configured(level=os.environ.get("SATUPINTU_LOG_LEVEL", "info"), readable=SANDBOX)
PROCRASTINATE_WORKER_DEFAULTS = {"worker_middleware": [logs.job_line]}

# Traces cost nothing, not even an import, while no collector is named.
TRACES = bool(os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT"))
if TRACES:
    from satupintu.site import traces

    PROCRASTINATE_WORKER_DEFAULTS["worker_middleware"].append(traces.job_span)
