"""Measures against the cast's county, brought as far as a test wants them."""

from __future__ import annotations

from datetime import date

from chuangmo.access.models import Role, User
from chuangmo.deadlines.models import Obligation
from supervision.accountability.models import Measure
from supervision.accountability.services import (
    approve_measure,
    close_measure,
    draft_measure,
    drop_measure,
    hold_talk,
    propose_measure,
)
from supervision.accountability.services.drafting import Words
from tests.factories import Cast, ObligationFactory, UserFactory, give_role

WORDS = {
    "title": "钟山区生活垃圾处理整改",
    "grounds": "逾期未报。",
    "demand": "限期整改。",
    "persons": "李副区长",
    "addressee": "市监察局",
    "place": "市创模办",
    "host": "郑市长",
    "planned_on": date(2017, 6, 8),
}


def second_officer(cast: Cast) -> User:
    """Another person of the office, who may approve."""
    found = User.objects.filter(username="office2").first()
    if found is None:
        found = UserFactory(username="office2", name="罗主任")
        give_role(found, cast.city_office, Role.OFFICE)
    return found


def late_thing(cast: Cast) -> Obligation:
    return ObligationFactory(unit=cast.county, subject_label="五月报表")


def drafted(cast: Cast, kind: str = "talk", obligations=(), **more) -> Measure:
    words = Words(**{**WORDS, **more})
    return draft_measure(
        by=cast.office, kind=kind, plan=cast.plan, unit=cast.county, words=words, obligations=obligations
    )


def at_state(cast: Cast, kind: str, state: str, obligations=()) -> Measure:
    measure = drafted(cast, kind, obligations)
    if state == "draft":
        return measure
    if state == "dropped":
        return drop_measure(by=cast.office, measure_id=measure.pk, version=measure.version, reason="已整改")
    officer = second_officer(cast)
    measure = propose_measure(
        by=cast.office, measure_id=measure.pk, version=measure.version, approver=officer
    )
    if state == "pending":
        return measure
    measure = approve_measure(by=officer, measure_id=measure.pk, version=measure.version, opinion="同意")
    if state == "issued":
        return measure
    if kind == "talk":
        measure = hold_talk(
            by=cast.office, measure_id=measure.pk, version=measure.version, held_on=date(2017, 6, 6),
            attendees="李副区长", record="承认工作滞后。",
        )  # fmt: skip
    if state == "held":
        return measure
    return close_measure(by=cast.office, measure_id=measure.pk, version=measure.version, result="已整改")
