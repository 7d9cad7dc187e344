"""Django's settings, read from the environment (see environment.py) and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path

from csp.constants import NONE, SELF

from licensing.shipped import shipped
from trueup.project.embedded import database_settings
from trueup.project.environment import read_environment

SOURCE = Path(__file__).resolve().parents[1]
LIBRARY = shipped("library")
DOCS = shipped("docs")
ENVIRONMENT = read_environment(os.environ)

HOME = ENVIRONMENT.home
ENGINE = ENVIRONMENT.engine
SCANNER = ENVIRONMENT.scanner
LIBRARY_KEYS = ENVIRONMENT.library_keys
SMTP_URL = ENVIRONMENT.smtp_url
MAIL_FROM = ENVIRONMENT.mail_from
PRIVATE_WEBHOOKS = ENVIRONMENT.private_webhooks
PRIVATE_SOURCES = ENVIRONMENT.private_sources
API_REQUESTS_PER_MINUTE = ENVIRONMENT.api_requests_per_minute
SECRET_KEY = ENVIRONMENT.secret_key
DEBUG = ENVIRONMENT.debug
ALLOWED_HOSTS = ENVIRONMENT.hosts
WSGI_APPLICATION = "trueup.project.wsgi.application"
ROOT_URLCONF = "trueup.project.urls"
DATABASES = {"default": {**database_settings(os.environ), "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "tenancy.User"

ROOMS = [
    "audit",
    "tenancy",
    "vault",
    "jobs",
    "saved_views",
    "fields",
    "deliveries",
    "people",
    "catalogue",
    "devices",
    "contracts",
    "licences",
    "inventory",
    "sources",
    "documents",
    "assignments",
    "assets",
    "articles",
    "compliance",
    "tickets",
    "workflows",
    "alerts",
    "reports",
    "reviews",
    "audit_cases",
]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "procrastinate.contrib.django",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    *[f"trueup.{room}" for room in ROOMS],
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "trueup.web.tongue.Tongue",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "trueup.web.doorway.Doorway",
    "trueup.api.doorway.Doorway",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [SOURCE / "web"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "trueup.web.doorway.shell",
            ],
            "builtins": ["template_partials.templatetags.partials", "trueup.web.kit.tags"],
        },
    }
]

LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", "English"), ("de", "Deutsch"), ("fr", "Français")]
LOCALE_PATHS = [SOURCE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATICFILES_DIRS = [SOURCE / "web" / "static"]
STATIC_ROOT = HOME / "static"
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": HOME / "files"},
    },
    "staticfiles": {"BACKEND": "trueup.web.assets.HashedStatic"},
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_KEEP_ONLY_HASHED_FILES = False

AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "trueup.web.account_adapter.ClosedSignup"
MFA_FORMS = {"authenticate": "trueup.web.account_adapter.CodeForm"}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
MFA_TOTP_ISSUER = "Trueup"

SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = ENVIRONMENT.is_https
CSRF_COOKIE_SECURE = ENVIRONMENT.is_https
CSRF_TRUSTED_ORIGINS = ENVIRONMENT.origins
ADDRESS = ENVIRONMENT.origin or f"http://{ENVIRONMENT.bind}"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if ENVIRONMENT.is_https else None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 20 * 1024 * 1024
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
    }
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"tokens": {"()": "trueup.project.logs.MaskTokens"}},
    "formatters": {"line": {"()": "trueup.project.logs.JsonLine"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["tokens"]}},
    "root": {"handlers": ["out"], "level": "WARNING"},
}
PROCRASTINATE_IMPORT_PATHS = ["trueup.worker.schedule"]
