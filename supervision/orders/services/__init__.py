"""Every change of an order; what the ladder, findings and verdicts do to orders."""

from .drafting import OrderInput, change_draft, draft_order, issue_draft, issue_order
from .hooks import findings_released, point_to_cycle, proposal_confirmed, redispatch_order, verdicts_reached
from .moves import (
    answer_order,
    cancel_order,
    close_order,
    note_rebound,
    renew_order,
    review_order,
    send_order_back,
    sign_as_helper,
    sign_order,
    write_to_order,
)

__all__ = [
    "OrderInput",
    "answer_order",
    "cancel_order",
    "change_draft",
    "close_order",
    "draft_order",
    "findings_released",
    "issue_draft",
    "issue_order",
    "note_rebound",
    "point_to_cycle",
    "proposal_confirmed",
    "redispatch_order",
    "renew_order",
    "review_order",
    "send_order_back",
    "sign_as_helper",
    "sign_order",
    "verdicts_reached",
    "write_to_order",
]
