"""A real Chromium in front of a real server: pages of two widths, signed in at a stroke, watched for errors.

Every test below this folder is marked `browser` and fails when a page writes an error to the console or breaks the
content security policy, unless it said `expect_error(pattern)` before.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--disable-sync",
    "--no-first-run",
]
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
REPORT_VIOLATIONS = """document.addEventListener('securitypolicyviolation', event => console.error(
    `securitypolicyviolation: ${event.effectiveDirective} ${event.blockedURI} ${event.sourceFile || ''}`))"""

OpenPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    folder = Path(__file__).parent
    for item in items:
        if folder in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    # Playwright's own loop runs in this thread, and Django would take the test's queries for asynchronous ones.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def expected_errors() -> list[str]:
    return []


@pytest.fixture
def expect_error(expected_errors: list[str]) -> Callable[[str], None]:
    """`expect_error(r"status of 403")`: console errors that match this pattern are meant."""
    return expected_errors.append


@pytest.fixture
def open_page(live_server, chromium: Browser, expected_errors: list[str]) -> Iterator[OpenPage]:
    """`open_page(viewport=PHONE)`: a page in a browser of its own (own cookies); paths are relative to the site."""
    contexts = []
    errors: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            errors.append(f"{message.text} ({message.location.get('url', '')})")

    def open_one(viewport: dict[str, int] = DESKTOP) -> Page:
        context = chromium.new_context(
            base_url=live_server.url,
            viewport=viewport,
            has_touch=viewport is PHONE,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            accept_downloads=True,
        )
        context.set_default_timeout(10_000)
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", note)
        context.on("weberror", lambda error: errors.append(str(error.error)))
        contexts.append(context)
        return context.new_page()

    yield open_one
    for context in contexts:
        context.close()
    unexpected = [text for text in errors if not any(re.search(pattern, text) for pattern in expected_errors)]
    assert unexpected == []


@pytest.fixture
def shots(tmp_path: Path) -> Path:
    """Where pictures of pages go: a folder of the test's own, or `$SHOTS` for whoever wants to look at them."""
    folder = Path(os.environ.get("SHOTS") or tmp_path / "shots")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """A page as wide as a desk's screen (1280 px)."""
    return open_page(DESKTOP)


@pytest.fixture
def phone(open_page: OpenPage) -> Page:
    """A page as wide as a telephone (390 px)."""
    return open_page(PHONE)


@pytest.fixture
def sign_in(live_server) -> Callable[[Page, str], None]:
    """`sign_in(page, "username")`: a session without the sign-in form (which has a test of its own)."""
    from django.conf import settings
    from django.contrib.auth import get_user_model
    from django.test import Client

    def sign_in(page: Page, username: str) -> None:
        user = get_user_model().objects.get_by_natural_key(username)
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        name = settings.SESSION_COOKIE_NAME
        page.context.add_cookies(
            [{"name": name, "value": client.cookies[name].value, "url": live_server.url}]
        )

    return sign_in


@pytest.fixture
def axe() -> Callable[..., None]:
    """`axe(page)`: nothing serious or critical by WCAG 2.2, levels A and AA, on the page as it stands.

    `preload=False` where style sheets import others: axe would copy those into the page, against its security policy.
    `without` is the selector of what stays unseen.
    """

    def check(page: Page, *, preload: bool = True, without: str | None = None) -> None:
        options = {
            "runOnly": {"type": "tag", "values": WCAG},
            "resultTypes": ["violations"],
            "preload": preload,
        }
        runner = (
            Axe("null") if page.evaluate("'axe' in window") else Axe()
        )  # its half a megabyte is there once
        results = runner.run(page, {"exclude": [[without]]} if without else None, options)
        found = [
            f"{violation['id']} ({violation['impact']}): {node['target']} {node.get('failureSummary', '')}"
            for violation in results.response["violations"]
            if violation["impact"] in {"serious", "critical"}
            for node in violation["nodes"]
        ]
        assert found == []

    return check


@pytest.fixture
def fits() -> Callable[[Page], None]:
    """`fits(page)`: the page needs no sideways scrolling (its tables may scroll within themselves)."""

    def check(page: Page) -> None:
        width = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert width <= 0

    return check
