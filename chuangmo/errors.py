"""The few errors that a service may raise; each text is Chinese and can be shown to the person as it is."""

from __future__ import annotations

from collections.abc import Mapping


class DomainError(Exception):
    """Base of everything a service refuses: `str(error)` is a sentence for the person at the page."""


class Refused(DomainError):
    """The person may not do this, or the thing is not in a state that allows it."""


class Stale(DomainError):
    """Somebody else was faster: what the page showed is no longer what is stored."""


class Invalid(DomainError):
    """Input is wrong in one or more named places, all of them listed at once."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        self.faults = dict(faults)
        super().__init__("；".join(self.faults.values()))
