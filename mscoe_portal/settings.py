"""Settings of the portal: one file, safe for production. The environment may only relax it.

`.env.example` lists the variables. `DEMO` (set by `make run`) relaxes what a trial on one's own computer needs:
plain HTTP and a secret key kept in `var/`.
"""

import warnings
from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"


def text_of(path):
    """What the file `path` says; "" where there is none. Raises ImproperlyConfigured where it cannot be read."""
    try:
        return path.read_text()
    except FileNotFoundError:
        return ""
    except OSError as error:
        raise ImproperlyConfigured(
            f"{path} cannot be read ({error.strerror}). Run this as the user that runs the portal; on a server, by: "
            "portal-manage COMMAND"
        ) from None


env = environ.Env()
# Told here: environ takes what it may not read for what is not there, and the secret key would seem to be missing.
if text_of(BASE_DIR / ".env"):
    env.read_env(BASE_DIR / ".env")
try:
    VAR_DIR.mkdir(exist_ok=True)
except OSError as error:
    raise ImproperlyConfigured(f"The folder {VAR_DIR} cannot be made ({error.strerror}).") from None
# What a release leaves to the next one. The rest of var/ is a release's own.
SHARED_DIR = Path(env.str("SHARED_DIR", default=str(VAR_DIR)))


def whole_number(name, default, *, least=1):
    """The environment's whole number `name`, `least` at least. Raises ImproperlyConfigured."""
    try:
        number = env.int(name, default=default)
    except ValueError:
        number = least - 1
    if number < least:
        raise ImproperlyConfigured(f"{name} must be a whole number, {least} or more, such as {default}.")
    return number


# --- How this copy runs ---------------------------------------------------------------------------------------------

DEMO = env.bool("DEMO", default=False)
DEBUG = env.bool("DEBUG", default=False)
HOST = env.str("HOST", default="127.0.0.1")
PORT = whole_number("PORT", 8000)
# A Unix socket to listen at instead, for a web server on the same host (deploy/nginx.conf).
SOCKET = env.str("SOCKET", default="")
WORKERS = whole_number("WORKERS", 2)
# Whether each request comes from a proxy of ours: then it is believed what X-Forwarded-Proto and X-Request-ID say.
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)

SECRET_KEY = env.str("SECRET_KEY", default="") or (text_of(VAR_DIR / "secret_key") if DEMO else "")
if not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set, so sessions could be forged. Put a long random text into the environment variable "
        "SECRET_KEY or the file .env. To try the portal on your own computer, start it with: make run"
    )

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=[HOST, "127.0.0.1", "localhost", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
ROOT_URLCONF = "mscoe_portal.urls"
WSGI_APPLICATION = "mscoe_portal.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SITE_ID = 1

# --- Apps -----------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "mscoe_portal",
    "mscoe_portal.accounts",
    "mscoe_portal.backup",
    "mscoe_portal.navigation",
    "mscoe_portal.delivery",
    "mscoe_portal.monitoring",
    "mscoe_portal.review",
    "mscoe_portal.search",
    "mscoe_portal.uploads",
    "stemcells",
    "mscoe_portal.apps.EditorsAdminConfig",
    "django.forms",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sites",
    "django.contrib.sitemaps",
    "django.contrib.redirects",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "csp",
    "cms",
    "menus",
    "treebeard",
    "sekizai",
    "parler",
    "filer",
    "easy_thumbnails",
    "djangocms_versioning",
    "djangocms_alias",
    "djangocms_link",
    "djangocms_text",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "mscoe_portal.content_security.ContentSecurityMiddleware",
    "mscoe_portal.staff_answers.StaffAnswersMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "mscoe_portal.without_database.ApphookReloadMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "mscoe_portal.bad_requests.RefuseBadRequestsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "mscoe_portal.delivery.middleware.EditorsTakeTurns",
    "django_otp.middleware.OTPMiddleware",
    "mscoe_portal.accounts.idle.IdleMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "mscoe_portal.accounts.middleware.SecondFactorMiddleware",
    "cms.middleware.user.CurrentUserMiddleware",
    "mscoe_portal.not_saved.NotSavedMiddleware",
    "mscoe_portal.review.middleware.TellOfTakeOverMiddleware",
    "mscoe_portal.current_page.CurrentPageMiddleware",
    "mscoe_portal.without_database.ToolbarMiddleware",
    "mscoe_portal.delivery.middleware.TellWhenLive",
    "mscoe_portal.delivery.middleware.MarkPublicPages",
    "mscoe_portal.shown_language.ShownLanguageMiddleware",
    "mscoe_portal.navigation.middleware.OldAddressMiddleware",
    "django.contrib.redirects.middleware.RedirectFallbackMiddleware",
    "axes.middleware.AxesMiddleware",
    "mscoe_portal.atomic_writes.AtomicWritesMiddleware",
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
                "cms.context_processors.cms_settings",
                "sekizai.context_processors.sekizai",
                "mscoe_portal.context_processors.crisis_line",
            ],
        },
    }
]

# Forms look for their templates where pages do: templates/django/forms says in words what is required.
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Database -------------------------------------------------------------------------------------------------------

with warnings.catch_warnings(action="ignore"):  # of an unknown database; the error below says it
    try:
        DATABASES = {"default": env.db("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'portal.sqlite3'}")}
    except ValueError:  # of an unreadable port; its words are not shown, since they may hold a part of the password
        raise ImproperlyConfigured(
            "DATABASE_URL must give a port as a number up to 65535, as in postgres://USER:PASSWORD@HOST:5432/NAME; "
            "in the password, / is written as %2F and ? as %3F."
        ) from None
_engine = DATABASES["default"].get("ENGINE")
if _engine not in ("django.db.backends.sqlite3", "django.db.backends.postgresql"):
    raise ImproperlyConfigured(
        "DATABASE_URL must name a PostgreSQL or SQLite database, as in postgres://USER:PASSWORD@HOST:5432/NAME or "
        "sqlite:///var/portal.sqlite3"
    )
if _engine == "django.db.backends.sqlite3":
    # Several workers write: readers must not block, and a writer waits its turn instead of failing half way.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    # Seconds (milliseconds) after which a server that cannot be heard any more counts as gone.
    DATABASES["default"].setdefault("OPTIONS", {}).update(connect_timeout=3, tcp_user_timeout=5000)

# --- Files ----------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_URL = "/media/"
MEDIA_ROOT = SHARED_DIR / "media"
BACKUPS_DIR = SHARED_DIR / "backups"
# What readers get when an answer fails, database or not; written after each change of what it shows.
SERVER_ERROR_PAGE = VAR_DIR / "error" / "500.html"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Finished pages, for every process of this host; as plain files too, for nginx, if DELIVERY_FILES says so.
DELIVERY_DIR = Path(env.str("DELIVERY_DIR", default=str(VAR_DIR / "delivery")))
DELIVERY_FILES = env.bool("DELIVERY_FILES", default=False)
# The dotted name of a function that is called with a list of addresses whose pages have changed: docs/operations.md.
DELIVERY_PURGE = env.str("DELIVERY_PURGE", default="")

# --- Languages ------------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("es", _("Spanish"))]
# The second: what packages say in terms of their own, in plain words. `make messages` leaves it alone.
LOCALE_PATHS = [BASE_DIR / "locale", BASE_DIR / "mscoe_portal" / "package_words"]
FORMAT_MODULE_PATH = "mscoe_portal.formats"
TIME_ZONE = env.str("TIME_ZONE", default="America/New_York")
CMS_LANGUAGES = {
    # A page that is not translated is shown in English under its own address: no redirect, no empty menu.
    "default": {"fallbacks": ["en"], "public": True, "hide_untranslated": False, "redirect_on_fallback": False},
    SITE_ID: [{"code": code, "name": name} for code, name in LANGUAGES],
}

SILENCED_SYSTEM_CHECKS = [
    "treebeard.E001",  # django CMS 5.1's own PageManager; its business until treebeard 6
    "security.W019",  # X_FRAME_OPTIONS below: the CMS's dialogs are frames
]

# --- django CMS -----------------------------------------------------------------------------------------------------

CMS_CONFIRM_VERSION4 = True
CMS_TEMPLATES = [
    ("pages/topic.html", _("Topic")),
    ("pages/home.html", _("Home")),
    ("pages/site_map.html", _("Site map")),
]
# What an editor may place where, those included that stand inside others (a citation in a text).
_TEXT = ["TextPlugin", "CitationPlugin"]
_NOTES = ["CalloutPlugin", "RecommendationCalloutPlugin", "DisclaimerNotePlugin"]
_RECORDS = ["CellTypeListPlugin", "CellTypeCardPlugin", "ClinicRiskTeaserPlugin"]
_PATHS = ["PathsPlugin", "PathPlugin"]
CMS_PLACEHOLDER_CONF = {
    "lead": {"name": _("Introduction"), "plugins": ["TextPlugin"], "limits": {"global": 1}},
    "in_short": {"name": _("In short"), "plugins": ["TextPlugin"], "limits": {"global": 1}},
    "prose": {"name": _("Text"), "plugins": [*_TEXT, *_NOTES]},
    # The placeholder of an alias has this name too, and other plugins: those that aliases alone may hold.
    **{
        f"{template} content": {"name": _("Text"), "plugins": [*_TEXT, *_NOTES, *_RECORDS, *_PATHS]}
        for template, _name in CMS_TEMPLATES
    },
}
CMS_TOOLBAR_ANONYMOUS_ON = False
# The browser would open the frame again on the next pages, with the draft and the steps of the page before.
CMS_SIDEFRAME_ENABLED = False
# These caches live in one worker's memory each: after a publish two workers would answer differently.
CMS_PAGE_CACHE = False
CMS_PLACEHOLDER_CACHE = False
CMS_PLUGIN_CACHE = False
CMS_CACHE_DURATIONS = {"menus": 0, "content": 0, "permissions": 0}
DJANGOCMS_VERSIONING_LOCK_VERSIONS = True
# The versions of a record are reached from the record: a second menu of them would only be in the way.
DJANGOCMS_VERSIONING_VERBOSE_UI = False
# A static alias is edited in its own view: a page's editor cannot change what every page shows in passing.
STATIC_ALIAS_EDITING_ENABLED = False

# Static aliases that the frame of every page shows (templates/base.html).
FRAME_ALIASES = ["at-notice", "quick-links", "official-banner", "seal"]

# --- Rich text ------------------------------------------------------------------------------------------------------

# What the editor offers; `mscoe_portal/rich_text.py` decides what is kept, whatever the editor sends.
TEXT_INLINE_EDITING = False  # it would save at each loss of focus, without a word about what is refused
TEXT_AUTO_HYPHENATE = False
_TEXT_TOOLBAR = [
    ["Undo", "Redo"],
    ["Paragraph", "Heading2", "Heading3", "Heading4"],
    ["Bold", "Italic", "Abbreviation", "InlineStyles", "RemoveFormat"],
    ["BulletedList", "NumberedList", "Blockquote"],
    ["Link", "Unlink", "Table"],
    ["Subscript", "Superscript"],
]
TEXT_EDITOR_SETTINGS = {
    "toolbar_CMS": [*_TEXT_TOOLBAR, ["CMSPlugins"]],
    "toolbar_HTMLField": _TEXT_TOOLBAR,
    # The language of words in a text (WCAG 3.1.2), and titles of works.
    "inlineStyles": [
        *(
            {"name": name, "element": "span", "attributes": {"lang": code}}
            for code, name in [*LANGUAGES, ("la", _("Latin"))]
        ),
        {"name": _("Title of a work"), "element": "cite"},
    ],
}

# --- Uploads --------------------------------------------------------------------------------------------------------

# What may be uploaded: mscoe_portal/uploads/kinds.py. It looks at the content before filer, which goes by names.
FILER_MIME_TYPE_WHITELIST = ["image/jpeg", "image/png", "image/webp", "image/svg+xml", "application/pdf"]
FILER_REMOVE_FILE_VALIDATORS = ["image/svg+xml"]  # a drawing is cleaned once
# Of one file, in megabytes; deploy/nginx.conf lets that much through.
FILER_UPLOADER_MAX_FILE_SIZE = 20
# A picture unpacks to some four bytes a pixel: of more a few would fill the memory.
FILER_MAX_IMAGE_PIXELS = 25_000_000
FILE_UPLOAD_HANDLERS = [
    "mscoe_portal.uploads.handlers.SizeLimitHandler",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]
# Read by all, run by nobody.
FILE_UPLOAD_PERMISSIONS = 0o644

# --- Sign-in --------------------------------------------------------------------------------------------------------

LOGIN_URL = "admin:login"
# The first refuses who is locked out, whether the name exists or not, before a password is looked at.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "mscoe_portal.accounts.backends.PasswordBackend"]

# Wrong tries are counted for a user name and an address together: nobody can lock out a person who is elsewhere.
AXES_FAILURE_LIMIT = 10
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "mscoe_portal.accounts.lockout.counted_name"
AXES_COOLOFF_TIME = timedelta(minutes=15)
# Tries during a lock-out neither make it longer nor are they kept.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "mscoe_portal.accounts.lockout.locked_out"
# Neither in the admin, nor who has signed in and when; and nobody's name or address in the log.
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
AXES_DISABLE_ACCESS_LOG = True
AXES_SENSITIVE_PARAMETERS = ["username", "ip_address", "csrfmiddlewaretoken"]
# Of how many proxies in front of the site each adds to X-Forwarded-For the address that it was asked by. What stands
# before these can be made up; without proxies all can.
PROXY_COUNT = whole_number("PROXY_COUNT", 0, least=0)
if PROXY_COUNT:
    AXES_IPWARE_META_PRECEDENCE_ORDER = ("HTTP_X_FORWARDED_FOR",)
    # ipware counts the addresses behind the client's, which the last proxy does not add.
    AXES_IPWARE_PROXY_COUNT = PROXY_COUNT - 1
    IPWARE_STRICT = False

# Of who does nothing; and how long before the end the browser warns (mscoe_portal/accounts/idle.py).
SESSION_COOKIE_AGE = 30 * 60
SESSION_WARNING = timedelta(minutes=5)
# Of who does something again and again.
SESSION_LONGEST = timedelta(hours=24)

# mscoe_portal/accounts/passwords.py says why these and no others.
_DJANGOS_VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"{_DJANGOS_VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": f"{_DJANGOS_VALIDATORS}.CommonPasswordValidator"},
    {"NAME": f"{_DJANGOS_VALIDATORS}.UserAttributeSimilarityValidator"},
    {"NAME": "mscoe_portal.accounts.passwords.ExpectedPasswordValidator"},
]
# How long the link works that replaces a forgotten password (templates/accounts/ say it, too).
PASSWORD_RESET_TIMEOUT = 4 * 60 * 60

# --- Second factor --------------------------------------------------------------------------------------------------

# Every editor gives one at sign-in (mscoe_portal/accounts/second_factor.py). In a demo who has not set one up goes on.
SECOND_FACTOR_MAY_BE_PUT_OFF = DEMO
# Whose code it is, as the authenticator app shows it.
OTP_TOTP_ISSUER = "MSCoE portal"

# --- Sign-in with an agency's own provider --------------------------------------------------------------------------

# OpenID Connect (mscoe_portal/accounts/openid_connect.py): on with these, off without any.
_NEEDED = ["ISSUER", "AUTHORIZATION_ENDPOINT", "TOKEN_ENDPOINT", "JWKS_ENDPOINT"]
_provider = {f"OIDC_OP_{name}": env.str(f"OIDC_OP_{name}", default="") for name in _NEEDED}
_provider |= {name: env.str(name, default="") for name in ("OIDC_RP_CLIENT_ID", "OIDC_RP_CLIENT_SECRET")}
try:
    _groups = env.json("OIDC_GROUPS", default={})
except ValueError:
    _groups = None
if not (isinstance(_groups, dict) and all(isinstance(_name, str) for _name in _groups.values())):
    raise ImproperlyConfigured('OIDC_GROUPS must be JSON, such as {"portal-authors": "Authors"}.')
_provider["OIDC_GROUPS"] = _groups
_missing = [name for name, value in _provider.items() if not value]
if len(_missing) not in {0, len(_provider)}:
    raise ImproperlyConfigured(f"Sign-in by OpenID Connect needs these, too: {', '.join(_missing)}.")
OIDC_OP_USER_ENDPOINT = env.str("OIDC_OP_USER_ENDPOINT", default="")
for _name, _value in [*_provider.items(), ("OIDC_OP_USER_ENDPOINT", OIDC_OP_USER_ENDPOINT)]:
    if str(_value).startswith("http:") and not (DEMO or DEBUG):
        raise ImproperlyConfigured(f"{_name} must begin with https://, or who listens could sign in as anybody.")
vars().update(_provider)
# What readers of the sign-in page know it by.
OIDC_NAME = env.str("OIDC_NAME", default="") or _("your agency")
OIDC_RP_SCOPES = env.str("OIDC_RP_SCOPES", default="openid email profile")
OIDC_RP_SIGN_ALGO = env.str("OIDC_RP_SIGN_ALGO", default="RS256")
OIDC_GROUPS_CLAIM = env.str("OIDC_GROUPS_CLAIM", default="groups")
OIDC_ACR_VALUES = env.str("OIDC_ACR_VALUES", default="")
# Seconds since the agency asked a person; as for a signature (accounts/second_factor.py).
OIDC_MAX_AGE = whole_number("OIDC_MAX_AGE", 900, least=0)
OIDC_USE_PKCE = True
# Seconds.
OIDC_TIMEOUT = 10
OIDC_AUTHENTICATION_CALLBACK_URL = "agency-sign-in-callback"
if not _missing:
    AUTHENTICATION_BACKENDS += ["mscoe_portal.accounts.openid_connect.AgencyBackend"]

# --- E-mail ---------------------------------------------------------------------------------------------------------

# Without a server reminders are printed, in a demo other letters, too (accounts/letters.py).
try:
    vars().update(env.email_url("EMAIL_URL", default="consolemail://"))
except (ValueError, ImproperlyConfigured):  # its words may hold a part of the password
    raise ImproperlyConfigured(
        "EMAIL_URL must be an address such as smtp+tls://USER:PASSWORD@HOST:587; in the password, / is written as %2F "
        "and ? as %3F."
    ) from None
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="MSCoE portal <webmaster@localhost>")

# --- Security -------------------------------------------------------------------------------------------------------

_https = not (DEMO or DEBUG)
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=_https)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REDIRECT_EXEMPT = [r"^healthz/"]
SECURE_HSTS_SECONDS = 63_072_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
CSRF_FAILURE_VIEW = "mscoe_portal.errors.csrf_failure"
# The CMS shows its edit dialogs in frames of the same origin.
X_FRAME_OPTIONS = "SAMEORIGIN"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "frame-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
    }
}
PERMISSIONS_POLICY = {
    feature: []
    for feature in ("accelerometer", "camera", "display-capture", "geolocation", "gyroscope", "magnetometer")
    + ("microphone", "midi", "payment", "usb")
}

# --- Monitoring -----------------------------------------------------------------------------------------------------

# Who sends it gets the figures of /healthz/metrics; without one nobody does.
METRICS_TOKEN = env.str("METRICS_TOKEN", default="")
# A file for each command that runs once a day: when it last did its work.
LAST_RUNS_DIR = SHARED_DIR / "last-runs"

# --- Logging --------------------------------------------------------------------------------------------------------

# JSON for machines, plain lines for people who try it out; mscoe_portal/monitoring/logs.py says what they hold.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {"()": "mscoe_portal.monitoring.logs.JsonLines"},
        "plain": {"()": "mscoe_portal.monitoring.logs.PlainLines"},
        # Whoever debugs sees everything.
        "line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line" if DEBUG else "plain" if DEMO else "json",
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        # Django's own handler would send whole requests, cookies included, to ADMINS.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        # It tells of each step of each sign-in.
        "axes": {"level": "WARNING"},
        # It quotes what an uploaded document holds.
        "pypdf": {"level": "CRITICAL"},
    },
}

# --- What the site always says --------------------------------------------------------------------------------------

# Not editable in the admin: no edit may lose it. Source: Veterans Crisis Line, as named in the content brief.
CRISIS_LINE = {
    "phone": "988",
    "press": "1",
    "text": "838255",
    "chat": "https://www.veteranscrisisline.net/",
}
