"""Panels for the tests of the home page."""

from django.http import HttpRequest

from chuangmo.shell.panels import OWED, WAITING, Panel


def owed(request: HttpRequest) -> Panel:
    return Panel(OWED, "本月报表", "components/empty.html", {"text": f"{request.user} 要报 2 份"}, count=2)


def more_owed(request: HttpRequest) -> Panel:
    return Panel(OWED, "退回的", "components/empty.html", {"text": "一份退回"}, count=1)


def waiting(request: HttpRequest) -> Panel:
    return Panel(WAITING, "待审", "components/empty.html", {"text": "三份待审"})


def silent(request: HttpRequest) -> None:
    return None
