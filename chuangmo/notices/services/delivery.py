"""Sending what the outbox holds, one channel at a time, outside of any request and of any transaction.

A message is claimed by a conditional update before it leaves the house, so two workers never send it, and a worker that
dies in between does not make it go twice: it stays `sending` and becomes `unsure` (`sweep_outbox`). A channel that fails
rests, longer each time; its messages wait, those of other channels don't notice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from chuangmo.access.models import User
from chuangmo.audit.services import record
from chuangmo.notices.models import Channel, Message, MessageState
from chuangmo.notices.rules.hours import MOST_ATTEMPTS, WORTH_SENDING, pause_after, retry_after
from chuangmo.notices.services.outbox import active_channels, enqueue_channel
from chuangmo.notices.services.ways import ChannelFault, Refusal, Unsure, Way

__all__ = ["Delivered", "deliver_channel", "send_again", "sweep_outbox"]

log = logging.getLogger(__name__)

# Makers refuse a robot that says more than 20 things a minute.
ROBOT_AT_ONCE, ROBOT_PAUSE = 15, timedelta(minutes=1)
MAIL_AT_ONCE = 500
CLAIM_ENDS = timedelta(minutes=10)  # a message takes seconds: whoever claimed it is gone


@dataclass
class Delivered:
    """What a run came to. `fault` is why the channel now rests."""

    sent: int = 0
    refused: int = 0
    fault: str = ""

    def as_dict(self) -> dict[str, int | str]:
        return {"sent": self.sent, "refused": self.refused, "fault": self.fault}


def deliver_channel(*, channel_id: int, check: Callable[[], None] = lambda: None) -> Delivered:
    """Send what this channel has to send now. Stops at the channel's first failure: it rests, and a job for after the
    pause is asked for. `check` is called between messages."""
    done = Delivered()
    channel = next((one for one in active_channels() if one.pk == channel_id), None)
    if channel is None or channel.rests(timezone.now()) or not _due(channel).exists():
        return done
    way: Way | None = None
    try:
        way = _open(channel)
        _send_all(channel, way, done, check)
    except ChannelFault as fault:
        done.fault = str(fault)
        _rest(channel, done.fault)
    finally:
        if way is not None:
            way.close()
    return done


def sweep_outbox() -> int:
    """Ask for a job for each channel with something due, give up what nobody needs any more, and note messages whose
    sender died. Returns how many channels have work."""
    now = timezone.now()
    waiting = Message.objects.filter(state=MessageState.WAITING)
    waiting.filter(give_up_at__lt=now).update(
        state=MessageState.FAILED, error=f"{WORTH_SENDING.days} 天没有送出，不再发送"
    )
    Message.objects.filter(state=MessageState.SENDING, claimed_at__lt=now - CLAIM_ENDS).update(
        state=MessageState.UNSURE, error="发送时进程中断，不知是否送出；不会自动重发"
    )
    due = waiting.filter(next_try_at__lte=now).order_by().values_list("channel_id", flat=True).distinct()
    ready = [channel for channel in active_channels() if not channel.rests(now)]
    busy = sorted({channel.pk for channel in ready} & set(due))
    for channel_id in busy:
        enqueue_channel(channel_id)
    return len(busy)


@transaction.atomic
def send_again(*, message: Message, by: User) -> bool:
    """An administrator has a message sent once more that failed, or of which nobody knows; False if it is neither. Who may
    is asked by the desk."""
    back = Message.objects.filter(pk=message.pk, state__in=[MessageState.FAILED, MessageState.UNSURE]).update(
        state=MessageState.WAITING,
        attempts=0,
        error="",
        next_try_at=timezone.now(),
        give_up_at=timezone.now() + WORTH_SENDING,
    )
    if back:
        record(
            by=by,
            action="再发一次",
            object_kind="message",
            object_id=message.pk,
            label=str(message),
            changes={"状态": [message.get_state_display(), MessageState.WAITING.label]},
        )
        enqueue_channel(message.channel_id)
    return bool(back)


# One run ------------------------------------------------------------------------------------------------


def _open(channel: Channel) -> Way:
    # Both bring libraries that no page needs.
    if channel.is_mail:
        from chuangmo.notices.services.mail import MailWay

        return MailWay()
    from chuangmo.notices.services.robots import RobotWay

    return RobotWay(channel)


def _due(channel: Channel) -> QuerySet[Message]:
    return Message.objects.filter(
        channel=channel, state=MessageState.WAITING, next_try_at__lte=timezone.now()
    ).order_by("next_try_at", "id")


def _send_all(channel: Channel, way: Way, done: Delivered, check: Callable[[], None]) -> None:
    most = MAIL_AT_ONCE if channel.is_mail else ROBOT_AT_ONCE
    messages = list(_due(channel)[: most + 1])
    people = User.objects.filter(is_active=True).in_bulk(
        {pk for message in messages for pk in [message.user_id, *message.mentions] if pk is not None}
    )
    for message in messages[:most]:
        check()
        if _claim(message):
            _send(channel, way, message, people, done)
    if len(messages) > most:
        enqueue_channel(channel.pk, timezone.now() + ROBOT_PAUSE)


def _claim(message: Message) -> bool:
    now = timezone.now()
    return bool(
        Message.objects.filter(pk=message.pk, state=MessageState.WAITING).update(
            state=MessageState.SENDING, claimed_at=now, attempts=F("attempts") + 1
        )
    )


def _send(channel: Channel, way: Way, message: Message, people: dict[int, User], done: Delivered) -> None:
    try:
        way.send(message, people)
    except Refusal as refusal:
        done.refused += 1
        _note_refusal(message, refusal)
    except Unsure as fault:
        _note(message, MessageState.UNSURE, error=f"{fault}；不知是否送出，不会自动重发")
        raise
    except ChannelFault as fault:
        _note(message, MessageState.WAITING, error=str(fault))
        raise
    else:
        done.sent += 1
        _note(message, MessageState.SENT, error="", sent_at=timezone.now())
        _works(channel)


def _note(message: Message, state: str, *, error: str, **columns: object) -> None:
    Message.objects.filter(pk=message.pk, state=MessageState.SENDING).update(
        state=state, error=error[:300], **columns
    )


def _note_refusal(message: Message, refusal: Refusal) -> None:
    attempts = message.attempts + 1
    if refusal.for_good or attempts >= MOST_ATTEMPTS:
        _note(message, MessageState.FAILED, error=str(refusal))
        return
    later = timezone.now() + retry_after(attempts)
    _note(message, MessageState.WAITING, error=str(refusal), next_try_at=later)


def _works(channel: Channel) -> None:
    """It took a message: whatever was wrong is over."""
    Channel.objects.filter(pk=channel.pk).update(failures=0, paused_until=None, last_sent_at=timezone.now())


def _rest(channel: Channel, fault: str) -> None:
    """Let the channel rest, longer after each failure in a row."""
    now: datetime = timezone.now()
    Channel.objects.filter(pk=channel.pk).update(failures=F("failures") + 1)
    failures = Channel.objects.values_list("failures", flat=True).get(pk=channel.pk)
    until = now + pause_after(failures)
    Channel.objects.filter(pk=channel.pk).update(
        paused_until=until, last_error=fault[:300], last_error_at=now
    )
    log.warning("notices: channel %s rests until %s: %s", channel.pk, until, fault)
    enqueue_channel(channel.pk, until)
