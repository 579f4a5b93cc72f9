"""Small pieces of the entry page: `{% load reporting %}`."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from indicators.reporting.models import Answer

register = template.Library()


@register.simple_tag
def answer_options(answers: Sequence[tuple[str, str]], answer: str, is_boolean: bool) -> SafeString:
    """The ways to answer a cell, the present one selected; “none” is no answer to a yes or no. Every cell has them."""
    return _options(tuple(answers), str(answer), is_boolean)


@lru_cache(maxsize=64)
def _options(answers: tuple[tuple[str, str], ...], answer: str, is_boolean: bool) -> SafeString:
    chosen = "" if answer == Answer.VALUE else answer
    return format_html_join(
        "",
        '<option value="{}"{}>{}</option>',
        (
            (value, mark_safe(" selected") if value == chosen else "", label)
            for value, label in answers
            if value != Answer.NONE or not is_boolean
        ),
    )
