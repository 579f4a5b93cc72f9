"""What waits for the decision of a steering office: the city's, or a county's that watches its own units."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet

from chuangmo.access.queries import Rights
from chuangmo.deadlines.models import DeadlineRequest, Proposal
from chuangmo.deadlines.queries.deciders import requests_decided_by
from chuangmo.prepared import Prepared

__all__ = ["SHOWN", "WaitingDecisions", "requests_in_county", "waiting_decisions"]

SHOWN = 5


@dataclass(frozen=True)
class WaitingDecisions:
    """The oldest requests, how many there are in all, and how many proposals of the ladder are open. Of the requests the
    person decides those in `own` (ids); the others they only see."""

    requests: list[DeadlineRequest]
    request_count: int
    proposal_count: int
    own: frozenset[int]
    own_count: int

    @property
    def count(self) -> int:
        """What the person has to decide."""
        return self.own_count + self.proposal_count


def waiting_decisions(rights: Rights) -> WaitingDecisions:
    """Two queries, a third where there are more requests than SHOWN."""
    first = _FIRST.objects(units=rights.accept)
    count = _requests(rights.accept).count() if len(first) > SHOWN else len(first)
    return WaitingDecisions(
        requests=first[:SHOWN],
        request_count=count,
        proposal_count=sum(n for (n,) in _PROPOSALS.rows(units=rights.accept)),
        own=frozenset(one.pk for one in first),
        own_count=count,
    )


def requests_in_county(rights: Rights) -> WaitingDecisions:
    """What the units of the person's county asked, those first about which their own office decides. One query, a few more
    where there are any: how many doesn't matter."""
    rows = _COUNTY.objects(units=rights.oversee)
    decided = requests_decided_by(rights, [one.obligation for one in rows]) if rows else set()
    own = frozenset(one.pk for one in rows if one.obligation_id in decided)
    rows.sort(key=lambda one: one.pk not in own)
    return WaitingDecisions(rows[:SHOWN], len(rows), 0, own, len(own))


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
_COUNTY = Prepared(_requests, units=frozenset)
_PROPOSALS = Prepared(_proposals, units=frozenset)
