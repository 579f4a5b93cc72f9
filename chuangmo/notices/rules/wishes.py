"""What a person's wishes leave of the ways out. Pure; domain: what is mandatory can't be switched off."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time

from chuangmo.notices.rules.hours import send_at


@dataclass(frozen=True, slots=True)
class Wishes:
    """A person's settings; the defaults are those of somebody who never changed any."""

    mail: bool = True
    robots: bool = True
    digest_at: time | None = None
    quiet_from: time | None = None
    quiet_to: time | None = None
    muted_until: date | None = None

    def allows(self, way: str, mandatory: bool, day: date) -> bool:
        """Whether a message may go by `mail` or `robots` on that day; what is mandatory always may."""
        if mandatory:
            return True
        if self.muted_until is not None and day <= self.muted_until:
            return False
        return self.mail if way == "mail" else self.robots

    def send_at(self, now: datetime) -> datetime:
        """`now` (local), or when the quiet hours are over; they hold for what is mandatory, too."""
        return send_at(now, self.quiet_from, self.quiet_to)


NO_WISHES = Wishes()
