"""When something may be sent: quiet hours, pauses of a channel that is down, how long a message is worth sending. Pure."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

# After the first failure, the second, …; from the third on the channel counts as down.
PAUSES = (
    timedelta(minutes=1),
    timedelta(minutes=2),
    timedelta(minutes=5),
    timedelta(minutes=10),
    timedelta(minutes=20),
    timedelta(minutes=30),
)
DOWN_AFTER = 3
# A message that one address refuses for now ("mailbox busy") is tried again after 5, 10, 20, … minutes.
FIRST_RETRY = timedelta(minutes=5)
MOST_ATTEMPTS = 6
# Older than that nobody needs it: the page has said it long since.
WORTH_SENDING = timedelta(days=3)
LONGEST_QUIET = timedelta(hours=14)


def pause_after(failures: int) -> timedelta:
    """How long a channel rests after so many failures in a row (1 or more)."""
    return PAUSES[min(failures, len(PAUSES)) - 1]


def is_down(failures: int) -> bool:
    return failures >= DOWN_AFTER


def retry_after(attempts: int) -> timedelta:
    """How long a single message waits after its n-th refusal (1 or more)."""
    return FIRST_RETRY * 2 ** (attempts - 1)


def is_quiet(at: time, start: time | None, end: time | None) -> bool:
    """Whether a time of day lies in the quiet hours [start, end), which may pass midnight. Equal ends: no quiet hours."""
    if start is None or end is None or start == end:
        return False
    if start < end:
        return start <= at < end
    return at >= start or at < end


def quiet_length(start: time, end: time) -> timedelta:
    """How long the quiet hours last; past midnight where the end is before the start."""
    day = date(2000, 1, 1)
    length = datetime.combine(day, end) - datetime.combine(day, start)
    return length if length >= timedelta(0) else length + timedelta(days=1)


def send_at(now: datetime, start: time | None, end: time | None) -> datetime:
    """The first moment from `now` on (local, with its time zone) that is not in the quiet hours."""
    if not is_quiet(now.time(), start, end):
        return now
    assert end is not None
    until = now.replace(hour=end.hour, minute=end.minute, second=0, microsecond=0)
    return until if until > now else until + timedelta(days=1)


def digest_time(chosen: time | None, usual: time, earliest: time, latest: time) -> time:
    """When a person's daily mail goes out: the own choice within what the administrator allows, else the usual time."""
    if chosen is None:
        return usual
    return min(max(chosen, earliest), latest)
