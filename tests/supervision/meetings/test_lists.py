"""Lists and panels: what they show, and that they ask as little for many units as for few."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from supervision.meetings.models import Attendance, Decision, DecisionState
from tests.factories import Cast, UnitFactory
from tests.supervision.meetings import story

pytestmark = pytest.mark.django_db


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def more(cast: Cast, meeting, count: int) -> None:
    """So many units more that were called and have something to do."""
    for _ in range(count):
        unit = UnitFactory()
        Attendance.objects.create(meeting=meeting, unit=unit)
        Decision.objects.create(
            meeting=meeting, origin_kind="meeting", origin_id=meeting.pk, origin_label="纪要", origin_url="/",
            text=f"{unit.name}的事", unit=unit, asked_due_on=date(2017, 6, 5), due_on=date(2017, 6, 5),
            original_due_on=date(2017, 6, 5), state=DecisionState.OPEN, created_by=cast.office,
        )  # fmt: skip


@pytest.mark.sqlite_only
def test_many_units_cost_no_more_queries(cast: Cast) -> None:
    meeting = story.issued(cast)
    client = client_of(cast.office)
    pages = [
        "/",
        "/supervision/meetings/",
        f"/supervision/meetings/{meeting.pk}/",
        "/supervision/meetings/decisions/",
    ]

    def counts() -> list[int]:
        found = []
        for page in pages:
            with CaptureQueriesContext(connection) as caught:
                assert client.get(page).status_code == 200
            found.append(len(caught))
        return found

    more(cast, meeting, 5)
    counts()
    few = counts()
    more(cast, meeting, 40)
    assert counts() == few


def test_the_list_is_narrowed_and_exported(cast: Cast) -> None:
    meeting = story.issued(cast, text="=HYPERLINK(1)")
    more(cast, meeting, 1)
    client = client_of(cast.office)
    late = client.get("/supervision/meetings/decisions/?late=late").content.decode()
    assert "的事" in late
    assert "HYPERLINK" not in late
    book = load_workbook(BytesIO(client.get("/supervision/meetings/decisions/?as=xlsx").content))
    rows = list(book.active.iter_rows(min_row=2, values_only=True))
    assert rows[0][:4] == ("事项", "责任单位", "完成时限", "情况")
    assert [(row[0][-2:], row[3]) for row in rows[1:]] == [("的事", "逾期未办"), ("1)", "办理中")]
    own = client_of(cast.owner).get("/supervision/meetings/decisions/").content.decode()
    assert "HYPERLINK" in own
    assert "的事" not in own


def test_the_home_page_says_what_one_has_to_do(cast: Cast) -> None:
    decision = story.decision_at(cast, "open")
    story.convened(cast)
    home = client_of(cast.owner).get("/").content.decode()
    assert decision.text in home
    assert "2017 年第 2 次联席会议" in home
    assert "待回复" in home
    assert decision.text not in client_of(cast.stranger).get("/").content.decode()
