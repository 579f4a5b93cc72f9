"""Test databases that are made once and then copied, since most of a short session would be spent on making one.

The tables come from the models, what only the migrations make (triggers, the full-text index) from these, in a few
seconds; that the migrations themselves come to the same is proved by `tests/test_migrations.py`. What is made is kept
under var/test/ (SQLite: the file; PostgreSQL: a dump), named for everything that shapes it; the first process that finds
none makes it, the others wait. Django runs `migrate` on each copy and finds nothing to do.

  python -m tests.databases URL   makes the tables in the empty database of URL
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "var" / "test"
SHAPED_BY = ["requirements-dev.txt"]


def _key() -> str:
    """A digest of all migrations and models, of what they import, and of the libraries that bring some of their own."""
    digest = hashlib.sha256()
    paths = [ROOT / name for name in SHAPED_BY]
    shapes = ["migrations/*.py", "guards.py", "triggers.py", "models.py", "models/*.py"]
    paths += sorted(path for shape in shapes for path in ROOT.glob(f"*/*/{shape}"))
    for path in paths:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()[:16]


@contextmanager
def _alone() -> Iterator[None]:
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "tables.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _make(url: str) -> None:
    subprocess.run([sys.executable, "-m", "tests.databases", url], cwd=ROOT, check=True)


def make_tables(url: str) -> None:
    """Make every table from the models, then run the steps of our migrations that models don't know of."""
    os.environ.update(
        DJANGO_SETTINGS_MODULE="chuangmo.settings",
        CHUANGMO_ENV_FILE=os.devnull,
        CHUANGMO_SECRET_KEY="tests-only",
        CHUANGMO_DATABASE_URL=url,
    )
    import django

    django.setup()
    from django.apps import apps
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations import RunPython, RunSQL
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.recorder import MigrationRecorder

    migrations = MigrationLoader(None).graph
    plan = [key for target in migrations.leaf_nodes() for key in migrations.forwards_plan(target)]
    with_migrations = settings.MIGRATION_MODULES
    settings.MIGRATION_MODULES = {app.label: None for app in apps.get_app_configs()}
    call_command("migrate", run_syncdb=True, verbosity=0)
    settings.MIGRATION_MODULES = with_migrations
    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    ours = tuple(sorted({path.parts[-4] for path in ROOT.glob("*/*/migrations/__init__.py")}))
    for app_label, name in dict.fromkeys(plan):
        migration = migrations.nodes[app_label, name]
        if migration.__module__.startswith(ours):
            with connection.schema_editor() as editor:
                for operation in migration.operations:
                    if isinstance(operation, RunPython):
                        operation.code(apps, editor)
                    elif isinstance(operation, RunSQL):
                        raise NotImplementedError(f"{migration}: SQL of a migration")
        recorder.record_applied(app_label, name)


def _made_once(suffix: str, make) -> Path:
    """The kept file of this state of the code; `make(path)` writes it where there is none."""
    kept = KEPT / f"tables-{_key()}{suffix}"
    with _alone():
        if not kept.exists():
            for older in KEPT.glob(f"tables-*{suffix}"):
                older.unlink()
            unfinished = KEPT / f"unfinished{suffix}"
            unfinished.unlink(missing_ok=True)
            make(unfinished)
            unfinished.rename(kept)
    return kept


def copy_sqlite(target: Path) -> None:
    """Put a database with all tables at `target`."""

    def make(path: Path) -> None:
        _make(f"sqlite:///{path}")

    shutil.copyfile(_made_once(".sqlite3", make), target)


def postgres_template(url: str) -> str:
    """The name of a database with all tables on the server of `url`, to create test databases from."""
    name = f"chuangmo_tables_{_key()}"
    elsewhere = urlsplit(url)._replace(path=f"/{name}").geturl()

    def make(path: Path) -> None:
        _psql(url, f'CREATE DATABASE "{name}"')
        _make(elsewhere)
        subprocess.run(["pg_dump", "--no-owner", "--file", path, elsewhere], check=True)

    kept = _made_once(".sql", make)
    with _alone():
        if not _psql(url, f"SELECT 1 FROM pg_database WHERE datname = '{name}'"):
            _psql(url, f'CREATE DATABASE "{name}"')
            subprocess.run(
                [
                    "psql",
                    "--quiet",
                    "--no-psqlrc",
                    "--set=ON_ERROR_STOP=1",
                    "--output",
                    os.devnull,
                    "--file",
                    kept,
                    elsewhere,
                ],
                check=True,
            )
    return name


def _psql(url: str, sql: str) -> str:
    command = [
        "psql",
        "--no-psqlrc",
        "--tuples-only",
        "--no-align",
        "--set=ON_ERROR_STOP=1",
        "--command",
        sql,
        url,
    ]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


if __name__ == "__main__":
    make_tables(sys.argv[1])
