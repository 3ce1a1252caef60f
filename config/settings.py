"""All settings, read from the environment. `docs/operations.md` lists them for operators."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

from jobs import broker

from . import api_settings

env = environ.Env()

ROOT = Path(__file__).resolve().parent.parent
DATA = Path(env("FIVEFOLD_DATA", default=str(ROOT / "var"))).resolve()

DEBUG = env.bool("DEBUG", default=False)
# A demo has sign-ins that everybody knows and asks staff for no second factor: never for real learners.
DEMO = env.bool("DEMO", default=False)
# `script/server` keeps one in the data folder, so that other commands find it there too.
kept_key = DATA / "secret.key"
SECRET_KEY = env(
    "SECRET_KEY",
    default=kept_key.read_text() if kept_key.is_file() else "only-for-debug" if DEBUG else env.NOTSET,
)
BASE_URL = env("BASE_URL", default="http://127.0.0.1:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = [BASE_URL]

INSTALLED_APPS = [
    "authoring",
    "study",
    "flashcards",
    "quizzes",
    "lessons",
    "enrollment",
    "courses",
    "media",
    "accounts",
    "jobs",
    "lib",
    "authoring.desk.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.postgres",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "csp",
    "django_filters",
    "django_htmx",
    "rest_framework",
    "knox",
    "drf_spectacular",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    # So early that files and answers given before any view is found carry it too.
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "lib.files.CompressionMiddleware",
    "lib.files.CookielessMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.SignInMiddleware",
    "accounts.middleware.PersonMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "accounts.middleware.FormStatusMiddleware",
    "lib.answers.AnswersMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.person",
            ],
        },
    }
]

# --- Data -----------------------------------------------------------------------------------------------------------

if env("DATABASE_URL", default=""):
    DATABASES = {"default": env.db("DATABASE_URL")}
    # A connection that died while idle is found before it is used, not by a learner.
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
else:
    DATABASES = {
        "default": {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": DATA / "db.sqlite3",
            "CONN_MAX_AGE": 60,
            "OPTIONS": {
                # IMMEDIATE takes the write lock at BEGIN, so no read ever fails while turning into a write.
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;"
                    "PRAGMA mmap_size=134217728; PRAGMA journal_size_limit=27103364; PRAGMA cache_size=-20000"
                ),
            },
        }
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

CACHES = {
    # Shared by all processes and machines: login limits must count everywhere, also while Redis is down.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache_entries",
        # The default of 300 would let a flood of log-ins push the limits of others out of the table.
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    },
    # Rendered pages, kept per process. Keys carry the content's revision, so nothing has to be invalidated.
    "pages": {
        # While templates are being written, nothing made from them may be kept.
        "BACKEND": "django.core.cache.backends.dummy.DummyCache" if DEBUG else "lib.memory.Memory",
        "LOCATION": "pages",
        "TIMEOUT": 600,
        "OPTIONS": {"MAX_ENTRIES": 1000},
    },
    # What searches found, so that paging through them does not search again.
    "searches": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "searches",
        "TIMEOUT": 60,
        "OPTIONS": {"MAX_ENTRIES": 300},
    },
    # Who called the API how often, counted per process.
    "throttles": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "throttles",
        "OPTIONS": {"MAX_ENTRIES": 10_000},
    },
}

# --- Background work ------------------------------------------------------------------------------------------------

# What carries wake-ups to workers: Redis where there is one; else the server that `script/server` runs, whose address
# it keeps in the data folder; else files in that folder. Rows of `jobs.Job` are the truth, so any of them may be lost.
kept_broker = DATA / "broker.url"
BROKER_URL = env("REDIS_URL", default="") or (kept_broker.read_text() if kept_broker.is_file() else broker.FILES)
WORK_APPLICATION = "config.celery.app"
CELERY_BROKER_URL = BROKER_URL
MESSAGES_ROOT = DATA / "messages"
CELERY_BROKER_TRANSPORT_OPTIONS = broker.options(BROKER_URL, MESSAGES_ROOT)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker however long that takes
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "scoring"  # of what beat sends: short work goes where long work never stands before it
CELERY_WORKER_PREFETCH_MULTIPLIER = 1  # a message that lies in one worker cannot wake another
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_DB_REUSE_MAX = 1_000_000  # else Celery closes the database connection after every task; jobs look after theirs
# Who may read /metrics from another machine: `Authorization: Bearer …`. Empty: only this machine.
METRICS_TOKEN = env("METRICS_TOKEN", default="")

# --- People ---------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "study:learn"
ACCOUNT_ADAPTER = "enrollment.gate.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.entrance.LoginForm",
    "signup": "accounts.entrance.SignupForm",
    "add_email": "accounts.entrance.EmailForm",
    "change_password": "accounts.entrance.ChangePasswordForm",
    "set_password": "accounts.entrance.SetPasswordForm",
    "reset_password": "accounts.entrance.ResetPasswordForm",
    "reset_password_from_key": "accounts.entrance.NewPasswordForm",
    "reauthenticate": "accounts.entrance.ReauthenticateForm",
    "confirm_email_verification_code": "accounts.entrance.CodeForm",
}
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_LOGOUT_REDIRECT_URL = "courses:home"
# "mandatory" mails a code before the first sign-in; needs EMAIL_URL. "none" takes the address on trust.
ACCOUNT_EMAIL_VERIFICATION = env.str("EMAIL_VERIFICATION", default="none")
VERIFIES_EMAIL = ACCOUNT_EMAIL_VERIFICATION == "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = VERIFIES_EMAIL
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_FORMAT = {"numeric": True, "length": 6, "dashed": False}
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_PREVENT_ENUMERATION = True
# Somebody else at an open screen changes neither address nor second factor, nor makes a token.
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60  # seconds
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_RATE_LIMITS = {
    # `key` is network address and e-mail address together (accounts/adapter.py).
    "login_failed": "20/15m/ip,5/15m/key",
    "signup": "60/h/ip",  # a class behind one address signs up in one lesson
    "reset_password": "20/h/ip,5/h/key",
}
MFA_ADAPTER = "accounts.adapter.MFAAdapter"
MFA_FORMS = {
    "authenticate": "accounts.entrance.SecondFactorForm",
    "reauthenticate": "accounts.entrance.SecondFactorAgainForm",
    "activate_totp": "accounts.entrance.SecondFactorSetUpForm",
}
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Fivefold"
MFA_ALLOW_UNVERIFIED_EMAIL = True  # an address is proved at sign-up or taken on trust; see EMAIL_VERIFICATION
# Who may write lessons or read reports needs a second factor (ASVS 6.3.3), except in a demo.
REQUIRE_STAFF_MFA = env.bool("REQUIRE_STAFF_MFA", default=not (DEMO or DEBUG))

SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"

# --- Mail -----------------------------------------------------------------------------------------------------------

# Without a mail server, messages are files one can read: a lost password is still found on a first machine.
EMAIL_TIMEOUT = 10  # seconds; a page waits for the mail server no longer
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
EMAIL_CONFIG = env.email("EMAIL_URL", default="") if env("EMAIL_URL", default="") else {}
if EMAIL_CONFIG:
    vars().update(EMAIL_CONFIG)
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = DATA / "mail"
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="Fivefold <fivefold@localhost>")

# --- Pages ----------------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English")]
LOCALE_PATHS = [ROOT / "locale"]
TIME_ZONE = "UTC"
USE_I18N = True
FORMAT_MODULE_PATH = ["config.formats"]
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
STATICFILES_DIRS = [ROOT / "static"]
MEDIA_ROOT = DATA / "media"
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "lib.assets.Storage"
    },
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024  # bytes; a lesson form with 200 cards stays far below
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# --- Audio ----------------------------------------------------------------------------------------------------------

# Empty: `ffmpeg` on the path, else the one that comes with our packages.
FFMPEG_BINARY = env("FFMPEG_BINARY", default="")
# Bytes of address space for one ffmpeg. The bundled one needs 256 MB, distributions' builds up to 384 MB.
FFMPEG_MEMORY = env.int("FFMPEG_MEMORY", default=512 * 1024 * 1024)
AUDIO_LONGEST = env.int("AUDIO_LONGEST", default=3 * 60 * 60)  # seconds of one audio; a small file can hold days

# --- Speech ---------------------------------------------------------------------------------------------------------

# The first that is set up and speaks the language of a course speaks it, unless the course names another.
SPEECH_ENGINES: list[str] = env.list(
    "SPEECH_ENGINES",
    default=[
        "media.speech.adapters.hibari.Hibari",  # comes with the project
        "media.speech.adapters.kokoro.Kokoro",
        "media.speech.adapters.piper.Piper",
        "media.speech.adapters.espeak.ESpeak",  # comes with the project: a plain voice for a hundred languages
    ],
)
KOKORO_MODEL = env("KOKORO_MODEL", default="")  # an .onnx file of Kokoro-82M 1.0
KOKORO_VOICES = env("KOKORO_VOICES", default="")  # its voices: a folder of .bin or .npy files, or one .npz file
PIPER_VOICES = env("PIPER_VOICES", default="")  # a folder of English Piper voices, each .onnx beside its .onnx.json
SPOKEN_CACHE = DATA / "cache" / "spoken"
SPOKEN_CACHE_MB = env.int("SPOKEN_CACHE_MB", default=256)  # about 90 minutes of speech; 0: keep none

# --- Files and delivery ---------------------------------------------------------------------------------------------

# Below these the address is the key: cookies are neither read nor sent.
COOKIELESS = ("/audio/", "/feeds/")
AUDIO_UPLOAD_BYTES = env.int("AUDIO_UPLOAD_BYTES", default=1024**3)  # a recording of 90 minutes as WAV fits
# Behind nginx: the `internal` place that maps to MEDIA_ROOT, such as /_protected/. Empty: this process sends files.
ACCEL_REDIRECT = env("ACCEL_REDIRECT", default="")
S3_BUCKET = env("S3_BUCKET", default="")
if S3_BUCKET:
    S3_ENDPOINT = env("S3_ENDPOINT", default="").rstrip("/")
    S3_REGION = env("S3_REGION", default="us-east-1")
    STORAGES["default"] = {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": S3_BUCKET,
            "endpoint_url": S3_ENDPOINT or f"https://s3.{S3_REGION}.amazonaws.com",
            "region_name": S3_REGION,
            # Without them boto3 looks where it always does: environment, instance role.
            "access_key": env("S3_ACCESS_KEY", default="") or None,
            "secret_key": env("S3_SECRET_KEY", default="") or None,
            "addressing_style": "path",
            "signature_version": "s3v4",
            "default_acl": None,
            "querystring_auth": True,
        },
    }

# --- Safety ---------------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "media-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
if S3_BUCKET:
    # Players are sent on there.
    CONTENT_SECURITY_POLICY["DIRECTIVES"]["media-src"].append(STORAGES["default"]["OPTIONS"]["endpoint_url"])
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
HTTPS = BASE_URL.startswith("https://")
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$", r"^metrics$"]
SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31_536_000 if HTTPS else 0)
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
if HTTPS:
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
# How many proxies in front may be believed about the caller's address and scheme.
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_FAILURE_VIEW = "lib.errors.csrf_failure"

# --- API ------------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = api_settings.FRAMEWORK | {
    # Requests in a period, each process counting for itself: a crawl is slowed down, a page that asks often is not.
    "DEFAULT_THROTTLE_RATES": {
        "visitor": env("API_RATE_VISITOR", default="120/min"),
        "person": env("API_RATE_PERSON", default="600/min"),
        "write": env("API_RATE_WRITE", default="120/min"),
    },
    "NUM_PROXIES": TRUSTED_PROXIES,
}
SPECTACULAR_SETTINGS = api_settings.description(LANGUAGES)
REST_KNOX = api_settings.TOKENS

# --- Log ------------------------------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{levelname} {name}: {message}", "style": "{"}},
    # Some addresses are keys (lib/secrecy.py).
    "filters": {"keys": {"()": "lib.secrecy.KeysInAddresses"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["keys"]}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="INFO")},
    "loggers": {
        "django.request": {"level": "ERROR"},
        "celery": {"level": "WARNING"},
        "kombu": {"level": "WARNING"},
    },
}

if ACCOUNT_EMAIL_VERIFICATION not in {"none", "mandatory"}:
    raise ImproperlyConfigured("EMAIL_VERIFICATION is none or mandatory.")
if VERIFIES_EMAIL and not EMAIL_CONFIG and not DEBUG:
    raise ImproperlyConfigured("EMAIL_VERIFICATION=mandatory needs a mail server: set EMAIL_URL.")
