"""What waits for me to check it, and what came back."""

from __future__ import annotations

from django.http import HttpRequest

from chuangmo.shell.panels import Panel


def waiting(request: HttpRequest) -> Panel | None:
    return None
