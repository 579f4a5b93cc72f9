"""Every change of a letter, each a function of its own."""

from supervision.letters.services.drafting import draft_letters, refresh_facts, revise_letter, save_blocks
from supervision.letters.services.issuing import KIND, issue_letter, sign_letter

__all__ = [
    "KIND",
    "draft_letters",
    "issue_letter",
    "refresh_facts",
    "revise_letter",
    "save_blocks",
    "sign_letter",
]
