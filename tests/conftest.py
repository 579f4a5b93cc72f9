"""What every test stands on: the database, the clock, the files, quick passwords.

The database is the one that DATABASE_URL names, else SQLite in a file (in memory, threads would share one
connection and a race could not be tested). `scripts/with-postgres` sets DATABASE_URL to a throw-away PostgreSQL.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import override_settings

HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # argon2 is slow on purpose, and its tests ask for it


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """Put SQLite's test database into a file of its own for each worker."""
    database = django_settings.DATABASES["default"]
    if "sqlite" in database["ENGINE"]:
        name = str(tmp_path_factory.mktemp("database") / "test.sqlite3")
        database.setdefault("TEST", {})["NAME"] = name


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if "sqlite" not in django_settings.DATABASES["default"]["ENGINE"]:
        return
    skip = pytest.mark.skip(reason="needs PostgreSQL: scripts/with-postgres")
    for item in items:
        if item.get_closest_marker("postgres_only"):
            item.add_marker(skip)


@pytest.fixture(autouse=True)
def _quick_passwords():
    with override_settings(PASSWORD_HASHERS=HASHERS):
        yield


@pytest.fixture(autouse=True)
def media_root(tmp_path: Path):
    """The folder of uploaded files, empty and this test's own."""
    folder = tmp_path / "media"
    folder.mkdir()
    with override_settings(MEDIA_ROOT=str(folder)):
        yield folder


@pytest.fixture
def on_postgres() -> bool:
    return connection.vendor == "postgresql"
