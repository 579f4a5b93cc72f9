"""Every page of the access table for those it is for, at both widths: accessible, no errors, no sideways scrolling.

Console errors and breaches of the content security policy fail by themselves (conftest). A new address has to get its row
in tests/test_access_table.py, and by that is looked at here.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.conf import settings
from django.contrib import admin
from django.urls import reverse

from chuangmo.review.models import State
from tests.browser.conftest import DESKTOP, PHONE
from tests.test_access_table import ROWS, Row, make_world

pytestmark = pytest.mark.django_db(transaction=True)

NOT_PAGES = {
    "healthz",
    "favicon",
    "files:file-download",
    "reporting:report-findings",
    "monitoring:site-list-export",
    "monitoring:site-export",
    "monitoring:batch-faults",
    "monitoring:batch-template",
    "assessment:month-workbook",
    "assessment:month-pdf",
    "works:project-workbook",
    "works:project-card",
    "deadlines:chase-export",
    "holdings:box-label",
    "holdings:folder-print",
    "accountability:measure-docx",
    "accountability:measure-pdf",
    "accountability:record-pdf",
    "bulletins:docx",
    "bulletins:pdf",
    "campaigns:import-template",
    "checks:run-certificate",
    "dossiers:chapter-preview",
    "dossiers:dossier-file",
    "dossiers:dossier-package",
    "dossiers:dossier-workbook",
    "letters:docx",
    "letters:pdf",
    "meetings:minutes-docx",
    "meetings:minutes-pdf",
    "orders:order-paper",
    "texts:file-picture",
    "dossiers:text-draft",
    "dossiers:dossier-progress",
}
# For whom a page is looked at: those of these who get it, else the first who does.
VIEWERS = ("owner", "office")


PAGES_AT_A_TIME = 40  # two processes share the portions

Look = tuple[Row, str, bool]


def pages_of(state: str) -> list[Look]:
    """Rows with their viewers at a desk, and whether it is looked at as on a telephone, too: the first viewer's."""
    found = []
    for row in ROWS:
        if row.ask != "GET" or row.state != state or row.name in NOT_PAGES:
            continue
        readers = [name for name, outcome in row.outcomes.items() if outcome == "200"]
        viewers = [name for name in VIEWERS if name in readers] or readers[:1]
        found += [(row, name, name == viewers[0]) for name in viewers]
    return found


def portions() -> Iterator[tuple[str, list[Look]]]:
    for state in State.values:
        looks = pages_of(state)
        for start in range(0, len(looks), PAGES_AT_A_TIME):
            yield state, looks[start : start + PAGES_AT_A_TIME]


PORTIONS = list(portions())


def test_what_is_left_out_is_no_page() -> None:
    assert {row.name for row in ROWS} >= NOT_PAGES


@pytest.mark.parametrize(
    ("state", "looks"), PORTIONS, ids=[f"{state}-{looks[0][0].address}" for state, looks in PORTIONS]
)
def test_every_page_is_accessible_and_fits(
    state: str, looks: list[Look], open_page, sign_in, axe, fits
) -> None:
    world = make_world(State(state))
    faults = []
    browsers = {}
    for row, person, on_telephone in looks:
        if person not in browsers:
            browsers[person] = _with_axe(open_page(DESKTOP))
            if person != "anonymous":
                sign_in(browsers[person], person)
        page = browsers[person]
        page.set_viewport_size(DESKTOP)
        response = page.goto(world.addresses(row))
        assert (row.address, response.status) == (row.address, 200)
        for viewport in (DESKTOP, PHONE) if on_telephone else (DESKTOP,):
            if viewport is PHONE:
                _narrow(page)
            try:
                where = f"{row.address} {person} {viewport['width']}"
                _check(page, where, axe, fits, preload=viewport is DESKTOP)  # the style sheets are the same
            except AssertionError as fault:  # of all pages at once
                faults.append(str(fault))
    assert not faults, "\n".join(faults)


def test_refusals_are_accessible_too(open_page, sign_in, axe, fits, expect_error) -> None:
    expect_error("status of 40[34]")
    world = make_world(State.DRAFT)
    for viewport in (DESKTOP, PHONE):
        page = _with_axe(open_page(viewport))
        sign_in(page, "stranger")
        for url, status in (
            (world.report.get_absolute_url(), 404),
            ("/review/accept/", 403),
            ("/admin/", 403),
        ):
            response = page.goto(url)
            assert (url, response.status) == (url, status)
            _check(page, url, axe, fits)


@pytest.mark.parametrize("what", ["list", "form"])
def test_the_desk_is_accessible(what: str, open_page, sign_in, axe) -> None:
    """Every register's list; the form of its first row, or an empty one."""
    make_world(State.DRAFT)
    page = _with_axe(open_page(DESKTOP))
    sign_in(page, "admin")
    addresses = [reverse("admin:index")]
    for model in admin.site._registry:
        label = f"{model._meta.app_label}.{model._meta.model_name}"
        name = f"admin:{label.replace('.', '_')}"
        first = model._default_manager.first()
        if label not in settings.DESK_REGISTERS:
            continue
        if what == "list":
            addresses.append(reverse(f"{name}_changelist"))
        elif first is not None:
            addresses.append(reverse(f"{name}_change", args=[first.pk]))
        elif "add" in settings.DESK_REGISTERS[label]:
            addresses.append(reverse(f"{name}_add"))
    faults = []
    for number, url in enumerate(addresses):
        response = page.goto(url)
        assert (url, response.status) == (url, 200)
        try:
            # The list of all registers beside the page is the same on each: seen on the first and on one of its own.
            axe(page, preload=False, without="#nav-sidebar" if number > 1 else None)
        except AssertionError as fault:
            faults.append(f"{url}: {fault}")
    assert not faults, "\n".join(faults)


def _with_axe(page):
    """axe comes with whatever is opened: to send its half a megabyte to each page takes as long as its run."""
    page.context.add_init_script(AXE_SCRIPT)
    return page


def _narrow(page) -> None:
    """The page that is open, as wide as a telephone and settled: to load it again would take longer than to look at it."""
    page.set_viewport_size(PHONE)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def _check(page, where: str, axe, fits, *, preload: bool = True) -> None:
    try:
        axe(page, preload=preload)
        fits(page)
    except AssertionError as fault:
        raise AssertionError(f"{where}: {fault}") from fault
