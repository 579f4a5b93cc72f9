"""The registers of the demonstration keep the rules that the services keep."""

from __future__ import annotations

import pytest

from projects.campaigns.models import Member, MemberState, Task
from projects.campaigns.queries.proofs import proofs_by_member
from projects.campaigns.rules.ticking import what_is_missing

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.sqlite_only]


@pytest.mark.usefixtures("demonstration")
def test_what_is_ticked_off_has_its_proofs_and_hours() -> None:
    ticked = list(
        Member.objects.filter(state__in=[MemberState.TICKED, MemberState.VERIFIED]).select_related("task")
    )
    has = proofs_by_member([one.pk for one in ticked])
    lacking = {}
    for one in ticked:
        missing = what_is_missing(
            one.task.proofs,
            has.get(one.pk, frozenset()),
            measure=one.task.measure,
            unit=one.task.measure_unit,
            minimum=one.task.minimum,
            value=one.value,
        )
        if missing:
            lacking[one.name] = missing
    assert lacking == {}
    assert len(ticked) > 500


@pytest.mark.usefixtures("demonstration")
def test_every_state_occurs_and_few_tasks_lack_a_list() -> None:
    assert set(Member.objects.values_list("state", flat=True)) == set(MemberState.values) - {"removed"}
    assert Task.objects.filter(members=None).count() <= 5
