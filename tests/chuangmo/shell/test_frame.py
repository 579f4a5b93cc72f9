"""Head, menu and banner around every page."""

import pytest
from django.template.loader import render_to_string
from django.test import RequestFactory

from chuangmo.access.models import Role
from chuangmo.org.models import Installation
from chuangmo.shell.frame import frame_of, may_see
from tests.factories import UserFactory, give_role

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

MENU = [
    ("首页", "home", ()),
    ("密码", "password_change", ("reviewer", "office")),
    ("管理", "admin:index", ("staff",)),
    ("还没有的页", "nowhere:at-all", ()),
]


@pytest.fixture(autouse=True)
def menu(settings):
    settings.NAVIGATION = MENU


def frame(user, path="/"):
    request = RequestFactory().get(path)
    request.user = user
    return frame_of(request)


def test_the_menu_holds_what_the_roles_may_see_and_what_exists(cast):
    assert [item.label for item in frame(cast.owner).nav] == ["首页"]
    assert [item.label for item in frame(cast.colleague).nav] == ["首页", "密码"]
    assert frame(cast.anonymous).nav == []


def test_the_desk_is_for_whoever_may_enter_it():
    user = UserFactory(is_staff=True)
    assert [item.label for item in frame(user).nav] == ["首页", "管理"]


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/", "首页"),
        ("/accounts/password/", "密码"),
        ("/accounts/login/", None),
        ("/p/2017/accounts/password/x", "密码"),
    ],
)
def test_the_entry_we_are_under_is_marked(cast, path, current):
    marked = [item.label for item in frame(cast.colleague, path).nav if item.current]
    assert marked == ([current] if current else [])


def test_an_entry_for_nobody_in_particular_is_for_everybody():
    assert may_see(set(), ())
    assert may_see({"office"}, ("reviewer", "office"))
    assert not may_see({"reporter"}, ("reviewer", "office"))


def test_the_person_is_told_with_all_roles_that_count_today(cast, today):
    from datetime import date

    user = UserFactory(name="李静")
    give_role(user, cast.county, Role.REPORTER)
    give_role(user, cast.bureau, Role.REVIEWER, valid_to=date(2017, 5, 31))
    person = frame(user).person
    assert (person.name, person.unit) == ("李静", cast.county.short_name)
    assert [(line.unit, line.role) for line in person.roles] == [(cast.county.short_name, "填报员")]


def test_somebody_without_a_unit_still_has_a_head():
    person = frame(UserFactory(name="新人")).person
    assert (person.name, person.unit, person.roles) == ("新人", "", ())


def head(user) -> str:
    request = RequestFactory().get("/")
    request.user = user
    return render_to_string("layouts/_head.html", request=request)


def test_the_head_marks_the_current_page_and_signs_out_by_post(cast):
    html = head(cast.owner)
    assert '<a href="/" aria-current="page">首页</a>' in html
    assert '<form method="post" action="/accounts/logout/">' in html


@pytest.mark.parametrize("is_demo", [True, False])
def test_a_demonstration_is_marked(cast, is_demo):
    Installation.objects.update_or_create(pk=1, defaults={"is_demonstration": is_demo})
    assert ("演示数据，不是实际统计结果" in head(cast.owner)) is is_demo


def test_the_whole_installation_can_be_started_as_a_demonstration(cast, settings):
    settings.CHUANGMO_DEMO = True
    assert "演示数据，不是实际统计结果" in head(cast.owner)


def test_nothing_is_read_before_a_page_asks(cast, django_assert_num_queries):
    request = RequestFactory().get("/")
    request.user = cast.owner
    with django_assert_num_queries(0):
        render_to_string("components/empty.html", {"text": "没有"}, request=request)
    with django_assert_num_queries(3):
        render_to_string("layouts/_head.html", request=request)
