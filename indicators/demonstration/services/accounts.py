"""The demonstration's people with their roles, the groups that are filled in, the unit without its own review."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.hashers import make_password
from django.db.models import Max

from chuangmo.access.models import Membership, User
from chuangmo.access.services import add_membership
from chuangmo.audit.services import record
from chuangmo.org.models import Unit, UnitGroup, UnitKind
from chuangmo.org.services import save_unit
from indicators.demonstration.rules.people import (
    ADMIN,
    COUNTY_OFFICES,
    GROUP_FILLED,
    GROUP_MEMBERS,
    PASSWORD,
    SINGLE_UNIT,
    Person,
    people,
)
from indicators.plan.models import Assignment, Plan
from indicators.plan.services.duties import save_group_member

__all__ = ["cast", "fill_groups", "make_people", "review_elsewhere"]


def make_people(plan: Plan) -> list[User]:
    """Accounts with one password for all (hashed once: ninety times would take a minute) and their roles."""
    _found_county_offices()
    units = {unit.short_name: unit for unit in Unit.objects.all()}
    owing = set(Assignment.objects.filter(indicator__plan=plan).values_list("unit__short_name", flat=True))
    wanted = people(name for name in units if name in owing)
    password = make_password(PASSWORD)
    users = User.objects.bulk_create(
        User(username=one.username, name=one.name, password=password) for one in wanted
    )
    for user, person in zip(users, wanted, strict=True):
        _announce(user)
        _give_roles(user, person, units)
    return users


def _found_county_offices() -> None:
    """The plan names the counties but not their steering offices: those of the demonstration are invented."""
    order = Unit.objects.aggregate(last=Max("order"))["last"] or 0
    for place, (county, office) in enumerate(COUNTY_OFFICES.items(), start=1):
        save_unit(
            unit=Unit(
                name=f"{county}创建国家环境保护模范城市工作办公室",
                short_name=office,
                kind=UnitKind.OFFICE,
                county=Unit.objects.get(short_name=county),
                order=order + place,
            ),
            by=None,
            reason="演示单位",
        )


def _announce(user: User) -> None:
    record(
        by=None,
        action="新增人员",
        object_kind="user",
        object_id=user.pk,
        label=f"{user.name}（{user.username}）",
        changes={"用户名": ["", user.username], "姓名": ["", user.name]},
    )


def _give_roles(user: User, person: Person, units: dict[str, Unit]) -> None:
    for post in person.posts:
        add_membership(
            user=user,
            unit=units[post.unit],
            role=post.role,
            valid_from=post.valid_from,
            valid_to=post.valid_to,
            is_leader=post.is_leader,
            by=None,
            reason="演示账号",
        )


def fill_groups() -> None:
    """One group gets some of its members; the others stay empty, and are shown as a gap."""
    administrator = User.objects.get(username=ADMIN)
    group = UnitGroup.objects.get(name=GROUP_FILLED)
    for unit in Unit.objects.filter(short_name__in=GROUP_MEMBERS).order_by("order"):
        save_group_member(group=group, unit=unit, by=administrator, reason="按创卫办文件先行填入（演示）")


def review_elsewhere() -> None:
    """The unit with a single person has no review of its own."""
    unit = Unit.objects.get(short_name=SINGLE_UNIT)
    unit.own_review = False
    unit._change_reason = "只有一名工作人员（演示）"  # type: ignore[attr-defined]
    unit.save()
    record(
        by=User.objects.get(username=ADMIN),
        action="关闭本单位审核",
        object_kind="unit",
        object_id=unit.pk,
        label=unit.name,
        unit_id=unit.pk,
        reason="只有一名工作人员（演示）",
        changes={"本单位审核": [True, False]},
    )


def cast() -> list[tuple[str, str, str]]:
    """Everybody who can sign in: user name, name, roles with units, in the order of the list of people."""
    posts: dict[int, list[str]] = {}
    rows = Membership.objects.select_related("unit").order_by("pk")
    for row in rows:
        posts.setdefault(row.user_id, []).append(f"{row.unit.short_name} {row.get_role_display()}")
    return [
        (user.username, user.name, _joined(posts.get(user.pk, ()))) for user in User.objects.order_by("pk")
    ]


def _joined(posts: Iterable[str]) -> str:
    return "、".join(posts)
