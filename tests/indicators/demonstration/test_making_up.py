"""What docs/demonstration.md promises: the missing figure is made up, goes its way, and the wall turns."""

from __future__ import annotations

from datetime import date

import pytest

from chuangmo.access.models import User
from chuangmo.review import services as review
from chuangmo.review.models import Case
from indicators.assessment.models import Verdict
from indicators.assessment.services.refreshing import refresh_stale
from indicators.reporting.models import Report
from indicators.reporting.services.entry import save_cell, save_text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration"), pytest.mark.sqlite_only]


def test_the_missing_county_makes_up_its_figure_and_the_wall_turns() -> None:
    report = Report.objects.get(
        indicator__number=18, unit__short_name="水城县", period_kind="month", period_start=date(2017, 4, 1)
    )
    clerk = User.objects.get(username="shuicheng")
    cell = report.values.get()
    save_cell(by=clerk, report_id=report.pk, cell=f"v{cell.pk}", version=0, raw="4 715.6")
    save_text(by=clerk, report_id=report.pk, kind="progress", text="4月，过磅数据已逐车核对。", version=0)
    people = {
        review.submit: "shuicheng",
        review.sign_off: "shuicheng.shenhe",
        review.verify: "chengguan.shenhe",
        review.accept: "wangkezhang",
    }
    for move, username in people.items():
        case = Case.objects.get(pk=report.case_id)
        move(case_id=case.pk, revision_no=case.revision_no, by=User.objects.get(username=username))
    refresh_stale()
    verdict = Verdict.objects.get(indicator__number=18, as_of=date(2017, 5, 31), is_current=True)
    assert (verdict.status, verdict.card["missing_units"]) == ("met", [])
    assert verdict.headline == "92.33%"
