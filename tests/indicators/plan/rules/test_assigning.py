from datetime import date

from indicators.plan.rules.assigning import (
    GroupDuty,
    Member,
    Provided,
    UnitDuty,
    Wanted,
    wanted_assignments,
)
from indicators.plan.rules.spans import ALWAYS, Span

FIRST_HALF = Span(None, date(2017, 6, 30))
SECOND_HALF = Span(date(2017, 7, 1), None)


def test_a_duty_gives_one_assignment():
    assert wanted_assignments([UnitDuty(1, 5, "lead", ALWAYS)], [], [], []) == {Wanted(1, 5, "lead", ALWAYS)}


def test_a_group_without_members_gives_none():
    assert wanted_assignments([], [GroupDuty(2, 1, ALWAYS)], [], []) == set()


def test_a_member_s_days_are_those_within_the_group_s_duty():
    members = [Member(1, 5, SECOND_HALF), Member(1, 6, ALWAYS), Member(9, 7, ALWAYS)]
    assert wanted_assignments([], [GroupDuty(2, 1, FIRST_HALF)], members, []) == {
        Wanted(2, 6, "member", FIRST_HALF)
    }


def test_two_memberships_that_touch_become_one_assignment():
    members = [Member(1, 5, FIRST_HALF), Member(1, 5, SECOND_HALF)]
    assert wanted_assignments([], [GroupDuty(2, 1, ALWAYS)], members, []) == {Wanted(2, 5, "member", ALWAYS)}


def test_a_named_unit_is_provider_only_without_a_duty_of_its_own():
    duties = [UnitDuty(4, 5, "responsible", ALWAYS), UnitDuty(4, 6, "responsible", FIRST_HALF)]
    provided = [Provided(4, 5), Provided(4, 6), Provided(4, 7)]
    assert wanted_assignments(duties, [], [], provided) - {
        Wanted(4, d.unit_id, d.role, d.span) for d in duties
    } == {
        Wanted(4, 6, "provider", SECOND_HALF),
        Wanted(4, 7, "provider", ALWAYS),
    }
