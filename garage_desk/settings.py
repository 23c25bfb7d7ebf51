"""Settings: each value is a literal or one read of the environment (`.env` is read too; `.env.example` lists all)."""

from __future__ import annotations

import os
from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from garage_desk.logs import for_sentry, logging_config
from garages.tenancy.roles import APP_ROLE

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
env.read_env(BASE_DIR / ".env")

# --- What kind of start this is -----------------------------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=True)  # left empty it is off, as is safe
# Anything else left empty is not set: `SECURE_SSL_REDIRECT=` in .env must not mean "no".
env.ENVIRON = {name: value for name, value in os.environ.items() if value}
DATA_DIR = Path(env("DATA_DIR", default="var"))
DATA_DIR = DATA_DIR if DATA_DIR.is_absolute() else BASE_DIR / DATA_DIR


def required(name: str, *, while_developing: str) -> str:
    """A setting that has a stand-in while developing and must be given in production."""
    value = env(name, default="")
    if not value and not DEBUG:
        raise ImproperlyConfigured(f"{name} is not set. With DEBUG=0 it must be: see .env.example.")
    return value or while_developing


SECRET_KEY = required("SECRET_KEY", while_developing="only-for-development-" + "k" * 40)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["*"] if DEBUG else [])
SITE_URL = env("SITE_URL", default="http://127.0.0.1:8000").rstrip("/")
TRUSTED_PROXY_HOPS = env.int("TRUSTED_PROXY_HOPS", default=0)
LIVE_PORT = env.int("LIVE_PORT", default=0)  # 0: the proxy brings /live/stream of our own address to the live process
CSRF_TRUSTED_ORIGINS = [SITE_URL]

# --- Applications -------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "garage_desk",
    "reports",
    "notifications",
    "billing",
    "bookings",
    "fleet",
    "integrations",
    "customers",
    "garages",
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.import_export",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "csp",
    "django_htmx",
    "import_export",
    "pghistory",
    "pgtrigger",
    "phonenumber_field",
    "template_partials",
]

MIDDLEWARE = [
    "garage_desk.logs.RequestLogMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "garage_desk.live.poll.PollMiddleware",
    "garage_desk.csp.PolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "garages.middleware.AccessMiddleware",
]

ROOT_URLCONF = "garage_desk.urls"
WSGI_APPLICATION = "garage_desk.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "garage_desk.context.shell",
            ],
        },
    }
]

FORM_RENDERER = "garages.widgets.Renderer"

# --- Data ---------------------------------------------------------------------------------------------------------
_database = {
    **env.db_url_config(required("DATABASE_URL", while_developing="postgres://garage_desk@localhost/garage_desk")),
    "ENGINE": "garages.tenancy.postgresql",
    "ATOMIC_REQUESTS": True,  # row-level security knows the garage per transaction: every page is one
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=600),
    "CONN_HEALTH_CHECKS": True,
    "DISABLE_SERVER_SIDE_CURSORS": True,  # safe behind a pooler in transaction mode
}
_database_options = _database.get("OPTIONS", {})
if env.bool("PREPARED_STATEMENTS", default=True):
    _database_options |= {"prepare_threshold": 2}  # of those that can be: see `prepared` in garages/rows.py
DATABASES = {
    "default": {**_database, "OPTIONS": {**_database_options, "assume_role": APP_ROLE}},
    "owner": {
        **_database,
        **(env.db_url("DATABASE_OWNER_URL") if env("DATABASE_OWNER_URL", default="") else {}),
        "ENGINE": "garages.tenancy.postgresql",
        "ATOMIC_REQUESTS": False,  # no page uses it
        "CONN_MAX_AGE": 0,
        "TEST": {"MIRROR": "default"},
    },
}

REDIS_URL = required("REDIS_URL", while_developing="redis://127.0.0.1:6379/0")
CACHES = {
    "default": {"BACKEND": "garage_desk.cache.FailoverCache", "LOCATION": REDIS_URL, "KEY_PREFIX": "gd"},
    "database": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "garage_desk_cache",
        # Django's 300 would let an attacker push limits out of the table by filling it.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
}

# History rows: see garages/history.py.
PGHISTORY_BASE_MODEL = "garages.history.Event"
PGHISTORY_APPEND_ONLY = True

# --- People and log-in --------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "garages.User"
AUTHENTICATION_BACKENDS = [
    "garages.accounts.PeopleBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "garages.accounts.AccountAdapter"
ACCOUNT_FORMS = {"login": "garages.accounts.LoginForm", "change_password": "garages.accounts.ChangePasswordForm"}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_RATE_LIMITS = {"login": "30/m/ip", "login_failed": "10/m/ip,5/5m/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_HOPS
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Garage Desk"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # nobody signs up: the address is the one the invitation reached

# --- Language, time, numbers --------------------------------------------------------------------------------------
LANGUAGES = [("en", _("English")), ("fr", _("French")), ("es", _("Spanish"))]
LANGUAGE_CODE = "en"
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"
PHONENUMBER_DB_FORMAT = "E164"

# --- Static files -------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_ROOT = BASE_DIR / "static" / "root"  # what browsers ask for at the root: /favicon.ico
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# --- E-mail -------------------------------------------------------------------------------------------------------
# Without EMAIL_URL nothing leaves this machine: messages are written to DATA_DIR/mail, one file each.
_email = env("EMAIL_URL", default="")
if _email:
    vars().update(env.email_url_config(_email))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_TIMEOUT = 10
EMAIL_IS_SANDBOX = not _email
# Unset, texts are written to the messages page and go nowhere.
SMS_URL = env("SMS_URL", default="")
SMS_BASE_URL = env("TWILIO_BASE_URL", default="") if SMS_URL.startswith("twilio") else env("OVH_BASE_URL", default="")
TELEGRAM_BOT_TOKEN = env("TELEGRAM_BOT_TOKEN", default="")
TELEGRAM_BOT_NAME = env("TELEGRAM_BOT_NAME", default="")
TELEGRAM_BASE_URL = env("TELEGRAM_BASE_URL", default="")
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Garage Desk <desk@garage-desk.example>")

# --- Vehicle registers (UK) ---------------------------------------------------------------------------------------
# Without keys the bundled sandbox answers (integrations/vehicles/sandbox.py).
DVSA_CLIENT_ID = env("DVSA_CLIENT_ID", default="")
DVSA_CLIENT_SECRET = env("DVSA_CLIENT_SECRET", default="")
DVSA_API_KEY = env("DVSA_API_KEY", default="")
DVSA_TOKEN_URL = env("DVSA_TOKEN_URL", default="")
DVSA_BASE_URL = env("DVSA_BASE_URL", default="")
DVLA_API_KEY = env("DVLA_API_KEY", default="")
DVLA_BASE_URL = env("DVLA_BASE_URL", default="")

# --- Acts and messages --------------------------------------------------------------------------------------------
# How long the confirmation line offers to undo. Whoever tells customers of a change waits this long first.
UNDO_SECONDS = 10
# To connect to a partner, and between two bytes of its answer.
PARTNER_TIMEOUTS = (3.05, 10.0)
# How long one worker has a message to itself: longer than any channel's time-outs together.
MESSAGE_LEASE_SECONDS = 90
# Before it is tried again: doubled with each attempt, up to an hour.
MESSAGE_FIRST_PAUSE_SECONDS = 20.0

# --- Celery -------------------------------------------------------------------------------------------------------
CELERY_BROKER_URL = REDIS_URL.replace("unix://", "redis+socket://").replace("?db=", "?virtual_host=")
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# The worker waits for a queue that is away as long as it takes; pages do not (garages/queue.py).
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 600, "socket_timeout": 5, "socket_connect_timeout": 1}
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 90
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 5
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = {
    "messages": {"task": "notifications.tasks.sweep", "schedule": 15, "options": {"expires": 15}},
    "account-mail": {"task": "garages.tasks.send_account_mails", "schedule": 15, "options": {"expires": 15}},
    "heartbeat": {"task": "garage_desk.tasks.heartbeat", "schedule": 15, "options": {"expires": 15}},
    "housekeeping": {"task": "garage_desk.tasks.housekeeping", "schedule": 3600, "options": {"expires": 3600}},
    "waiting-list": {"task": "bookings.tasks.offer_again", "schedule": 60, "options": {"expires": 60}},
    "no-shows": {"task": "bookings.tasks.miss_untouched_everywhere", "schedule": 3600, "options": {"expires": 3600}},
    "due": {"task": "notifications.tasks.plan_due_everywhere", "schedule": 600, "options": {"expires": 600}},
    "learn-menus": {"task": "bookings.tasks.learn_menus", "schedule": crontab(hour=3, minute=10)},
}

# --- Security -----------------------------------------------------------------------------------------------------
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEBUG
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=not DEBUG)
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 0 if DEBUG else 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = not DEBUG
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXY_HOPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# For each IP address, of pages without a log-in: many people may share one.
PUBLIC_PAGES_A_MINUTE = 120
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "style-src-attr": [UNSAFE_INLINE],  # only for lengths that come from data: style="--v:72"
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
# The admin's theme is built on Alpine, which evaluates expressions and sets styles.
ADMIN_CONTENT_SECURITY_POLICY = {
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
}

# Exported cells never run as formulas, and never break a workbook (garages/exchange).
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
IMPORT_EXPORT_ESCAPE_ILLEGAL_CHARS_ON_EXPORT = True

# --- Looking in from outside --------------------------------------------------------------------------------------
LOGGING = logging_config()
SENTRY_DSN = env("SENTRY_DSN", default="")
if SENTRY_DSN:
    import sentry_sdk

    sentry_sdk.init(
        dsn=SENTRY_DSN,
        send_default_pii=False,
        include_local_variables=False,
        max_request_body_size="never",
        before_send=for_sentry,
    )

UNFOLD = {
    "SITE_TITLE": "Garage Desk",
    "SITE_HEADER": "Garage Desk",
    "SITE_SUBHEADER": _("Platform"),
    "SITE_ICON": "garage_desk.admin_menu.mark",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "garage_desk.admin_menu.mark"}],
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SIDEBAR": {"show_search": True, "show_all_applications": False, "navigation": "garage_desk.admin_menu.sidebar"},
    "COLORS": {
        "primary": {
            "50": "oklch(97.5% .018 168)",
            "100": "oklch(94.5% .04 168)",
            "200": "oklch(89.5% .07 168)",
            "300": "oklch(82.5% .1 168)",
            "400": "oklch(73% .115 168)",
            "500": "oklch(63% .115 168)",
            "600": "oklch(44.5% .085 168)",
            "700": "oklch(39% .075 168)",
            "800": "oklch(33% .065 168)",
            "900": "oklch(28% .055 168)",
            "950": "oklch(20% .04 168)",
        }
    },
}
