"""From a template to a PDF. Paper shares its context builders with the page; only the template differs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.core.exceptions import ImproperlyConfigured
from django.template.loader import render_to_string
from django.utils import timezone

from chuangmo import clock
from chuangmo.org.models import Installation
from chuangmo.shell.display import THIN_SPACE
from chuangmo.shell.frame import is_demonstration

# A quarter of an em in the Noto fonts, which have no thin space; a number does not break there over two lines.
UNBROKEN_SPACE = "\u00a0"


def render_print(template: str, context: Mapping[str, Any]) -> str:
    """The document's HTML; adds site_name, city, is_demo, today and printed_at to the context."""
    installation = Installation.current()
    around = {
        "site_name": installation.title,
        "city": installation.city,
        "is_demo": is_demonstration(installation),
        "today": clock.today(),
        "printed_at": timezone.localtime(),
    }
    return render_to_string(template, {**around, **context})


def render_pdf(
    template: str, context: Mapping[str, Any], *, sheet: str = "css/print.css", more: str = ""
) -> bytes:
    """The PDF of a template that extends print/base.html, or brings a sheet of its own; `more` are rules above it.

    Nothing is fetched while it is made: charts are inline SVG, the fonts are the system's.
    """
    from weasyprint import CSS, HTML  # slow to load, and most requests never print

    html = render_print(template, context).replace(THIN_SPACE, UNBROKEN_SPACE)
    document = HTML(string=html, url_fetcher=_refuse)
    return bytes(document.write_pdf(stylesheets=[CSS(filename=_sheet(sheet)), CSS(string=more)]))


def _refuse(url: str, *args: object, **kwargs: object) -> dict[str, Any]:
    raise ValueError(f"a print fetches nothing: {url}")


def _sheet(name: str) -> str:
    found = finders.find(name)
    if found is None:
        raise ImproperlyConfigured(f"static/{name} is missing")
    return str(Path(found))
