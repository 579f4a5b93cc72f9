"""Comparing the table of files with the store, and keeping what came of it."""

from __future__ import annotations

from dataclasses import asdict

from django.utils import timezone

from archives.checks.models import StoreCheck
from archives.checks.queries.store import StoreReport

__all__ = ["keep_store_check"]

MOST = 1_000


def keep_store_check(report: StoreReport) -> StoreCheck:
    """A row of what was found, for the status page and the archive's records."""
    return StoreCheck.objects.create(
        checked_at=timezone.now(),
        is_quick=report.is_quick,
        files=report.files,
        octets=report.octets,
        missing=len(report.missing),
        changed=len(report.changed),
        orphaned=len(report.orphaned),
        faults={
            name: [asdict(one) for one in faults[:MOST]]
            for name, faults in (
                ("missing", report.missing),
                ("changed", report.changed),
                ("orphaned", report.orphaned),
            )
        },
    )
