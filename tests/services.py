"""Real services for tests: a Redis of the test's own on a unix socket, real worker and timetable processes.

The processes work on the test's database, so the test must commit: `django_db(transaction=True)`. They get settings of
their own by a module (`settings_module`) or variables, and a lease of two seconds, so that a take-over takes seconds.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection

ROOT = Path(__file__).resolve().parent.parent
LEASE_SECONDS = 2.0
START_SECONDS = 120.0  # usually two or three; a busy machine is no failure


def wait_until(holds: Callable[[], Any], seconds: float, what: str) -> Any:
    """The first true answer; fails with `what` where there is none in time."""
    until = time.monotonic() + seconds
    while not (found := holds()):
        if time.monotonic() > until:
            pytest.fail(f"not within {seconds} s: {what}")
        time.sleep(0.05)
    return found


@dataclass
class RedisServer:
    """A redis-server on a unix socket, without TCP and without anything on disk; can be stopped and started again."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        return self.folder / "redis.sock"

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}"

    def start(self) -> None:
        server = shutil.which("redis-server")
        assert server, "redis-server is missing (Debian package redis-server)"
        command = [
            server,
            "--port",
            "0",
            "--unixsocket",
            str(self.socket),
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen([*command, "--dir", str(self.folder)], stdout=log, stderr=log)
        log.close()
        wait_until(self.socket.exists, 10, "redis-server listens")

    def stop(self) -> None:
        """At once, as a power cut would: what it held is gone."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None
            self.socket.unlink(missing_ok=True)


@pytest.fixture(scope="session")
def _redis_folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="redis-", dir="/tmp"))  # a socket's path may have 107 characters
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def redis_server(_redis_folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[RedisServer]:
    """A running Redis, and this process gives its hints to it."""
    from chuangmo.jobs.services import publishing

    server = RedisServer(Path(tempfile.mkdtemp(dir=_redis_folder)))
    server.start()
    monkeypatch.setattr(settings, "CELERY_BROKER_URL", server.url)
    monkeypatch.setattr(settings, "JOB_LEASE_SECONDS", LEASE_SECONDS)
    monkeypatch.setattr(publishing, "_quiet_until", 0.0)
    try:
        yield server
    finally:
        server.stop()


@dataclass
class Process:
    """A Celery process of its own group."""

    popen: subprocess.Popen[bytes]
    log: Path

    @property
    def is_alive(self) -> bool:
        return self.popen.poll() is None

    def output(self) -> str:
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        """SIGKILL to the process and its children, as when the machine goes down."""
        with suppress(ProcessLookupError):
            os.killpg(self.popen.pid, signal.SIGKILL)
        self.popen.wait()

    def stop(self) -> None:
        """In good order."""
        if self.is_alive:
            self.popen.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.popen.wait(timeout=20)
        self.kill()


@dataclass
class Processes:
    """Starts workers and timetables against the test's database and Redis; all end with the test."""

    redis: RedisServer
    folder: Path
    running: list[Process] = field(default_factory=list)

    def worker(self, *, settings_module: str = "chuangmo.settings", **env: str) -> Process:
        """A worker with one process in its pool, once it is ready."""
        options = ["--concurrency", "1", "--without-gossip", "--without-mingle"]
        name = f"test{len(self.running)}@%h"
        process = self._start(["worker", "--hostname", name, *options], settings_module, env)
        self._ready(process, " ready.")
        return process

    def beat(self, *, settings_module: str = "chuangmo.settings", **env: str) -> Process:
        """The timetable, once it has begun."""
        process = self._start(["beat", "--pidfile", ""], settings_module, env)
        self._ready(process, "beat: Starting...")
        return process

    def stop_all(self) -> None:
        for process in self.running:
            process.kill()

    def _ready(self, process: Process, word: str) -> None:
        wait_until(
            lambda: word in process.output() or not process.is_alive, START_SECONDS, "the process is ready"
        )
        assert process.is_alive, process.output()

    def _start(self, command: list[str], settings_module: str, env: dict[str, str]) -> Process:
        log = self.folder / f"{command[0]}{len(self.running)}.log"
        variables = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": settings_module,
            "CHUANGMO_DATABASE_URL": database_url(),
            "CHUANGMO_REDIS_URL": self.redis.url,
            "CHUANGMO_JOB_LEASE_SECONDS": str(LEASE_SECONDS),
            "PYTHONUNBUFFERED": "1",
            "PYTHONWARNINGS": "default",
            **env,
        }
        arguments = [sys.executable, "-m", "celery", "-A", "chuangmo", *command, "--loglevel", "INFO"]
        with log.open("wb") as out:
            popen = subprocess.Popen(
                arguments, cwd=ROOT, env=variables, stdout=out, stderr=out, start_new_session=True
            )
        process = Process(popen, log)
        self.running.append(process)
        return process


@pytest.fixture
def processes(redis_server: RedisServer, tmp_path: Path, transactional_db: None) -> Iterator[Processes]:
    """`processes.worker()`, `processes.beat()`: real ones, killed with the test."""
    started = Processes(redis_server, tmp_path)
    try:
        yield started
    finally:
        started.stop_all()


def database_url() -> str:
    """The test's database, as the variable of the settings names it."""
    now = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{now['NAME']}"
    user = quote(now["USER"] or "", safe="")
    password = f":{quote(now['PASSWORD'], safe='')}" if now["PASSWORD"] else ""
    host, port = now["HOST"] or "", now["PORT"]
    address = f"{host}:{port}" if port else host
    folder = now.get("OPTIONS", {}).get("host", "")
    if folder:
        return f"postgres://{user}{password}@/{now['NAME']}?host={folder}"
    if host.startswith("/"):
        return f"postgres://{user}{password}@{quote(host, safe='')}/{now['NAME']}"
    return f"postgres://{user}{password}@{address}/{now['NAME']}"
