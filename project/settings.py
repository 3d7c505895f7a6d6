"""Django's settings; whatever differs between sites comes from project.environment."""

import os
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from project.database import connection
from project.environment import Environment, Keys

BASE_DIR = Path(__file__).resolve().parent.parent
# Names are read sign by sign; pypinyin's phrases would cost each process forty megabytes.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")

env = Environment.of_process()
DEBUG = env.flag("GYG_DEBUG", True)
VAR_DIR = env.path("GYG_VAR_DIR", BASE_DIR / "var")

keys = Keys.of(env, made_in=VAR_DIR / "keys" if DEBUG else None)
SECRET_KEY = keys.secret
# Key name -> 32 bytes. The first encrypts; the others still read what they once encrypted.
DATA_KEYS = keys.data
HMAC_KEY = keys.hmac

LOCAL_HOSTS = "localhost,127.0.0.1,[::1],testserver"
ALLOWED_HOSTS = env.words("GYG_ALLOWED_HOSTS", LOCAL_HOSTS if DEBUG else None)
CSRF_TRUSTED_ORIGINS = env.words("GYG_CSRF_ORIGINS")
ROOT_URLCONF = "project.urls"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "pgtrigger",
    "pghistory",
    "viewflow",
    "viewflow.workflow",
    "django_fsm",
    "django_htmx",
    "procrastinate.contrib.django",
    "axes",
    "csp",
    "project.kernel",
    "registry",
    "policy",
    "notices",
    "contracts",
    "attendance",
    "posts",
    "payroll",
    "workrelief",
    "inspections",
    "reports",
    "project",
]

MIDDLEWARE = [
    "project.running.requests.Named",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    # Before the first that reads a form: what is too long is not read.
    "project.kernel.uploads.entrance.Bounds",
    "django.middleware.csrf.CsrfViewMiddleware",
    "project.kernel.sign_ins.Known",
    # Closed unless a view is marked as public; before viewflow asks for a person's sections.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "project.kernel.uploads.entrance.Scanning",
    "project.kernel.history.Says",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "viewflow.middleware.SiteMiddleware",
    "project.kernel.answers.Refusals",
    "axes.middleware.AxesMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Who may enter, and what is kept

DATABASES = {"default": connection(env.text("DATABASE_URL", ""), VAR_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MEDIA_ROOT = VAR_DIR / "media"

AUTH_USER_MODEL = "kernel.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "registry.access.RoleBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "login"
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 60 * 60
# Whoever does nothing for so long signs in again.
IDLE_MINUTES = env.number("GYG_IDLE_MINUTES", 60)

# Whoever approves, pays, inspects or administers (kernel.roles.GUARDED) shows a code as well.
SECOND_FACTOR = env.flag("GYG_SECOND_FACTOR", not DEBUG)

# The province's identity provider (OpenID Connect), where there is one.
OIDC_ISSUER = env.text("GYG_OIDC_ISSUER", "").rstrip("/")
OIDC_CLIENT = env.text("GYG_OIDC_CLIENT", "")
OIDC_SECRET = env.text("GYG_OIDC_SECRET", "")
OIDC_CLAIM = env.text("GYG_OIDC_CLAIM", "")
OIDC_ACR = env.words("GYG_OIDC_ACR")

# How many of our own proxies stand in front; their word on who called is taken, nobody else's.
PROXIES = env.number("GYG_PROXIES", 0)
AXES_CLIENT_IP_CALLABLE = "project.kernel.origin.address"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "code"]
AXES_VERBOSE = False

# Closed by default

HTTPS = env.flag("GYG_HTTPS", not DEBUG)
SECURE_SSL_REDIRECT = SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
# Whoever watches the server asks it directly, without the proxy that speaks HTTPS.
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 10_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# How much a request may carry without files; with files each page says it for itself.
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
# Where the scanner for viruses listens, where there is one.
CLAMD = env.text("GYG_CLAMD", "")

# Requests each token may make in a minute at one server process; 0 sets no limit.
API_REQUESTS_PER_MINUTE = env.number("GYG_API_PACE", 600)
# Check-ins are judged by limits that each process reads again so often.
CHECK_IN_RULES_SECONDS = 60

# The token in which seals are kept, where there is one.
PKCS11_LIBRARY = env.text("GYG_PKCS11_LIBRARY", "")
PKCS11_TOKEN = env.text("GYG_PKCS11_TOKEN", "")
PKCS11_PIN = env.text("GYG_PKCS11_PIN", "")

# Where people reach the site, as QR codes on paper say it.
SITE_ADDRESS = next(
    iter(CSRF_TRUSTED_ORIGINS), f"{'https' if HTTPS else 'http'}://{ALLOWED_HOSTS[0].lstrip('.')}"
)

# Words, days and files

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True  # Served from where they lie; nothing has to be collected.

# Counts of all processes of this server are added up there; read where they are first made.
METRICS_DIR = env.text("GYG_METRICS_DIR", "")
METRICS_TOKEN = env.text("GYG_METRICS_TOKEN", "")
if METRICS_DIR:
    Path(METRICS_DIR).mkdir(parents=True, exist_ok=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = METRICS_DIR

LOG_FORMAT = env.choice("GYG_LOG_FORMAT", ("LINE", "JSON"), "LINE")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    # Numbers of people are taken out of every line, whoever wrote it.
    "formatters": {
        "LINE": {
            "()": "project.running.logs.Line",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        },
        "JSON": {"()": "project.running.logs.JsonLine"},
    },
    "loggers": {
        # What it has to say of a file, the verdict says in sentences.
        "pyhanko": {"level": "CRITICAL"},
        "pyhanko_certvalidator": {"level": "CRITICAL"},
        # Each statement with its values would put names into the log; each glyph and task fills it.
        "django.db.backends": {"level": "INFO"},
        "fontTools": {"level": "WARNING"},
        "procrastinate.blueprints": {"level": "WARNING"},
        "procrastinate.periodic": {"level": "WARNING"},
        "weasyprint": {"level": "WARNING"},
    },
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": LOG_FORMAT}},
    "root": {
        "handlers": ["console"],
        "level": env.choice("GYG_LOG_LEVEL", ("DEBUG", "INFO", "WARNING", "ERROR"), "WARNING"),
    },
}
