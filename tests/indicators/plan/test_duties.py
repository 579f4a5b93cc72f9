"""Duties that change from a month on, groups and their members, and the assignments that follow."""

from datetime import date

import pytest

from chuangmo.audit.models import AuditEvent
from chuangmo.errors import Invalid, Refused
from chuangmo.org.models import Unit, UnitGroup
from indicators.plan.models import Assignment, Duty, Indicator, ReportItem
from indicators.plan.queries import empty_groups, plan_export, reporting_units
from indicators.plan.services.duties import (
    change_duty,
    remove_group_member,
    save_group_member,
    sync_assignments,
)

JUNE, JULY = date(2017, 6, 30), date(2017, 7, 1)
HYGIENE = "创建国家卫生城市各成员单位"


def unit(name: str) -> Unit:
    return Unit.objects.get(name=name)


def assigned(number: int, day: date) -> dict[str, str]:
    rows = Assignment.objects.valid(day).filter(indicator__number=number).select_related("unit")
    return {row.unit.name: row.role for row in rows}


def test_sync_twice_changes_nothing(plan):
    before = list(Assignment.objects.order_by("pk").values())
    assert not sync_assignments(plan=plan)
    assert list(Assignment.objects.order_by("pk").values()) == before


def test_a_duty_is_handed_over_from_a_month_on(plan, admin):
    indicator = Indicator.objects.get(number=6)
    change = change_duty(
        indicator=indicator,
        role="responsible",
        ends=unit("市住房城乡建设局"),
        starts=unit("市城管局"),
        from_month=date(2017, 7, 15),
        by=admin,
        reason="职能划转",
    )
    assert (change.ended.valid_to, change.started.valid_from) == (JUNE, JULY)
    assert change.warnings == ()
    assert "市住房城乡建设局" in assigned(6, JUNE) and "市城管局" not in assigned(6, JUNE)
    assert "市城管局" in assigned(6, JULY) and "市住房城乡建设局" not in assigned(6, JULY)
    event = AuditEvent.objects.get(action="变更职责")
    assert (event.actor, event.reason) == (admin, "职能划转")
    assert event.changes == {"承担单位": ["市住房城乡建设局", "市城管局"]}


def test_earlier_months_stay_as_they_were(plan, admin):
    indicator = Indicator.objects.get(number=18)
    before = plan_export(plan, date(2017, 6, 1))["indicators"][17]
    change_duty(
        indicator=indicator,
        role="lead",
        ends=unit("市城管局"),
        starts=unit("市爱卫办"),
        from_month=JULY,
        by=admin,
    )
    assert plan_export(plan, date(2017, 6, 1))["indicators"][17] == before
    assert plan_export(plan, JULY)["indicators"][17]["leads"] == ["市爱卫办"]
    assert [row.name for row in reporting_units("lead", indicator, JUNE)] == ["市城管局"]
    assert [row.name for row in reporting_units("lead", indicator, JULY)] == ["市爱卫办"]


def test_a_new_duty_comes_last(plan, admin):
    indicator = Indicator.objects.get(number=17)
    change_duty(indicator=indicator, role="responsible", starts=unit("市工商局"), from_month=JULY, by=admin)
    assert plan_export(plan, JULY)["indicators"][16]["responsible"][-2:] == ["市质监局", "市工商局"]


def test_a_duty_that_had_not_begun_is_taken_back(plan, admin):
    indicator = Indicator.objects.get(number=17)
    change_duty(indicator=indicator, role="responsible", starts=unit("市工商局"), from_month=JULY, by=admin)
    change_duty(indicator=indicator, role="responsible", ends=unit("市工商局"), from_month=JULY, by=admin)
    assert not Duty.objects.filter(indicator=indicator, unit__name="市工商局").exists()
    assert "市工商局" not in assigned(17, JULY)


def test_a_named_unit_whose_duty_ends_goes_on_as_provider(plan, admin):
    """The police still count the cars that are due, with or without a duty of their own."""
    indicator = Indicator.objects.get(number=17)
    change_duty(indicator=indicator, role="responsible", ends=unit("市公安局"), from_month=JULY, by=admin)
    assert assigned(17, JUNE)["市公安局"] == "responsible"
    assert assigned(17, JULY)["市公安局"] == "provider"


@pytest.mark.parametrize(
    ("changes", "error", "words"),
    [
        ({"starts": "市公安局"}, Invalid, "已有这项职责"),
        ({"ends": "市气象局"}, Refused, "没有这项职责"),
        ({}, Invalid, "请填写"),
        ({"starts": "市气象局", "role": "provider"}, Invalid, "角色应为牵头或责任"),
    ],
)
def test_changes_that_make_no_sense_are_refused(plan, admin, changes, error, words):
    before = list(Duty.objects.order_by("pk").values())
    arguments = {"role": "responsible", **changes}
    for side in ("starts", "ends"):
        if side in arguments:
            arguments[side] = unit(arguments[side])
    with pytest.raises(error, match=words):
        change_duty(indicator=Indicator.objects.get(number=17), from_month=JULY, by=admin, **arguments)
    assert list(Duty.objects.order_by("pk").values()) == before


def test_only_an_administrator_changes_duties(plan, clerk):
    with pytest.raises(Refused, match="只有管理员"):
        change_duty(
            indicator=Indicator.objects.get(number=17),
            role="responsible",
            starts=unit("市工商局"),
            from_month=JULY,
            by=clerk,
        )
    with pytest.raises(Refused, match="只有管理员"):
        save_group_member(group=UnitGroup.objects.get(name=HYGIENE), unit=unit("市工商局"), by=clerk)


def test_an_administrator_who_was_dismissed_changes_nothing(plan, admin):
    admin.memberships.update(valid_to=date(2017, 6, 5))
    with pytest.raises(Refused, match="只有管理员"):
        save_group_member(group=UnitGroup.objects.get(name=HYGIENE), unit=unit("市工商局"), by=admin)


def test_a_duty_for_an_empty_group_is_stored_and_warned_about(plan, admin):
    group = UnitGroup.objects.create(name="创模工作组成员单位")
    change = change_duty(
        indicator=Indicator.objects.get(number=24),
        role="responsible",
        starts=group,
        from_month=JULY,
        by=admin,
    )
    assert change.warnings == (
        "“创模工作组成员单位”还没有成员单位，这项职责暂时没有人填报。请先在“单位组”中填入成员单位。",
    )
    assert change.started.group == group
    assert group in empty_groups(plan, JULY)
    assert group not in empty_groups(plan, JUNE)


def test_empty_groups_are_gaps_until_somebody_belongs_to_them(plan, admin):
    assert [group.name for group in empty_groups(plan)] == [
        "市突发环境事件应急指挥部成员单位",
        "市直《环境保护目标责任书》各责任单位",
        HYGIENE,
    ]
    save_group_member(group=UnitGroup.objects.get(name=HYGIENE), unit=unit("市城管局"), by=admin)
    assert HYGIENE not in [group.name for group in empty_groups(plan)]


def test_members_of_a_group_are_assigned_for_their_days(plan, admin):
    group = UnitGroup.objects.get(name=HYGIENE)
    member = save_group_member(group=group, unit=unit("市城管局"), by=admin, valid_from=JULY)
    assert "市城管局" not in assigned(26, JUNE)
    assert assigned(26, JULY)["市城管局"] == "member"
    save_group_member(
        group=group, unit=unit("市城管局"), by=admin, valid_from=date(2017, 1, 1), member=member
    )
    assert assigned(26, JUNE)["市城管局"] == "member"
    remove_group_member(member=member, by=admin)
    assert "市城管局" not in assigned(26, JULY)
    assert AuditEvent.objects.filter(action="调整组成员").count() == 3


def test_members_owe_no_figures(plan, admin):
    indicator = Indicator.objects.get(number=26)
    before = reporting_units("responsible", indicator, JULY)
    save_group_member(group=UnitGroup.objects.get(name=HYGIENE), unit=unit("市城管局"), by=admin)
    assert reporting_units("responsible", indicator, JULY) == before


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ({"valid_from": date(2017, 3, 1)}, "已经是成员"),
        ({"valid_from": date(2018, 3, 1), "valid_to": date(2018, 1, 1)}, "不能早于"),
    ],
)
def test_memberships_with_impossible_days_are_refused(plan, admin, days, words):
    group = UnitGroup.objects.get(name=HYGIENE)
    save_group_member(group=group, unit=unit("市城管局"), by=admin, valid_to=date(2017, 12, 31))
    with pytest.raises(Invalid, match=words):
        save_group_member(group=group, unit=unit("市城管局"), by=admin, **days)
    assert group.members.count() == 1


def test_a_token_with_an_unknown_unit_stops_the_assignments(plan):
    ReportItem.objects.filter(element__code="i04.gdp").update(reporter="unit:市天文局")
    before = list(Assignment.objects.order_by("pk").values())
    with pytest.raises(Invalid, match="没有名为“市天文局”的单位"):
        sync_assignments(plan=plan)
    assert list(Assignment.objects.order_by("pk").values()) == before
