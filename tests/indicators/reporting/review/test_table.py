"""Every state, every person, every move: by the service and by the page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse

from chuangmo.errors import Refused, Stale
from chuangmo.review import services
from chuangmo.review.models import Case, State
from tests.factories import Cast, UserFactory, give_role
from tests.indicators.reporting.review.story import report_in

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

ACTIONS = ("submit", "withdraw", "sign_off", "verify", "accept", "send_back", "unlock")
AUTHORS = ("owner", "owner2")

# State → move → person → what happens. Whoever is not named is refused.
DONE: dict[str, dict[str, tuple[str, ...]]] = {
    State.DRAFT: {"submit": AUTHORS},
    State.SUBMITTED: {"withdraw": AUTHORS, "sign_off": ("colleague",), "send_back": ("colleague",)},
    State.SIGNED_OFF: {"verify": ("lead",), "send_back": ("lead",)},
    State.VERIFIED: {"accept": ("office",), "send_back": ("office",)},
    State.ACCEPTED: {"unlock": ("office",)},
    State.RETURNED: {"submit": AUTHORS},
    State.UNLOCKED: {"submit": AUTHORS},
}
CHECKERS = ("colleague", "lead", "office")
# Who has the right but came too late is told who was faster.
TOLD: dict[str, dict[str, tuple[str, ...]]] = {
    State.DRAFT: {},
    State.SUBMITTED: {"submit": AUTHORS},
    State.SIGNED_OFF: {
        "submit": AUTHORS,
        "withdraw": AUTHORS,
        "sign_off": ("colleague",),
        "send_back": ("colleague",),
    },
    State.VERIFIED: {
        "submit": AUTHORS,
        "withdraw": AUTHORS,
        "sign_off": ("colleague",),
        "verify": ("lead",),
        "send_back": ("colleague", "lead"),
    },
    State.ACCEPTED: {
        "withdraw": AUTHORS,
        "sign_off": ("colleague",),
        "verify": ("lead",),
        "accept": ("office",),
        "send_back": CHECKERS,
    },
    State.RETURNED: {
        "withdraw": AUTHORS,
        "sign_off": ("colleague",),
        "verify": ("lead",),
        "accept": ("office",),
        "send_back": CHECKERS,
        "unlock": ("office",),
    },
    State.UNLOCKED: {
        "withdraw": AUTHORS,
        "sign_off": ("colleague",),
        "verify": ("lead",),
        "accept": ("office",),
        "send_back": CHECKERS,
        "unlock": ("office",),
    },
}
AFTER = {
    "submit": State.SUBMITTED,
    "withdraw": State.DRAFT,
    "sign_off": State.SIGNED_OFF,
    "verify": State.VERIFIED,
    "accept": State.ACCEPTED,
    "send_back": State.RETURNED,
    "unlock": State.UNLOCKED,
}
BLIND = ("stranger", "stranger_reviewer", "assessor")


def _people(cast: Cast) -> dict[str, object]:
    people = cast.people() | {"owner2": cast.owner2, "lead_clerk": cast.lead_clerk}
    other = UserFactory(username="stranger_reviewer", name="钱审核")
    give_role(other, cast.other_county, "reviewer")
    return people | {"stranger_reviewer": other, "nobody": UserFactory(username="nobody", name="无关人")}


def _expected(state: str, action: str, who: str) -> str:
    if who in DONE[state].get(action, ()):
        return "done"
    return "told" if who in TOLD[state].get(action, ()) else "refused"


@contextmanager
def undone() -> Iterator[None]:
    """Whatever happens within leaves no trace."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("state", State.values)
def test_services(cast: Cast, state: str) -> None:
    report = report_in(cast, state)
    before = Case.objects.get(pk=report.case_id)
    seen: dict[tuple[str, str], str] = {}
    states: dict[tuple[str, str], str] = {}
    people = _people(cast)
    for who, user in people.items():
        for action in ACTIONS:
            with undone():
                try:
                    getattr(services, action)(
                        case_id=before.pk, revision_no=before.revision_no, by=user, reason="数据有误"
                    )
                    seen[who, action] = "done"
                except Refused:
                    seen[who, action] = "refused"
                except Stale:
                    seen[who, action] = "told"
                states[who, action] = Case.objects.get(pk=before.pk).state
    assert seen == {(who, action): _expected(state, action, who) for who in people for action in ACTIONS}
    assert states == {
        (who, action): AFTER[action] if result == "done" else state for (who, action), result in seen.items()
    }


@pytest.mark.parametrize("state", State.values)
def test_posts(cast: Cast, state: str) -> None:
    report = report_in(cast, state)
    before = Case.objects.get(pk=report.case_id)
    seen: dict[tuple[str, str], tuple[int, str]] = {}
    expected: dict[tuple[str, str], tuple[int, str]] = {}
    for who, user in _people(cast).items():
        client = Client()
        if who != "anonymous":
            client.force_login(user)
        for action in ACTIONS:
            with undone():
                url = reverse(f"review:{action.replace('_', '-')}", args=[before.pk])
                response = client.post(url, {"revision_no": before.revision_no, "reason": "数据有误"})
                seen[who, action] = (response.status_code, Case.objects.get(pk=before.pk).state)
            result = _expected(state, action, who)
            if who == "anonymous":
                status = 302
            elif who in (*BLIND, "nobody"):
                status = 404
            elif result == "told":
                # The unit's clerk goes back to the report with the message, a reviewer stays with what was typed.
                status = 302 if action in ("submit", "withdraw") else 409
            else:
                status = {"done": 302, "refused": 403}[result]
            expected[who, action] = (status, AFTER[action] if result == "done" else state)
    assert seen == expected


@pytest.mark.parametrize("state", State.values)
def test_reading(cast: Cast, state: str) -> None:
    """Who may see the report may read its review at every state; nobody writes by reading."""
    report = report_in(cast, state)
    seen, expected = {}, {}
    for who, user in _people(cast).items():
        client = Client()
        if who != "anonymous":
            client.force_login(user)
        seen[who] = client.get(reverse("review:case", args=[report.case_id])).status_code
        expected[who] = 302 if who == "anonymous" else 404 if who in (*BLIND, "nobody") else 200
    assert seen == expected
    assert Case.objects.get(pk=report.case_id).state == state


@pytest.mark.parametrize("action", ACTIONS)
def test_moves_are_posts(cast: Cast, client: Client, action: str) -> None:
    report = report_in(cast, State.SUBMITTED)
    client.force_login(cast.office)
    response = client.get(reverse(f"review:{action.replace('_', '-')}", args=[report.case_id]))
    assert response.status_code == 405
