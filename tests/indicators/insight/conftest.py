"""The cast with indicator 18 rated, and months of accepted waste."""

from __future__ import annotations

import pytest

from chuangmo.periods import Period, month
from chuangmo.review.models import Case, Revision, State
from indicators.assessment.rules import rule_json, validate_rule
from indicators.plan.models import RuleVersion
from indicators.reporting.models import Report
from tests.factories import Cast, make_figure, make_report
from tests.indicators.assessment.conftest import RATE


@pytest.fixture
def rated(cast: Cast) -> Cast:
    body = rule_json(validate_rule(RATE))
    RuleVersion.objects.create(indicator=cast.indicator, version=1, body=body)
    return cast


def accepted(cast: Cast, period: Period, produced, treated, unit=None, **more) -> Report:
    """An accepted report of waste with its frozen revision and figures."""
    unit = unit or cast.county
    report = make_report(
        unit,
        cast.indicator,
        [cast.produced, cast.treated],
        period,
        state=State.ACCEPTED,
        due_on=period.end,
        values={"i18.produced": produced, "i18.treated": treated},
    )
    Case.objects.filter(pk=report.case_id).update(revision_no=1, accepted_revision_no=1)
    Revision.objects.create(
        case=report.case, number=1, content={"values": [], "answers": []}, digest="x", created_by=cast.owner
    )
    report.case.refresh_from_db()
    for element, value in ((cast.produced, produced), (cast.treated, treated)):
        make_figure(element, unit, period, value, report=report, **more)
    return report


def months(first: int, last: int, year: int = 2017) -> list[Period]:
    return [month(year, number) for number in range(first, last + 1)]
