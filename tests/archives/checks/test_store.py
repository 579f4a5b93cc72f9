"""check_store: table, store and digests compared; what is missing, changed, orphaned is named, and the exit code says so."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import call_command

from archives.checks.models import StoreCheck
from archives.checks.queries.status import checks_status
from chuangmo.files.models import StoredFile
from chuangmo.jobs.models import Job
from chuangmo.jobs.services import enqueue, run_due
from tests.archives.texts import files

pytestmark = pytest.mark.django_db


def place(file: StoredFile) -> Path:
    return Path(settings.MEDIA_ROOT) / file.path


def check(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, list[str]]:
    try:
        call_command("check_store", *options)
    except SystemExit as end:
        return int(end.code or 0), capsys.readouterr().out.splitlines()
    return 0, capsys.readouterr().out.splitlines()


def old(path: Path) -> None:
    hour_ago = time.time() - 3600
    os.utime(path, (hour_ago, hour_ago))


def test_a_sound_store(capsys: pytest.CaptureFixture[str]):
    files.stored("a.txt", b"one")
    files.stored("b.txt", b"three")
    assert check(capsys) == (0, ["核对 2 个文件，0.0 MB：缺失 0，被改动 0，没有登记 0"])
    assert StoreCheck.objects.get().is_sound
    assert [row.state for row in checks_status()] == ["ok", "ok"]


def test_what_is_wrong_is_named(capsys: pytest.CaptureFixture[str]):
    gone, longer, other, fine = (files.stored(f"{n}.txt", f"内容{n}".encode()) for n in range(4))
    place(gone).unlink()
    place(longer).chmod(0o640)
    place(longer).write_bytes(b"much longer than it was")
    place(other).chmod(0o640)
    place(other).write_bytes("内容9".encode())
    stray = Path(settings.MEDIA_ROOT) / "ab" / ("ab" + "0" * 62)
    stray.parent.mkdir(exist_ok=True)
    stray.write_bytes(b"nobody knows me")
    old(stray)
    young = Path(settings.MEDIA_ROOT) / ".upload-now"
    young.write_bytes(b"on its way")
    code, lines = check(capsys)
    assert code == 1
    assert lines[:-1] == [
        f"缺失：{gone.path} 存储中没有这个文件",
        f"被改动：{longer.path} 大小 23 字节，登记 7 字节",
        next(line for line in lines if line.startswith(f"被改动：{other.path} 内容的 SHA-256 是 ")),
        f"没有登记：{stray.relative_to(settings.MEDIA_ROOT)} 没有登记的内容",
    ]
    assert lines[-1].endswith("缺失 1，被改动 2，没有登记 1")
    assert not any(fine.path in line for line in lines)
    assert [fault["path"] for fault in StoreCheck.objects.get().faults["missing"]] == [gone.path]
    assert checks_status()[0].state == "bad"


def test_quick_looks_at_sizes_only(capsys: pytest.CaptureFixture[str]):
    file = files.stored("a.txt", b"same length")
    place(file).chmod(0o640)
    place(file).write_bytes(b"SAME LENGTH")
    assert check(capsys, "--quick")[0] == 0
    assert check(capsys)[0] == 1


def test_the_timetable_does_it_too():
    files.stored("a.txt", b"one")
    enqueue("checks.store")
    run_due()
    assert Job.objects.get().result == {"files": 1, "missing": 0, "changed": 0, "orphaned": 0}
