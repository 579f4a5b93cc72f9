"""The office changes a rule: fields in words, faults at their fields, preview, a new version; others are refused."""

from __future__ import annotations

import json
import re

import pytest
from django.test import Client

from chuangmo import periods
from chuangmo.audit.models import AuditEvent
from indicators.assessment.models import Verdict
from indicators.assessment.services import refresh_all
from indicators.plan.models import RuleVersion
from tests.factories import Cast, load_whole_plan, make_figure

pytestmark = pytest.mark.sqlite_only

RULE = "/p/2017/indicators/18/rule/"
VERSIONS = "/p/2017/indicators/18/rule/versions/"


@pytest.fixture
def judged(rated: Cast) -> Cast:
    for number in (1, 2):
        for unit in (rated.county, rated.other_county):
            make_figure(rated.produced, unit, periods.month(2017, number), 100)
            make_figure(rated.treated, unit, periods.month(2017, number), 92 if number == 1 else 80)
    refresh_all(plan=rated.plan)
    return rated


def client_of(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(getattr(cast, who), backend="django.contrib.auth.backends.ModelBackend")
    return client


def fields(response) -> dict[str, str]:
    """What the form would send as it stands."""
    form = response.context["form"]
    found = {}
    for bound in form:
        value = bound.value()
        if value is not None and value is not False:
            found[bound.html_name] = "on" if value is True else str(value)
    return {**found, "previewed": response.context["previewed"]}


def posted(client: Client, url: str = RULE, do: str = "preview", **changes: str):
    sent = fields(client.get(url)) | {name.replace("__", "-"): value for name, value in changes.items()}
    return client.post(url, {**sent, "do": do})


def published(client: Client, url: str = RULE, **changes: str):
    """Preview, then publish what was previewed."""
    seen = posted(client, url, **changes)
    return client.post(url, {**fields(seen), "do": "publish"})


def test_the_form_says_the_rule_in_words(judged: Cast) -> None:
    response = client_of(judged, "office").get(RULE)
    sent = fields(response)
    assert (sent["p0-limit"], sent["p0-op"], sent["p0-margin_pct"], sent["p0-window"]) == (
        "85",
        ">=",
        "5",
        "year",
    )
    assert response.context["rule"].parts[0][1][:4] == [
        ("类型", "比率（分子合计 ÷ 分母合计）"),
        ("分子", "生活垃圾无害化处理量"),
        ("分母", "生活垃圾产生量"),
        ("要求", "≥ 85%"),
    ]


def test_a_preview_shows_the_verdicts_before_and_after_and_saves_nothing(judged: Cast) -> None:
    response = posted(client_of(judged, "office"), p0__limit="93")
    rows = {
        row.as_of.month: (row.before.status, row.after.status, row.changes)
        for row in response.context["rows"]
    }
    assert rows[1] == ("met", "missed", True)
    assert rows[2] == ("margin", "missed", True)
    assert [(one.before, one.after) for one in response.context["differences"]] == [("85", "93")]
    assert RuleVersion.objects.count() == 1
    assert set(Verdict.objects.filter(is_current=True).values_list("rule__version", flat=True)) == {1}


def test_publishing_makes_a_version_with_its_reason_and_new_verdicts(
    judged: Cast, django_capture_on_commit_callbacks
) -> None:
    client = client_of(judged, "office")
    with django_capture_on_commit_callbacks(execute=True):
        response = published(client, p0__limit="93", reason="省里提高了要求")
    assert response.headers["Location"] == VERSIONS
    rule = RuleVersion.objects.get(is_current=True)
    assert (rule.version, rule.body["parts"][0]["limit"], rule.note) == (2, "93", "省里提高了要求")
    assert (
        AuditEvent.objects.filter(action="发布规则", actor=judged.office, reason="省里提高了要求").count()
        == 1
    )
    current = Verdict.objects.filter(is_current=True, as_of__month=1)
    assert list(current.values_list("rule__version", "status")) == [(2, "missed")]
    page = client.get(VERSIONS)
    newest, oldest = page.context["versions"]
    assert (newest.version, newest.by, newest.is_current) == (2, judged.office.name, True)
    assert [(one.before, one.after) for one in newest.differences] == [("85", "93")]
    assert (oldest.version, oldest.differences) == (1, ())


def test_nothing_is_published_that_was_not_previewed(judged: Cast) -> None:
    client = client_of(judged, "office")
    response = posted(client, do="publish", p0__limit="93", reason="直接发布")
    assert (response.status_code, RuleVersion.objects.count()) == (422, 1)
    assert "发布前请先看一遍影响" in response.content.decode()
    changed = {**fields(response), "p0-limit": "94", "do": "publish"}  # changed after the preview
    assert client.post(RULE, changed).status_code == 422
    assert RuleVersion.objects.count() == 1


def test_a_reason_is_needed(judged: Cast) -> None:
    response = published(client_of(judged, "office"), p0__limit="93")
    assert (response.status_code, RuleVersion.objects.count()) == (422, 1)
    assert response.context["form"].errors["reason"] == ["请写明为什么改，今后查得到。"]


def test_a_rule_that_is_the_same_is_not_published(judged: Cast) -> None:
    response = published(client_of(judged, "office"), reason="没有改")
    assert (response.status_code, RuleVersion.objects.count()) == (422, 1)


def test_two_people_at_once_the_second_is_told(judged: Cast) -> None:
    client = client_of(judged, "office")
    seen = posted(client, p0__limit="93", reason="我先看的")
    published(client_of(judged, "office"), p0__limit="90", reason="别人先发布")
    response = client.post(RULE, {**fields(seen), "base": "1", "do": "publish"})
    assert (response.status_code, RuleVersion.objects.count()) == (409, 2)
    assert fields(response)["p0-limit"] == "93"  # what was typed is kept


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"p0__limit": "很多"}, "p0-limit", "不是数字"),
        ({"p0__limit": ""}, "p0-limit", "缺少此项"),
        ({"p0__margin_pct": "80"}, "p0-margin_pct", "不得大于 50"),
        ({"p0__numerator": "i18.treated +"}, "p0-numerator", "看不懂"),
        ({"p0__window": "rolling_months"}, "p0-number", "缺少此项"),
        ({"p0__places": "9"}, "p0-places", "不得大于 6"),
        ({"p0__name": ""}, "p0-name", "必填"),
    ],
)
def test_a_fault_stands_at_its_field_and_what_was_typed_stays(judged: Cast, changes, field, words) -> None:
    response = posted(client_of(judged, "office"), **changes)
    assert response.status_code == 422
    errors = response.context["form"].errors
    assert field in errors, errors
    assert words in errors[field][0]
    for name, value in changes.items():
        if value:
            assert fields(response)[name.replace("__", "-")] == value


def test_an_element_that_is_not_collected_is_told(judged: Cast) -> None:
    response = posted(client_of(judged, "office"), p0__numerator="i18.unheard_of")
    assert (response.status_code, response.context["rows"]) == (422, [])
    assert "i18.unheard_of" in response.content.decode()


def test_full_width_digits_are_read(judged: Cast) -> None:
    response = posted(client_of(judged, "office"), p0__limit="９０")
    assert [(one.before, one.after) for one in response.context["differences"]] == [("85", "90")]


def test_json_can_say_all_and_its_faults_are_chinese(judged: Cast) -> None:
    client = client_of(judged, "office")
    url = f"{RULE}?as=json"
    broken = posted(client, url, text='{"parts": [')
    assert re.search(r"不是 JSON：第 1 行第 \d+ 个字", broken.context["form"].errors["text"][0])
    wrong = posted(client, url, text=json.dumps({"parts": [{"kind": "RATE"}]}))
    assert "第1部分 · 分子（numerator）：缺少此项" in wrong.context["form"].errors["text"]
    body = json.loads(fields(client.get(url))["text"])
    body["parts"][0]["limit"] = "90"
    response = published(client, url, text=json.dumps(body), reason="改为 90")
    assert response.status_code == 302
    assert RuleVersion.objects.get(is_current=True).body["parts"][0]["limit"] == "90"


@pytest.mark.parametrize(
    "who", ["owner", "stranger", "lead", "county_office", "inspector", "observer", "admin"]
)
def test_others_may_read_the_versions_but_not_change_them(judged: Cast, who: str) -> None:
    client = client_of(judged, who)
    assert client.get(VERSIONS).status_code == 200
    assert client.get(RULE).status_code == 403
    assert client.post(RULE, {"do": "publish"}).status_code == 403
    assert RuleVersion.objects.count() == 1


def test_the_preview_takes_the_same_queries_whatever_the_figures(
    judged: Cast, django_assert_num_queries
) -> None:
    from indicators.assessment.queries.rules import preview_rule
    from indicators.assessment.rules import validate_rule

    rule = validate_rule(RuleVersion.objects.get().body)
    for number in (3, 4):
        for unit in (judged.county, judged.other_county):
            make_figure(judged.treated, unit, periods.month(2017, number), 80)
    with django_assert_num_queries(7):
        assert len(preview_rule(judged.indicator, rule)) == 5


# The limits of the air ---------------------------------------------------------------------------------------

AIR = "/p/2017/indicators/8/rule/"


@pytest.fixture
def air_rule(judged: Cast) -> Cast:
    """Indicator 8 as the plan has it."""
    from indicators.plan.models import Indicator
    from tests.indicators.assessment.rules.measured import ANNUAL

    indicator = Indicator.objects.get(plan=judged.plan, number=18)
    air = Indicator(
        plan=judged.plan,
        number=8,
        name="空气质量",
        short_name="空气质量",
        category=indicator.category,
    )
    air.save()
    RuleVersion.objects.create(indicator=air, version=1, body={"parts": [ANNUAL]}, is_current=True)
    return judged


def test_the_limits_of_the_air_are_fields_with_a_preview(air_rule: Cast) -> None:
    client = client_of(air_rule, "office")
    response = client.get(AIR)
    labels = {bound.html_name: (bound.label, bound.help_text) for bound in response.context["form"]}
    assert labels["p0-limit-co_p95"] == ("CO 第 95 百分位数限值（mg/m³）", "空着按标准：4")
    seen = posted(client, AIR, **{"p0__limit__pm25": "３０"})
    assert [(one.place, one.before, one.after) for one in seen.context["differences"]] == [
        ("年评价值 · 各项限值 · PM₂.₅ 年均值", "", "30")
    ]
    assert published(client, AIR, **{"p0__limit__pm25": "30"}, reason="先按加严的限值").status_code == 302
    body = RuleVersion.objects.get(indicator__number=8, is_current=True).body
    assert body["parts"][0]["limits"] == {"pm25": "30"}
    # Emptied again, the standard's own limit holds.
    assert published(client, AIR, **{"p0__limit__pm25": ""}, reason="仍按标准").status_code == 302
    assert "limits" not in RuleVersion.objects.get(indicator__number=8, is_current=True).body["parts"][0]


@pytest.mark.parametrize(("typed", "words"), [("很低", "不是数字"), ("0", "须大于 0"), ("-3", "须大于 0")])
def test_a_limit_of_the_air_that_is_none_is_told_at_its_field(air_rule: Cast, typed: str, words: str) -> None:
    response = posted(client_of(air_rule, "office"), AIR, **{"p0__limit__so2": typed})
    assert response.status_code == 422
    assert words in response.context["form"].errors["p0-limit-so2"][0]
    assert fields(response)["p0-limit-so2"] == typed


# Every kind of rule -----------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_every_rule_of_the_plan_survives_its_form() -> None:
    """The form shows and reads back each of the 26 rules without changing it."""

    from indicators.assessment.forms import RuleWordsForm
    from indicators.assessment.rules import rule_json, validate_rule

    load_whole_plan()
    for version in RuleVersion.objects.select_related("indicator"):
        rule = validate_rule(version.body)
        blank = RuleWordsForm(current=rule, version=1, facts={"water_short_city": "缺水城市"})
        sent = {}
        for bound in blank:
            value = bound.value()
            if value is not None and value is not False:
                sent[bound.html_name] = "on" if value is True else str(value)
        form = RuleWordsForm(sent, current=rule, version=1, facts={"water_short_city": "缺水城市"})
        assert form.is_valid(), (version.indicator.number, form.errors)
        assert form.body() == rule_json(rule), version.indicator.number
