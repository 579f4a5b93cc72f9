"""The frame of every page in a real browser: sign-in and menu by keyboard, foot bar, dialog, a form sent once."""

from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import engines
from django.urls import include, path

from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True)

LONG_PAGE = """{% extends "layouts/page_aside.html" %}{% load shell %}
{% block content %}
  {% for n in numbers %}
    <div class="box box-pad"><label>第 {{ n }} 格 <input class="cell" name="n{{ n }}"></label></div>
  {% endfor %}
  <button class="btn" type="button" data-dialog="back">退回</button>
  {% include "components/confirm.html" with id="back" title="退回？" action="/received/" submit="退回" reason="原因" %}
{% endblock %}
{% block aside %}<div class="box box-pad"><h2>经过</h2></div>{% endblock %}
{% block foot %}
  <div class="foot-bar"><div class="foot-in">
    <div class="foot-state"><span class="ok">✓ 已保存</span></div>
    <div class="foot-actions"><button class="btn btn-primary" type="button">提交</button></div>
  </div></div>
{% endblock %}"""

HIDDEN_FOCUS = """() => {
  const bar = document.querySelector('.foot-bar').getBoundingClientRect();
  const focused = document.activeElement.getBoundingClientRect();
  return focused.top < 0 || focused.bottom > bar.top;
}"""

received: list[str] = []


def long_page(request: HttpRequest) -> HttpResponse:
    return render(request, "long.html", {"page_title": "长表", "numbers": range(30)})


def receive(request: HttpRequest) -> HttpResponse:
    received.append(request.POST["reason"])
    # Without content: its bytes would stand before the next answer on the same connection.
    return HttpResponse(status=204)


urlpatterns = [
    path("long/", long_page),
    path("received/", receive),
    path("", include("chuangmo.urls")),
]


@pytest.fixture(autouse=True)
def long_template(tmp_path: Path, settings):
    (tmp_path / "long.html").write_text(LONG_PAGE, "utf-8")
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], tmp_path]}]
    settings.ROOT_URLCONF = __name__
    settings.HOME_PANELS = []
    received.clear()
    yield
    engines._templates = {}


@pytest.fixture
def user():
    user = UserFactory(username="lijing", name="李静")
    user.set_password("correct horse battery")
    user.save()
    return user


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_sign_in_and_out_by_keyboard(open_page, user, axe, fits, viewport):
    page = open_page(viewport)
    page.goto("/")
    axe(page)
    page.keyboard.type("lijing")  # the cursor stands in the first field
    page.keyboard.press("Tab")
    page.keyboard.type("correct horse battery")
    page.keyboard.press("Enter")
    page.wait_for_url("**/")
    assert page.locator("h1").inner_text() == "首页"
    axe(page)
    fits(page)
    menu = page.locator("details.menu summary")
    menu.focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("button", name="退出登录").is_visible()
    axe(page)
    page.keyboard.press("Escape")
    assert not page.get_by_role("button", name="退出登录").is_visible()
    assert menu.evaluate("element => element === document.activeElement")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="退出登录").press("Enter")
    page.wait_for_url("**/accounts/login/")


def test_the_first_key_leads_past_the_menu(page, sign_in, user):
    sign_in(page, user.username)
    page.goto("/long/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.name") == "n0"


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desk", "phone"])
def test_the_foot_bar_stays_and_never_hides_the_focus(open_page, sign_in, user, axe, fits, viewport):
    page = open_page(viewport)
    sign_in(page, user.username)
    page.goto("/long/")
    axe(page)
    fits(page)
    page.locator("[name=n0]").focus()
    for number in range(30):
        assert page.evaluate("document.activeElement.name") == f"n{number}"
        assert not page.evaluate(HIDDEN_FOCUS)
        page.keyboard.press("Tab")
    bar = page.locator(".foot-bar").bounding_box()
    assert bar is not None
    assert round(bar["y"] + bar["height"]) == viewport["height"]


def test_a_question_is_asked_answered_once_and_given_back(page, sign_in, user, axe):
    sign_in(page, user.username)
    page.goto("/long/")
    opener = page.get_by_role("button", name="退回", exact=True).first
    opener.press("Enter")
    assert page.evaluate("document.activeElement.id") == "back-reason"
    axe(page)
    page.keyboard.press("Escape")
    assert opener.evaluate("element => element === document.activeElement")
    opener.press("Enter")
    page.keyboard.type("单位有误")
    send = page.locator("#back button[type=submit]")
    with page.expect_response("**/received/"):
        send.evaluate("button => { button.click(); button.click(); }")
    page.evaluate("fetch('/healthz')")  # a second post would have come before
    assert received == ["单位有误"]
