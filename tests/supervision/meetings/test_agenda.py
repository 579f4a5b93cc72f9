"""The agenda is drawn from real rows with one click, and never twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from django.utils import timezone

from chuangmo.errors import Invalid
from indicators.assessment.models import Verdict
from indicators.insight.models import Forecast
from indicators.plan.models import Indicator, RuleVersion
from supervision.meetings.models import Meeting
from supervision.meetings.services import (
    add_item,
    convene_meeting,
    draw_agenda,
    edit_meeting,
    move_item,
    remove_item,
)
from tests.factories import Cast, IndicatorFactory, ObligationFactory
from tests.projects.works.conftest import approved, make_project
from tests.supervision.meetings import story

pytestmark = pytest.mark.django_db


def verdict(indicator: Indicator, status: str) -> Verdict:
    rule = RuleVersion.objects.create(indicator=indicator, version=1, body={})
    return Verdict.objects.create(
        indicator=indicator,
        as_of=date(2017, 5, 31),
        rule=rule,
        status=status,
        headline="81.2%",
        threshold="≥85%",
        result={},
        inputs_digest="x",
        computed_at=timezone.now(),
        value=Decimal("81.2"),
    )


def test_everything_that_stands_badly_comes_onto_the_agenda_once(cast: Cast, today) -> None:
    ObligationFactory(unit=cast.county, subject_label="五月报表")  # due on the 5th: late on the 6th
    ObligationFactory(unit=cast.county, subject_label="六月报表", due_on=date(2017, 7, 5), locks_on=None)
    ObligationFactory(unit=cast.other_county, subject_label="免办的", waived_at=timezone.now())
    verdict(cast.indicator, "missed")
    doubtful = IndicatorFactory(plan=cast.plan, number=8, short_name="空气优良天数")
    verdict(doubtful, "met")
    Forecast.objects.create(
        indicator=doubtful, as_of=date(2017, 5, 31), inputs_digest="x", outlook="doubtful", line="预计 82%",
        body={}, computed_at=timezone.now(),
    )  # fmt: skip
    fine = IndicatorFactory(plan=cast.plan, number=9, short_name="饮用水")
    verdict(fine, "met")
    today(date(2017, 3, 1))
    project = make_project(cast)
    approved(cast, project)
    today(date(2017, 9, 15))  # past its finish: red
    ObligationFactory(unit=cast.bureau, subject_label="局的报表", due_on=date(2017, 9, 14), locks_on=None)
    today(date(2017, 6, 6))
    meeting = story.planned(cast)
    before = [item.title for item in meeting.items.all()]
    assert draw_agenda(by=cast.office, meeting_id=meeting.pk) == 3
    drawn = list(meeting.items.exclude(kind="hand"))
    assert before == ["生活垃圾处理"]
    assert [(item.kind, item.title) for item in drawn] == [
        ("overdue", "钟山区逾期未办 1 项"),
        ("indicator", "指标 8 空气优良天数有不达标风险"),
        ("indicator", "指标 18 生活垃圾无害化处理率不达标"),
    ]
    assert drawn[0].unit == cast.county
    assert drawn[0].detail == "报表 五月报表：应于 06-05 办结，逾期 1 个工作日"
    assert drawn[1].detail.splitlines()[-1] == "预计不达标：预计 82%"
    assert "81.2%（要求 ≥85%）" in drawn[2].detail
    # Again: nothing new. Later: what became bad since.
    assert draw_agenda(by=cast.office, meeting_id=meeting.pk) == 0
    today(date(2017, 9, 15))
    assert draw_agenda(by=cast.office, meeting_id=meeting.pk) == 2
    assert set(meeting.items.values_list("kind", "title")) >= {
        ("project", "岔河垃圾填埋场渗滤液提标改造进度滞后"),
        ("overdue", "市城管局逾期未办 1 项"),
    }


def test_an_agenda_is_put_into_order(cast: Cast) -> None:
    meeting = story.planned(cast)
    for title in ("乙", "丙"):
        add_item(by=cast.office, meeting_id=meeting.pk, title=title)
    first, second, third = meeting.items.all()
    move_item(by=cast.office, item_id=third.pk, up=True)
    assert [item.title for item in meeting.items.all()] == ["生活垃圾处理", "丙", "乙"]
    move_item(by=cast.office, item_id=first.pk, up=True)  # at the end nothing happens
    move_item(by=cast.office, item_id=second.pk, up=False)
    remove_item(by=cast.office, item_id=first.pk)
    assert [item.title for item in meeting.items.all()] == ["丙", "乙"]


def test_a_call_needs_agenda_place_and_members(cast: Cast) -> None:
    meeting = story.planned(cast, place="", held_on=date(2017, 6, 5))
    meeting.items.all().delete()
    series = meeting.series
    series.units.clear()
    series.with_leads = False
    series.save()
    with pytest.raises(Invalid) as error:
        convene_meeting(by=cast.office, meeting_id=meeting.pk)
    assert set(error.value.faults) == {"members", "agenda", "place", "held_on"}


def test_members_follow_the_register(cast: Cast) -> None:
    meeting = story.convened(cast)
    called = list(meeting.attendances.values_list("unit__short_name", flat=True))
    assert called == ["钟山区", "市城管局"]
    told = {(notice.user.username, notice.kind, notice.urgency) for notice in _notices(meeting)}
    assert told == {
        ("owner", "other", "now"),
        ("owner2", "other", "now"),
        ("colleague", "other", "now"),
        ("lead", "other", "now"),
        ("lead_clerk", "other", "now"),
    }
    edit_meeting(
        by=cast.office,
        meeting_id=meeting.pk,
        version=0,
        arrangement=story.arrangement(place="市委二楼会议室"),
    )
    changed = [notice.title for notice in _notices(meeting) if notice.title.startswith("会议安排有变")]
    assert len(changed) == 5
    assert "市委二楼会议室" in changed[0]


def test_a_dissolved_unit_is_not_called(cast: Cast) -> None:
    cast.county.valid_to = date(2017, 6, 5)
    cast.county.save()
    meeting = story.convened(cast)
    assert list(meeting.attendances.values_list("unit__short_name", flat=True)) == ["市城管局"]


def _notices(meeting: Meeting):
    from chuangmo.notices.models import Notice

    return Notice.objects.filter(subject_kind="meeting", subject_id=meeting.pk).select_related("user")
