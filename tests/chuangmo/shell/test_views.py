"""Home, sign-in and the pages for when something is refused."""

import pytest
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import Client
from django.urls import include, path
from django.utils.html import strip_tags

from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.org.models import Installation
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]
HERE = "tests.chuangmo.shell.test_views"


def refuse(request):
    raise Refused("这份报表正在审核，不能修改")


def lose(request):
    raise Stale("市城管局 刘工已先退回")


def find_faults(request):
    raise Invalid({"cell-1": "不是数字", "cell-2": "不能为负"})


def deny(request):
    raise PermissionDenied


def fail(request):
    raise RuntimeError("broken")


def accept(request):
    return HttpResponse("办妥")


urlpatterns = [
    path("refuse/", refuse),
    path("lose/", lose),
    path("faults/", find_faults),
    path("deny/", deny),
    path("fail/", fail),
    path("accept/", accept),
    path("", include("chuangmo.urls")),
]


@pytest.fixture(autouse=True)
def own_addresses_and_panels(settings):
    settings.ROOT_URLCONF = HERE
    settings.HOME_PANELS = [
        f"tests.chuangmo.shell.panels.{name}" for name in ("owed", "waiting", "silent", "more_owed")
    ]


@pytest.fixture
def user():
    user = UserFactory(username="lijing", name="李静")
    user.set_password("correct horse battery")
    user.save()
    return user


@pytest.fixture
def signed_in(client, user):
    client.force_login(user)
    return client


def words(response) -> str:
    return " ".join(strip_tags(response.content.decode()).split())


# Home


def test_home_wants_to_know_who_comes(client):
    response = client.get("/")
    assert (response.status_code, response.headers["Location"]) == (302, "/accounts/login/?next=/")


def test_home_shows_each_area_with_its_panels_and_their_count(signed_in):
    text = words(signed_in.get("/"))
    for part in (
        "我要报的 3 本月报表 2 李静 要报 2 份 退回的 1 一份退回",
        "等我办的 待审 三份待审",
        "变化 最近没有变化",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("who", "parts"),
    [
        ("owner", ["我要报的", "等我办的", "变化"]),
        ("office", ["等我办的", "变化"]),
        ("inspector", ["等我办的", "变化"]),
        ("assessor", ["等我办的"]),
    ],
)
def test_home_has_no_empty_part_of_what_one_never_does(cast, client, settings, who, parts):
    settings.HOME_PANELS = []
    client.force_login(getattr(cast, who))
    page = client.get("/")
    assert [area.title for area in page.context["main_areas"] + page.context["side_areas"]] == parts


def test_an_assessor_is_told_on_the_home_page_what_may_be_read(cast, client, settings):
    settings.HOME_PANELS = ["archives.dossiers.panels.to_read"]
    client.force_login(cast.assessor)
    assert "现在没有开放给您的资料" in words(client.get("/"))
    client.force_login(cast.office)
    assert "开放给您的资料" not in words(client.get("/"))


def test_home_has_one_heading_and_a_way_to_skip_to_it(signed_in):
    html = signed_in.get("/").content.decode()
    assert html.count("<h1") == 1
    assert 'href="#main"' in html
    assert 'id="main"' in html
    assert '<html lang="zh-CN">' in html


def test_home_only_reads(signed_in):
    assert signed_in.post("/").status_code == 405


# Sign-in


def test_the_sign_in_page_names_the_installation(client):
    Installation.objects.update_or_create(pk=1, defaults={"title": "水城创模"})
    response = client.get("/accounts/login/")
    assert "登录 · 水城创模" in words(response)
    assert "testserver" not in words(response)


def test_sign_in_leads_to_the_page_that_was_asked_for(client, user):
    response = client.post(
        "/accounts/login/",
        {"username": "lijing", "password": "correct horse battery", "next": "/accounts/password/"},
    )
    assert (response.status_code, response.headers["Location"]) == (302, "/accounts/password/")


def test_sign_in_never_leads_elsewhere(client, user):
    response = client.post(
        "/accounts/login/",
        {"username": "lijing", "password": "correct horse battery", "next": "//evil.example/"},
    )
    assert response.headers["Location"] == "/"


def test_a_wrong_password_is_told_and_the_name_stays(client, user):
    response = client.post("/accounts/login/", {"username": "lijing", "password": "wrong"})
    assert 'role="alert"' in response.content.decode()
    assert 'value="lijing"' in response.content.decode()
    assert "_auth_user_id" not in client.session


def test_too_many_wrong_passwords_close_the_door_for_a_while(client, user, settings):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        response = client.post("/accounts/login/", {"username": "lijing", "password": "wrong"})
    assert response.status_code == 429
    assert f"密码连续输错 {settings.AXES_FAILURE_LIMIT} 次" in words(response)
    right = client.post("/accounts/login/", {"username": "lijing", "password": "correct horse battery"})
    assert right.status_code == 429


def test_somebody_signed_in_is_not_asked_again(signed_in):
    assert signed_in.get("/accounts/login/").headers["Location"] == "/"


def test_signing_out_takes_a_post(signed_in):
    assert signed_in.get("/accounts/logout/").status_code == 405
    assert "_auth_user_id" in signed_in.session
    signed_in.post("/accounts/logout/")
    assert "_auth_user_id" not in signed_in.session


def test_a_new_password_counts_at_once_and_keeps_the_session(signed_in, user):
    new = "another long secret"
    response = signed_in.post(
        "/accounts/password/",
        {"old_password": "correct horse battery", "new_password1": new, "new_password2": new},
        follow=True,
    )
    user.refresh_from_db()
    assert user.check_password(new)
    assert "新密码已生效" in words(response)


# Signs of life


def test_healthz_answers_without_sign_in(client):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok\n")


def test_favicon_is_found_by_browsers_that_only_guess(client):
    assert client.get("/favicon.ico").headers["Location"] == "/static/icons/favicon.svg"


# What is refused, and how it is told


@pytest.mark.parametrize(
    ("address", "status", "text"),
    [
        ("/refuse/", 403, "这份报表正在审核，不能修改"),
        ("/lose/", 409, "市城管局 刘工已先退回"),
        ("/faults/", 422, "不是数字；不能为负"),
        ("/deny/", 403, "您现在的角色不能看这一页或办这件事"),
        ("/nothing/", 404, "没有这一页"),
    ],
)
def test_a_refusal_is_a_page_in_words(signed_in, address, status, text):
    response = signed_in.get(address)
    assert response.status_code == status
    assert text in words(response)
    assert 'aria-label="主菜单"' in response.content.decode()


@pytest.mark.parametrize(("address", "status"), [("/refuse/", 403), ("/lose/", 409), ("/faults/", 422)])
def test_a_script_gets_the_words_alone(signed_in, address, status):
    by_htmx = signed_in.get(address, headers={"HX-Request": "true"})
    assert by_htmx.status_code == status
    assert by_htmx.headers["Content-Type"] == "text/plain; charset=utf-8"
    by_fetch = signed_in.get(address, headers={"Accept": "application/json"})
    assert by_fetch.status_code == status
    assert by_fetch.json()["error"] == by_htmx.content.decode()


def test_faults_keep_their_places(signed_in):
    answer = signed_in.get("/faults/", headers={"Accept": "application/json"}).json()
    assert answer["faults"] == {"cell-1": "不是数字", "cell-2": "不能为负"}


def test_a_script_without_a_session_is_not_led_away(client):
    response = client.post("/accept/", headers={"HX-Request": "true"})
    assert response.status_code == 401
    assert "本页填写的内容还在" in response.content.decode()


def test_any_page_wants_a_session(client):
    assert client.get("/accept/").headers["Location"] == "/accounts/login/?next=/accept/"


def test_a_stale_form_is_told_how_to_save_its_text(user):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    response = client.post("/accept/")
    assert response.status_code == 403
    assert "您填写的内容没有丢" in words(response)
    by_script = client.post("/accept/", headers={"HX-Request": "true"})
    assert by_script.content.decode() == "页面已过期，没有保存。请复制填写的内容，刷新页面后重试。"


def test_a_failure_of_ours_is_told_as_one(user):
    client = Client(raise_request_exception=False)
    client.force_login(user)
    response = client.get("/fail/")
    assert response.status_code == 500
    assert "系统出错了" in words(response)


def test_pages_allow_scripts_from_here_alone(signed_in):
    policy = signed_in.get("/").headers["Content-Security-Policy"]
    scripts = next(part for part in policy.split(";") if part.strip().startswith("script-src "))
    assert "unsafe" not in scripts
    assert "'self'" in scripts
