"""Two runs on two fresh databases give the same: figures, values, states, moments and verdicts."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.core.management import call_command
from django.db import transaction

from chuangmo.review.models import ReviewEvent
from indicators.assessment.models import Verdict
from indicators.demonstration.services import build
from indicators.reporting.models import Figure, Report, ReportText, ReportValue

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.sqlite_only]

_REPORT = (
    "report__indicator__number",
    "report__unit__name",
    "report__part",
    "report__period_kind",
    "report__period_start",
)
_SHOWN = {
    Figure: ("element__code", "unit__name", "site__name", "period_kind", "period_start", "value", "answer", "accepted_at"),
    ReportValue: (*_REPORT, "element__code", "site__name", "raw", "answer", "value", "explanation", "updated_at"),
    ReportText: (*_REPORT, "kind", "text"),
    Report: ("indicator__number", "unit__name", "part", "period_start", "period_kind", "case__state", "obligation__done_at"),
    ReviewEvent: ("case__report__unit__name", "action", "by_name", "at", "reason"),
    Verdict: ("indicator__number", "as_of", "status", "value", "headline", "remark"),
}  # fmt: skip


def fingerprints() -> dict[str, str]:
    found = {}
    for model, columns in _SHOWN.items():
        rows = sorted(
            json.dumps(row, default=str, ensure_ascii=False) for row in model.objects.values_list(*columns)
        )
        found[model.__name__] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def test_a_second_run_gives_the_same() -> None:
    call_command("load_plan", verbosity=0)
    before = transaction.savepoint()
    first, shown = build(), fingerprints()
    transaction.savepoint_rollback(before)
    assert not Report.objects.exists()
    again = build()
    assert again == first
    assert fingerprints() == shown
