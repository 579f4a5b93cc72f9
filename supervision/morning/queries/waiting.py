"""What became late, and what waits for a decision of the office."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.module_loading import import_string

from chuangmo.access.queries import Rights
from chuangmo.deadlines.models import DeadlineRequest, Obligation, Proposal
from chuangmo.review.models import Case, State
from supervision.bulletins.models import Bulletin, BulletinState
from supervision.scores.models import Correction, Objection, RoundState, ScoreRound

__all__ = ["Wait", "became_late", "waiting"]


@dataclass(frozen=True, slots=True)
class Wait:
    """So many things of one kind, and where they are decided."""

    label: str
    count: int
    url: str


def became_late(rights: Rights, since: date, today: date) -> QuerySet[Obligation]:
    """What passed its day since then and is still open, the oldest first."""
    return (
        Obligation.objects.overseen_by(rights.oversee)
        .filter(due_on__gte=since, due_on__lt=today, paused=False)
        .select_related("unit")
        .order_by("due_on", "unit__order", "pk")
    )


def waiting(rights: Rights, today: date) -> list[Wait]:
    """What waits for the office, by kind; kinds without anything are left out. Seven queries, and those of
    settings.MORNING_WAITING (functions of the rights and the day that give a list of these)."""
    requests = DeadlineRequest.objects.filter(state=DeadlineRequest.State.OPEN)
    found = [
        Wait(
            "报送、进度待审定",
            Case.objects.filter(state=State.VERIFIED, unit__in=rights.accept).count(),
            reverse("review:home"),
        ),
        Wait(
            "催办建议待确认",
            Proposal.objects.filter(state=Proposal.State.OPEN).count(),
            reverse("deadlines:chase-list") + "?state=proposed",
        ),
        Wait(
            "延期、挂账、异议申请待决定", requests.count(), reverse("deadlines:chase-list") + "?state=asked"
        ),
        Wait(
            "考评异议待决定",
            Objection.objects.filter(state=Objection.State.OPEN).count(),
            _scores_url(Q(units__objections__state=Objection.State.OPEN)),
        ),
        Wait(
            "考评得分更正待确认",
            Correction.objects.filter(state=Correction.State.OPEN).count(),
            _scores_url(Q(units__corrections__state=Correction.State.OPEN)),
        ),
        Wait(
            "考评得分可以定稿",
            ScoreRound.objects.filter(state=RoundState.SHOWN, objections_until__lt=today).count(),
            _scores_url(Q(state=RoundState.SHOWN)),
        ),
        Wait(
            "通报待我签发",
            Bulletin.objects.filter(state=BulletinState.PROPOSED, approver=rights.user.pk).count(),
            reverse("bulletins:list"),
        ),
    ]
    for path in settings.MORNING_WAITING:
        source: Callable[[Rights, date], list[Wait]] = import_string(path)
        found += source(rights, today)
    return [one for one in found if one.count]


def _scores_url(condition: Q) -> str:
    """The newest round of which that holds, else the scores. One query."""
    one = ScoreRound.objects.filter(condition).select_related("plan").first()
    return one.get_absolute_url() if one else reverse("scores:current")
