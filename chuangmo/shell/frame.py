"""What stands around every page: the installation's name, the person, the menu. Read once a request, when first used."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from chuangmo.access.models import Role
from chuangmo.access.queries import memberships_for
from chuangmo.notices.queries import unseen_count
from chuangmo.org.models import Installation

PLAN_PREFIX = re.compile(r"^/p/[^/]+/")
STAFF = "staff"  # in settings.NAVIGATION: whoever may enter the admin, whatever the unit


@dataclass(frozen=True, slots=True)
class RoleLine:
    """One of the person's roles, in words."""

    unit: str
    role: str
    code: str


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in, as the head of the page says it."""

    name: str
    unit: str
    roles: tuple[RoleLine, ...]


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str
    url: str
    current: bool


class Frame:
    """The surroundings of one request's page: three queries at most, each only if the page shows its part."""

    def __init__(self, request: HttpRequest) -> None:
        self._request = request
        user = getattr(request, "user", None)  # absent when an early middleware failed
        self._user = user if user is not None and user.is_authenticated else None

    @cached_property
    def installation(self) -> Installation:
        return Installation.current()

    @cached_property
    def is_demo(self) -> bool:
        return is_demonstration(self.installation)

    @cached_property
    def person(self) -> Person | None:
        if self._user is None:
            return None
        lines = tuple(
            RoleLine(row.unit.short_name, Role(row.role).label, row.role)
            for row in memberships_for(self._request)
        )
        return Person(name=str(self._user), unit=lines[0].unit if lines else "", roles=lines)

    @cached_property
    def unseen(self) -> int:
        """How many notices ask for the person's attention: the bell."""
        return unseen_count(self._user.pk) if self._user is not None else 0

    @cached_property
    def nav(self) -> list[NavItem]:
        """The menu of this person: only pages that exist, the one that we are on marked."""
        if self._user is None or self.person is None:
            return []
        held = {line.code for line in self.person.roles} | ({STAFF} if self._user.is_staff else set())
        pages = [
            (label, url)
            for label, name, roles in settings.NAVIGATION
            if may_see(held, roles) and (url := _address(name)) is not None
        ]
        here = _closest(self._request.path, [url for _, url in pages])
        return [NavItem(label, url, url == here) for label, url in pages]


def is_demonstration(installation: Installation) -> bool:
    """Whether pages and prints must carry the mark: the row says so, or the whole installation was started so."""
    return bool(settings.CHUANGMO_DEMO or installation.is_demonstration)


def frame_of(request: HttpRequest) -> Frame:
    """The request's frame, made once."""
    found: Frame | None = getattr(request, "frame", None)
    if found is None:
        found = Frame(request)
        request.frame = found  # type: ignore[attr-defined]
    return found


def may_see(held: Collection[str], wanted: Collection[str]) -> bool:
    """Whether a menu entry for these roles is for somebody who holds those; no roles named means everybody."""
    return not wanted or not set(held).isdisjoint(wanted)


def _address(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None


def _closest(path: str, urls: list[str]) -> str | None:
    """The longest of the addresses that the path lies under; the home page counts only for itself.

    The menu leads to short addresses, and pages of a plan live under /p/<code>/: both count as the same place.
    """
    path = PLAN_PREFIX.sub("/", path)
    fitting = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(fitting, key=len, default=None)
