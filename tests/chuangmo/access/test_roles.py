"""The table role × permission, complete, through memberships as the service makes them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from chuangmo.access.models import Grant, Membership, Role, UnitUserObjectPermission, User
from chuangmo.access.queries import rights_of, rights_of_all
from chuangmo.access.services import (
    add_membership,
    change_membership,
    end_membership,
    ensure_unit_roles,
    grant_exception,
    leave,
    reinstate,
    revoke_grant,
    sync_permissions,
)
from chuangmo.audit.models import AuditEvent
from chuangmo.errors import Invalid, Refused
from chuangmo.org.models import Unit, UnitKind
from tests.factories import Cast, UserFactory

pytestmark = pytest.mark.core

TODAY = date(2017, 6, 6)
PERMISSIONS = ("view_unit", "report", "sign_off", "oversee", "accept")
# What each role may do: on its own unit, inside its county, elsewhere in the city.
NOTHING: set[str] = set()
TABLE = {
    "reporter": ({"view_unit", "report"}, NOTHING, NOTHING),
    "reviewer": ({"view_unit", "sign_off"}, NOTHING, NOTHING),
    "office": ({"view_unit", "oversee", "accept"},) * 3,
    "county_office": ({"view_unit", "oversee"}, {"view_unit", "oversee"}, NOTHING),
    "inspector": ({"view_unit"},) * 3,
    "observer": ({"view_unit"},) * 3,
    "assessor": (NOTHING, NOTHING, NOTHING),
    "admin": ({"view_unit"},) * 3,
}


@pytest.fixture
def world(db) -> dict[str, Unit]:
    county = Unit.objects.create(name="六枝特区人民政府", short_name="六枝特区", kind=UnitKind.COUNTY)
    own = Unit.objects.create(
        name="六枝特区创模办", short_name="六枝创模办", kind=UnitKind.OFFICE, county=county
    )
    inside = Unit.objects.create(
        name="六枝水泥厂", short_name="六枝水泥", kind=UnitKind.ENTERPRISE, county=county
    )
    elsewhere = Unit.objects.create(name="盘县人民政府", short_name="盘县", kind=UnitKind.COUNTY)
    return {"own": own, "county": county, "inside": inside, "elsewhere": elsewhere}


def held(user: User, unit: Unit) -> set[str]:
    rights = rights_of(user)
    return {name for name in PERMISSIONS if rights.may(name, unit.pk)}


@pytest.mark.parametrize("role", Role.values)
def test_table_of_roles(world: dict[str, Unit], role: str) -> None:
    user = UserFactory()
    add_membership(user=user, unit=world["own"], role=role, by=None)
    own, county, city = TABLE[role]
    assert {name: held(user, unit) for name, unit in world.items()} == {
        "own": own,
        "county": county,
        "inside": county,
        "elsewhere": city,
    }
    assert rights_of(user).roles == {role}
    assert sync_permissions() == []


@pytest.mark.parametrize("role", Role.values)
def test_a_unit_made_later_is_reached_by_the_same_roles(world: dict[str, Unit], role: str) -> None:
    user = UserFactory()
    add_membership(user=user, unit=world["own"], role=role, by=None)
    late = Unit.objects.create(
        name="六枝铁厂", short_name="六枝铁厂", kind=UnitKind.ENTERPRISE, county=world["county"]
    )
    ensure_unit_roles(late)
    assert held(user, late) == TABLE[role][1]
    late.county = world["elsewhere"]
    late.save()
    ensure_unit_roles(late)
    assert held(user, late) == TABLE[role][2]
    assert sync_permissions() == []


def test_a_county_office_may_sit_in_the_government_itself(world: dict[str, Unit]) -> None:
    user = UserFactory()
    add_membership(user=user, unit=world["county"], role="county_office", by=None)
    assert {name for name, unit in world.items() if held(user, unit)} == {"own", "county", "inside"}


def test_everybody_at_once_is_the_same_as_one_by_one(cast: Cast, django_assert_num_queries) -> None:
    grant_exception(
        user=cast.owner, unit=cast.bureau, permission="report", until=TODAY, reason="代报", by=cast.admin
    )
    with django_assert_num_queries(4):
        found = rights_of_all()
    expected = [rights_of(user) for user in User.objects.order_by("username")]
    assert found == [rights for rights in expected if rights.roles]


def test_rights_follow_the_dates_of_a_membership(world: dict[str, Unit], today) -> None:
    user = UserFactory()
    add_membership(
        user=user,
        unit=world["own"],
        role="reporter",
        valid_from=date(2017, 6, 10),
        valid_to=date(2017, 6, 20),
        by=None,
    )
    seen = {}
    for day in (9, 10, 20, 21):
        today(date(2017, 6, day))
        seen[day] = held(user, world["own"])
    assert seen == {9: set(), 10: {"view_unit", "report"}, 20: {"view_unit", "report"}, 21: set()}


def test_ending_takes_rights_away_at_once(cast: Cast) -> None:
    membership = Membership.objects.get(user=cast.owner)
    end_membership(membership=membership, on=TODAY - timedelta(days=1), by=cast.admin, reason="调岗")
    assert rights_of(cast.owner).units == {}
    assert list(cast.owner.groups.all()) == []
    row = AuditEvent.objects.get(action="结束任职")
    assert (row.actor, row.reason, row.unit_id) == (cast.admin, "调岗", cast.county.pk)
    assert row.changes == {"期间": ["一直 至 长期", "一直 至 2017-06-05"]}
    assert sync_permissions() == []


def test_a_membership_that_has_not_begun_is_taken_back(cast: Cast) -> None:
    later = add_membership(
        user=cast.owner, unit=cast.bureau, role="reviewer", valid_from=date(2017, 7, 1), by=cast.admin
    )
    pk = later.pk
    end_membership(membership=later, on=TODAY, by=cast.admin)
    assert not Membership.objects.filter(pk=pk).exists()
    assert Membership.history.filter(id=pk).count() == 2


def test_only_administrators_write(cast: Cast) -> None:
    membership = Membership.objects.get(user=cast.owner)
    root = UserFactory(is_superuser=True, is_staff=True)
    for by in (cast.office, cast.lead, cast.observer, root):
        with pytest.raises(Refused):
            add_membership(user=cast.owner, unit=cast.bureau, role="reporter", by=by)
        with pytest.raises(Refused):
            end_membership(membership=membership, on=TODAY, by=by)
        with pytest.raises(Refused):
            change_membership(membership=membership, valid_from=None, valid_to=TODAY, by=by)
        with pytest.raises(Refused):
            leave(user=cast.owner, on=TODAY, by=by)
        with pytest.raises(Refused):
            grant_exception(
                user=cast.owner, unit=cast.bureau, permission="report", until=TODAY, reason="x", by=by
            )
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize("role", ["reviewer", "office"])
def test_nobody_gives_themselves_review_rights(cast: Cast, role: str) -> None:
    with pytest.raises(Refused, match="不能给自己"):
        add_membership(user=cast.admin, unit=cast.county, role=role, by=cast.admin)
    with pytest.raises(Refused, match="本人"):
        grant_exception(
            user=cast.admin, unit=cast.county, permission="sign_off", until=TODAY, reason="x", by=cast.admin
        )
    assert held(cast.admin, cast.county) == {"view_unit"}


def test_own_review_role_is_not_prolonged_by_oneself(cast: Cast) -> None:
    membership = add_membership(
        user=cast.admin, unit=cast.county, role="reviewer", valid_to=date(2017, 6, 30), by=None
    )
    with pytest.raises(Refused):
        change_membership(membership=membership, valid_from=None, valid_to=None, by=cast.admin)
    change_membership(membership=membership, valid_from=None, valid_to=date(2017, 6, 10), by=cast.admin)
    assert Membership.objects.get(pk=membership.pk).valid_to == date(2017, 6, 10)


def test_the_same_role_twice_at_the_same_time_is_refused(cast: Cast) -> None:
    with pytest.raises(Invalid, match="已是填报员"):
        add_membership(
            user=cast.owner, unit=cast.county, role="reporter", valid_from=date(2017, 7, 1), by=cast.admin
        )
    with pytest.raises(Invalid, match="不能早于"):
        add_membership(
            user=cast.owner,
            unit=cast.bureau,
            role="reporter",
            valid_from=date(2017, 7, 1),
            valid_to=date(2017, 6, 1),
            by=cast.admin,
        )


def test_administrators_enter_the_desk_only_as_long_as_they_are(cast: Cast) -> None:
    second = UserFactory()
    membership = add_membership(user=second, unit=cast.city_office, role="admin", by=cast.admin)
    second.refresh_from_db()
    assert second.is_staff
    assert second.has_perm("org.change_unit")
    assert not second.has_perm("reporting.change_report")
    assert not second.has_perm("review.change_case")
    end_membership(membership=membership, on=TODAY - timedelta(days=1), by=cast.admin)
    second = User.objects.get(pk=second.pk)
    assert not second.is_staff
    assert not second.has_perm("org.change_unit")


def test_the_last_administrator_stays(cast: Cast) -> None:
    membership = Membership.objects.get(user=cast.admin)
    with pytest.raises(Refused, match="最后一位"):
        end_membership(membership=membership, on=TODAY - timedelta(days=1), by=cast.admin)
    with pytest.raises(Refused, match="最后一位"):
        leave(user=cast.admin, on=TODAY, by=cast.admin)


# Exceptions ---------------------------------------------------------------------------------------------


def test_an_exception_counts_until_its_day(cast: Cast, today) -> None:
    grant = grant_exception(
        user=cast.stranger,
        unit=cast.county,
        permission="report",
        until=date(2017, 6, 8),
        reason=" 产假代报 ",
        by=cast.admin,
    )
    assert grant.reason == "产假代报"
    assert held(cast.stranger, cast.county) == {"view_unit", "report"}
    assert (
        UnitUserObjectPermission.objects.filter(user=cast.stranger, content_object=cast.county).count() == 1
    )
    today(date(2017, 6, 8))
    assert held(cast.stranger, cast.county) == {"view_unit", "report"}
    today(date(2017, 6, 9))
    assert held(cast.stranger, cast.county) == set()


def test_an_exception_can_be_revoked(cast: Cast) -> None:
    grant = grant_exception(
        user=cast.stranger, unit=cast.county, permission="report", until=TODAY, reason="代报", by=cast.admin
    )
    revoke_grant(grant=grant, by=cast.admin, reason="本人已回")
    assert held(cast.stranger, cast.county) == set()
    assert not UnitUserObjectPermission.objects.exists()
    assert [row.action for row in AuditEvent.objects.order_by("id")] == ["临时授权", "撤销临时授权"]


def test_a_bad_exception_names_every_fault(cast: Cast) -> None:
    with pytest.raises(Invalid) as caught:
        grant_exception(
            user=cast.stranger,
            unit=cast.county,
            permission="fly",
            until=date(2017, 6, 5),
            reason=" ",
            by=cast.admin,
        )
    assert set(caught.value.faults) == {"permission", "until", "reason"}
    with pytest.raises(Refused, match="审定不能临时授权"):
        grant_exception(
            user=cast.stranger, unit=cast.county, permission="accept", until=TODAY, reason="x", by=cast.admin
        )
    assert not Grant.objects.exists()


# Leaving ------------------------------------------------------------------------------------------------


def test_who_leaves_loses_everything_at_once_and_leaves_nothing_behind(cast: Cast, client) -> None:
    report = cast.report(values={"i18.produced": "100"})
    value = report.values.first()
    value.updated_by = cast.owner
    value.save()
    grant_exception(
        user=cast.owner, unit=cast.bureau, permission="report", until=TODAY, reason="代报", by=cast.admin
    )
    add_membership(user=cast.owner, unit=cast.bureau, role="reporter", by=cast.admin)
    client.force_login(cast.owner, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/accounts/password/").status_code == 200

    left = leave(user=cast.owner, on=TODAY, by=cast.admin, reason="退休")

    assert (left.memberships, left.grants, left.sessions) == (2, 1, 1)
    assert left.in_hand == (f"{report}（草稿）",)
    owner = User.objects.get(pk=cast.owner.pk)
    assert rights_of(owner).units == {}
    assert not owner.is_active
    assert list(owner.groups.all()) == []
    assert client.get("/accounts/password/").status_code == 302
    report.refresh_from_db()
    assert (report.unit, report.values.get(pk=value.pk).updated_by) == (cast.county, owner)
    assert held(cast.owner2, cast.county) == {"view_unit", "report"}, "the colleague goes on with the draft"
    assert AuditEvent.objects.get(action="离任").changes["手中事项"] == [[f"{report}（草稿）"], []]
    assert sync_permissions() == []
    with pytest.raises(Refused, match="已停用"):
        add_membership(user=owner, unit=cast.county, role="reviewer", by=cast.admin)


def test_a_closed_account_can_be_opened_again_without_roles(cast: Cast, today) -> None:
    leave(user=cast.owner, on=date(2017, 6, 5), by=cast.admin)
    reinstate(user=cast.owner, by=cast.admin)
    assert User.objects.get(pk=cast.owner.pk).is_active
    assert rights_of(cast.owner).roles == frozenset()


def test_leaving_is_not_dated_ahead(cast: Cast) -> None:
    with pytest.raises(Invalid, match="不能晚于今天"):
        leave(user=cast.owner, on=TODAY + timedelta(days=1), by=cast.admin)
