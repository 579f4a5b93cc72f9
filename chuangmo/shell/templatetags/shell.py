"""What templates need to write numbers, days, signs and small drawings: `{% load shell %}`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from django import forms, template
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

from chuangmo import clock, days
from chuangmo.shell import charts, display, filters, signs

register = template.Library()


@register.filter
def figure(value: object, places: int | str | None = None) -> str:
    """{{ 9412.5|figure:1 }} → 9 412.5 (thin space, half to even); missing → —."""
    return display.figure(value, _given(places))


@register.filter
def percent(value: object, places: int = 1) -> str:
    """{{ 0.921|percent }} → 92.1%."""
    return display.percent(value, places)


@register.filter
def cn_date(day: date | None) -> str:
    """6 月 5 日; with its year when that is not the current one."""
    return days.cn_date(day, today=clock.today())


@register.filter
def cn_datetime(moment: datetime | None) -> str:
    """6 月 6 日 09:12."""
    return days.cn_datetime(moment, today=clock.today())


@register.filter
def cn_month(day: date | None) -> str:
    """2017 年 5 月."""
    return days.cn_month(day)


@register.filter
def since(day: date | None) -> str:
    """今天 · 明天 · 还有 3 天 · 已过 1 天, from the business date."""
    return days.since(day, today=clock.today())


@register.filter
def filesize_cn(size: int | None) -> str:
    """214 KB · 2.1 MB."""
    return display.file_size(size)


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """One icon of the sprite; an ornament unless it has a label."""
    role = format_html(' role="img" aria-label="{}"', label) if label else SafeString(' aria-hidden="true"')
    return format_html(
        '<svg class="icon" width="20" height="20" focusable="false"{}><use href="{}#{}"></use></svg>',
        role,
        static("icons/sprite.svg"),
        name,
    )


@register.simple_tag
def status_badge(status: str, word: str = "") -> SafeString:
    """Sign, word and colour of a verdict; `word` replaces the usual one."""
    return _badge(signs.status(status), word) if word else _status_badge(str(status))


@register.simple_tag
def state_badge(state: str, word: str = "") -> SafeString:
    """Sign, word and colour of where a report stands."""
    return _badge(signs.state(state), word) if word else _state_badge(str(state))


@register.simple_tag
def check_badge(code: str, word: str = "") -> SafeString:
    """Sign, word and colour of a line of the status page, or of a background job."""
    return _badge(signs.check(code), word)


@register.simple_tag
def state_sign(state: str) -> SafeString:
    """A square with the sign alone for a matrix cell; its word is there for readers aloud."""
    return _SMALL.get(str(state)) or _small(signs.state(state))


@lru_cache(maxsize=64)
def _status_badge(status: str) -> SafeString:
    return _badge(signs.status(status), "")


@lru_cache(maxsize=64)
def _state_badge(state: str) -> SafeString:
    return _badge(signs.state(state), "")


def _badge(sign: signs.Sign, word: str) -> SafeString:
    return format_html(
        '<span class="st {}"><span class="st-sign" aria-hidden="true">{}</span>{}</span>',
        sign.css,
        sign.sign,
        word or sign.word,
    )


def _small(sign: signs.Sign) -> SafeString:
    return format_html(
        '<span class="sq {}" title="{}"><span aria-hidden="true">{}</span><span class="vh">{}</span></span>',
        sign.css,
        sign.word,
        sign.short or sign.sign,
        sign.word,
    )


# A matrix has thousands of these.
_SMALL = {code: _small(sign) for code, sign in signs.STATE.items()}


@register.simple_tag
def sparkline(values: charts.Values, width: int = 96, height: int = 28, label: str = "") -> SafeString:
    """See chuangmo.shell.charts.sparkline."""
    return charts.sparkline(values, width=width, height=height, label=label)


def _given(places: int | str | None) -> int | None:
    """A template hands on an empty text for a variable that it wasn't given."""
    return None if isinstance(places, str) else places


_CHECKS = (forms.CheckboxInput, forms.CheckboxSelectMultiple, forms.RadioSelect)


@register.simple_tag
def chosen_filters(source: forms.BaseForm | Iterable[filters.Choice]) -> list[str]:
    """See chuangmo.shell.filters.chosen_words."""
    return filters.chosen_words(source)


@register.simple_tag
def widget(field: BoundField, **attrs: str) -> SafeString:
    """The field's input with the class that its kind has in Tabler, marked invalid when it has errors."""
    kind = field.field.widget
    name = "form-control"
    if isinstance(kind, _CHECKS):
        name = "form-check-input"
    elif isinstance(kind, forms.Select):
        name = "form-select"
    own = str(kind.attrs.get("class", ""))
    invalid = "is-invalid" if field.errors else ""
    return field.as_widget(attrs={**attrs, "class": " ".join(filter(None, [own, name, invalid]))})


@register.filter
def is_check(field: BoundField) -> bool:
    """Whether the field is one box whose label stands after it."""
    return isinstance(field.field.widget, forms.CheckboxInput)


@register.filter
def is_group(field: BoundField) -> bool:
    """Whether the field is several boxes or radio buttons, which need a fieldset."""
    return isinstance(field.field.widget, (forms.CheckboxSelectMultiple, forms.RadioSelect))
