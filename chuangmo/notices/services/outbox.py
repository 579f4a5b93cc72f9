"""From urgent notices to messages: who wants which way, from when on. Written with the notices, sent later."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from chuangmo import clock
from chuangmo.access.models import Membership, Role, User
from chuangmo.jobs.services import enqueue
from chuangmo.notices.models import Channel, ChannelKind, Message, Notice, Preference
from chuangmo.notices.rules.wishes import NO_WISHES, Wishes

__all__ = [
    "absolute",
    "active_channels",
    "enqueue_channel",
    "enqueue_delivery",
    "wishes_of",
    "write_messages",
]

MAIL, ROBOTS = "mail", "robots"
_AT_ONCE = 500
_SHORT = 300  # characters of a text in a group


def absolute(path: str) -> str:
    """An address of ours as it must stand outside the house."""
    return f"{settings.SITE_URL}{path}"


def active_channels() -> list[Channel]:
    """The ways that are open; the mail server's row is made when the settings name one. One query, two the first time."""
    channels = list(Channel.objects.all())
    if settings.MAIL_ENABLED and not any(channel.is_mail for channel in channels):
        made, _ = Channel.objects.get_or_create(kind=ChannelKind.MAIL, defaults={"name": "邮件"})
        channels.append(made)
    return [
        channel
        for channel in channels
        if channel.is_active and (settings.MAIL_ENABLED or not channel.is_mail)
    ]


def wishes_of(user_ids: Iterable[int]) -> dict[int, Wishes]:
    """The settings of those among these people who changed any: one query."""
    return {
        row.user_id: Wishes(
            row.mail, row.robots, row.digest_at, row.quiet_from, row.quiet_to, row.muted_until
        )
        for row in Preference.objects.filter(user__in=list(user_ids))
    }


def write_messages(notices: Sequence[Notice]) -> list[Message]:
    """The messages of urgent notices by every way that is open and wished. Five queries at most, and one for each way."""
    channels = active_channels() if notices else []
    if not channels:
        return []
    people = User.objects.in_bulk({notice.user_id for notice in notices})
    wishes = wishes_of(people)
    messages: list[Message] = []
    robots = [channel for channel in channels if not channel.is_mail]
    for channel in channels:
        if channel.is_mail:
            messages += _mails(channel, notices, people, wishes)
    if robots:
        messages += _robot_messages(robots, notices, wishes)
    Message.objects.bulk_create(messages, batch_size=_AT_ONCE)
    enqueue_delivery(messages)
    return messages


def enqueue_delivery(messages: Iterable[Message]) -> None:
    """A job for each channel that may send some of these now; what waits for the end of quiet hours is found by the
    sweep (every few minutes)."""
    now = timezone.now()
    for channel_id in sorted({message.channel_id for message in messages if message.next_try_at <= now}):
        enqueue_channel(channel_id)


def enqueue_channel(channel_id: int, at: datetime | None = None) -> None:
    """A job that sends what this channel has; one for after a pause has a key of its own, so that neither what is written
    meanwhile nor the job that asks for it counts as it."""
    key = f"channel:{channel_id}" + (f":{at:%d%H%M}" if at else "")
    enqueue("notices.deliver", key=key, args={"channel_id": channel_id}, not_before=at)


def _mails(
    channel: Channel, notices: Iterable[Notice], people: Mapping[int, User], wishes: Mapping[int, Wishes]
) -> list[Message]:
    """One mail a notice; people without an address read the page."""
    now, day = timezone.localtime(), clock.today()
    return [
        Message(
            key=f"notice:{notice.pk}",
            channel=channel,
            user_id=notice.user_id,
            title=notice.title,
            text=mail_text(notice),
            next_try_at=wish.send_at(now),
        )
        for notice in notices
        if people[notice.user_id].email
        and (wish := wishes.get(notice.user_id, NO_WISHES)).allows(MAIL, notice.mandatory, day)
    ]


def mail_text(notice: Notice) -> str:
    """The body of a notice's own mail; its link leads to the notice, which knows that it was seen."""
    link = absolute(reverse("notices:show", args=[notice.pk]))
    foot = f"更改接收方式：{absolute(reverse('notices:settings'))}"
    return f"{notice.text}\n\n{notice.action or '查看'}：{link}\n\n--\n{foot}\n"


def _robot_messages(
    robots: Iterable[Channel], notices: Iterable[Notice], wishes: Mapping[int, Wishes]
) -> list[Message]:
    """One message for each group and matter, however many of the group are told; those whose quiet hours it is are not
    mentioned by name."""
    now, day = timezone.localtime(), clock.today()
    groups = _groups_of({notice.user_id for notice in notices})
    told: dict[tuple[int, str, int | None, str, str], list[tuple[Notice, datetime]]] = defaultdict(list)
    by_pk = {}
    for robot in robots:
        by_pk[robot.pk] = robot
        for notice in notices:
            wish = wishes.get(notice.user_id, NO_WISHES)
            if _concerns(robot, notice, groups[notice.user_id]) and wish.allows(
                ROBOTS, notice.mandatory, day
            ):
                matter = (robot.pk, notice.kind, notice.subject_id, notice.title, notice.text)
                told[matter].append((notice, wish.send_at(now)))
    messages = []
    for (robot_pk, *_), people in told.items():
        first = people[0][0]
        at = min(moment for _, moment in people)
        messages.append(
            Message(
                key=f"robot:{robot_pk}:{first.pk}",
                channel=by_pk[robot_pk],
                title=first.title,
                text=robot_text(first),
                mentions=[notice.user_id for notice, moment in people if moment == at],
                next_try_at=at,
            )
        )
    return messages


def robot_text(notice: Notice) -> str:
    """What stands in the group: anybody there may click, so the link leads to the place, which asks for rights. Short,
    so that the link is not cut off."""
    text = notice.text if len(notice.text) <= _SHORT else notice.text[: _SHORT - 1] + "…"
    link = f"{notice.action or '查看'}：{absolute(notice.url)}" if notice.url else ""
    return "\n".join(filter(None, [text, link]))


def _groups_of(user_ids: Iterable[int]) -> dict[int, set[int | None]]:
    """The units of these people today, by person; None stands for the steering office. One query."""
    found: dict[int, set[int | None]] = defaultdict(set)
    rows = Membership.objects.valid(clock.today()).filter(user__in=list(user_ids)).order_by()
    for user_id, unit_id, role in rows.values_list("user_id", "unit_id", "role"):
        found[user_id].add(None if role == Role.OFFICE else unit_id)
    return found


def _concerns(robot: Channel, notice: Notice, groups: set[int | None]) -> bool:
    """A group hears what its own people are told: of their own unit's matter only that unit's group, of others' matters
    (a lead who reviews, the office) every group that they are in."""
    if notice.unit_id in groups:
        return robot.unit_id == notice.unit_id
    return robot.unit_id in groups
