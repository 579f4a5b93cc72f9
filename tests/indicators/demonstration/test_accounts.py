"""People of every role who can sign in, and permissions that agree with their memberships."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from chuangmo.access.models import Membership, Role, User
from chuangmo.access.queries import rights_of
from chuangmo.access.services import sync_permissions
from chuangmo.org.models import GroupMember, Installation, Unit
from indicators.demonstration.rules.people import ADMIN, OFFICE, PASSWORD, SINGLE_UNIT, TWO_UNITS
from indicators.plan.models import Assignment, Plan
from indicators.plan.queries import empty_groups
from indicators.reporting.models import Report

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("demonstration"), pytest.mark.sqlite_only]


def test_permissions_agree_with_memberships() -> None:
    assert sync_permissions() == []


def test_every_role_is_there_and_every_unit_that_owes_has_its_people() -> None:
    assert set(Membership.objects.values_list("role", flat=True)) == set(Role.values)
    owing = set(Assignment.objects.values_list("unit", flat=True))
    for role in (Role.REPORTER, Role.REVIEWER):
        held = set(Membership.objects.filter(role=role).values_list("unit", flat=True))
        without = set(Unit.objects.filter(pk__in=owing - held).values_list("short_name", flat=True))
        assert without == (set() if role == Role.REPORTER else {SINGLE_UNIT})
    assert not Unit.objects.get(short_name=SINGLE_UNIT).own_review


def test_one_person_reports_for_two_units() -> None:
    people = User.objects.filter(memberships__unit__short_name=TWO_UNITS[1], memberships__role=Role.REPORTER)
    rights = rights_of(people.get())
    assert set(Unit.objects.filter(pk__in=rights.report).values_list("short_name", flat=True)) == set(
        TWO_UNITS
    )


def test_everybody_signs_in_with_the_one_password(rf) -> None:
    for username in (OFFICE, ADMIN, "shuicheng", "shuicheng.shenhe", "pinggu"):
        user = authenticate(rf.post("/login/"), username=username, password=PASSWORD)
        assert user is not None and user.get_username() == username
    assert User.objects.get(username=ADMIN).is_staff and not User.objects.filter(is_superuser=True)


def test_two_groups_stay_a_gap_and_one_is_filled_in_part() -> None:
    assert len(empty_groups(Plan.objects.current())) == 2
    assert GroupMember.objects.count() == 5


def test_the_command_changes_nothing_the_second_time_and_lists_the_accounts() -> None:
    before = Report.objects.count()
    told, listed = StringIO(), StringIO()
    call_command("demo", stdout=told)
    call_command("demo", "--accounts", stdout=listed)
    assert "没有改动" in told.getvalue() and Report.objects.count() == before
    lines = listed.getvalue().splitlines()
    assert PASSWORD in lines[0] and len(lines) == 1 + User.objects.count()
    assert any("wangkezhang" in line and "王科长" in line and "市创模办 创模办" in line for line in lines)


def test_a_database_with_real_reports_is_refused() -> None:
    Installation.objects.update(is_demonstration=False)
    with pytest.raises(CommandError, match="不能再生成演示数据"):
        call_command("demo", stdout=StringIO())
    with pytest.raises(CommandError, match="没有演示数据"):
        call_command("demo", "--accounts", stdout=StringIO())
