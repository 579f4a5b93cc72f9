"""What every test stands on: settings of its own, the database, the clock, the files, quick passwords.

The database is the one that CHUANGMO_DATABASE_URL names, else SQLite in a file (in memory, threads would share one
connection and a race could not be tested). `scripts/with-postgres` sets it to a throw-away PostgreSQL.
"""

from __future__ import annotations

import gc
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

# No test hangs on how busy the machine is.
hypothesis_settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
hypothesis_settings.load_profile("unhurried")

# Before Django reads its settings: neither the developer's .env nor an exported variable may change what a test sees.
DATA_DIR = Path(tempfile.mkdtemp(prefix="chuangmo-tests-"))
(DATA_DIR / "static").mkdir()
DATABASE_URL = os.environ.get("CHUANGMO_DATABASE_URL") or f"sqlite:///{DATA_DIR / 'chuangmo.sqlite3'}"
for name in [name for name in os.environ if name.startswith("CHUANGMO_")]:
    del os.environ[name]
os.environ.update(
    DJANGO_SETTINGS_MODULE="chuangmo.settings",
    CHUANGMO_ENV_FILE=os.devnull,
    CHUANGMO_SECRET_KEY="tests-only",
    CHUANGMO_DATA_DIR=str(DATA_DIR),
    CHUANGMO_DATABASE_URL=DATABASE_URL,
    CHUANGMO_TODAY="2017-06-06",
)

import django  # noqa: E402
from django.conf import settings  # noqa: E402

from tests.databases import copy_sqlite, postgres_template  # noqa: E402
from tests.services import _redis_folder, processes, redis_server  # noqa: E402, F401  # fixtures for every test

settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # argon2 is slow on purpose
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
settings.LOGGING["root"]["level"] = "WARNING"
django.setup()

ON_SQLITE = settings.DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3"
if not ON_SQLITE:
    # A test's tables are empty when the server first plans its look-ups (of foreign keys, too) and full a moment later.
    settings.DATABASES["default"]["OPTIONS"]["options"] += " -c plan_cache_mode=force_custom_plan"


def pytest_configure() -> None:
    """Let transactional tests leave an empty database in our way, not by Django's flush (see `tests.worlds.empty`)."""
    from django.test import TransactionTestCase

    from tests.worlds import empty

    TransactionTestCase._fixture_teardown = lambda self: empty()


def pytest_collection_finish() -> None:
    """What is loaded by now stays until the end: the collector need not look through it again and again (5 % of a run)."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)


def pytest_unconfigure() -> None:
    shutil.rmtree(DATA_DIR, ignore_errors=True)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fast", action="store_true", help="only what asks no database, and the `core` of what does"
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On SQLite leave out what needs PostgreSQL; on PostgreSQL what needs no database: SQLite's run has it."""
    if config.getoption("fast"):
        _keep(config, items, lambda item: bool(item.get_closest_marker("core")) or not _asks_database(item))
    if ON_SQLITE:
        skip = pytest.mark.skip(reason="needs PostgreSQL: scripts/with-postgres")
        for item in items:
            if item.get_closest_marker("postgres_only"):
                item.add_marker(skip)
        return
    _keep(config, items, lambda item: _asks_database(item) and not item.get_closest_marker("sqlite_only"))


def _keep(config: pytest.Config, items: list[pytest.Item], wanted: Callable[[pytest.Item], bool]) -> None:
    config.hook.pytest_deselected(items=[item for item in items if not wanted(item)])
    items[:] = [item for item in items if wanted(item)]


# Tests that share what is made once for a file or folder: apart, every process would make its own.
TOGETHER = (
    "tests/indicators/demonstration/",
    "tests/indicators/assessment/test_exports.py",
    "tests/archives/dossiers/test_book.py",
    "tests/archives/books/test_pdfa.py",
    "tests/archives/books/test_workbook.py",
)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Any process takes the next test, but `TOGETHER` in one of them."""
    from xdist.scheduler import LoadScopeScheduling

    class Together(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return next((place for place in TOGETHER if nodeid.startswith(place)), nodeid)

    return Together(config, log)


def _asks_database(item: pytest.Item) -> bool:
    fixtures = {"db", "transactional_db", "live_server"}
    marked = item.get_closest_marker("django_db") is not None
    return marked or not fixtures.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def django_db_keepdb() -> bool:
    """On SQLite the test database is there before Django looks: a copy of a migrated one."""
    return ON_SQLITE


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """Let test databases begin as copies of a migrated one; SQLite's is a file in the worker's own DATA_DIR."""
    test = settings.DATABASES["default"].setdefault("TEST", {})
    if ON_SQLITE:
        test["NAME"] = str(DATA_DIR / "test.sqlite3")
        copy_sqlite(DATA_DIR / "test.sqlite3")
    else:
        test["TEMPLATE"] = postgres_template(DATABASE_URL)


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """Every test's business date is 2017-06-06; `today(date(2017, 7, 1))` moves it, in every thread."""
    from django.utils import timezone

    from chuangmo import clock

    def move_to(day: date) -> None:
        monkeypatch.setattr(settings, "CHUANGMO_TODAY", day)
        monkeypatch.setattr(clock, "_started_on", timezone.localdate())

    move_to(date(2017, 6, 6))
    return move_to


@pytest.fixture(autouse=True)
def media_root(tmp_path: Path) -> Iterator[Path]:
    """The folder of uploaded files, empty and this test's own."""
    from django.test import override_settings

    folder = tmp_path / "media"
    folder.mkdir()
    with override_settings(MEDIA_ROOT=str(folder)):
        yield folder


@pytest.fixture
def cast(db: None):
    """The fixed cast of people and units (`tests.factories.Cast`)."""
    from tests.factories import make_cast

    return make_cast()
