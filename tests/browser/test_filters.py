"""The filters of a list: folded on a phone with what is chosen in sight, laid out at a desk, with and without script."""

import pytest
from playwright.sync_api import Page

from chuangmo.org.models import UnitKind
from chuangmo.review.models import State
from tests.browser.conftest import DESKTOP, PHONE
from tests.factories import UnitFactory, UserFactory, give_role

pytestmark = pytest.mark.django_db(transaction=True)

CHOSEN = "/reports/?state=submitted&late=1"


@pytest.fixture(autouse=True)
def office():
    user = UserFactory(username="office")
    give_role(user, UnitFactory(name="市创模办", kind=UnitKind.OFFICE), "office")
    return user


def folded(page: Page) -> bool:
    return not page.locator("form.filters").is_visible()


def test_a_phone_folds_them_and_says_what_is_chosen(phone, sign_in, axe, fits):
    sign_in(phone, "office")
    phone.goto("/reports/")
    line = phone.locator(".filters-fold summary")
    assert (folded(phone), line.inner_text().strip()) == (True, "筛选")
    phone.goto(CHOSEN)
    assert folded(phone)
    words = line.inner_text()
    assert "已选 2 项" in words and State.SUBMITTED.label in words and "逾期的" in words
    axe(phone)
    fits(phone)


@pytest.mark.parametrize("script", [True, False])
def test_the_keyboard_opens_them_and_goes_on_to_the_first(open_page, sign_in, axe, fits, script):
    page = open_page(PHONE, script=script)
    sign_in(page, "office")
    page.goto(CHOSEN)
    page.locator(".filters-fold summary").focus()
    page.keyboard.press("Enter")
    assert not folded(page)
    page.keyboard.press("Tab")
    assert page.locator("form.filters [name=unit]:focus").count() == 1
    if script:  # axe is one
        axe(page)
        fits(page)
    page.locator("form.filters [name=late]").select_option("")
    page.get_by_role("search").get_by_role("button", name="筛选").click()
    page.wait_for_url(lambda url: "late=&" in url)
    assert folded(page)
    assert "已选 1 项" in page.locator(".filters-fold summary").inner_text()


def test_what_is_wrong_stands_open(phone, sign_in):
    sign_in(phone, "office")
    phone.goto("/reports/?state=none-such")
    assert not folded(phone)
    assert phone.locator("form.filters .errorlist").is_visible()


@pytest.mark.parametrize("script", [True, False])
def test_at_a_desk_they_always_show_and_the_line_is_gone(open_page, sign_in, script):
    page = open_page(DESKTOP, script=script)
    sign_in(page, "office")
    page.goto(CHOSEN)
    assert not folded(page)
    assert not page.locator(".filters-fold").is_visible()
