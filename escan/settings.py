"""Settings of the academy, read from the environment.

With only DEBUG=1 set everything is embedded: SQLite, a filesystem broker and files under var/.
Without DEBUG nothing insecure has a default: what is missing is named at start-up.
"""

import os
import secrets
import sys
from email.utils import parseaddr
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from escan.operations.consistency import find_faults
from escan.operations.logs import logging_config
from escan.settings_people import *  # noqa: F403
from escan.settings_schedule import *  # noqa: F403
from escan.settings_studio import *  # noqa: F403

if faults := find_faults(os.environ):
    raise ImproperlyConfigured("\n".join(faults))

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("VAR_DIR") or BASE_DIR / "var")
VAR_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = os.environ.get("DEBUG", "") == "1"
# /design/, the page of colors and parts, is for developers.
SHOWS_DESIGN = DEBUG


def development_key() -> str:
    """A key of this machine's own, made once, so that sessions outlive a restart."""
    path = VAR_DIR / "secret-key"
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
    return path.read_text()


def required(name: str, development: str) -> str:
    """The variable, or in development a harmless stand-in; in production its absence stops the start."""
    value = os.environ.get(name, "")
    if value:
        return value
    if DEBUG:
        return development
    raise ImproperlyConfigured(f"Set {name}, or DEBUG=1 on a machine that only you can reach.")


SECRET_KEY = required("SECRET_KEY", development_key() if DEBUG else "")
PORT = os.environ.get("PORT") or "8000"
SITE_URL = required("SITE_URL", f"http://localhost:{PORT}").rstrip("/")
SITE_HOST = SITE_URL.partition("://")[2].partition(":")[0]
IS_HTTPS = SITE_URL.startswith("https://")
# How many proxies of ours stand in front; what they say of a visitor's address and of TLS is believed.
TRUSTED_PROXIES = int(os.environ.get("TRUSTED_PROXIES") or "0")
ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]", SITE_HOST] if DEBUG else [SITE_HOST]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "escan",
    "guides",
    "cme",
    "payments",
    "courses",
    "imaging",
    "reviews",
    "accounts",
    "core",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "wagtail.contrib.typed_table_block",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.sites",
    "accounts.apps.StudioUsersConfig",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "csp",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.sessions",
    "django.contrib.sitemaps",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "escan.middleware.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "escan.middleware.HeadersMiddleware",
    "escan.middleware.ReadableMiddleware",
    "core.caching.StrangersMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "escan.middleware.ContentSecurityPolicyMiddleware",
    "escan.middleware.ProbeMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "accounts.middleware.SessionMiddleware",
    "accounts.middleware.TimeZoneMiddleware",
    "escan.middleware.LimitMiddleware",
    "accounts.middleware.ProofMiddleware",
    "escan.middleware.StudioMiddleware",
    "escan.middleware.BodyMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "escan.middleware.HandOverMiddleware",
    "escan.middleware.MethodMiddleware",
]
if DEBUG:
    MIDDLEWARE += ["escan.middleware.NotFoundMiddleware"]
# The last is asked first about what was not found.
MIDDLEWARE += ["escan.middleware.OldAddressMiddleware"]

ROOT_URLCONF = "escan.urls"
WSGI_APPLICATION = "escan.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "core.whitespace.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                ),
            ],
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "escan.context_processors.site",
            ],
        },
    },
]

# --- Data -----------------------------------------------------------------------------------------

DATABASES: dict[str, Any] = {
    "default": dj_database_url.parse(
        os.environ.get("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'academy.sqlite3'}",
        conn_max_age=60,
        conn_health_checks=True,
        # A cursor outlives its transaction, which a pooler that pools by transaction does not bear.
        disable_server_side_cursors=True,
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Writers wait for each other instead of failing, and readers never wait.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MEDIA_ROOT = VAR_DIR / "media"
MEDIA_URL = "/studio/media/"
# Uploads on their way in, and videos while they are encoded: on a disk, for memory is too small for them.
WORK_DIR = VAR_DIR / "work"
WORK_DIR.mkdir(exist_ok=True)
FILE_UPLOAD_TEMP_DIR = WORK_DIR
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
S3_BUCKET = os.environ.get("S3_BUCKET", "")
S3_REGION = os.environ.get("S3_REGION") or "us-east-1"
S3_OWN_ENDPOINT = os.environ.get("S3_ENDPOINT_URL", "")
S3_ENDPOINT = S3_OWN_ENDPOINT or f"https://s3.{S3_REGION}.amazonaws.com"
FILES_IN_BUCKET: dict[str, Any] = {
    "BACKEND": "core.storage.PrivateBucket",
    "OPTIONS": {
        "bucket_name": S3_BUCKET,
        "region_name": S3_REGION,
        "endpoint_url": S3_ENDPOINT,
        "addressing_style": "path" if S3_OWN_ENDPOINT else "virtual",
        "access_key": os.environ.get("S3_ACCESS_KEY_ID") or None,
        "secret_key": os.environ.get("S3_SECRET_ACCESS_KEY") or None,
        # A file never changes under its name.
        "object_parameters": {"CacheControl": "private, max-age=604800, immutable"},
    },
}
# Where links into the bucket lead: the one host beside our own that pictures and videos come from.
S3_ORIGIN = S3_OWN_ENDPOINT.rstrip("/") or f"https://{S3_BUCKET}.s3.{S3_REGION}.amazonaws.com"
IMAGE_HOSTS = [S3_ORIGIN] if S3_BUCKET else []
STORAGES = {
    "default": FILES_IN_BUCKET if S3_BUCKET else {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "core.staticfiles.HashedFiles"
    },
}

REDIS_URL = os.environ.get("REDIS_URL", "")
FILE_CACHE = {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": VAR_DIR / "cache"}
FORGIVING_CACHE = {"BACKEND": "core.caching.ForgivingRedis", "LOCATION": REDIS_URL}
CACHES: dict[str, Any] = {
    "default": {"BACKEND": "core.caching.Redis", "LOCATION": REDIS_URL} if REDIS_URL else FILE_CACHE,
    "pages": {**FORGIVING_CACHE, "TIMEOUT": None} if REDIS_URL else FILE_CACHE,
    # Seconds. A session that is deleted while Redis is away lives on for so long.
    "sessions": {**FORGIVING_CACHE, "TIMEOUT": 300} if REDIS_URL else {**FILE_CACHE, "LOCATION": VAR_DIR / "sessions"},
}

# How long a stranger may see what an author has just changed: nothing is invalidated (core/caching.py). With 0, which
# is for development, nothing that is published is kept for learners either (courses/writing/published.py).
PAGE_CACHE_SECONDS = 0 if DEBUG else 10

# Lessons that were opened stay readable without a connection (escan/pages/offline.py); 0 takes that back.
OFFLINE_READING = (os.environ.get("OFFLINE_READING") or "1") == "1"

# --- Background work --------------------------------------------------------------------------------

CELERY_TIMEZONE = "UTC"
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# Seconds. A task makes a file and talks to one server: longer means that it hangs.
CELERY_TASK_SOFT_TIME_LIMIT = 120
CELERY_TASK_TIME_LIMIT = 150
# A worker takes what it works on and one task more, so that a long one holds up no others.
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
# How many tasks before Celery closes the connections to the database: never, escan/celery.py looks after them.
CELERY_DB_REUSE_MAX = sys.maxsize
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "celerybeat-schedule")
if REDIS_URL:
    CELERY_BROKER_URL = REDIS_URL
    # Seconds until a message of a worker that vanished is given to another: more than any task may take or wait.
    CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {"visibility_timeout": 3600, "socket_keepalive": True}
else:
    BROKER_DIR = VAR_DIR / "broker"
    CELERY_BROKER_URL = "filesystem://localhost"
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "control_folder": str(BROKER_DIR / "control"),
        "store_processed": False,
    }
    for folder in ("queue", "control"):
        (BROKER_DIR / folder).mkdir(parents=True, exist_ok=True)

# --- People -----------------------------------------------------------------------------------------

# What no environment changes is in escan.settings_people.
ACCOUNT_DEFAULT_HTTP_PROTOCOL = SITE_URL.partition("://")[0]
# Passkeys are tied to the address; the browser accepts http for localhost alone.
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not IS_HTTPS
# Whether the studio opens only to staff who proved a second factor.
STAFF_SECOND_FACTOR = (os.environ.get("STAFF_SECOND_FACTOR") or ("0" if DEBUG else "1")) == "1"

ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES

# --- Mail -------------------------------------------------------------------------------------------

DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL") or "eScan Academy <academy@localhost>"
SERVER_EMAIL = DEFAULT_FROM_EMAIL
# Where a person reads: messages of the contact page, and answers to any mail of ours.
CONTACT_EMAIL = os.environ.get("CONTACT_EMAIL", "") or parseaddr(DEFAULT_FROM_EMAIL)[1]
EMAIL_HOST = os.environ.get("EMAIL_HOST", "")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT") or "25")
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS", "") == "1"
EMAIL_USE_SSL = os.environ.get("EMAIL_USE_SSL", "") == "1"
EMAIL_TIMEOUT = 20
MAILBOX_DIR = VAR_DIR / "mail"
# A provider whose webhook tells what came back, and where django-anymail wants its key.
EMAIL_PROVIDER = os.environ.get("EMAIL_PROVIDER", "")
PROVIDERS = {
    "brevo": ("brevo", "BREVO_API_KEY"),
    "postmark": ("postmark", "POSTMARK_SERVER_TOKEN"),
    "ses": ("amazon_ses", ""),  # by the machine's own AWS role
}
if EMAIL_PROVIDER:
    if EMAIL_PROVIDER not in PROVIDERS:
        raise ImproperlyConfigured(f"Set EMAIL_PROVIDER to one of {', '.join(PROVIDERS)}, or EMAIL_HOST instead.")
    module, key = PROVIDERS[EMAIL_PROVIDER]
    EMAIL_BACKEND = f"anymail.backends.{module}.EmailBackend"
    # Without it anybody could mark addresses as broken: it has no stand-in, not even in development.
    webhook_secret = os.environ.get("EMAIL_WEBHOOK_SECRET", "")
    if not all(webhook_secret.partition(":")):
        raise ImproperlyConfigured("Set EMAIL_WEBHOOK_SECRET to user:password, as in the provider's webhook.")
    ANYMAIL = {"WEBHOOK_SECRET": webhook_secret, "REQUESTS_TIMEOUT": EMAIL_TIMEOUT}
    if key:
        ANYMAIL[key] = required("EMAIL_API_KEY", "")
elif EMAIL_HOST:
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
elif DEBUG:
    # Mail lands in files, and /mail/ shows it in the browser.
    EMAIL_BACKEND = "accounts.mail.mailbox.EmailBackend"
else:
    raise ImproperlyConfigured("Set EMAIL_HOST or EMAIL_PROVIDER: the academy mails codes, receipts and certificates.")

# --- Payments ---------------------------------------------------------------------------------------

# Without a key the sandbox stands in: real HTTP on this machine, and no money moves.
NEEDS_SANDBOX = DEBUG and not os.environ.get("STRIPE_API_KEY")
SANDBOX_URL = os.environ.get("STRIPE_SANDBOX_URL") or (f"http://127.0.0.1:{int(PORT) + 1}" if NEEDS_SANDBOX else "")
STRIPE_API_KEY = required("STRIPE_API_KEY", "sk_test_sandbox")
STRIPE_WEBHOOK_SECRET = required("STRIPE_WEBHOOK_SECRET", "whsec_sandbox")
STRIPE_PRICE_LOOKUP_KEY = os.environ.get("STRIPE_PRICE_LOOKUP_KEY") or "unlimited-access"
PRICE_AMOUNT = int(os.environ.get("PRICE_AMOUNT") or 7900)  # minor units of PRICE_CURRENCY
PRICE_CURRENCY = os.environ.get("PRICE_CURRENCY") or "usd"
PROMOTION_CODES = (os.environ.get("STRIPE_PROMOTION_CODES") or "1") == "1"
AUTOMATIC_TAX = os.environ.get("STRIPE_AUTOMATIC_TAX", "") == "1"
STATEMENT_DESCRIPTOR_SUFFIX = os.environ.get("STRIPE_STATEMENT_DESCRIPTOR_SUFFIX", "")
# Who sells, as receipts say it. Lines of the address are separated by a semicolon.
SELLER_NAME = os.environ.get("SELLER_NAME") or "eScan Academy"
SELLER_ADDRESS = "\n".join(line.strip() for line in os.environ.get("SELLER_ADDRESS", "").split(";") if line.strip())
SELLER_TAX_NUMBER = os.environ.get("SELLER_TAX_NUMBER", "")
# How long a learner may ask for the money back, and how long a gift waits to be accepted.
REFUND_DAYS = int(os.environ.get("REFUND_DAYS") or 14)
GIFT_DAYS = int(os.environ.get("GIFT_DAYS") or 90)

# --- The reading room -------------------------------------------------------------------------------

# How many synthetic studies the academy shall have; the worker makes what lacks, one after the other.
STUDIES = int(os.environ.get("STUDIES") or 120)
# Those that come with the academy, made before.
SHIPPED_STUDIES = BASE_DIR / "content" / "studies"

# Whether credit for a course waits until its test set is passed. Off until readers have judged the images, and until
# who cannot read images has another way to the same credit.
TEST_SET_REQUIRED = os.environ.get("TEST_SET_REQUIRED", "") == "1"

# --- Studio -----------------------------------------------------------------------------------------

# What no environment changes is in escan.settings_studio.
WAGTAILADMIN_BASE_URL = SITE_URL

# --- Security ---------------------------------------------------------------------------------------

# Read from the cache, kept in the database: without Redis, or with an empty one, nobody is signed out.
SESSION_ENGINE = "django.contrib.sessions.backends.cached_db"
SESSION_CACHE_ALIAS = "sessions"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
# Strict would sign out whoever comes back from the payment page or from a mail.
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
if IS_HTTPS:
    # No neighbor under the same domain can plant a cookie of this name.
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_SSL_REDIRECT = True
    SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SILENCED_SYSTEM_CHECKS = [
    # The academy answers for its own name, not for its neighbors': no includeSubDomains, no preload.
    "security.W005",
    "security.W021",
    # The studio previews lessons in a frame of its own.
    "security.W019",
]
if not IS_HTTPS:
    # A rehearsal on this machine (escan.operations.consistency lets no other through).
    SILENCED_SYSTEM_CHECKS += ["security.W004", "security.W008", "security.W012", "security.W016"]
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", *IMAGE_HOSTS],
        "font-src": [SELF],
        # Videos: players ask for bytes by script, and put them together in a blob of the page's own.
        "connect-src": [SELF, *IMAGE_HOSTS],
        "media-src": [SELF, "blob:", *IMAGE_HOSTS],
        # The checkout form is answered with a redirect to the hosted payment page.
        "form-action": [SELF, SANDBOX_URL or "https://checkout.stripe.com"],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
    }
}

# --- Language, time, what operators see ---------------------------------------------------------------

LANGUAGE_CODE = "en-us"
# Every text is marked for translation; there is one language as yet (docs/decisions/0029).
LOCALE_PATHS = [BASE_DIR / "locale"]
# How days and times are written.
FORMAT_MODULE_PATH = "core.formats"
TIME_ZONE = "UTC"
USE_I18N = True
USE_TZ = True

LOGGING = logging_config(
    level=os.environ.get("LOG_LEVEL") or ("WARNING" if DEBUG else "INFO"),
    is_plain=DEBUG,
)
if SENTRY_DSN := os.environ.get("SENTRY_DSN", ""):
    from escan.operations.error_reports import report_errors

    report_errors(SENTRY_DSN)
METRICS_TOKEN = os.environ.get("METRICS_TOKEN", "")
# Set by deploy/gunicorn.conf.py: where the web processes count their requests together.
METRICS_DIR = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
