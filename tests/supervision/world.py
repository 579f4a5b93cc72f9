"""Meetings, decisions and measures of the cast's county in every state that an address asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from supervision.accountability.models import Measure
from supervision.accountability.services import draft_measure, propose_measure
from supervision.accountability.services.drafting import Words
from supervision.meetings.models import Decision, Meeting, Outcome
from tests.factories import Cast
from tests.supervision.accountability.story import WORDS, at_state, drafted, second_officer
from tests.supervision.meetings import story

SHOWN = ("meeting-show", "minutes-pdf", "minutes-docx")
HELD = ("meeting-attendance", "meeting-minutes", "minutes-save", "meeting-issue")


@dataclass
class Supervision:
    draft: Meeting
    convened: Meeting
    ready: Meeting  # held, with attendance and minutes
    issued: Meeting
    open: Decision
    reported: Decision
    drafted: Measure
    pending: Measure  # waits for the cast's officer
    talk: Measure
    held_talk: Measure
    exposure: Measure

    def arguments(self, name: str, variant: str) -> dict[str, Any] | None:
        """What the address of that name takes; None for other parts' addresses."""
        part, _, short = name.partition(":")
        if part == "meetings":
            return self._of_meetings(short, variant)
        if part == "accountability":
            return self._of_measures(short, variant)
        return None

    def _of_meetings(self, short: str, variant: str) -> dict[str, Any]:
        if short in ("meeting-list", "meeting-new", "decision-list"):
            return {}
        if short.startswith("decision"):
            decision = self.reported if variant in ("accept", "send_back") else self.open
            return {"decision_id": decision.pk, **({"act": variant} if variant else {})}
        if short in ("item-edit", "item-act"):
            item = self.convened.items.first()
            return {"item_id": item.pk, **({"act": variant} if variant else {})}
        meeting = (
            self.issued if short in SHOWN else self.ready if short in HELD else
            self.draft if variant == "convene" else self.convened
        )  # fmt: skip
        return {"meeting_id": meeting.pk, **({"act": variant} if variant else {})}

    def _of_measures(self, short: str, variant: str) -> dict[str, Any]:
        if short in ("measure-list", "measure-new"):
            return {}
        measure = {
            "propose": self.drafted, "approve": self.pending, "return": self.pending, "promise": self.held_talk,
            "follow": self.exposure, "close": self.exposure,
        }.get(variant, self.talk)  # fmt: skip
        if short == "measure-edit":
            measure = self.drafted
        if short == "record-pdf":
            measure = self.held_talk
        return {"measure_id": measure.pk, **({"act": variant} if variant else {})}

    def body(self, name: str, variant: str) -> dict[str, Any] | None:
        """What is posted there: something that whoever has the right succeeds with."""
        part, _, short = name.partition(":")
        if part not in ("meetings", "accountability"):
            return None
        day = "2017-06-20"
        item = self.ready.items.first()
        row = self.ready.attendances.first()
        measure = {"propose": self.drafted, "approve": self.pending, "return": self.pending}.get(
            variant, self.talk
        )
        bodies: dict[str, dict[str, Any]] = {
            "meeting-new": {"series": self.draft.series_id, "held_on": day},
            "meeting-edit": {"version": self.convened.version, "held_on": day, "place": "市委"},
            "item-add": {"title": "新议题"},
            "item-edit": {"version": 0, "title": "改过的议题"},
            "meeting-answer": {"answer": "comes", "person": "张三"},
            "meeting-attendance": {f"outcome-{row.pk}": Outcome.PRESENT, f"person-{row.pk}": "另一位"},
            "meeting-minutes": {f"version-{item.pk}": item.version, f"text-{item.pk}": "改过的纪要"},
            "minutes-save": {f"version-{item.pk}": item.version, f"text-{item.pk}": "改过的纪要"},
            "meeting-issue": {"signer": "郑市长"},
            "meeting-act": {"reason": "改期"},
            "decision-act": {"version": self._version(variant), "report": "已完成", "reason": "材料不全"},
            "measure-new": {"kind": "talk", "unit": self.talk.unit_id},
            "measure-edit": {"version": self.drafted.version, "title": "改过的标题"},
            "measure-act": {
                "version": (self.exposure if variant == "close" else measure).version,
                "approver": second_officer_pk(), "reason": "请补充", "held_on": "2017-06-06", "attendees": "李副区长",
                "record": "谈了", "text": "补报", "due_on": day, "on": "2017-06-06", "source": "日报", "result": "已整改",
            },
        }  # fmt: skip
        return bodies.get(short, {})

    def _version(self, variant: str) -> int:
        return (self.reported if variant in ("accept", "send_back") else self.open).version

    def fingerprint(self) -> list[Any]:
        """Everything that these addresses can change, besides audit rows and attachments."""
        return [
            list(Meeting.objects.order_by("pk").values("pk", "state", "version", "opening")),
            list(Decision.objects.order_by("pk").values("pk", "state", "version")),
            list(Measure.objects.order_by("pk").values("pk", "state", "version", "title")),
        ]


def second_officer_pk() -> int:
    from chuangmo.access.models import User

    return User.objects.get(username="office2").pk


def make_supervision(cast: Cast) -> Supervision:
    officer = second_officer(cast)
    first = story.issued(cast)
    second = story.decision_at(cast, "reported")
    ready = story.held(cast)
    story.decided(cast, ready)
    story.registered(cast, ready)
    for_office = draft_measure(
        by=officer, kind="account", plan=cast.plan, unit=cast.county, words=Words(**WORDS)
    )
    return Supervision(
        draft=story.planned(cast),
        convened=story.convened(cast),
        ready=ready,
        issued=first,
        open=first.decisions.get(),
        reported=second,
        drafted=drafted(cast),
        pending=propose_measure(
            by=officer, measure_id=for_office.pk, version=for_office.version, approver=cast.office
        ),
        talk=at_state(cast, "talk", "issued"),
        held_talk=at_state(cast, "talk", "held"),
        exposure=at_state(cast, "exposure", "issued"),
    )
