"""`load_plan`: again and again, after edits, and when something is wrong."""

import json
import shutil
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings
from django.core import serializers
from django.core.management import CommandError, call_command

from chuangmo.audit.models import AuditEvent
from chuangmo.errors import Refused
from chuangmo.org.models import Unit, UnitName
from indicators.plan.models import (
    Assignment,
    ChecklistItem,
    DataElement,
    Duty,
    Indicator,
    MaterialRequirement,
    Plan,
    ReportItem,
    RuleVersion,
    Site,
)
from indicators.plan.services.loading import FixtureFault, load_plan

REGISTERS = (
    Unit,
    UnitName,
    Plan,
    Indicator,
    Duty,
    Assignment,
    DataElement,
    ReportItem,
    ChecklistItem,
    MaterialRequirement,
    RuleVersion,
    Site,
)


def everything() -> list[list[dict]]:
    return [list(model.objects.order_by("pk").values()) for model in REGISTERS]


def run(*args: str) -> list[str]:
    out = StringIO()
    call_command("load_plan", *args, stdout=out)
    return out.getvalue().splitlines()


def test_second_load_changes_nothing(plan):
    before = everything()
    histories = Unit.history.count(), Duty.history.count()
    audited = AuditEvent.objects.count()
    again = load_plan()
    assert not again
    assert again.differences == []
    assert everything() == before
    assert (Unit.history.count(), Duty.history.count()) == histories
    assert AuditEvent.objects.count() == audited


def test_second_load_says_so(plan):
    lines = run()
    assert lines[:2] == ["六盘水市创建国家环境保护模范城市2017年度攻坚实施方案", "没有变化"]
    assert [line for line in lines if "市突发环境事件应急指挥部成员单位" in line] == [
        "提醒：“市突发环境事件应急指挥部成员单位”还没有成员单位，这项职责暂时没有人填报。请先在“单位组”中填入成员单位。"
    ]


def test_first_load_is_audited(plan):
    event = AuditEvent.objects.get(action="载入方案数据")
    assert event.actor_name == "系统"
    assert event.changes["单位"] == [0, 42]
    assert event.changes["指标职责"] == [0, 240]


def test_an_edit_is_kept_and_reported(plan):
    element = DataElement.objects.get(code="i18.treated")
    element.change_limit_pct = 50
    element.save()
    again = load_plan()
    element.refresh_from_db()
    assert element.change_limit_pct == 50
    assert [str(difference) for difference in again.differences] == [
        "数据项“i18.treated”的变动说明线（%）：方案数据为“30”，现为“50”"
    ]
    assert not again


def test_command_prints_the_difference(plan):
    Unit.objects.filter(name="市农委").update(own_review=False)
    lines = run()
    assert "与方案数据不同，保留现有内容：" in lines
    assert "  单位“市农委”的本单位审核：方案数据为“是”，现为“否”" in lines


def test_overwrite_applies_the_fixtures(plan):
    unit = Unit.objects.get(name="市农委")
    unit.short_name = "农委"
    unit.save()
    lines = run("--overwrite")
    unit.refresh_from_db()
    assert unit.short_name == "市农委"
    assert "覆盖单位 1 行" in lines
    assert unit.history.count() == 3
    assert run()[1] == "没有变化"


def test_a_renamed_unit_is_recognised_and_not_added_again(plan):
    unit = Unit.objects.get(name="市工商局")
    unit.name = "市市场监督管理局"
    unit.save()
    again = load_plan()
    assert Unit.objects.count() == 42
    assert [str(difference) for difference in again.differences] == [
        "单位“市市场监督管理局”的全称：方案数据为“市工商局”，现为“市市场监督管理局”"
    ]
    assert Duty.objects.filter(unit=unit).count() == 2


def test_a_deleted_row_stays_deleted(plan):
    UnitName.objects.get(name="林业局").delete()
    again = load_plan()
    assert not UnitName.objects.filter(name="林业局").exists()
    assert [str(difference) for difference in again.differences] == [
        "单位名称“市林业局 林业局”已被删除，不再补回"
    ]
    load_plan(overwrite=True)
    assert UnitName.objects.filter(name="林业局").exists()


def test_a_duty_that_ended_is_reported_and_stays_ended(plan):
    duty = Duty.objects.get(indicator__number=6, unit__name="市住房城乡建设局")
    duty.valid_to = "2017-06-30"
    duty.save()
    again = load_plan()
    assert [str(difference) for difference in again.differences] == [
        "指标职责“6 单位GDP用水量 责任 市住房城乡建设局”的至：方案数据为“空”，现为“2017-06-30”"
    ]
    assignment = Assignment.objects.get(indicator__number=6, unit__name="市住房城乡建设局")
    assert assignment.valid_to.isoformat() == "2017-06-30"


def test_a_missing_row_is_added(plan):
    Site.objects.filter(code="firm.faer").delete()
    Site.history.filter(code="firm.faer").delete()
    again = load_plan()
    assert dict(again.added) == {"点位": 1}
    assert Site.objects.filter(code="firm.faer").exists()


def test_a_rule_published_here_stays_current_and_is_never_overwritten(plan):
    indicator = Indicator.objects.get(number=24)
    RuleVersion.objects.filter(indicator=indicator).update(is_current=False)
    RuleVersion.objects.create(indicator=indicator, version=2, body={"parts": []})
    again = load_plan(overwrite=True)
    assert again.differences == []
    assert RuleVersion.objects.get(indicator=indicator, is_current=True).version == 2


def test_a_later_rule_from_the_fixtures_becomes_current(plan, tmp_path):
    folder = copied_fixtures(tmp_path)
    path = folder / "plan-2017" / "06-rules.json"
    rules = json.loads(path.read_text(encoding="utf-8"))
    later = json.loads(json.dumps(rules[23]))
    later["fields"]["version"] = 2
    path.write_text(json.dumps([*rules, later], ensure_ascii=False), encoding="utf-8")
    loaded = load_plan(folder=folder)
    assert dict(loaded.added) == {"评定规则": 1}
    versions = RuleVersion.objects.filter(indicator__number=24).order_by("version")
    assert list(versions.values_list("version", "is_current")) == [(1, False), (2, True)]


def test_a_fault_in_one_file_leaves_nothing_behind(db, tmp_path):
    folder = copied_fixtures(tmp_path)
    path = folder / "plan-2017" / "05-duties.json"
    path.write_text(path.read_text(encoding="utf-8").replace("市气象局", "市天文局"), encoding="utf-8")
    with pytest.raises(FixtureFault, match=r"05-duties\.json：.*市天文局"):
        load_plan(folder=folder)
    assert everything() == [[] for _ in REGISTERS]


def test_an_unknown_plan_is_refused(db):
    with pytest.raises(CommandError, match="没有代码为“1999”的方案数据"):
        run("--plan", "1999")


def test_only_an_administrator_loads_by_hand(plan, admin, clerk):
    assert load_plan(by=admin).plan == plan
    with pytest.raises(Refused):
        load_plan(by=clerk)


def test_export_without_a_plan_says_what_to_do(db):
    with pytest.raises(CommandError, match="load_plan"):
        call_command("export_plan", stdout=StringIO())


def test_django_itself_reads_the_fixtures(plan):
    """Every row is found again by its natural key."""
    for path in sorted(Path(settings.FIXTURE_DIRS[0]).glob("*/*.json")):
        for item in serializers.deserialize("json", path.read_text(encoding="utf-8")):
            assert item.object.pk is not None, (path.name, item.object)


def test_number_of_queries_does_not_grow_with_rows(plan, django_assert_max_num_queries):
    with django_assert_max_num_queries(150):
        load_plan()


def copied_fixtures(tmp_path: Path) -> Path:
    folder = tmp_path / "fixtures"
    shutil.copytree(settings.FIXTURE_DIRS[0], folder)
    return folder
