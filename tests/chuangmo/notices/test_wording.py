"""Texts that an administrator edits: the ones we bring, what is refused, what is missing."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from chuangmo.notices.models import NoticeTemplate
from chuangmo.notices.rules.texts import CODES, variables_of
from chuangmo.notices.services import render_notice, wording

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

RUNG = {
    "unit": "市住房城乡建设局",
    "subject": "生活垃圾无害化处理率 2017 年 5 月",
    "due": "6 月 5 日",
    "days": 1,
    "locks": "6 月 12 日",
}


def test_every_code_has_a_text_that_holds(templates: None) -> None:
    assert set(NoticeTemplate.objects.values_list("code", flat=True)) == set(CODES)
    words = wording()
    for template in NoticeTemplate.objects.all():
        template.full_clean()
        shown = words.render(template.code, **{name: f"〔{name}〕" for name in variables_of(template.code)})
        assert "{" not in f"{shown.title}{shown.text}{shown.action}"
        assert "\n" not in shown.title


def test_a_chase_in_words(templates: None) -> None:
    shown = render_notice("chase", **RUNG)
    assert shown.title == "催办：生活垃圾无害化处理率 2017 年 5 月已逾期 1 个工作日"
    assert "市住房城乡建设局" in shown.text
    assert "锁定日期：6 月 12 日" in shown.text


def test_all_texts_cost_one_query(templates: None, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        words = wording()
        for _ in range(50):
            words.render("chase", **RUNG)


def test_exactly_the_declared_variables_are_given(templates: None) -> None:
    with pytest.raises(TypeError, match="chase takes"):
        render_notice("chase", unit="市住房城乡建设局")
    with pytest.raises(TypeError, match="chase takes"):
        render_notice("chase", **RUNG, reason="多余")


def test_without_a_text_the_values_stand_for_themselves() -> None:
    shown = render_notice("chase", **RUNG)
    assert shown.title == "催办（逾期 1 个工作日）：生活垃圾无害化处理率 2017 年 5 月"
    assert "欠报单位：市住房城乡建设局" in shown.text


def test_an_unknown_variable_is_refused_with_the_known_ones(templates: None) -> None:
    template = NoticeTemplate.objects.get(code="chase")
    template.text = "{unti}请办理"
    template.title = "{subject}\n{due}"
    with pytest.raises(ValidationError) as refused:
        template.full_clean()
    said = refused.value.message_dict
    assert set(said) == {"title", "text"}
    assert "不认识变量“{unti}”" in said["text"][0]
    assert all(f"{{{name}}}" in said["text"][0] for name in RUNG)


def test_a_code_that_nobody_asks_for_is_refused() -> None:
    with pytest.raises(ValidationError) as refused:
        NoticeTemplate(code="nobody", title="标题", text="内容").full_clean()
    assert "没有这个代码" in refused.value.message_dict["code"][0]
