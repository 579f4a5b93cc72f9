"""Registers in and out of Excel: any name of a unit, all faults at once, a trial that writes nothing."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from django.contrib import admin
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client

from chuangmo.access.models import Membership, User
from chuangmo.access.queries import rights_of
from chuangmo.access.services import sync_permissions
from chuangmo.audit.models import AuditEvent
from chuangmo.notices.models import NoticeTemplate
from chuangmo.org.models import GroupMember, Unit, UnitGroup, UnitName
from chuangmo.workcalendar.models import CalendarDay
from indicators.plan.models import (
    Assignment,
    ChecklistItem,
    DataElement,
    Duty,
    MaterialRequirement,
    ReportItem,
    Site,
)
from tests.admin.conftest import Import, read_workbook
from tests.factories import Cast, ChecklistItemFactory

Upload = Callable[..., Import]
EXCEL = sorted(
    f"{model._meta.app_label}/{model._meta.model_name}"
    for model, register in admin.site._registry.items()
    if hasattr(register, "resource_classes")
)


def test_which_registers_go_through_excel() -> None:
    assert EXCEL == [
        "access/membership",
        "access/user",
        "notices/noticetemplate",
        "org/groupmember",
        "org/unit",
        "org/unitname",
        "plan/checklistitem",
        "plan/dataelement",
        "plan/duty",
        "plan/materialrequirement",
        "plan/reportitem",
        "plan/site",
        "workcalendar/calendarday",
    ]


@pytest.mark.parametrize("register", EXCEL)
def test_what_is_written_out_can_be_read_back_and_changes_nothing(
    desk: Client, cast: Cast, upload: Upload, register: str
) -> None:
    UnitName.objects.create(unit=cast.county, name="钟山", valid_from=date(2017, 1, 1))
    GroupMember.objects.create(group=UnitGroup.objects.create(name="成员单位"), unit=cast.bureau)
    CalendarDay.objects.create(day=date(2017, 10, 1), is_working=False)
    ChecklistItemFactory(indicator=cast.indicator)
    MaterialRequirement.objects.create(
        code="m18", indicator=cast.indicator, name="报告", kind="说明报告", years=1, provider="lead"
    )
    call_command("loaddata", "common/10-notice-templates.json", verbosity=0)
    out = desk.get(f"/admin/{register}/export/")
    assert out.headers["Content-Disposition"].endswith('.xlsx"')
    rows = read_workbook(out.content)
    read = upload(register, file=SimpleUploadedFile("x.xlsx", out.content))
    assert read.result.base_errors == []
    assert read.faults == []
    assert set(read.kinds) <= {"skip"}
    assert len(read.kinds) == len(rows) - 1
    assert not AuditEvent.objects.exists()


def test_an_export_has_real_dates_and_no_formulas(desk: Client, cast: Cast) -> None:
    CalendarDay.objects.create(day=date(2017, 10, 1), is_working=True, note="=1+1")
    out = desk.get("/admin/workcalendar/calendarday/export/")
    head, row = read_workbook(out.content)
    assert head == ["日期", "上班", "说明"]
    assert (row[0].date(), row[1], row[2]) == (date(2017, 10, 1), "是", "=1+1")


# Ten faults ---------------------------------------------------------------------------------------------


def test_all_faults_are_told_at_once_and_nothing_is_written(cast: Cast, upload: Upload) -> None:
    UnitName.objects.create(unit=cast.county, name="城区")
    UnitName.objects.create(unit=cast.other_county, name="城区")
    before = list(Membership.objects.values())
    done = upload(
        "access/membership",
        ["用户名", "单位", "角色", "自", "至"],
        ["owner", "市城管局", "填报员", None, None],  # right
        ["nobody", "市城管局", "填报员", None, None],
        ["owner", "市城管", "皇帝", "昨天", None],
        [None, None, None, None, None],  # empty lines don't count, the numbers stay those of the sheet
        ["owner", "城区", "填报员", None, None],
        ["owner", "市城管局", "单位审核人", "2017-07-01", "2017-06-01"],
        ["owner", "", "填报员", None, None],
        ["admin", "钟山区", "创模办", None, None],
        ["owner", "钟山区", "填报员", "2017/7/1", "2017年8月1日"],
    )
    assert [(line, name) for line, name, _ in done.faults] == [
        (3, "用户名"),
        (4, "单位"),
        (4, "角色"),
        (4, "自"),
        (6, "单位"),
        (7, "整行"),
        (8, "单位"),
        (9, "整行"),
        (10, "自"),
    ]
    words = {(line, name): text for line, name, text in done.faults}
    assert words[3, "用户名"] == "没有人员“nobody”。"
    assert (
        words[4, "单位"].startswith("没有名为“市城管”的单位，是不是“市城管局”")
        or "市城管局" in words[4, "单位"]
    )
    assert words[4, "角色"].startswith("没有“皇帝”，应为填报员、单位审核人、")
    assert words[4, "自"] == "“昨天”不是日期，请写成 2017-06-01。"
    assert "可能是" in words[6, "单位"] and "钟山区人民政府" in words[6, "单位"]
    assert words[7, "整行"] == "“至”不能早于“自”。"
    assert words[9, "整行"] == "不能给自己审核或审定的权限，请由另一位管理员办理。"
    assert "已是填报员" in words[10, "自"]
    assert done.confirm_form is None
    assert all(text in done.page for text in ("不是日期", "没有人员", "全部错误如下"))
    assert list(Membership.objects.values()) == before
    assert not AuditEvent.objects.exists()


def test_ten_lines_with_a_fault_each(cast: Cast, upload: Upload) -> None:
    rows = [[f"i99.x{n}", "名", "t", "周", "本期数", "求和", "求和", "全市"] for n in range(10)]
    head = ["代码", "名称", "计量单位", "频率", "填报方式", "跨期合计", "跨单位合计", "口径范围"]
    done = upload("plan/dataelement", head, *rows)
    assert [(line, name) for line, name, _ in done.faults] == [(line, "频率") for line in range(2, 12)]
    assert not DataElement.objects.filter(code__startswith="i99").exists()


def test_words_of_notices_come_back_from_excel(cast: Cast, upload: Upload) -> None:
    """A file changes words; it adds no occasion, and a variable that nobody knows is told by line and column."""
    call_command("loaddata", "common/10-notice-templates.json", verbosity=0)
    head, count = ["代码", "标题", "内容", "要做什么"], NoticeTemplate.objects.count()
    wrong = upload(
        "notices/noticetemplate",
        head,
        ["reminder_3", "{subject}快到期了", "{unit}：{deadline} 前报送。", "去填报"],
        ["birthday", "生日快乐", "祝贺", ""],
        ["reminder_1", "", "{unit}：明天到期", ""],
    )
    assert [(line, name) for line, name, _ in wrong.faults] == [(2, "内容"), (3, "代码"), (4, "标题")]
    assert wrong.confirm_form is None
    done = upload(
        "notices/noticetemplate", head, ["reminder_3", "{subject}快到期了", "{unit}：请报送。", "去填报"]
    )
    assert (done.faults, done.kinds) == ([], ["update"])
    assert done.confirm().status_code == 302
    row = NoticeTemplate.objects.get(code="reminder_3")
    assert (row.title, row.text, row.action) == ("{subject}快到期了", "{unit}：请报送。", "去填报")
    assert (row.history.count(), NoticeTemplate.objects.count()) == (1, count)


@pytest.mark.parametrize(
    ("head", "words"),
    [
        (["用户名", "单位"], "缺少这些列：角色。"),
        (["用户名", "单位", "角色", "职务"], "不认识这些列：职务。"),
        (["用户名", "单位", "角色", "单位"], "这些列出现了两次：单位。"),
    ],
)
def test_headings_are_checked(cast: Cast, upload: Upload, head: list[str], words: str) -> None:
    done = upload("access/membership", head, ["owner", "钟山区", "填报员", "填报员"][: len(head)])
    assert words in done.page
    assert done.confirm_form is None


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", "姓名,单位".encode()])
def test_what_is_no_workbook_is_refused_in_place(cast: Cast, upload: Upload, content: bytes) -> None:
    done = upload("access/membership", file=SimpleUploadedFile("x.xlsx", content))
    assert done.form.errors["import_file"]
    if content:
        assert "读不出这个文件" in done.page


def test_a_file_that_is_too_large_is_refused_in_place(cast: Cast, upload: Upload) -> None:
    done = upload("org/unit", file=SimpleUploadedFile("x.xlsx", b"0" * (6 * 1024 * 1024)))
    assert done.form.errors["import_file"] == ["文件有 6 MB，太大了；登记表一次最多 5 MB，请分几次导入。"]


# Units by any name --------------------------------------------------------------------------------------


def test_any_name_of_a_unit_will_do_and_the_trial_writes_nothing(cast: Cast, upload: Upload) -> None:
    UnitName.objects.create(unit=cast.bureau, name="城管执法局")
    names = ["市城市管理局", "市城管局", " 城管执法局 ", "六盘水市城市管理局"]
    people = [User.objects.create(username=f"p{n}", name=f"人{n}") for n in range(len(names))]
    lines = [[person.username, name, "填报员"] for person, name in zip(people, names, strict=True)]
    done = upload("access/membership", ["用户名", "单位", "角色"], *lines)
    assert done.kinds == ["new"] * 4
    assert "市城市管理局" in done.page, "the difference shows the full name"
    assert Membership.objects.filter(user__in=people).count() == 0
    assert AuditEvent.objects.count() == 0
    assert done.confirm().status_code == 302
    assert {person: rights_of(person).report for person in people} == dict.fromkeys(
        people, frozenset({cast.bureau.pk})
    )
    assert AuditEvent.objects.filter(action="任职", actor=cast.admin).count() == 4
    assert sync_permissions() == []


def test_the_difference_is_shown_before_it_is_made(cast: Cast, upload: Upload) -> None:
    done = upload(
        "org/unit", ["全称", "简称", "本单位审核"], ["市城管局", "城管", "否"], ["钟山区", "钟山区", "是"]
    )
    assert done.kinds == ["update", "skip"]
    assert "<del" in done.result.rows[0].diff[1] or "<ins" in done.result.rows[0].diff[1]
    cast.bureau.refresh_from_db()
    assert (cast.bureau.short_name, cast.bureau.own_review) == ("市城管局", True)
    done.confirm()
    cast.bureau.refresh_from_db()
    assert (cast.bureau.name, cast.bureau.short_name, cast.bureau.own_review) == (
        "市城市管理局",
        "城管",
        False,
    )
    row = AuditEvent.objects.get()
    assert row.changes == {"简称": ["市城管局", "城管"], "本单位审核": ["是", "否"]}
    assert cast.bureau.history.first().history_user == cast.admin


def test_new_units_may_name_each_other_and_get_rights_and_sites(cast: Cast, upload: Upload) -> None:
    done = upload(
        "org/unit",
        ["全称", "简称", "类别", "所属县区", "排序"],
        ["六枝特区人民政府", "六枝特区", "县（特区、区）", None, 10],
        ["六枝特区水泥厂", "六枝水泥", "企业", "六枝特区", 11.0],
    )
    assert done.faults == []
    done.confirm()
    factory = Unit.objects.get(name="六枝特区水泥厂")
    assert factory.county == Unit.objects.get(name="六枝特区人民政府")
    assert Site.objects.filter(unit=factory, kind="unit").count() == 1
    assert rights_of(cast.office).may("accept", factory.pk)
    assert sync_permissions() == []


# The other registers ------------------------------------------------------------------------------------


def test_people_come_with_a_first_password_that_is_never_shown(cast: Cast, upload: Upload) -> None:
    done = upload(
        "access/user",
        ["用户名", "姓名", "手机", "初始密码"],
        ["liu", "刘洋", 13800000000, "chuangmo-2017"],
        ["zhou", "周静", None, None],
    )
    assert done.kinds == ["new", "new"]
    assert "chuangmo-2017" not in done.page
    done.confirm()
    liu, zhou = User.objects.get(username="liu"), User.objects.get(username="zhou")
    assert (liu.phone, liu.check_password("chuangmo-2017")) == ("13800000000", True)
    assert not zhou.has_usable_password()
    weak = upload("access/user", ["用户名", "姓名", "初始密码"], ["wu", "吴", "123"])
    assert weak.faults[0][:2] == (2, "密码")


def test_duties_and_assignments(cast: Cast, upload: Upload) -> None:
    group = UnitGroup.objects.create(name="创卫各成员单位")
    GroupMember.objects.create(group=group, unit=cast.city_office)
    done = upload(
        "plan/duty",
        ["方案", "指标", "角色", "单位", "单位组", "方案原文", "自"],
        ["2017", 18, "责任", None, "创卫各成员单位", "各成员单位", None],
        [None, 18, "责任", "市监察局", None, "监察局", date(2017, 7, 1)],
        ["2017", 18, "牵头", "市城管局", None, "城管局", None],
        ["2017", 99, "责任", "市监察局", None, "", None],
        ["2017", 18, "责任", "市监察局", "创卫各成员单位", "", None],
    )
    assert [(line, name) for line, name, _ in done.faults] == [(5, "指标"), (6, "整行")]
    assert "请填单位或单位组中的一个" in done.faults[1][2]
    done = upload(
        "plan/duty",
        ["方案", "指标", "角色", "单位", "单位组", "方案原文", "自"],
        ["2017", 18, "责任", None, "创卫各成员单位", "各成员单位", None],
        [None, 18, "责任", "市监察局", None, "监察局", date(2017, 7, 1)],
    )
    done.confirm()
    assert Duty.objects.get(unit__name="市监察局").valid_from == date(2017, 7, 1)
    assert {(row.unit.name, row.role) for row in Assignment.objects.all()} >= {
        ("市创模办", "member"),
        ("市监察局", "responsible"),
    }


def test_group_members(cast: Cast, upload: Upload) -> None:
    group = UnitGroup.objects.create(name="成员单位")
    Duty.objects.create(indicator=cast.indicator, role="responsible", group=group)
    done = upload(
        "org/groupmember",
        ["单位组", "成员单位", "自"],
        ["成员单位", "市城管局", None],
        ["成员单位", "钟山区", "2017.6.1"],
    )
    done.confirm()
    assert {(row.unit, row.valid_from) for row in Assignment.objects.filter(role="member")} == {
        (cast.bureau, None),
        (cast.county, date(2017, 6, 1)),
    }


def test_items_tokens_and_due_days(cast: Cast, upload: Upload) -> None:
    UnitName.objects.create(unit=cast.city_office, name="创模办公室")
    bad = upload(
        "plan/reportitem",
        ["指标", "数据项", "填报单位", "应报日期"],
        [18, "i18.produced", "unit:没有的局", "end+5"],
        [18, "i18.treated", "counties", "明天"],
        [18, "i18.none", "counties", "end+5"],
    )
    assert [(line, name) for line, name, _ in bad.faults] == [(2, "填报单位"), (3, "应报日期"), (4, "数据项")]
    good = upload(
        "plan/reportitem",
        ["指标", "数据项", "填报单位", "应报日期"],
        [18, "i18.produced", "counties+unit:创模办公室", "end+8"],
    )
    good.confirm()
    item = ReportItem.objects.get(element=cast.produced)
    assert (item.reporter, item.due) == ("counties+unit:市创模办", "end+8")
    assert Assignment.objects.get(unit=cast.city_office).role == "provider"


def test_checklists_materials_sites_and_the_calendar(cast: Cast, upload: Upload) -> None:
    rows = {
        "plan/checklistitem": (
            ["代码", "指标", "事项", "由谁回答", "频率", "佐证种类"],
            ["i18.c9", 18, "处理场通过验收", "counties", "年", "正式发文"],
        ),
        "plan/materialrequirement": (
            ["代码", "指标", "材料", "种类", "年数", "由谁提供"],
            ["m18.9", 18, "运行记录", "说明报告", 3, "lead"],
        ),
        "plan/site": (
            [
                "代码",
                "名称",
                "类别",
                "所在县区或单位",
                "监测单位",
                "经度",
                "纬度",
                "水质目标类别",
                "水体",
                "出境断面",
            ],
            ["s9", "德坞河", "地表水断面", "钟山区", "市城管局", 104.81, 26.59, 3, "河流", "是"],
        ),
        "workcalendar/calendarday": (["日期", "上班", "说明"], ["2017年10月8日", "是", "调休"]),
    }
    for register, (head, line) in rows.items():
        done = upload(register, head, line)
        assert done.faults == [], register
        assert done.confirm().status_code == 302
    assert ChecklistItem.objects.get(code="i18.c9").indicator == cast.indicator
    assert cast.indicator.materials.get().years == 3
    site = Site.objects.get(code="s9")
    assert (site.unit, site.monitored_by) == (cast.county, cast.bureau)
    assert (site.kind, site.target_class, site.water_body, site.is_outflow) == ("section", 3, "river", True)
    assert (float(site.longitude), float(site.latitude)) == (104.81, 26.59)
    assert CalendarDay.objects.get().is_working
    assert AuditEvent.objects.filter(actor=cast.admin).count() == 4


def test_what_changed_between_trial_and_confirmation_takes_everything_back(
    cast: Cast, upload: Upload
) -> None:
    cast_office = cast.city_office
    person = User.objects.create(username="liu", name="刘洋")
    done = upload(
        "access/membership",
        ["用户名", "单位", "角色", "自"],
        ["liu", "钟山区", "填报员", "2017-07-01"],
        ["liu", "市城管局", "填报员", "2017-07-01"],
    )
    Membership.objects.create(user=person, unit=cast.bureau, role="reporter")
    response = done.client.post(
        "/admin/access/membership/process_import/", done.confirm_form.initial, follow=True
    )
    assert "没有导入任何一行" in " ".join(str(message) for message in response.context["messages"])
    assert Membership.objects.filter(user=person).count() == 1
    assert cast_office.memberships.filter(user=person).count() == 0


def test_a_confirmation_sent_twice_or_with_a_name_of_its_own_imports_nothing_more(
    cast: Cast, upload: Upload
) -> None:
    done = upload("access/user", ["用户名", "姓名"], ["liu", "刘洋"])
    assert done.confirm().status_code == 302
    logged = AuditEvent.objects.count()
    for name in (done.confirm_form.initial["import_file_name"], "../../../etc/passwd", ".."):
        sent = {**done.confirm_form.initial, "import_file_name": name}
        again = done.client.post("/admin/access/user/process_import/", sent, follow=True)
        assert [str(message)[:10] for message in again.context["messages"]][-1] == "这次上传已经导入过，"
        assert again.redirect_chain == [("/admin/access/user/import/", 302)]
    assert (AuditEvent.objects.count(), User.objects.filter(username="liu").count()) == (logged, 1)


def test_a_trial_that_nobody_confirms_does_not_lie_about(
    cast: Cast, upload: Upload, media_root: Path
) -> None:
    """It may hold first passwords; the next visit to any import page takes away what is an hour old."""
    tried = upload("access/user", ["用户名", "姓名", "初始密码"], ["liu", "刘洋", "first-pass-2017"])
    (left,) = (media_root / "django-import-export").iterdir()
    tried.client.get("/admin/access/user/import/")
    assert left.exists(), "a trial under way stays"
    an_hour_ago = time.time() - 3700
    os.utime(left, (an_hour_ago, an_hour_ago))
    tried.client.get("/admin/org/unit/import/")
    assert not left.exists()


def test_nobody_else_imports_or_exports(client: Client, cast: Cast) -> None:
    client.force_login(cast.office, backend="django.contrib.auth.backends.ModelBackend")
    for register in EXCEL:
        for page in ("import", "export", "process_import"):
            assert client.get(f"/admin/{register}/{page}/").status_code == 403
