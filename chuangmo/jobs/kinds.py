"""The kinds of background work: settings.JOB_KINDS gives a dotted path, or {"run", "label", "attempts"}.

Each path is a function `work(run: Run, **args) -> dict | None`: idempotent, given ids, not longer than five minutes.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

ATTEMPTS = 6


@dataclass(frozen=True, slots=True)
class Kind:
    """What is known of one kind of work. `attempts` is how often it is begun before it counts as failed."""

    code: str
    path: str
    label: str
    attempts: int

    def work(self) -> Callable[..., dict[str, Any] | None]:
        return import_string(self.path)


def kind_of(code: str) -> Kind:
    """ImproperlyConfigured for a kind that nobody has named."""
    try:
        entry = settings.JOB_KINDS[code]
    except KeyError:
        raise ImproperlyConfigured(f"settings.JOB_KINDS 没有“{code}”这种任务") from None
    if isinstance(entry, str):
        entry = {"run": entry}
    return Kind(code, entry["run"], entry.get("label", code), entry.get("attempts", ATTEMPTS))


def label_of(code: str) -> str:
    """The kind in words; its code where a release no longer knows it."""
    return kind_of(code).label if code in settings.JOB_KINDS else code


def attempts_of(code: str) -> int:
    return kind_of(code).attempts if code in settings.JOB_KINDS else ATTEMPTS
