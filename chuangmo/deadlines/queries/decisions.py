"""What waits for the steering office's decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from chuangmo.access.queries import Rights
from chuangmo.deadlines.models import DeadlineRequest, Proposal
from chuangmo.prepared import Prepared

__all__ = ["SHOWN", "WaitingDecisions", "waiting_decisions"]

SHOWN = 5


@dataclass(frozen=True)
class WaitingDecisions:
    """The oldest requests, how many there are in all, and how many proposals of the ladder are open."""

    requests: list[DeadlineRequest]
    request_count: int
    proposal_count: int

    @property
    def count(self) -> int:
        return self.request_count + self.proposal_count


def waiting_decisions(rights: Rights) -> WaitingDecisions:
    """Two queries, a third where there are more requests than SHOWN."""
    first = _FIRST.objects(units=rights.accept)
    return WaitingDecisions(
        requests=first[:SHOWN],
        request_count=_requests(rights.accept).count() if len(first) > SHOWN else len(first),
        proposal_count=sum(n for (n,) in _PROPOSALS.rows(units=rights.accept)),
    )


_OPEN_NOW = {"obligation__done_at": None, "obligation__waived_at": None, "obligation__superseded": False}


def _requests(units: frozenset[int]) -> QuerySet[DeadlineRequest]:
    rows = DeadlineRequest.objects.filter(
        state=DeadlineRequest.State.OPEN, obligation__unit__in=units, **_OPEN_NOW
    )
    return rows.select_related("obligation", "obligation__unit", "asked_by").order_by("pk")


def _proposals(units: frozenset[int]) -> QuerySet[Proposal, Any]:
    rows = Proposal.objects.filter(state=Proposal.State.OPEN, obligation__unit__in=units, **_OPEN_NOW)
    return rows.order_by().values("state").annotate(n=Count("pk")).values_list("n")


_FIRST = Prepared(lambda units: _requests(units)[: SHOWN + 1], units=frozenset)
_PROPOSALS = Prepared(_proposals, units=frozenset)
