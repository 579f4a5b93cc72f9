"""Every change of measures, each a function of its own."""

from supervision.accountability.services.drafting import (
    attach_to_measure,
    draft_measure,
    edit_measure,
    proposal_confirmed,
    propose_measure,
)
from supervision.accountability.services.following import (
    close_measure,
    follow_measure,
    hold_talk,
    promise_in_talk,
)
from supervision.accountability.services.issuing import approve_measure, drop_measure, return_measure

__all__ = [
    "approve_measure",
    "attach_to_measure",
    "close_measure",
    "draft_measure",
    "drop_measure",
    "edit_measure",
    "follow_measure",
    "hold_talk",
    "promise_in_talk",
    "proposal_confirmed",
    "propose_measure",
    "return_measure",
]
