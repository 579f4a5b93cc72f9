"""The proof finds everything that is not as memberships and duties say, repairs it, and leaves exceptions alone."""

from __future__ import annotations

import json
from datetime import date
from io import StringIO

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from chuangmo.access.models import Grant, Membership, UnitGroupObjectPermission, UnitRole, User
from chuangmo.access.queries import rights_of
from chuangmo.access.services import grant_exception, sync_permissions
from chuangmo.audit.models import AuditEvent
from chuangmo.org.models import Unit, UnitKind
from indicators.plan.models import Assignment, AssignmentRole
from indicators.reporting.rights import may_accept, may_report, may_sign_off, may_verify
from tests.factories import Cast, UnitFactory

TODAY = date(2017, 6, 6)


def run(*args: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("check_permissions", *args, stdout=out)
    except SystemExit as stop:
        return int(stop.code or 0), out.getvalue()
    return 0, out.getvalue()


def spoil(cast: Cast) -> dict[str, str]:
    """One of each kind of drift; the sentence that must tell of it."""
    reporters = UnitRole.objects.get(unit=cast.county, role="reporter").group
    admins = UnitRole.objects.get(unit=cast.city_office, role="admin").group
    sign_off = Permission.objects.get(codename="sign_off", content_type__app_label="org")
    UnitRole.objects.get(unit=cast.county, role="reviewer").delete()
    cast.owner.groups.clear()
    cast.stranger.groups.add(reporters)
    UnitGroupObjectPermission.objects.create(group=reporters, permission=sign_off, content_object=cast.county)
    UnitGroupObjectPermission.objects.filter(
        group__unit_role__role="office", content_object=cast.bureau, permission__codename="accept"
    ).delete()
    admins.permissions.add(Permission.objects.get(codename="change_case"))
    cast.lead.user_permissions.add(Permission.objects.get(codename="change_figure"))
    User.objects.filter(pk=cast.office.pk).update(is_staff=True)
    Group.objects.create(name="随手建的组").user_set.add(cast.observer)
    Assignment.objects.filter(unit=cast.county).delete()
    Assignment.objects.create(indicator=cast.indicator, unit=cast.bureau, role=AssignmentRole.MEMBER)
    return {
        "缺少：钟山区人民政府 的“单位审核人”权限组": "group",
        "缺少：李静 在钟山区人民政府 的“填报员”组中": "person",
        "多出：赵强 在钟山区人民政府 的“填报员”组中": "person",
        "多出：郑市长 在无角色的组“随手建的组”中": "person",
        "多出：钟山区人民政府 填报员 对 钟山区人民政府 的审核权限": "right",
        "缺少：市创模办 创模办 对 市城市管理局 的审定权限": "right",
        "多出：市创模办 管理员组的后台权限 1 项": "desk",
        "多出：刘工 直接授予的后台权限": "desk",
        "多出：王科长 进入后台的标记": "staff",
        "缺少：任务分派 指标 18 生活垃圾无害化处理率 钟山区人民政府 责任（一直 至 长期）": "assignment",
        "多出：任务分派 指标 18 生活垃圾无害化处理率 市城市管理局 组成员（一直 至 长期）": "assignment",
    }


def test_all_is_well(cast: Cast) -> None:
    code, out = run()
    assert code == 0
    assert out.endswith("没有差异\n")


def test_every_difference_is_found_and_repaired_and_grants_are_left_alone(cast: Cast) -> None:
    grant_exception(
        user=cast.stranger, unit=cast.bureau, permission="report", until=TODAY, reason="代报", by=cast.admin
    )
    grants = list(Grant.objects.values())
    expected = spoil(cast)

    code, out = run("--json")
    found = json.loads(out)
    assert code == 1
    assert set(expected) <= set(found["differences"])
    assert found["grants"] == [
        {
            "unit": cast.bureau.name,
            "person": "stranger",
            "permission": "report",
            "until": "2017-06-06",
            "reason": "代报",
            "by": "admin",
        }
    ]
    assert run("--json") == (1, out), "looking changes nothing"

    code, out = run("--repair", "--quiet")
    assert code == 0
    assert "已修复：缺少：李静 在钟山区人民政府 的“填报员”组中" in out
    assert "临时授权：赵强 市城市管理局 填报 至 2017-06-06，管理员 批准，理由：代报" in out
    assert run()[0] == 0
    assert sync_permissions() == []
    assert list(Grant.objects.values()) == grants
    assert rights_of(cast.stranger).report == {cast.other_county.pk, cast.bureau.pk}
    assert rights_of(cast.owner).report == {cast.county.pk}
    assert Assignment.objects.filter(unit=cast.county).count() == 1
    assert AuditEvent.objects.filter(action="修复权限").count() == 1


def test_an_expired_membership_is_no_drift_in_rights_but_is_cleared_up(cast: Cast) -> None:
    Membership.objects.filter(user=cast.owner).update(valid_to=date(2017, 6, 5))
    assert rights_of(cast.owner).units == {}
    assert [str(difference) for difference in sync_permissions(repair=True)] == [
        "多出：李静 在钟山区人民政府 的“填报员”组中"
    ]
    assert sync_permissions() == []


def test_the_table_says_what_the_pages_predicates_say(cast: Cast) -> None:
    _, out = run("--json")
    lines = {
        (line["unit"], line["person"], line["right"])
        for line in json.loads(out)["table"]
        if line["indicator"] == 18
    }
    asked = {"report": may_report, "sign_off": may_sign_off, "verify": may_verify, "accept": may_accept}
    expected = set()
    for unit in (cast.county, cast.other_county, cast.bureau):
        report = cast.report(unit)
        for user in User.objects.all():
            for right, predicate in asked.items():
                if right == "verify" and unit == cast.bureau:
                    continue  # a lead's own report skips the step
                if predicate(rights_of(user), report):
                    expected.add((unit.name, user.username, right))
    assert lines == expected
    assert ("钟山区人民政府", "lead", "verify") in lines
    assert ("钟山区人民政府", "owner", "report") in lines


@pytest.mark.parametrize("units", [10, 100])
def test_the_comparison_takes_the_same_queries_for_any_number_of_units(
    cast: Cast, units: int, django_assert_num_queries
) -> None:
    for number in range(units):
        UnitFactory(name=f"单位{number}", kind=UnitKind.BUREAU)
    assert Unit.objects.count() == units + 6
    with django_assert_num_queries(13):
        assert sync_permissions() == []
