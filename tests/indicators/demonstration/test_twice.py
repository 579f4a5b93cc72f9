"""Two runs on two fresh databases give the same: figures, values, states, moments, verdicts, projects and tasks."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.core.management import call_command
from django.db import connection

from chuangmo.review.models import ReviewEvent
from indicators.assessment.models import Verdict
from indicators.demonstration.services import build
from indicators.reporting.models import Figure, Report, ReportText, ReportValue
from projects.campaigns.models import Member, MemberEvent, Share
from projects.works.models import CountyFund, MoneyFigure, Picture, Progress, ScheduledStage, StageFigure
from tests.indicators.demonstration.conftest import Demonstration
from tests.worlds import empty

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
    ScheduledStage: ("schedule__project__code", "schedule__number", "schedule__state", "code", "start_on", "finish_on"),
    Progress: ("project__code", "period_start", "work", "problems", "case__state", "updated_by__username"),
    StageFigure: ("project__code", "as_of", "code", "percent", "started_on", "finished_on"),
    MoneyFigure: ("project__code", "as_of", "source", "arrived", "paid"),
    Picture: ("progress__project__code", "taken_on", "attachment__file__sha256"),
    CountyFund: ("unit__name", "budget", "arrived", "paid"),
    Share: ("task__code", "unit__name", "closed_at", "none_reason"),
    Member: ("task__code", "unit__name", "name", "code", "state", "value", "post__person", "ticked_at", "verified_at"),
    MemberEvent: ("member__task__code", "member__unit__name", "member__name", "action", "at", "by_name"),
}  # fmt: skip


def fingerprints() -> dict[str, str]:
    found = {}
    for model, columns in _SHOWN.items():
        rows = sorted(
            json.dumps(row, default=str, ensure_ascii=False) for row in model.objects.values_list(*columns)
        )
        assert rows, model
        found[model.__name__] = hashlib.sha256("\n".join(rows).encode()).hexdigest()
    return found


def test_a_second_run_gives_the_same(demonstration: Demonstration) -> None:
    """The first is this folder's; the second begins with the same empty database, under the same keys."""
    shown = fingerprints()
    _empty()
    assert not Report.objects.exists()
    call_command("load_plan", verbosity=0)
    again = build()
    assert again == demonstration.built
    assert fingerprints() == shown


def _empty() -> None:
    empty()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM sqlite_sequence")
