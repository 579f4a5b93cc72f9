"""Who enters the desk, that every page of every register opens, and that forms write through services."""

from __future__ import annotations

import json
from datetime import date

import pytest
from django.contrib import admin
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from archives.books.services import issue_file
from archives.holdings.models import MaterialTerms
from chuangmo.access.models import Grant, Membership, User
from chuangmo.access.queries import rights_of
from chuangmo.access.services import sync_permissions
from chuangmo.audit.models import AuditEvent
from chuangmo.jobs.services.schedule import load_schedule
from chuangmo.notices.models import Channel, DeliveryRules, Message
from chuangmo.org.models import CollectiveName, GroupMember, Installation, Unit, UnitGroup, UnitName
from chuangmo.org.queries import find_unit, find_units
from chuangmo.review.models import ReviewStep
from chuangmo.workcalendar.models import CalendarDay
from indicators.plan.models import (
    Assignment,
    Duty,
    MaterialRequirement,
    Milestone,
    RuleVersion,
    Site,
)
from projects.campaigns.models import Member, Post, RegisterRules, Task
from projects.works.models import LightRule
from supervision.inspections.models import InspectingBody, ProblemKind
from supervision.meetings.models import MeetingSeries
from supervision.orders.models import OrderRules
from supervision.papers.models import Issuer, PaperFont, PaperKind
from tests.admin.conftest import BACKEND
from tests.archives.holdings.story import make_registers
from tests.chuangmo.deadlines.ladder import make_ladder
from tests.factories import Cast, ChecklistItemFactory, DutyFactory, RelationFactory, make_cast
from tests.indicators.insight.cast import make_rule
from tests.projects.works.conftest import make_project
from tests.worlds import told_once

pytestmark = pytest.mark.sqlite_only

REGISTERS = sorted(f"{model._meta.app_label}.{model._meta.model_name}" for model in admin.site._registry)
PART = {
    "code": "treated",
    "name": "生活垃圾无害化处理率",
    "kind": "RATE",
    "numerator": "i18.treated",
    "denominator": "i18.produced",
    "scale": "100",
    "unit": "%",
    "places": 2,
    "rounding": {"mode": "full"},
    "op": ">=",
    "limit": "85",
    "margin_pct": "5",
    "note": "",
    "window": {"kind": "year"},
}
RULE = {"parts": [PART], "headline_part": "treated"}


@pytest.fixture
def cast(db: None, request: pytest.FixtureRequest) -> Cast:
    return make_rows() if "rows" in request.fixturenames else make_cast()


@pytest.fixture
def rows(cast: Cast) -> None:
    """At least one row in every register."""


@told_once
def make_rows() -> Cast:
    """The cast, and at least one row in every register."""
    cast = make_cast()
    load_schedule()
    Installation.objects.create(pk=1)
    UnitName.objects.create(unit=cast.county, name="钟山")
    CollectiveName.objects.create(name="各县").units.add(cast.county)
    group = UnitGroup.objects.create(name="创卫各成员单位")
    GroupMember.objects.create(group=group, unit=cast.bureau)
    CalendarDay.objects.create(day=date(2017, 10, 1), is_working=False)
    ReviewStep.objects.create(kind="report", state="submitted", label="单位审核", days=2)
    Milestone.objects.create(plan=cast.plan, code="m", name="预评估", due_on=date(2017, 10, 31))
    RuleVersion.objects.create(indicator=cast.indicator, version=1, body=RULE)
    RelationFactory()
    ChecklistItemFactory(indicator=cast.indicator)
    MaterialRequirement.objects.create(
        code="m18", indicator=cast.indicator, name="报告", kind="文字", years=1, provider="lead"
    )
    make_ladder()
    call_command("loaddata", "common/10-notice-templates.json", verbosity=0)
    channel, _ = Channel.objects.get_or_create(kind="mail", defaults={"name": "邮件"})
    Message.objects.create(key="x", channel=channel, title="一件", text="", next_try_at=timezone.now())
    DeliveryRules.objects.get_or_create(pk=1)
    make_project(cast)
    LightRule.objects.create(plan=cast.plan)
    make_registers()
    MaterialTerms.objects.create(requirement=MaterialRequirement.objects.get(code="m18"))
    task = Task.objects.create(
        plan=cast.plan,
        code="horn-ban",
        section="三（二）",
        theme="噪声",
        name="机动车禁鸣",
        as_written="x",
        member="路段",
        target=100,
        target_unit="%",
        lead=cast.bureau,
        due_on=date(2017, 8, 31),
    )
    Post.objects.create(unit=cast.county, title="督查组", person="杨志明")
    RegisterRules.objects.create()
    Member.objects.create(task=task, unit=cast.county, name="人民路", key="人民路")
    Grant.objects.create(
        user=cast.owner,
        unit=cast.bureau,
        permission="report",
        until=date(2017, 6, 6),
        reason="x",
        by=cast.admin,
    )
    make_rule()
    InspectingBody.objects.create(unit=Unit.objects.get(name="市监察局"), power="inspect")
    ProblemKind.objects.create(code="dust", name="扬尘")
    OrderRules.objects.create()
    MeetingSeries.objects.create(code="joint", name="联席会议")
    call_command("loaddata", "common/11-scores.json", "common/13-wording.json", verbosity=0)
    PaperKind.objects.create(kind="order", name="督办单", letters="创督")
    Issuer.objects.create(office=cast.bureau, letters="水", name="六盘水市创模办")
    PaperFont.objects.create(face="song", docx_name="宋体", docx_fallback="宋体", pdf_families="SimSun")
    call_command("loaddata", "common/12-archive-checks.json", verbosity=0)
    issue_file(b"x", title="预评估资料", by=cast.office)
    AuditEvent.objects.create(
        at="2017-06-06T00:00Z",
        actor_name="系统",
        action="x",
        object_kind="x",
        object_id="1",
        object_label="x",
    )
    return cast


def pages(register: str) -> list[str]:
    """Every page that a register has, with its first row."""
    model_admin = next(a for m, a in admin.site._registry.items() if m._meta.label_lower == register)
    name = register.replace(".", "_")
    row = model_admin.model._default_manager.order_by("pk").first()
    found = [reverse(f"admin:{name}_changelist"), reverse(f"admin:{name}_change", args=[row.pk])]
    found.append(reverse(f"admin:{name}_history", args=[row.pk]))
    if hasattr(model_admin, "resource_classes"):
        found += [reverse(f"admin:{name}_export"), reverse(f"admin:{name}_import")]
    return found


@pytest.mark.usefixtures("rows")
@pytest.mark.parametrize("register", REGISTERS)
def test_every_page_of_every_register(desk: Client, register: str) -> None:
    assert {address: desk.get(address).status_code for address in pages(register)} == dict.fromkeys(
        pages(register), 200
    )
    add = desk.get(reverse(f"admin:{register.replace('.', '_')}_add"))
    model_admin = next(a for m, a in admin.site._registry.items() if m._meta.label_lower == register)
    assert add.status_code == (200 if model_admin.has_add_permission(add.wsgi_request) else 403)
    if model_admin.search_fields:
        listed = desk.get(reverse(f"admin:{register.replace('.', '_')}_changelist"), {"q": "没有这样的"})
        assert listed.context["cl"].result_count == 0


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("anonymous", 302),
        ("owner", 403),
        ("colleague", 403),
        ("lead", 403),
        ("office", 403),
        ("county_office", 403),
        ("inspector", 403),
        ("observer", 403),
        ("assessor", 403),
        ("admin", 200),
    ],
)
def test_who_enters(cast: Cast, client: Client, person: str, status: int) -> None:
    """The front page; that every register keeps to it, tests/test_access_table.py proves."""
    user = getattr(cast, person)
    if user.is_authenticated:
        client.force_login(user, backend=BACKEND)
    assert client.get("/admin/").status_code == status
    if not user.is_authenticated:
        assert client.get("/admin/", follow=True).redirect_chain[-1] == ("/accounts/login/?next=/admin/", 302)


def test_a_superuser_is_for_the_shell(client: Client, cast: Cast) -> None:
    root = User.objects.create_superuser("root", password="x", name="root")
    client.force_login(root, backend=BACKEND)
    assert client.get("/admin/").status_code == 403


def test_the_desk_closes_with_the_membership(desk: Client, cast: Cast, today) -> None:
    Membership.objects.filter(user=cast.admin).update(valid_to=date(2017, 6, 6))
    assert desk.get("/admin/").status_code == 200
    today(date(2017, 6, 7))
    assert desk.get("/admin/").status_code == 403
    assert desk.get("/admin/org/unit/").status_code == 403


def test_the_heading_is_the_installations(desk: Client) -> None:
    Installation.objects.create(pk=1, title="某市创模", is_demonstration=True)
    page = desk.get("/admin/").content.decode()
    assert "某市创模 管理台" in page
    assert "演示数据，不是实际统计结果" in page


# Units --------------------------------------------------------------------------------------------------


def names_form(**rows: str) -> dict[str, str]:
    return {"names-TOTAL_FORMS": "0", "names-INITIAL_FORMS": "0", **rows}


def test_a_new_unit_is_reached_at_once(desk: Client, cast: Cast) -> None:
    data = {"name": "市水务局", "short_name": "市水务局", "kind": "bureau", "own_review": "on", "order": "9"}
    more = {"names-TOTAL_FORMS": "1", "names-0-name": "市水利局", "names-0-kind": "alias"}
    response = desk.post("/admin/org/unit/add/", data | names_form() | more)
    assert response.status_code == 302, response.context["errors"]
    unit = Unit.objects.get(name="市水务局")
    assert rights_of(cast.office).may("accept", unit.pk)
    assert Site.objects.get(unit=unit).kind == "unit"
    assert [*unit.names.values_list("name", flat=True)] == ["市水利局"]
    assert {row.action for row in AuditEvent.objects.all()} == {"新增单位", "新增单位名称"}
    assert unit.history.get().history_user == cast.admin
    assert sync_permissions() == []


def test_a_name_that_is_given_up_stays_an_alias(desk: Client, cast: Cast) -> None:
    data = {
        "name": "钟山区政府（新）",
        "short_name": "钟山区",
        "kind": "county",
        "order": "1",
        "own_review": "on",
    }
    response = desk.post(f"/admin/org/unit/{cast.county.pk}/change/", data | names_form())
    assert response.status_code == 302, response.context["errors"]
    assert find_unit("钟山区人民政府") == find_unit("钟山区政府（新）") == cast.county
    assert AuditEvent.objects.get(action="修改单位").changes == {
        "全称": ["钟山区人民政府", "钟山区政府（新）"]
    }


def test_the_units_of_a_collective_name(desk: Client, cast: Cast) -> None:
    name = CollectiveName.objects.create(name="各县")
    data = {"name": "各县", "units": [cast.county.pk, cast.other_county.pk]}
    assert desk.post(f"/admin/org/collectivename/{name.pk}/change/", data).status_code == 302
    assert set(find_units("各县")) == {cast.county, cast.other_county}
    assert AuditEvent.objects.get().changes == {"所指单位": ["", "钟山区人民政府、水城县人民政府"]}


def test_faults_stand_at_their_fields_and_nothing_is_written(desk: Client, cast: Cast) -> None:
    data = {"name": cast.county.name, "short_name": "", "kind": "bureau", "order": "9"}
    response = desk.post("/admin/org/unit/add/", data | names_form())
    assert set(response.context["adminform"].form.errors) == {"name", "short_name"}
    assert not AuditEvent.objects.exists()


# People and memberships ---------------------------------------------------------------------------------


def test_a_new_person_and_a_first_role(desk: Client, cast: Cast, client: Client) -> None:
    person = {"username": "liu", "name": "刘洋", "password": "chuangmo-2017", "again": "chuangmo-2017"}
    response = desk.post("/admin/access/user/add/", person)
    assert response.status_code == 302, response.context["adminform"].form.errors
    user = User.objects.get(username="liu")
    assert user.check_password("chuangmo-2017")
    way_on = f"/admin/access/membership/add/?user={user.pk}"
    assert f'href="{way_on}"' in desk.get("/admin/access/user/").content.decode()
    assert desk.get(way_on).context["adminform"].form.initial["user"] == str(user.pk)
    response = desk.post(
        "/admin/access/membership/add/",
        {"user": user.pk, "unit": cast.county.pk, "role": "reviewer", "valid_from": "2017-06-01"},
    )
    assert response.status_code == 302, response.context["adminform"].form.errors
    assert rights_of(user).sign_off == {cast.county.pk}
    assert Membership.history.get(user=user).history_user == cast.admin
    assert [row.action for row in AuditEvent.objects.order_by("id")] == ["新增人员", "任职"]
    assert "chuangmo-2017" not in str(list(AuditEvent.objects.values()))


@pytest.mark.parametrize(
    ("password", "again", "field", "words"),
    [
        ("short", "short", "password", "密码太短，至少要 10 个字符"),
        ("chuangmo-2017", "chuangmo-2018", "again", "不一样"),
    ],
)
def test_a_bad_first_password(desk: Client, password: str, again: str, field: str, words: str) -> None:
    person = {"username": "liu", "name": "刘洋", "password": password, "again": again}
    response = desk.post("/admin/access/user/add/", person)
    assert words in str(response.context["adminform"].form.errors[field])
    assert "<title>填写有误：增加 人员 | " in response.content.decode()
    assert not User.objects.filter(username="liu").exists()


def test_nobody_becomes_superuser_or_staff_by_a_forged_form(desk: Client, cast: Cast) -> None:
    data = {"username": "owner", "name": "李静", "is_superuser": "on", "is_staff": "on", "is_active": ""}
    inline = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    assert desk.post(f"/admin/access/user/{cast.owner.pk}/change/", data | inline).status_code == 302
    owner = User.objects.get(pk=cast.owner.pk)
    assert (owner.is_superuser, owner.is_staff, owner.is_active) == (False, False, True)


def test_own_review_role_is_refused_in_place(desk: Client, cast: Cast) -> None:
    response = desk.post(
        "/admin/access/membership/add/", {"user": cast.admin.pk, "unit": cast.county.pk, "role": "office"}
    )
    form = response.context["adminform"].form
    assert "不能给自己审核或审定的权限" in str(form.non_field_errors())
    assert Membership.objects.filter(user=cast.admin).count() == 1


def test_dates_of_a_membership_are_changed_by_the_service(desk: Client, cast: Cast) -> None:
    membership = Membership.objects.get(user=cast.owner)
    address = f"/admin/access/membership/{membership.pk}/change/"
    assert desk.post(address, {"valid_to": "2017-06-05", "reason": "调岗"}).status_code == 302
    assert rights_of(cast.owner).units == {}
    assert not cast.owner.groups.exists()
    row = AuditEvent.objects.get(action="变更任职")
    assert (row.actor, row.reason) == (cast.admin, "调岗")


def test_ending_memberships_from_the_list(desk: Client, cast: Cast) -> None:
    chosen = [*Membership.objects.filter(user__in=[cast.owner, cast.admin]).values_list("pk", flat=True)]
    response = desk.post(
        "/admin/access/membership/", {"action": "end_now", "_selected_action": chosen}, follow=True
    )
    texts = [str(message) for message in response.context["messages"]]
    assert any("最后一位管理员" in text for text in texts)
    assert "已结束 1 项任职，权限立即失效。" in texts
    assert rights_of(cast.owner).units == {}
    assert rights_of(cast.admin).is_admin


def test_a_person_leaves(desk: Client, cast: Cast) -> None:
    report = cast.report(values={"i18.produced": "1"})
    report.values.update(updated_by=cast.owner)
    response = desk.post(
        f"/admin/access/user/{cast.owner.pk}/leave/", {"on": "2017-06-06", "reason": "退休"}, follow=True
    )
    texts = " ".join(str(message) for message in response.context["messages"])
    assert "手中还有 1 件" in texts and str(report) in texts
    assert not User.objects.get(pk=cast.owner.pk).is_active
    late = desk.post(f"/admin/access/user/{cast.owner2.pk}/leave/", {"on": "2017-06-07", "reason": "退休"})
    assert "不能晚于今天" in str(late.context["form"].errors["on"])
    assert desk.post(f"/admin/access/user/{cast.owner.pk}/reinstate/").status_code == 302
    assert User.objects.get(pk=cast.owner.pk).is_active


def test_a_password_is_set_anew(desk: Client, cast: Cast) -> None:
    other = Client()
    other.force_login(cast.owner, backend=BACKEND)
    new = {"password": "another-pass-17", "again": "another-pass-17"}
    assert desk.post(f"/admin/access/user/{cast.owner.pk}/password/", new).status_code == 302
    assert User.objects.get(pk=cast.owner.pk).check_password("another-pass-17")
    assert other.get("/").status_code == 302, "sessions of the old password are over"
    assert AuditEvent.objects.get().action == "重设密码"


def test_an_exception_is_granted_and_revoked(desk: Client, cast: Cast) -> None:
    data = {
        "user": cast.stranger.pk,
        "unit": cast.county.pk,
        "permission": "report",
        "until": "2017-06-10",
        "reason": "代报",
    }
    assert desk.post("/admin/access/grant/add/", data).status_code == 302
    grant = Grant.objects.get()
    assert grant.by == cast.admin
    assert rights_of(cast.stranger).may("report", cast.county.pk)
    assert desk.post(f"/admin/access/grant/{grant.pk}/change/", data).status_code == 403
    desk.post("/admin/access/grant/", {"action": "revoke", "_selected_action": [grant.pk]})
    assert not rights_of(cast.stranger).may("report", cast.county.pk)


# Duties and groups --------------------------------------------------------------------------------------


def test_a_duty_changes_from_a_month_on_and_earlier_months_stay(desk: Client, cast: Cast) -> None:
    duty = Duty.objects.get(unit=cast.county)
    Duty.objects.filter(unit=cast.other_county).delete()
    Assignment.objects.filter(unit=cast.other_county).delete()
    response = desk.post(
        f"/admin/plan/duty/{duty.pk}/change/",
        {"from_month": "2017-07-15", "new_unit": cast.other_county.pk, "reason": "市府发〔2017〕9号"},
    )
    assert response.status_code == 302, response.context["adminform"].form.errors
    assigned = {
        (row.unit, row.valid_from, row.valid_to) for row in Assignment.objects.filter(role="responsible")
    }
    assert assigned == {
        (cast.county, None, date(2017, 6, 30)),
        (cast.other_county, date(2017, 7, 1), None),
    }
    assert AuditEvent.objects.get(action="变更职责").reason == "市府发〔2017〕9号"


def test_a_duty_for_an_empty_group_is_told(desk: Client, cast: Cast) -> None:
    group = UnitGroup.objects.create(name="应急指挥部成员单位")
    data = {
        "indicator": cast.indicator.pk,
        "role": "responsible",
        "group": group.pk,
        "from_month": "2017-07-01",
    }
    response = desk.post("/admin/plan/duty/add/", data, follow=True)
    texts = " ".join(str(message) for message in response.context["messages"])
    assert "还没有成员单位" in texts
    assert Duty.objects.get(group=group).valid_from == date(2017, 7, 1)


def test_a_duty_twice_is_refused_in_place(desk: Client, cast: Cast) -> None:
    data = {"indicator": cast.indicator.pk, "role": "responsible", "unit": cast.county.pk}
    response = desk.post("/admin/plan/duty/add/", data)
    assert "已有同一职责" in str(response.context["adminform"].form.errors)
    data["group"] = ""
    data["unit"] = ""
    response = desk.post("/admin/plan/duty/add/", data)
    assert "单位或单位组中的一个" in str(response.context["adminform"].form.errors)


def test_members_of_a_group_and_their_assignments(desk: Client, cast: Cast) -> None:
    group = UnitGroup.objects.create(name="创卫各成员单位")
    DutyFactory(indicator=cast.indicator, unit=None, group=group)
    data = {"name": group.name, "note": "", "members-TOTAL_FORMS": "2", "members-INITIAL_FORMS": "0"}
    members = {"members-0-unit": cast.bureau.pk, "members-1-unit": cast.city_office.pk}
    address = f"/admin/org/unitgroup/{group.pk}/change/"
    assert desk.post(address, data | members).status_code == 302
    assert {row.unit for row in Assignment.objects.filter(role="member")} == {cast.bureau, cast.city_office}
    first, second = GroupMember.objects.order_by("pk")
    data |= {"members-INITIAL_FORMS": "2", "members-0-id": first.pk, "members-1-id": second.pk}
    data |= members | {"members-0-group": group.pk, "members-1-group": group.pk}
    bad = desk.post(
        address, data | {"members-0-valid_from": "2017-05-01", "members-0-valid_to": "2017-04-01"}
    )
    assert "不能早于" in bad.content.decode()
    assert (
        desk.post(address, data | {"members-0-valid_to": "2017-05-31", "members-1-DELETE": "on"}).status_code
        == 302
    )
    assert [(row.unit, row.valid_to) for row in Assignment.objects.filter(role="member")] == [
        (cast.bureau, date(2017, 5, 31))
    ]


# The plan's registers -----------------------------------------------------------------------------------


def test_a_token_takes_any_name_of_a_unit_and_makes_a_provider(desk: Client, cast: Cast) -> None:
    UnitName.objects.create(unit=cast.city_office, name="创模办公室")
    item = cast.indicator.items.order_by("order").first()
    data = {"indicator": item.indicator_id, "element": item.element_id, "order": "1", "due": "end+5"}
    address = f"/admin/plan/reportitem/{item.pk}/change/"
    assert desk.post(address, data | {"reporter": "counties+unit:创模办公室"}).status_code == 302
    item.refresh_from_db()
    assert item.reporter == "counties+unit:市创模办"
    assert Assignment.objects.get(unit=cast.city_office).role == "provider"
    bad = desk.post(address, data | {"reporter": "unit:没有的局", "due": "下周"})
    errors = bad.context["adminform"].form.errors
    assert "没有名为“没有的局”的单位" in str(errors["reporter"])
    assert "due" in errors


def test_a_rule_is_published_as_a_new_version(desk: Client, cast: Cast) -> None:
    address = "/admin/plan/ruleversion/add/"
    bad = desk.post(address, {"indicator": cast.indicator.pk, "body": '{"kind": "什么"}', "note": ""})
    assert bad.context["adminform"].form.errors["body"]
    broken = desk.post(address, {"indicator": cast.indicator.pk, "body": "{", "note": ""})
    assert "JSON" in str(broken.context["adminform"].form.errors["body"])
    unknown = {"parts": [PART | {"numerator": "i18.nothing"}], "headline_part": "treated"}
    missing = desk.post(address, {"indicator": cast.indicator.pk, "body": json.dumps(unknown), "note": ""})
    assert "没有这些数据项：i18.nothing" in str(missing.context["adminform"].form.errors["body"])
    assert not RuleVersion.objects.exists()
    for limit in ("85", "90"):
        body = json.dumps({"parts": [PART | {"limit": limit}], "headline_part": "treated"})
        good = {"indicator": cast.indicator.pk, "body": body, "note": f"限值 {limit}"}
        assert desk.post(address, good).status_code == 302
    rows = RuleVersion.objects.order_by("version").values_list("version", "is_current", "note")
    assert [*rows] == [(1, False, "限值 85"), (2, True, "限值 90")]
    filled = desk.get(address, {"indicator": cast.indicator.pk}).content.decode()
    assert "&quot;limit&quot;: &quot;90&quot;" in filled, "the form begins with the current rule"


def test_the_calendar_goes_through_its_service(desk: Client, cast: Cast) -> None:
    data = {"day": "2017-10-08", "note": "调休"}
    assert desk.post("/admin/workcalendar/calendarday/add/", data).status_code == 302
    day = CalendarDay.objects.get()
    assert not day.is_working
    assert AuditEvent.objects.get().changes == {"上班": ["按国家日历", "放假"]}
    assert desk.post(f"/admin/workcalendar/calendarday/{day.pk}/delete/", {"post": "yes"}).status_code == 302
    assert AuditEvent.objects.order_by("-id")[0].changes == {"上班": ["放假", "按国家日历"]}


def test_audit_rows_are_only_read(desk: Client, cast: Cast) -> None:
    CalendarDay.objects.create(day=date(2017, 1, 1), is_working=False)
    desk.post("/admin/workcalendar/calendarday/add/", {"day": "2017-10-08", "note": "调休"})
    row = AuditEvent.objects.get()
    assert "调休" in desk.get(f"/admin/audit/auditevent/{row.pk}/change/").content.decode()
    assert desk.post(f"/admin/audit/auditevent/{row.pk}/change/", {"reason": "x"}).status_code == 403
    assert desk.post(f"/admin/audit/auditevent/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    found = desk.get("/admin/audit/auditevent/", {"q": "调休"})
    assert found.context["cl"].result_count == 1
