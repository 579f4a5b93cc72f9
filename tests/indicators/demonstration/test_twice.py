"""Two runs on two fresh databases give the same: figures, values, states, moments and verdicts."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.db import transaction
from django.test import override_settings

from chuangmo.review.models import ReviewEvent
from indicators.assessment.models import Verdict
from indicators.demonstration.services import build
from indicators.reporting.models import Figure, Report, ReportText, ReportValue

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

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


def test_a_second_run_gives_the_same(demonstration, tmp_path) -> None:
    first = fingerprints()
    transaction.savepoint_rollback(demonstration.before)
    assert not Report.objects.exists()
    with override_settings(MEDIA_ROOT=str(tmp_path)):
        again = build()
    assert again == demonstration.built
    assert fingerprints() == first
