"""Meetings of the demonstration: the city's and one of a county, with what they decided."""

from __future__ import annotations

import pytest

from supervision.meetings.models import Decision, Meeting, MeetingState

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.sqlite_only]


@pytest.mark.usefixtures("demonstration")
def test_a_county_office_convenes_its_own_units() -> None:
    held = Meeting.objects.exclude(office__county=None).select_related("office").get()
    assert (held.office.short_name, held.state) == ("钟山区创模办", MeetingState.ISSUED)
    decided = Decision.objects.filter(meeting=held).select_related("unit")
    assert {one.unit.short_name for one in decided} == {"钟山区"}
    assert {one.done_on is None for one in decided} == {True, False}  # one is owed, one is done
