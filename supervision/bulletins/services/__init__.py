"""Every change of a circular, each a function of its own."""

from supervision.bulletins.services.drafting import draft_bulletin, drop_bulletin, refresh_rows, save_bulletin
from supervision.bulletins.services.issuing import (
    KIND,
    cancel_bulletin,
    issue_bulletin,
    propose_bulletin,
    return_bulletin,
)
from supervision.bulletins.services.proposals import proposal_confirmed

__all__ = [
    "KIND",
    "cancel_bulletin",
    "draft_bulletin",
    "drop_bulletin",
    "issue_bulletin",
    "proposal_confirmed",
    "propose_bulletin",
    "refresh_rows",
    "return_bulletin",
    "save_bulletin",
]
