"""The measures of the demonstration: a talk that was held with a commitment, a follow-up by the media that waits for its
approver. All invented."""

from __future__ import annotations

from datetime import date

from chuangmo.access.models import User
from chuangmo.deadlines.models import Obligation
from chuangmo.org.queries import find_unit
from indicators.demonstration.rules.days import at
from indicators.demonstration.rules.people import OFFICE, OFFICE_SECOND
from indicators.demonstration.services.moments import moment
from indicators.plan.models import Plan
from supervision.accountability.services import (
    approve_measure,
    draft_measure,
    hold_talk,
    promise_in_talk,
    propose_measure,
)
from supervision.accountability.services.drafting import Words

__all__ = ["tell"]


def tell(plan: Plan) -> None:
    """Everything up to the morning of 6 June 2017."""
    officer, approver = (User.objects.get(username=name) for name in (OFFICE, OFFICE_SECOND))
    _talk(plan, officer, approver)
    _follow_up(plan, officer, approver)


def _talk(plan: Plan, officer: User, approver: User) -> None:
    unit = find_unit("六枝特区")
    with moment(at(date(2017, 5, 22), 10)):
        measure = draft_measure(
            by=officer,
            kind="talk",
            plan=plan,
            unit=unit,
            words=Words(
                title="六枝特区创模数据报送滞后",
                grounds="今年以来多次逾期报送创模数据，经催办、督办仍未根本改进，影响全市指标评定。",
                demand="说明原因，提出整改措施和时限，明确专人负责。",
                persons="六枝特区分管副区长",
                place="市创模办会议室",
                host="市创模办主任",
                planned_on=date(2017, 5, 25),
            ),
            obligations=Obligation.objects.late(date(2017, 5, 22)).filter(unit=unit)[:3],
        )
        measure = propose_measure(
            by=officer, measure_id=measure.pk, version=measure.version, approver=approver
        )
    with moment(at(date(2017, 5, 23), 9)):
        measure = approve_measure(by=approver, measure_id=measure.pk, version=measure.version, opinion="同意")
    with moment(at(date(2017, 5, 25), 16)):
        measure = hold_talk(
            by=officer,
            measure_id=measure.pk,
            version=measure.version,
            held_on=date(2017, 5, 25),
            attendees="六枝特区分管副区长、环保局局长，市创模办主任、王科长",
            record="六枝特区说明了人员变动造成的报送滞后，承认重视不够；市创模办要求建立 AB 岗，按时报送。",
        )
        promise_in_talk(
            by=officer,
            measure_id=measure.pk,
            text="建立数据报送 AB 岗，补报逾期数据",
            due_on=date(2017, 6, 10),
        )


def _follow_up(plan: Plan, officer: User, approver: User) -> None:
    with moment(at(date(2017, 6, 5), 11)):
        measure = draft_measure(
            by=officer,
            kind="exposure",
            plan=plan,
            unit=find_unit("钟山区"),
            words=Words(
                title="钟山区水城河排污口封堵进展缓慢",
                grounds="联席会议议定五月底前完成的排污口封堵逾期未办结，群众反映强烈。",
                demand="跟踪采访水城河钟山段排污口整改情况。",
                addressee="六盘水日报社",
            ),
        )
        propose_measure(by=officer, measure_id=measure.pk, version=measure.version, approver=approver)
