"""The components that all pages are made of."""

from types import SimpleNamespace

import pytest
from django import forms
from django.core.paginator import Paginator
from django.template.loader import render_to_string
from django.test import RequestFactory
from django.utils.html import strip_tags

from chuangmo.shell.signs import STATE, STATUS
from chuangmo.shell.templatetags import shell as tags


def words(html: str) -> str:
    return " ".join(strip_tags(html).split())


@pytest.mark.parametrize("code", STATUS)
def test_a_verdict_is_sign_word_and_colour(code):
    html = tags.status_badge(code)
    sign = STATUS[code]
    assert html == (
        f'<span class="st {sign.css}"><span class="st-sign" aria-hidden="true">{sign.sign}</span>{sign.word}</span>'
    )


@pytest.mark.parametrize("code", STATE)
def test_a_matrix_cell_says_its_word_to_readers_aloud(code):
    html = tags.state_sign(code)
    assert f'<span class="vh">{STATE[code].word}</span>' in html
    assert f'title="{STATE[code].word}"' in html


def test_the_badge_components_say_what_the_tags_say():
    assert words(render_to_string("components/status_badge.html", {"status": "missed"})) == "■不达标"
    assert words(
        render_to_string("components/state_badge.html", {"state": "returned", "word": "退回修改"})
    ) == ("↩退回修改")


class Sample(forms.Form):
    name = forms.CharField(label="姓名", help_text="真实姓名")
    kind = forms.ChoiceField(label="类别", choices=[("a", "数据"), ("b", "图片")], widget=forms.RadioSelect)
    checked = forms.BooleanField(label="已核对", required=False)


def test_a_field_ties_help_and_errors_to_its_input():
    html = render_to_string("components/form_field.html", {"field": Sample({"name": ""})["name"]})
    assert '<label for="id_name">姓名 <span class="need">必填</span></label>' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="id_name_helptext">真实姓名' in html
    assert 'id="id_name_error"' in html
    assert 'class="form-control is-invalid"' in html


def test_radio_buttons_stand_in_a_fieldset_and_a_lone_box_before_its_label():
    group = render_to_string("components/form_field.html", {"field": Sample()["kind"]})
    assert "<legend>类别" in group
    assert group.count('type="radio"') == 2
    box = render_to_string("components/form_field.html", {"field": Sample()["checked"]})
    assert box.index('type="checkbox"') < box.index("已核对</label>")
    assert 'class="form-check-input"' in box


def test_paging_keeps_the_rest_of_the_address():
    request = RequestFactory().get("/", {"unit": "钟山区", "page": "2"})
    page = Paginator(range(45), 20).page(2)
    html = render_to_string("components/pagination.html", {"page": page}, request=request)
    assert "共 45 条，第 2 / 3 页" in words(html)
    assert 'href="?unit=%E9%92%9F%E5%B1%B1%E5%8C%BA&amp;page=3"' in html
    assert '<span aria-current="page">2</span>' in html


def test_one_page_needs_no_paging():
    html = render_to_string("components/pagination.html", {"page": Paginator(range(5), 20).page(1)})
    assert html.strip() == ""


def test_a_question_asks_for_its_reason_and_posts_what_it_was_given():
    html = render_to_string(
        "components/confirm.html",
        {
            "id": "back",
            "title": "退回？",
            "action": "/x/",
            "submit": "退回",
            "reason": "退回原因",
            "fields": [("revision", "3")],
        },
        request=RequestFactory().get("/"),
    )
    assert '<dialog class="dialog" id="back" aria-labelledby="back-title">' in html
    assert '<input type="hidden" name="revision" value="3">' in html
    assert '<textarea class="form-control" id="back-reason" name="reason" rows="3" required>' in html
    assert "csrfmiddlewaretoken" in html


def test_timeline_keeps_what_a_person_wrote_as_text():
    event = SimpleNamespace(at=None, word="退回", who="刘工", text="<b>单位</b>\n请核对", kind="returned")
    html = render_to_string("components/timeline.html", {"events": [event]})
    assert '<div class="why">&lt;b&gt;单位&lt;/b&gt;<br>请核对</div>' in html


def test_missing_facts_are_a_dash_and_not_the_word_none():
    html = render_to_string("components/facts.html", {"facts": [("牵头单位", "市城管局"), ("数值", None)]})
    assert "<dt>数值</dt><dd>—</dd>" in html


def test_files_show_name_size_and_kind():
    file = SimpleNamespace(name="台账.xlsx", url="/files/1/", size=219136, kind="数据表格")
    assert words(render_to_string("components/files.html", {"files": [file]})) == "台账.xlsx 214 KB 数据表格"
