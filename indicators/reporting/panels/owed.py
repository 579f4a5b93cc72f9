"""What I owe: reports of my units that are not in yet."""

from __future__ import annotations

from django.http import HttpRequest

from chuangmo.shell.panels import Panel


def owed(request: HttpRequest) -> Panel | None:
    return None
