"""What a part tells on the status page (settings.STATUS_CHECKS)."""

from __future__ import annotations

from dataclasses import dataclass

OK, WARN, BAD = "ok", "warn", "bad"


@dataclass(frozen=True, slots=True)
class StatusRow:
    """One line of /status/: what, how it is (ok | warn | bad), and in words what that means and what to do."""

    label: str
    state: str
    text: str
