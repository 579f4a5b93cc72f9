"""Kinds of work for the tests; the tests name them in settings.JOB_KINDS by their paths."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

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
