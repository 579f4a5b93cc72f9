"""Notices in the administrator's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chuangmo.notices.models import NoticeTemplate
from chuangmo.notices.rules.texts import CODES, fill, variables_of

__all__ = ["Rendered", "Wording", "render_notice", "wording"]


@dataclass(frozen=True, slots=True)
class Rendered:
    """A notice's words: one line, a paragraph or more, what to do."""

    title: str
    text: str
    action: str


class Wording:
    """All templates, read once: for sweeps that write many notices."""

    def __init__(self, templates: Mapping[str, NoticeTemplate]) -> None:
        self._templates = templates

    def render(self, code: str, **values: object) -> Rendered:
        """Fill the template of that code. TypeError unless exactly its declared variables are given: then no text that an
        administrator writes can fail later."""
        declared = variables_of(code)
        if set(values) != set(declared):
            raise TypeError(f"{code} takes {sorted(declared)}, got {sorted(values)}")
        template = self._templates.get(code)
        if template is None:
            return _plain(code, values)
        return Rendered(
            title=" ".join(fill(template.title, values).split()),
            text=fill(template.text, values),
            action=fill(template.action, values),
        )


def wording() -> Wording:
    """The templates as they are now: one query."""
    return Wording({template.code: template for template in NoticeTemplate.objects.all()})


def render_notice(code: str, **values: object) -> Rendered:
    """One notice's words; see `Wording.render`. One query."""
    return wording().render(code, **values)


def _plain(code: str, values: Mapping[str, object]) -> Rendered:
    """Without a template (not loaded yet) nothing is held up: the occasion and its values, as they are."""
    declared = variables_of(code)
    lines = [f"{declared[name].partition('，')[0]}：{value}" for name, value in values.items()]
    title = "：".join(filter(None, [CODES[code].label, str(values.get("subject", ""))]))
    return Rendered(title, "\n".join(lines), "")
