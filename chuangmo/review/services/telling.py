"""What a move means for others: whose turn it is now hears of it, in the move's transaction."""

from __future__ import annotations

from django.urls import reverse

from chuangmo.access.models import User
from chuangmo.days import cn_day
from chuangmo.notices.models import Urgency
from chuangmo.notices.rules.kinds import RETURNED, UNLOCKED, WAITING
from chuangmo.notices.services import notify, render_notice, settle
from chuangmo.review.kinds import Heading, Kind
from chuangmo.review.models import Case
from chuangmo.review.rules import SEND_BACK, STEPS, SUBMIT, UNLOCK, WORDS

__all__ = ["tell_whose_turn"]

_BACK_TO_UNIT = {SEND_BACK: RETURNED, UNLOCK: UNLOCKED}


def tell_whose_turn(*, action: str, case: Case, kind: Kind, heading: Heading, by: User, reason: str) -> None:
    """Settle what earlier notices asked for; then tell the next step's people with the daily mail, or the unit's
    reporters at once that the case is theirs again."""
    over = {WAITING} | ({RETURNED, UNLOCKED} if action == SUBMIT else set())
    settle(subject_kind=case.kind, subject_ids=[heading.subject_id], kinds=over)
    if action in _BACK_TO_UNIT:
        _tell_unit(_BACK_TO_UNIT[action], case, kind, heading, by, reason)
    elif step := STEPS.get(case.state):
        _tell_step(step, case, kind, heading, by)


def _tell_unit(what: str, case: Case, kind: Kind, heading: Heading, by: User, reason: str) -> None:
    due_on = kind.due_on(case)
    words = render_notice(
        what,
        subject=f"{heading.title} {heading.period}",
        unit=heading.unit,
        by=by.get_full_name(),
        reason=reason,
        due=cn_day(due_on),
    )
    notify(
        to=kind.people(SUBMIT, case),
        kind=what,
        title=words.title,
        text=words.text,
        action=words.action,
        url=heading.url,
        subject_kind=case.kind,
        subject_id=heading.subject_id,
        subject_label=heading.label,
        unit=case.unit,
        due_on=due_on,
        urgency=Urgency.NOW,
        mandatory=True,
        key=f"case:{case.pk}:{case.revision_no}:{what}",
    )


def _tell_step(step: str, case: Case, kind: Kind, heading: Heading, by: User) -> None:
    words = render_notice(
        "waiting",
        subject=f"{heading.title} {heading.period}",
        unit=heading.unit,
        by=by.get_full_name(),
        step=WORDS[step],
        due=cn_day(case.step_due_on),
    )
    notify(
        to=kind.people(step, case),
        kind=WAITING,
        title=words.title,
        text=words.text,
        action=words.action,
        url=reverse("review:case", args=[case.pk]),
        subject_kind=case.kind,
        subject_id=heading.subject_id,
        subject_label=heading.label,
        unit=case.unit,
        due_on=case.step_due_on,
        key=f"case:{case.pk}:{case.revision_no}:{step}",
    )
