"""What pages show of a review: queues, one case with its changes, the timeline."""

from .case import CaseView, TimelineEntry, case_view, last_return, moves_for, revision_url, timeline
from .integrity import broken_revisions
from .looking import doubt_about
from .queues import (
    PAGE,
    SLUGS,
    CameBack,
    Queue,
    QueueRow,
    Waiting,
    came_back,
    filter_rows,
    my_events,
    ordered,
    queue_rows,
    waiting_at,
)

__all__ = [
    "PAGE",
    "SLUGS",
    "CameBack",
    "CaseView",
    "Queue",
    "QueueRow",
    "TimelineEntry",
    "Waiting",
    "broken_revisions",
    "came_back",
    "case_view",
    "doubt_about",
    "filter_rows",
    "last_return",
    "moves_for",
    "my_events",
    "ordered",
    "queue_rows",
    "revision_url",
    "timeline",
    "waiting_at",
]
