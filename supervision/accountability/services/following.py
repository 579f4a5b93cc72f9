"""What followed: the talk and its commitments, broadcasts and answers, the result."""

from __future__ import annotations

from datetime import date

from django.db import transaction

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.days import long_date
from chuangmo.errors import Invalid
from supervision.accountability.models import Measure, MeasureEntry, MeasureState
from supervision.accountability.services.permission import measure_for, move, note
from supervision.gate import require_text
from supervision.meetings.models import Decision
from supervision.meetings.services import add_decision, bind_decisions

__all__ = ["close_measure", "follow_measure", "hold_talk", "promise_in_talk"]


@transaction.atomic
def hold_talk(
    *, by: User, measure_id: int, version: int, held_on: date | None, attendees: str, record: str
) -> Measure:
    """The talk took place: who was there, what was said."""
    measure = measure_for(by, measure_id, "hold")
    faults = {}
    if held_on is None:
        faults["held_on"] = "请填写约谈日期"
    elif held_on > clock.today():
        faults["held_on"] = "约谈日期不能晚于今天"
    elif measure.issued_on is not None and held_on < measure.issued_on:
        faults["held_on"] = f"约谈不能早于通知发出的{long_date(measure.issued_on)}"
    if not attendees.strip():
        faults["attendees"] = "请填写参加人员"
    if not record.strip():
        faults["record"] = "请填写约谈记录"
    if faults:
        raise Invalid(faults)
    move(
        measure,
        version,
        MeasureState.HELD,
        held_on=held_on,
        attendees=attendees.strip()[:300],
        record=record.strip(),
    )
    note(measure, by, "登记约谈", changes={"日期": ["", str(held_on)]})
    return measure


@transaction.atomic
def promise_in_talk(*, by: User, measure_id: int, text: str, due_on: date | None) -> Decision:
    """What the unit committed itself to, with a day: a decision that binds and is owed from now on."""
    measure = measure_for(by, measure_id, "promise")
    label = f"约谈承诺（{measure.document_number}）"
    decision = add_decision(
        by=by,
        origin_kind="talk",
        origin_id=measure.pk,
        origin_label=label,
        origin_url=measure.get_absolute_url(),
        text=text,
        unit=measure.unit,
        due_on=due_on,
        not_before=clock.today(),
    )
    bind_decisions(by=by, decisions=[decision], label=label)
    decision.refresh_from_db()
    note(measure, by, "登记承诺", changes={"承诺": ["", f"{decision}（{long_date(decision.due_on)}）"]})
    return decision


@transaction.atomic
def follow_measure(
    *, by: User, measure_id: int, on: date | None, source: str, text: str, link: str = ""
) -> MeasureEntry:
    """A broadcast, an article, an answer."""
    measure = measure_for(by, measure_id, "follow")
    faults = {}
    if on is None:
        faults["on"] = "请填写日期"
    elif on > clock.today():
        faults["on"] = "日期不能晚于今天"
    if not source.strip():
        faults["source"] = "请填写媒体或来文单位"
    if not text.strip():
        faults["text"] = "请填写内容"
    if faults or on is None:
        raise Invalid(faults)
    entry = MeasureEntry.objects.create(
        measure=measure, on=on, source=source.strip()[:60], text=text.strip()[:300], link=link, by=by
    )
    note(measure, by, "登记跟踪", changes={"内容": ["", str(entry)]})
    return entry


@transaction.atomic
def close_measure(*, by: User, measure_id: int, version: int, result: str) -> Measure:
    """What came of it."""
    measure = measure_for(by, measure_id, "close")
    result = require_text("result", result, "请填写结果", 2000)
    move(measure, version, MeasureState.CLOSED, result=result, closed_on=clock.today())
    note(measure, by, "登记结果", result)
    return measure
