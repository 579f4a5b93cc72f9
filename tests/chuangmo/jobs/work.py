"""Kinds of work for the tests; the tests name them in settings.JOB_KINDS by their paths."""

from __future__ import annotations

import os
import time
from datetime import timedelta
from typing import Any

from django.db import transaction

from chuangmo.audit.models import AuditEvent
from chuangmo.audit.services import record
from chuangmo.jobs.services import Retry, Run

calls: list[dict[str, Any]] = []


def note(run: Run, **args: Any) -> dict[str, Any]:
    calls.append(args)
    return {"noted": args}


def break_down(run: Run, **args: Any) -> None:
    calls.append(args)
    raise ValueError("坏了")


def put_off(run: Run, *, minutes: int) -> None:
    calls.append({"minutes": minutes})
    raise Retry(timedelta(minutes=minutes), "对方没有答复")


def write_line(run: Run, *, path: str, text: str) -> None:
    with open(path, "a") as file:
        file.write(f"{text}\n")


def wait_for_file(run: Run, *, started: str, until: str) -> dict[str, Any]:
    """Note that it began, then be busy until the file `until` is there."""
    with open(started, "a") as file:
        file.write(f"{os.getpid()}\n")
    run.progress(0, 1, "在等文件")
    while not os.path.exists(until):
        time.sleep(0.05)
    return {"by": os.getpid()}


def count_up(run: Run, *, number: int) -> dict[str, Any]:
    """Read, then write, as most work does: an audit row that tells how many there were."""
    with transaction.atomic():
        before = AuditEvent.objects.count()
        record(by=None, action="数", object_kind="x", object_id=number, label=str(before))
    return {"before": before}
