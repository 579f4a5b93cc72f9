"""What is chosen among filters, in words."""

from dataclasses import dataclass

import pytest
from django import forms

from chuangmo.org.models import Unit
from chuangmo.shell.filters import chosen_words
from tests.factories import UnitFactory


class Filters(forms.Form):
    """One of each kind."""

    unit = forms.ModelChoiceField(label="单位", queryset=Unit.objects.all(), required=False)
    state = forms.ChoiceField(
        label="状态", choices=[("all", "全部"), ("late", "逾期的"), (3, "第三种")], required=False
    )
    day = forms.DateField(label="日期", required=False)
    q = forms.CharField(label="关键词", required=False)
    kept = forms.CharField(widget=forms.HiddenInput, required=False)


@dataclass
class One:
    options: tuple[tuple[str, str], ...]
    value: str


@pytest.mark.django_db
def test_choices_by_their_label_the_rest_with_its_field(django_assert_num_queries):
    unit = UnitFactory(name="钟山区人民政府", short_name="钟山区")
    form = Filters({"unit": unit.pk, "state": "3", "day": "2016-06-05", "q": "德坞河", "kept": "x"})
    assert form.is_valid()
    with django_assert_num_queries(0):
        words = chosen_words(form)
    assert words == [str(unit), "第三种", "日期 2016 年 6 月 5 日", "关键词 德坞河"]


@pytest.mark.django_db
def test_what_filters_nothing_or_is_wrong_is_left_out():
    assert chosen_words(Filters()) == []
    assert chosen_words(Filters({"state": "all", "q": "", "unit": "0", "day": "gestern"})) == []


def test_choices_that_are_no_form():
    options = (("1", "钟山区"), ("2", "水城县"))
    assert chosen_words([One(options, "2"), One(options, ""), One(options, "9")]) == ["水城县"]
