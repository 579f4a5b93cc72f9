"""State × role × action of meetings and decisions, complete: what the services allow, refuse, or find too late."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from chuangmo.errors import Invalid, Refused, Stale
from supervision.meetings import services
from supervision.meetings.models import Decision, Meeting
from supervision.meetings.rules.moves import DECISION_MOVES, MEETING_MOVES
from tests.factories import Cast
from tests.supervision.meetings import story

pytestmark = pytest.mark.django_db

# Columns: owner and colleague of the called county, stranger (not called), lead (of the called bureau), office, county office,
# inspector, observer, assessor, administrator. ok: done; no: refused; late: the state no longer allows it.
PEOPLE = [
    "owner",
    "colleague",
    "stranger",
    "lead",
    "office",
    "county_office",
    "inspector",
    "observer",
    "assessor",
    "admin",
]
MEETINGS = """
draft     edit     no   no   no   no   ok   no   no   no   no   no
draft     draw     no   no   no   no   ok   no   no   no   no   no
draft     agenda   no   no   no   no   ok   no   no   no   no   no
draft     convene  no   no   no   no   ok   no   no   no   no   no
draft     answer   no   no   no   no   no   no   no   no   no   no
draft     hold     no   no   no   no   late no   no   no   no   no
draft     attend   no   no   no   no   late no   no   no   no   no
draft     minutes  no   no   no   no   late no   no   no   no   no
draft     issue    no   no   no   no   late no   no   no   no   no
draft     cancel   no   no   no   no   ok   no   no   no   no   no
convened  edit     no   no   no   no   ok   no   no   no   no   no
convened  draw     no   no   no   no   ok   no   no   no   no   no
convened  agenda   no   no   no   no   ok   no   no   no   no   no
convened  convene  no   no   no   no   late no   no   no   no   no
convened  answer   ok   ok   no   ok   no   no   no   no   no   no
convened  hold     no   no   no   no   ok   no   no   no   no   no
convened  attend   no   no   no   no   late no   no   no   no   no
convened  minutes  no   no   no   no   late no   no   no   no   no
convened  issue    no   no   no   no   late no   no   no   no   no
convened  cancel   no   no   no   no   ok   no   no   no   no   no
held      edit     no   no   no   no   late no   no   no   no   no
held      draw     no   no   no   no   late no   no   no   no   no
held      agenda   no   no   no   no   late no   no   no   no   no
held      convene  no   no   no   no   late no   no   no   no   no
held      answer   late late no   late no   no   no   no   no   no
held      hold     no   no   no   no   late no   no   no   no   no
held      attend   no   no   no   no   ok   no   no   no   no   no
held      minutes  no   no   no   no   ok   no   no   no   no   no
held      issue    no   no   no   no   ok   no   no   no   no   no
held      cancel   no   no   no   no   late no   no   no   no   no
issued    edit     no   no   no   no   late no   no   no   no   no
issued    draw     no   no   no   no   late no   no   no   no   no
issued    agenda   no   no   no   no   late no   no   no   no   no
issued    convene  no   no   no   no   late no   no   no   no   no
issued    answer   late late no   late no   no   no   no   no   no
issued    hold     no   no   no   no   late no   no   no   no   no
issued    attend   no   no   no   no   late no   no   no   no   no
issued    minutes  no   no   no   no   late no   no   no   no   no
issued    issue    no   no   no   no   late no   no   no   no   no
issued    cancel   no   no   no   no   late no   no   no   no   no
cancelled edit     no   no   no   no   late no   no   no   no   no
cancelled draw     no   no   no   no   late no   no   no   no   no
cancelled agenda   no   no   no   no   late no   no   no   no   no
cancelled convene  no   no   no   no   late no   no   no   no   no
cancelled answer   late late no   late no   no   no   no   no   no
cancelled hold     no   no   no   no   late no   no   no   no   no
cancelled attend   no   no   no   no   late no   no   no   no   no
cancelled minutes  no   no   no   no   late no   no   no   no   no
cancelled issue    no   no   no   no   late no   no   no   no   no
cancelled cancel   no   no   no   no   late no   no   no   no   no
"""
DECISIONS = """
draft     report    no   no   no   no   no   no   no   no   no   no
draft     accept    no   no   no   no   late no   no   no   no   no
draft     send_back no   no   no   no   late no   no   no   no   no
draft     withdraw  no   no   no   no   late no   no   no   no   no
draft     order     no   no   no   no   late no   no   no   no   no
draft     attach    no   no   no   no   no   no   no   no   no   no
open      report    ok   ok   no   no   no   no   no   no   no   no
open      accept    no   no   no   no   late no   no   no   no   no
open      send_back no   no   no   no   late no   no   no   no   no
open      withdraw  no   no   no   no   ok   no   no   no   no   no
open      order     no   no   no   no   ok   no   no   no   no   no
open      attach    ok   ok   no   no   no   no   no   no   no   no
reported  report    late late no   no   no   no   no   no   no   no
reported  accept    no   no   no   no   ok   no   no   no   no   no
reported  send_back no   no   no   no   ok   no   no   no   no   no
reported  withdraw  no   no   no   no   ok   no   no   no   no   no
reported  order     no   no   no   no   late no   no   no   no   no
reported  attach    late late no   no   no   no   no   no   no   no
done      report    late late no   no   no   no   no   no   no   no
done      accept    no   no   no   no   late no   no   no   no   no
done      send_back no   no   no   no   late no   no   no   no   no
done      withdraw  no   no   no   no   late no   no   no   no   no
done      order     no   no   no   no   late no   no   no   no   no
done      attach    late late no   no   no   no   no   no   no   no
withdrawn report    late late no   no   no   no   no   no   no   no
withdrawn accept    no   no   no   no   late no   no   no   no   no
withdrawn send_back no   no   no   no   late no   no   no   no   no
withdrawn withdraw  no   no   no   no   late no   no   no   no   no
withdrawn order     no   no   no   no   late no   no   no   no   no
withdrawn attach    late late no   no   no   no   no   no   no   no
"""


def rows(table: str) -> list[tuple[str, str, list[str]]]:
    return [(line[0], line[1], line[2:]) for text in table.strip().splitlines() if (line := text.split())]


def outcome(act: Callable[[], object]) -> str:
    """Tried, and taken back."""
    try:
        with transaction.atomic():
            act()
            transaction.set_rollback(True)
    except Refused:
        return "no"
    except Stale:
        return "late"
    except Invalid as error:  # allowed; what is missing is another test's matter
        return f"ok, {error}"
    return "ok"


def meeting_act(action: str, meeting: Meeting, cast: Cast, by) -> object:
    pk = meeting.pk
    unit = cast.bureau.pk if by == cast.lead else cast.county.pk
    acts: dict[str, Callable[[], object]] = {
        "edit": lambda: services.edit_meeting(
            by=by, meeting_id=pk, version=meeting.version, arrangement=story.arrangement(place="二楼")
        ),
        "draw": lambda: services.draw_agenda(by=by, meeting_id=pk),
        "agenda": lambda: services.add_item(by=by, meeting_id=pk, title="又一项"),
        "convene": lambda: services.convene_meeting(by=by, meeting_id=pk),
        "answer": lambda: services.answer_call(
            by=by, meeting_id=pk, unit_id=unit, answer="proxy", person="张三"
        ),
        "hold": lambda: services.hold_meeting(by=by, meeting_id=pk),
        "attend": lambda: services.record_attendance(by=by, meeting_id=pk, came={}),
        "minutes": lambda: services.save_minutes(by=by, meeting_id=pk, entries=[]),
        "issue": lambda: services.issue_minutes(by=by, meeting_id=pk, signer="郑市长"),
        "cancel": lambda: services.cancel_meeting(by=by, meeting_id=pk, reason="改期"),
    }
    assert set(acts) == set(MEETING_MOVES)
    return acts[action]()


@pytest.mark.parametrize("state", ["draft", "convened", "held", "issued", "cancelled"])
@pytest.mark.sqlite_only
def test_meetings(cast: Cast, state: str) -> None:
    makers = {
        "draft": story.planned, "convened": story.convened, "held": story.held, "issued": story.issued,
        "cancelled": story.cancelled,
    }  # fmt: skip
    meeting = makers[state](cast)
    if state == "held":
        story.decided(cast, meeting)
        story.registered(cast, meeting)
    assert meeting.state == state
    expected = {action: outcomes for at, action, outcomes in rows(MEETINGS) if at == state}
    assert set(expected) == set(MEETING_MOVES)
    found = {
        action: [
            outcome(lambda action=action, name=name: meeting_act(action, meeting, cast, getattr(cast, name)))
            for name in PEOPLE
        ]
        for action in expected
    }
    assert found == expected


def decision_act(action: str, decision: Decision, by) -> object:
    pk, version = decision.pk, decision.version
    upload = SimpleUploadedFile("完成照片.txt", b"done", "text/plain")
    acts: dict[str, Callable[[], object]] = {
        "report": lambda: services.report_decision(by=by, decision_id=pk, version=version, report="已完成"),
        "accept": lambda: services.accept_decision(by=by, decision_id=pk, version=version),
        "send_back": lambda: services.send_back_decision(
            by=by, decision_id=pk, version=version, reason="没有照片"
        ),
        "withdraw": lambda: services.withdraw_decision(by=by, decision_id=pk, version=version, reason="合并"),
        "order": lambda: services.make_order(by=by, decision_id=pk, version=version),
        "attach": lambda: services.attach_to_decision(by=by, decision_id=pk, upload=upload),
    }
    assert set(acts) == set(DECISION_MOVES)
    return acts[action]()


@pytest.mark.parametrize("state", ["draft", "open", "reported", "done", "withdrawn"])
@pytest.mark.sqlite_only
def test_decisions(cast: Cast, state: str) -> None:
    decision = story.decision_at(cast, state)
    assert decision.state == state
    expected = {action: outcomes for at, action, outcomes in rows(DECISIONS) if at == state}
    assert set(expected) == set(DECISION_MOVES)
    found = {
        action: [
            outcome(lambda action=action, name=name: decision_act(action, decision, getattr(cast, name)))
            for name in PEOPLE
        ]
        for action in expected
    }
    assert found == expected
