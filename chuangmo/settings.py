"""One settings file; every value that differs between installations is read from the environment.

`.env.example` lists the variables. A misspelt or impossible value stops the start with a clear word.
"""

from __future__ import annotations

import os
from datetime import date
from pathlib import Path
from typing import Any

import environ
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
# An installation's settings, else those that scripts/run made for the demonstration on this computer.
_ENV_FILES = [BASE_DIR / ".env", BASE_DIR / "var" / "run.env"]
_env_file = os.environ.get("CHUANGMO_ENV_FILE") or next(
    (str(path) for path in _ENV_FILES if path.is_file()), None
)
if _env_file:
    environ.Env.read_env(_env_file)

KNOWN_VARIABLES = {
    "CHUANGMO_ENV_FILE",
    "CHUANGMO_TODAY",
    "CHUANGMO_SECRET_KEY",
    "CHUANGMO_DEBUG",
    "CHUANGMO_ALLOWED_HOSTS",
    "CHUANGMO_TRUSTED_ORIGINS",
    "CHUANGMO_DATABASE_URL",
    "CHUANGMO_DATA_DIR",
    "CHUANGMO_HTTPS",
    "CHUANGMO_DEMO",
    "CHUANGMO_FILE_MAX_MB",
    "CHUANGMO_JOB_LEASE_SECONDS",
    "CHUANGMO_REDIS_URL",
    "CHUANGMO_TODAY_SINCE",
    "CHUANGMO_TEST_DATABASE",
    "CHUANGMO_PORT",
    "CHUANGMO_SITE_URL",
    "CHUANGMO_MAIL_URL",
    "CHUANGMO_MAIL_FROM",
    "CHUANGMO_ROBOT_HOSTS",
}
_unknown = sorted(name for name in os.environ if name.startswith("CHUANGMO_") and name not in KNOWN_VARIABLES)
if _unknown:
    raise ImproperlyConfigured(f"不认识的环境变量（是否拼错）：{'、'.join(_unknown)}")


def _day(name: str) -> date | None:
    text = env.str(name, default="")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} 应为 2017-06-06 这样的日期，现为“{text}”") from error


DEBUG = env.bool("CHUANGMO_DEBUG", default=False)
SECRET_KEY = env.str("CHUANGMO_SECRET_KEY", default="insecure-development-key" if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("请设置 CHUANGMO_SECRET_KEY（一串随机字符；scripts/run 会自动生成）")
ALLOWED_HOSTS = env.list("CHUANGMO_ALLOWED_HOSTS", default=["localhost", "127.0.0.1"])
CSRF_TRUSTED_ORIGINS = env.list("CHUANGMO_TRUSTED_ORIGINS", default=[])
DATA_DIR = Path(env.str("CHUANGMO_DATA_DIR", default=str(BASE_DIR / "var")))
CHUANGMO_TODAY = _day("CHUANGMO_TODAY")
CHUANGMO_TODAY_SINCE = _day(
    "CHUANGMO_TODAY_SINCE"
)  # the real day that is shown as that one; else that of the start
CHUANGMO_DEMO = env.bool("CHUANGMO_DEMO", default=False)

INSTALLED_APPS = [
    "chuangmo.audit",
    "chuangmo.org",
    "chuangmo.workcalendar",
    "chuangmo.access",
    "chuangmo.files",
    "django_celery_beat",  # before jobs, whose register replaces its own
    "chuangmo.jobs",
    "chuangmo.notices",
    "chuangmo.deadlines",
    "chuangmo.review",
    "indicators.stationfiles",
    "indicators.plan",
    "indicators.reporting",
    "indicators.monitoring",
    "indicators.assessment",
    "indicators.insight",
    "indicators.demonstration",
    "projects.works",
    "projects.campaigns",
    "supervision.papers",
    "supervision.inspections",
    "supervision.orders",
    "supervision.meetings",
    "supervision.letters",
    "supervision.scores",
    "supervision.bulletins",
    "supervision.accountability",
    "supervision.morning",
    "archives.texts",
    "archives.holdings",
    "archives.checks",
    "archives.snapshots",
    "archives.books",
    "archives.dossiers",
    "chuangmo.shell",
    "chuangmo.charts",
    "chuangmo.access.apps.DeskConfig",  # django.contrib.admin with the desk as its site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "guardian",
    "simple_history",
    "import_export",
    "django_htmx",
    "django_filters",
    "django_tables2",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "chuangmo.audit.middleware.RequestId",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "chuangmo.shell.middleware.NoNul",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "chuangmo.files.limits.UploadLimit",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "chuangmo.shell.middleware.SignInRequired",
    "chuangmo.shell.middleware.DomainErrors",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "chuangmo.urls"
WSGI_APPLICATION = "chuangmo.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "chuangmo.shell.context_processors.shell",
            ],
        },
    },
]

DATABASES = {
    "default": env.db_url("CHUANGMO_DATABASE_URL", default=f"sqlite:///{DATA_DIR / 'chuangmo.sqlite3'}"),
}
DATABASES["default"]["ATOMIC_REQUESTS"] = False
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["CONN_MAX_AGE"] = 60
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # In the default (deferred) mode a transaction that reads and then writes fails as soon as another one wrote.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    }
else:
    # The server's own guess is that of a turning disk: it would rather read a whole table than a few hundred rows of it.
    # And what we ask for in chunks we read to the end.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault(
        "options", "-c random_page_cost=1.1 -c cursor_tuple_fraction=1"
    )
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
    "guardian.backends.ObjectPermissionBackend",
]
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "chuangmo.access.passwords.MinimumLength", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_LOCKOUT_TEMPLATE = "registration/locked_out.html"
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
AXES_RESET_ON_SUCCESS = True


def _site_url() -> str:
    url = env.str("CHUANGMO_SITE_URL", default="").rstrip("/")
    if url and not url.startswith(("http://", "https://")):
        raise ImproperlyConfigured(f"CHUANGMO_SITE_URL 应以 http:// 或 https:// 开头，现为“{url}”")
    return url or f"http://localhost:{env.int('CHUANGMO_PORT', default=8000)}"


# Links in mails and robots' messages are absolute: this stands before them.
SITE_URL = _site_url()
# Mail goes out only where a server is named: smtp://user:password@host:port, smtp+tls:// (STARTTLS), smtp+ssl://.
MAIL_ENABLED = bool(env.str("CHUANGMO_MAIL_URL", default=""))
if MAIL_ENABLED:
    _mail = env.email_url("CHUANGMO_MAIL_URL")
    EMAIL_BACKEND = _mail["EMAIL_BACKEND"]
    EMAIL_HOST, EMAIL_PORT = _mail["EMAIL_HOST"], _mail["EMAIL_PORT"] or 25
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail["EMAIL_HOST_USER"] or "", _mail["EMAIL_HOST_PASSWORD"] or ""
    EMAIL_USE_TLS, EMAIL_USE_SSL = _mail.get("EMAIL_USE_TLS", False), _mail.get("EMAIL_USE_SSL", False)
    EMAIL_FILE_PATH = _mail["EMAIL_FILE_PATH"] or None
EMAIL_TIMEOUT = 10  # seconds for each answer of the mail server
DEFAULT_FROM_EMAIL = env.str("CHUANGMO_MAIL_FROM", default="") or "chuangmo@localhost"
# Robots of WeCom, DingTalk and Feishu live at the makers' own addresses; private ones (政务微信、专有钉钉) are named here.
ROBOT_HOSTS = env.list("CHUANGMO_ROBOT_HOSTS", default=[])
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    # Drawn charts, by digest, shared by all processes of a machine; emptying it costs some hundredths of a second a chart.
    "charts": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "cache" / "charts",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 2000},
    },
    # Previews of archived files (pages of PDFs as pictures), by content; emptying it costs some tenths of a second a page.
    "previews": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "cache" / "previews",
        "TIMEOUT": None,
        "OPTIONS": {"MAX_ENTRIES": 3000},
    },
}

# Chapters of the dossier that are printed already, by digest; shared by the workers of a machine.
DOSSIER_CACHE = DATA_DIR / "cache" / "dossiers"
# The families that style sheets of prints name first: whichever of them is missing is told at the start.
PRINT_FONTS = ["Noto Serif CJK SC", "Noto Sans CJK SC"]

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = DATA_DIR / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
FIXTURE_DIRS = [BASE_DIR / "fixtures"]

FILE_MAX_BYTES = env.int("CHUANGMO_FILE_MAX_MB", default=50) * 1024 * 1024
# What may be uploaded, by extension, and as what it is served. No kind that a browser would run.
FILE_KINDS = {
    "pdf": "application/pdf",
    "ofd": "application/ofd",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "wps": "application/vnd.ms-works",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "et": "application/vnd.ms-excel",
    "csv": "text/csv",
    "txt": "text/plain",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "dps": "application/vnd.ms-powerpoint",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "heic": "image/heic",
    "heif": "image/heic",
    "png": "image/png",
    "gif": "image/gif",
    "bmp": "image/bmp",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "mp4": "video/mp4",
    "zip": "application/zip",
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 10 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

HTTPS = env.bool("CHUANGMO_HTTPS", default=False)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_AGE = 12 * 3600
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
CSRF_FAILURE_VIEW = "chuangmo.shell.views.csrf_failure"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    # The admin of a third-party package may not be listed here: everything we serve comes from ourselves.
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "style-src-attr": ["'unsafe-inline'"],
        "img-src": [SELF, "data:"],
        "font-src": [SELF, "data:"],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    },
}

IMPORT_EXPORT_TMP_STORAGE_CLASS = "import_export.tmp_storages.MediaStorage"
IMPORT_EXPORT_USE_TRANSACTIONS = True
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
SIMPLE_HISTORY_REVERT_DISABLED = True  # it would pass by the services
GUARDIAN_RAISE_403 = True
DJANGO_TABLES2_TEMPLATE = "components/table.html"

# The menu: label, name of the address, roles that see it (none named: everybody; "staff": whoever may enter the admin).
# An entry appears once its address exists.
_READERS = (
    "reporter",
    "reviewer",
    "office",
    "county_office",
    "inspector",
    "observer",
    "admin",
)  # not assessors
NAVIGATION: list[tuple[str, str, tuple[str, ...]]] = [
    ("首页", "home", ()),
    ("填报", "reporting:report-list", ("reporter", "reviewer", "office", "county_office")),
    ("审核", "review:home", ("reviewer", "office")),
    ("指标", "assessment:wall-current", _READERS),
    ("报送情况", "assessment:matrix-current", _READERS),
    ("监测", "monitoring:site-list", _READERS),
    ("核查", "insight:watch-list", _READERS),
    ("工程", "works:project-current", _READERS),
    ("任务", "campaigns:task-current", _READERS),
    ("督查", "supervision:hub", _READERS),
    ("档案", "holdings:matrix-current", _READERS),
    ("预评估", "dossiers:dossier-list", ("office", "observer", "assessor", "admin")),
    ("催办", "deadlines:chase-list", ("office", "county_office")),
    ("期限", "deadlines:calendar", _READERS),
    ("运行", "jobs:status", ("office", "admin")),
    ("管理", "admin:index", ("staff",)),
]
# What lower floors show of upper ones, by dotted path, so that imports point one way.
HOME_PANELS = [
    "indicators.reporting.panels.owed",
    "projects.works.panels.owed",
    "projects.campaigns.panels.owed",
    "supervision.meetings.panels.owed",
    "archives.holdings.panels.owed",
    "indicators.reporting.panels.waiting",
    "chuangmo.shell.decisions.decisions",
    "chuangmo.shell.decisions.county_requests",
    "indicators.monitoring.panels.waiting",
    "projects.works.panels.waiting",
    "projects.campaigns.panels.waiting",
    "archives.holdings.panels.waiting",
    "indicators.assessment.panels.changed",
    "projects.works.panels.portfolio",
    "projects.campaigns.panels.portfolio",
    "supervision.meetings.panels.waiting",
    "supervision.accountability.panels.waiting",
    "supervision.orders.panels.owed",
    "supervision.orders.panels.waiting",
    "supervision.scores.panels.to_check",
    "supervision.bulletins.panels.to_issue",
    "archives.dossiers.panels.to_read",
    "supervision.morning.panels.news",
    "indicators.insight.panels.suspicions",
]
# Registers of upper floors that a plan's fixtures fill, with the fields by which a row is recognised; what they add to
# `export_plan`: functions of the plan that return parts of the export by name.
PLAN_REGISTERS: dict[str, tuple[str, ...]] = {
    "works.stagetemplate": ("code",),
    "works.templatestage": ("template", "code"),
    "works.project": ("plan", "code"),
    "works.lightrule": ("plan",),
    "campaigns.task": ("plan", "code"),
    "inspections.problemkind": ("code",),
    "inspections.inspectingbody": ("unit",),
    "scores.scorepart": ("code",),
    "scores.sharerule": ("part", "state"),
    "scores.rankgroup": ("kind",),
    "scores.scorerules": ("code",),
    "letters.letterblock": ("code",),
    "bulletins.bulletinblock": ("kind", "code"),
    "papers.paperkind": ("kind",),
    "meetings.meetingseries": ("code",),
    "papers.issuer": ("office",),
    "papers.paperfont": ("face",),
    "holdings.fonds": ("code",),
    "holdings.archivecategory": ("code",),
    "holdings.retention": ("code",),
    "holdings.kindrule": ("kind",),
    "holdings.materialterms": ("requirement",),
    "checks.checkrule": ("code",),
    "checks.gapkind": ("code",),
}
# What upper floors add to the demonstration: functions of the plan.
DEMONSTRATION_PARTS = [
    "projects.works.demonstration.tell",
    "supervision.meetings.demonstration.tell",
    "supervision.accountability.demonstration.tell",
    "projects.campaigns.demonstration.tell",
    "supervision.orders.demonstration.tell",
    "supervision.letters.demonstration.tell",
    "supervision.scores.demonstration.tell",
    "supervision.bulletins.demonstration.tell",
    "archives.holdings.demonstration.tell",
    "archives.checks.demonstration.tell",
    "archives.books.demonstration.tell",
    "archives.dossiers.demonstration.tell",  # the last: its snapshot holds everything before
]
PLAN_EXPORTS = [
    "projects.works.queries.export.exported_projects",
    "projects.campaigns.queries.export.exported_tasks",
]
RULE_SCHEMA = "indicators.assessment.rules.schema.validate_rule"
DUE_RULE = "indicators.reporting.rules.due.validate_due"
REVIEW_KINDS = {
    "report": "indicators.reporting.review_kind.ReportReview",
    "readings": "indicators.monitoring.review_kind.ReadingsReview",
    "progress": "projects.works.review_kind.ProgressReview",
    "piece": "archives.holdings.review_kind.PieceReview",
}
# Told, in the transaction of an acceptance or unlocking, which elements and indicators are concerned, from which day on.
FIGURES_CHANGED = [
    "indicators.assessment.services.figures_changed",
    "indicators.insight.services.figures_changed",
]
# Told, in the transaction that reached an indicator's verdicts, what they were reached on, and for which month ends.
VERDICTS_REACHED = [
    "indicators.insight.services.verdicts_reached",
    "supervision.orders.services.verdicts_reached",
]
# What upper parts add to an indicator's page and to its card on the wall.
INDICATOR_SECTIONS = [
    "indicators.insight.panels.forecast_section",
    "indicators.insight.panels.watch_section",
    "archives.holdings.panels.evidence_section",
]
WALL_NOTES = ["indicators.insight.queries.forecasts.wall_notes"]
# The same for readings of sites (by keyword: indicator_numbers, from_day); which indicators each kind of site feeds.
READINGS_CHANGED = ["indicators.assessment.services.readings_changed"]
READING_INDICATORS = {
    "air": [8],
    "source": [9],
    "section": [10],
    "pond": [10],
    "noise_grid": [11],
    "noise_road": [12],
    "firm": [15],
}
ATTACHMENT_OWNERS = {
    "report": "indicators.reporting.review_kind.report_attachment_rights",
    "progress": "projects.works.review_kind.progress_attachment_rights",
    "task_member": "projects.campaigns.rights.member_attachment_rights",
    "finding": "supervision.inspections.rights.finding_attachment_rights",
    "order": "supervision.orders.rights.order_attachment_rights",
    "decision": "supervision.meetings.rights.decision_attachment_rights",
    "measure": "supervision.accountability.rights.measure_attachment_rights",
    "piece": "archives.holdings.review_kind.piece_attachment_rights",
    "dossier": "archives.dossiers.rights.attachment_rights",
    "issued": "archives.books.rights.issued_attachment_rights",
    "letter": "supervision.letters.rights.letter_attachment_rights",
}
# Who else may read one attachment, without the rest of what hangs there: functions of (rights, attachment id).
ATTACHMENT_CITED = ["archives.dossiers.rights.may_read_cited"]
# Where somebody reads a piece whose page is closed to him: functions of (rights, piece id) that return an address or "".
PIECES_CITED = ["archives.dossiers.rights.cited_page"]
# Where files for the archive may come from without a second upload: functions of (plan, unit ids) that return
# `archives.holdings.rules.suggesting.Suggestion` for what hangs on accepted things, in constant queries.
EVIDENCE_SUGGESTIONS = [
    "archives.holdings.queries.sources.from_reports",
    "archives.holdings.queries.sources.from_projects",
    "archives.holdings.queries.sources.from_orders",
]
# Which stored files say nearly the same as one: a function of its id that returns ids. Empty: nobody looks.
NEAR_DUPLICATES = "archives.texts.queries.duplicates.near_ids"
# Who gives files out under a verification code that is printed in them: a function of keywords (by, title, made) that returns
# the address where they are; `made` are pairs of a file's name and what makes it of code and address. Empty: nobody.
FILES_ISSUED_BY = "archives.books.services.giving.give_out"
# The page (name of the address, by id of the required material) on which material for the archive is brought.
MATERIAL_PAGE = "holdings:requirement-show"
# Who has to know of a new or changed unit (by keyword: unit, by), so that rights and whole-unit sites are there at once.
UNIT_SAVED = [
    "chuangmo.access.services.ensure_unit_roles",
    "indicators.plan.services.sites.ensure_whole_unit_site",
]
# What `verify_audit` proves beside the chain itself: functions that yield a sentence for each thing that is wrong.
AUDIT_CHECKS = ["chuangmo.review.queries.broken_revisions"]
# The parts of the score 效能考评: functions of (unit ids, first day, last day) that give
# supervision.scores.rules.parts.PartResult by unit; their weights are rows of the register “考核部分”.
SCORE_PARTS = [
    "supervision.scores.parts.on_time.reports_on_time",
    "supervision.scores.parts.indicators.indicators_met",
    "supervision.scores.parts.projects.projects_on_schedule",
    "supervision.scores.parts.on_time.orders_on_time",
    "archives.holdings.scoring.archive_complete",
]
# What else waits for the office on its morning page: functions of (rights, day) that give supervision.morning.queries.Wait.
MORNING_WAITING: list[str] = []
# What is owed: functions of (today, last day) that give `deadlines.rules.Owed`; each may bring its own rows in step first.
OBLIGATION_SOURCES = [
    "indicators.reporting.services.opening.reports_owed",
    "indicators.plan.queries.materials_owed",
    "archives.holdings.services.owing.materials_settled",
    "chuangmo.review.services.steps_owed",
    "projects.works.services.opening.progress_owed",
    "projects.campaigns.services.shares.tasks_owed",
    "supervision.meetings.queries.owed.decisions_owed",
]
# What will be owed and has no row yet, for the calendar: functions of (first day, last day) that give `Owed`.
OBLIGATION_FORECASTS = ["indicators.reporting.services.opening.reports_foreseen"]
# Told (old, new) when an obligation gets another cycle, so that its subject points to the new one.
CYCLE_OPENED = [
    "indicators.reporting.services.dispatching.point_to_cycle",
    "projects.works.services.opening.point_to_cycle",
    "supervision.orders.services.point_to_cycle",
    "supervision.meetings.services.owing.point_to_cycle",
]
# How a subject passes to another unit after an objection, by its kind; told (obligation, to_unit, due_on, by).
REDISPATCH = {
    "report": "indicators.reporting.services.dispatching.redispatch_report",
    "task_share": "projects.campaigns.services.shares.redispatch_share",
    "order": "supervision.orders.services.redispatch_order",
    "decision": "supervision.meetings.services.owing.redispatch_decision",
}
# Whose own matter it is, by the subject's kind: functions of an obligation that give the id of the office which decides about
# extensions, 挂账 and objections beside the city's steering office (None: that one alone).
DEADLINE_DECIDERS = {"order": "supervision.orders.rights.deciding_offices"}
# Told (proposal, by) when the office takes up a measure that the ladder proposed.
PROPOSALS_CONFIRMED: list[str] = [
    "supervision.orders.services.proposal_confirmed",
    "supervision.accountability.services.proposal_confirmed",
    "supervision.bulletins.services.proposal_confirmed",
]
# Told (findings, by) when findings are released to the units that they are about.
FINDINGS_RELEASED = ["supervision.orders.services.findings_released"]
# What circulars list besides what their own part knows, by the kind of rows: functions of (plan, day) that give dicts.
CIRCULAR_ROWS = {"talks": "supervision.accountability.queries.circular.talks_told"}
# What each part of supervision shows on /supervision/: functions of the request that return supervision.hub.Section or None.
SUPERVISION_SECTIONS = [
    "supervision.morning.panels.section",
    "supervision.inspections.panels.section",
    "supervision.orders.panels.section",
    "supervision.meetings.panels.section",
    "supervision.letters.panels.section",
    "supervision.scores.panels.section",
    "supervision.bulletins.panels.section",
    "supervision.accountability.panels.section",
]
# What a meeting's agenda is drawn from: functions of (plan, today) that give `meetings.rules.agenda.AgendaPoint`.
AGENDA_SOURCES = [
    "supervision.meetings.queries.sources.earlier",
    "supervision.meetings.queries.sources.overdue",
    "supervision.meetings.queries.sources.late_orders",
    "supervision.meetings.queries.sources.projects_at_red",
    "supervision.meetings.queries.sources.worrying_indicators",
]
# Told (by) in the transaction of a change to the calendar of working days.
CALENDAR_CHANGED = ["chuangmo.deadlines.services.calendar_changed"]
# What else the daily mail says: functions of (day, user ids) that return notices.services.digests.DigestLine for these
# people, in constant queries. Notices that were not seen stand in it anyway.
DIGEST_SOURCES: list[str] = []
# What a person who leaves had in hand: functions of the user that return labels.
WORK_IN_HAND = [
    "indicators.reporting.queries.in_hand.in_hand",
    "projects.campaigns.queries.in_hand.posts_in_hand",
]
# What the pre-assessment dossier says, in its order: functions of (plan, day) that return chapters
# (`archives.snapshots.content`).
DOSSIER_CHAPTERS = [
    "archives.snapshots.queries.front.cover",
    "archives.snapshots.queries.front.foreword",
    "archives.snapshots.queries.front.summary",
    "archives.snapshots.queries.indicators.chapters",
    "archives.snapshots.queries.projects.chapters",
    "archives.snapshots.queries.tasks.chapters",
    "archives.snapshots.queries.supervision.chapters",
    "archives.snapshots.queries.organisation.chapters",
    "archives.snapshots.queries.evidence.chapters",
    "archives.books.queries.inputs.chapters",
]
# Background work, by code: a dotted path `work(run, **args) -> dict | None`, or {"run": path, "label": …, "attempts": …}.
JOB_KINDS: dict[str, str | dict[str, Any]] = {
    "audit.seal": {"run": "chuangmo.jobs.upkeep.seal_audit", "label": "封存审计记录"},
    "sessions.clear": {"run": "chuangmo.jobs.upkeep.clear_sessions", "label": "清理过期登录"},
    "jobs.forget": {"run": "chuangmo.jobs.upkeep.forget_jobs", "label": "清理旧的后台任务"},
    "reporting.open": {"run": "indicators.reporting.tasks.open_reports", "label": "开立应报报表"},
    "assessment.refresh": {"run": "indicators.assessment.tasks.refresh_verdicts", "label": "补评指标"},
    "insight.recheck": {"run": "indicators.insight.tasks.catch_up", "label": "补做数据核查和预测"},
    "deadlines.sweep": {"run": "chuangmo.deadlines.tasks.run_sweep", "label": "期限巡检"},
    "works.standings": {
        "run": "projects.works.services.standings.keep_all_standings",
        "label": "重算工程亮灯",
    },
    "scores.recheck": {"run": "supervision.scores.tasks.recheck_job", "label": "核对定稿的考评得分"},
    "deadlines.reconcile": {"run": "chuangmo.deadlines.tasks.run_reconcile", "label": "更新应办事项"},
    "notices.deliver": {"run": "chuangmo.notices.tasks.deliver", "label": "发送通知"},
    "notices.sweep": {"run": "chuangmo.notices.tasks.sweep", "label": "汇总邮件、待发消息"},
    "notices.thin": {"run": "chuangmo.notices.tasks.thin", "label": "清空旧的发件内容"},
    "monitoring.check": {"run": "indicators.monitoring.services.batches.check_job", "label": "核对监测数据"},
    "monitoring.load": {"run": "indicators.monitoring.review_kind.load_job", "label": "监测数据入库"},
    "texts.extract": {"run": "archives.texts.tasks.extract_file", "label": "读取文件文字", "attempts": 3},
    "texts.missing": {"run": "archives.texts.tasks.ask_for_missing", "label": "补读文件文字"},
    "checks.start": {"run": "archives.checks.tasks.start_regular", "label": "发起档案四性检查"},
    "checks.run": {"run": "archives.checks.tasks.check_pieces", "label": "档案四性检查"},
    "checks.store": {"run": "archives.checks.tasks.check_store", "label": "核对文件库"},
    "dossiers.chapter": {"run": "archives.dossiers.tasks.print_chapter", "label": "印制资料章节"},
    "dossiers.bind": {"run": "archives.dossiers.tasks.bind_dossier", "label": "资料成册"},
    "dossiers.issue": {"run": "archives.dossiers.tasks.issue_dossier", "label": "资料出具"},
}
# What is asked for by the timetable (`manage.py load_schedule` makes its rows, and never undoes an administrator's edit):
# name → {"kind": …, "cron": "minute hour day month weekday" in Asia/Shanghai, "args": {…}}.
PERIODIC_JOBS: dict[str, dict[str, Any]] = {
    "notices.sweep": {"kind": "notices.sweep", "cron": "*/5 * * * *"},
    "audit.seal": {"kind": "audit.seal", "cron": "*/30 * * * *"},
    "sessions.clear": {"kind": "sessions.clear", "cron": "20 3 * * *"},
    "jobs.forget": {"kind": "jobs.forget", "cron": "40 3 * * *"},
    "notices.thin": {"kind": "notices.thin", "cron": "50 3 * * *"},
    "reporting.open": {"kind": "reporting.open", "cron": "5 0,6,12 * * *"},
    "assessment.refresh": {"kind": "assessment.refresh", "cron": "*/5 * * * *"},
    "insight.recheck": {"kind": "insight.recheck", "cron": "10 2 * * *"},
    "works.standings": {"kind": "works.standings", "cron": "15 0 * * *"},
    "scores.recheck": {"kind": "scores.recheck", "cron": "50 6,12 * * *"},
    "deadlines.sweep": {"kind": "deadlines.sweep", "cron": "30 7 * * *"},
    # A day on which nothing ran at half past seven is caught up within the hour; otherwise there is nothing to do.
    "deadlines.catch-up": {"kind": "deadlines.sweep", "cron": "0 8-20 * * *"},
    "texts.missing": {"kind": "texts.missing", "cron": "*/10 * * * *"},
    "checks.start": {"kind": "checks.start", "cron": "30 1 * * *"},
    "checks.store": {"kind": "checks.store", "cron": "30 2 * * *"},
}
# Rows of /status/ that parts add: dotted paths `check() -> list[jobs.status.StatusRow]`.
STATUS_CHECKS: list[str] = [
    "chuangmo.notices.queries.status_rows",
    "chuangmo.deadlines.queries.status.deadline_status",
    "archives.texts.queries.status.texts_status",
    "archives.checks.queries.status.checks_status",
    "archives.dossiers.checks.font_status",
]
# Gaps between what is claimed and what is proved (/archives/gaps/): functions of the plan that give `checks.rules.gaps.Gap`
# of a kind in the register of kinds, in a constant number of queries.
GAP_SOURCES = [
    "archives.checks.queries.sources.met_without_proof",
    "archives.checks.queries.sources.proof_without_file",
    "archives.checks.queries.sources.older_than_window",
    "archives.checks.queries.sources.returned_forgotten",
    "archives.snapshots.queries.gaps.cited_but_replaced",
    "archives.snapshots.queries.gaps.no_narrative",
]
# Work whose worker falls silent for so long is given to another; a worker says that it lives every third of it.
JOB_LEASE_SECONDS = env.float("CHUANGMO_JOB_LEASE_SECONDS", default=30)

# Celery carries hints (docs/decisions/0006-jobs-are-rows.md). Without a broker pages work, and what is to be done waits.
CELERY_BROKER_URL = env.str("CHUANGMO_REDIS_URL", default="")
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 15 * 60,  # above the hard limit of a task: nothing is given out twice while it runs
    "socket_connect_timeout": 1,
    "socket_timeout": 2,
    "max_retries": 1,  # of a page that gives a hint; a worker tries again for ever
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None
CELERY_TASK_PUBLISH_RETRY_POLICY = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0.2,
    "interval_max": 0.2,
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SOFT_TIME_LIMIT = 10 * 60
CELERY_TASK_TIME_LIMIT = 14 * 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = False
CELERY_RESULT_EXPIRES = None  # no results are kept, so there are none to clean up
CELERY_BEAT_SCHEDULER = "chuangmo.jobs.beat.Timetable"
CELERY_TIMEZONE = TIME_ZONE
# What an administrator may do at the desk, by register: model permissions of the administrators' group, no others.
_EDIT, _CHANGE, _READ = "view add change delete", "view change", "view"
DESK_REGISTERS = {
    "org.installation": "view add change",
    "org.unit": "view add change",
    "org.unitname": _EDIT,
    "org.collectivename": _EDIT,
    "org.unitgroup": _EDIT,
    "org.groupmember": _EDIT,
    "workcalendar.calendarday": _EDIT,
    "access.user": "view add change",
    "access.membership": "view add change",
    "access.grant": "view add",
    "deadlines.rung": _EDIT,
    "notices.noticetemplate": _CHANGE,
    "notices.channel": _EDIT,
    "notices.deliveryrules": "view add change",
    "notices.message": _CHANGE,
    "review.reviewstep": _CHANGE,
    "plan.plan": _CHANGE,
    "plan.milestone": _EDIT,
    "plan.category": _CHANGE,
    "plan.indicator": _CHANGE,
    "plan.duty": "view add change",
    "plan.ruleversion": "view add",
    "plan.dataelement": "view add change",
    "plan.reportitem": _EDIT,
    "plan.relation": _EDIT,
    "plan.checklistitem": "view add change",
    "plan.materialrequirement": _EDIT,
    "plan.site": "view add change",
    "insight.watchrule": "view add change",
    "works.project": "view change",
    "works.stagetemplate": _EDIT,
    "works.templatestage": _EDIT,
    "works.lightrule": _CHANGE,
    "campaigns.task": "view change",
    "campaigns.member": _READ,
    "campaigns.post": "view change delete",
    "campaigns.registerrules": "view add change",
    "inspections.problemkind": _EDIT,
    "inspections.inspectingbody": _EDIT,
    "orders.orderrules": "view add change",
    "scores.scorepart": "view add change",
    "scores.sharerule": _CHANGE,
    "scores.rankgroup": _CHANGE,
    "scores.scorerules": _CHANGE,
    "letters.letterblock": "view add change",
    "bulletins.bulletinblock": "view add change",
    "papers.paperkind": "view add change",
    "meetings.meetingseries": "view add change",
    "papers.issuer": "view add change",
    "papers.paperfont": _CHANGE,
    "holdings.fonds": "view add change",
    "holdings.archivecategory": "view add change",
    "holdings.retention": "view add change",
    "holdings.kindrule": _CHANGE,
    "holdings.materialterms": _EDIT,
    "checks.checkrule": _CHANGE,
    "checks.gapkind": _CHANGE,
    "books.issuedfile": _READ,
    "audit.auditevent": _READ,
    "django_celery_beat.periodictask": _CHANGE,
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {  # a line for every step and every font of a print
        "weasyprint": {"level": "ERROR"},
        "fontTools": {"level": "ERROR"},
        "pikepdf": {"level": "WARNING"},
        # two lines for every hint; what a job came to is said by chuangmo.jobs
        "celery.worker.strategy": {"level": "WARNING"},
        "celery.app.trace": {"level": "WARNING"},
    },
}
