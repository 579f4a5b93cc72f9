"""What every template may use; nothing is read from the database before a template asks for it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from chuangmo import clock
from chuangmo.shell.frame import frame_of


def shell(request: HttpRequest) -> dict[str, Any]:
    """site_name, city, is_demo, nav, person, unseen, today, clock_shifted."""
    frame = frame_of(request)
    return {
        "site_name": SimpleLazyObject(lambda: frame.installation.title),
        "city": SimpleLazyObject(lambda: frame.installation.city),
        "is_demo": SimpleLazyObject(lambda: frame.is_demo),
        "nav": SimpleLazyObject(lambda: frame.nav),
        "person": SimpleLazyObject(lambda: frame.person),
        "unseen": SimpleLazyObject(lambda: frame.unseen),
        "today": SimpleLazyObject(clock.today),
        "clock_shifted": SimpleLazyObject(clock.is_shifted),
    }
