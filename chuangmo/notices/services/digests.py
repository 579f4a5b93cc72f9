"""One mail a person a day instead of many: what is due, late, returned, to be reviewed, and the rest."""

from __future__ import annotations

import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.days import cn_day
from chuangmo.notices.models import Channel, DeliveryRules, Digest, Message, Notice
from chuangmo.notices.rules.hours import digest_time
from chuangmo.notices.rules.kinds import BACK, GROUPS, LATE, REST, TODAY, group_of
from chuangmo.notices.rules.wishes import NO_WISHES, Wishes
from chuangmo.notices.services.outbox import absolute, active_channels, enqueue_delivery, wishes_of
from chuangmo.notices.services.wording import Rendered, Wording, wording

__all__ = ["DigestLine", "make_digests"]

MOST_LINES = 30  # under one heading; how many more there are is said
_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestLine:
    """One line of a person's daily mail, from a notice or from settings.DIGEST_SOURCES. `group` is one of
    `rules.kinds.GROUPS`, `url` a path of ours; a line that is not mandatory respects the person's wishes."""

    user_id: int
    group: str
    title: str
    url: str
    unit: str = ""
    due_on: date | None = None
    mandatory: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """The lines under one heading, what is due first on top; `more` is how many were left out."""

    title: str
    lines: tuple[tuple[DigestLine, str], ...]
    more: int


@transaction.atomic
def make_digests(*, now: datetime | None = None) -> int:
    """Write the daily mails of everybody whose hour has come and who had none today; returns how many.

    Nothing to say: no mail, and none later that day either. Two that run at once share the people between them: a row of
    `Digest` belongs to whoever wrote it. A constant number of queries, whatever the number of people.
    """
    channel = next((one for one in active_channels() if one.is_mail), None)
    if channel is None:
        return 0
    local, day = timezone.localtime(now), clock.today()
    people = _whose_hour_has_come(local, day)
    mine = _claim(people, day)
    wishes = wishes_of(mine)
    told, lines = _lines(mine, wishes, day)
    messages = _messages(channel, people, wishes, lines, day)
    Message.objects.bulk_create(messages, batch_size=_AT_ONCE)
    _note(told, lines, day)
    enqueue_delivery(messages)
    return len(messages)


def _whose_hour_has_come(local: datetime, day: date) -> dict[int, User]:
    """Active people with an address who had no mail today and whose time it is: two queries, and one for wishes."""
    rules = DeliveryRules.current()
    had = Digest.objects.filter(day=day).values("user")
    people = User.objects.filter(is_active=True).exclude(email="").exclude(pk__in=had).in_bulk()
    wishes = wishes_of(people)
    at = local.time()
    return {
        pk: person
        for pk, person in people.items()
        if digest_time(wishes.get(pk, NO_WISHES).digest_at, rules.digest_at, rules.earliest, rules.latest)
        <= at
    }


def _claim(people: Iterable[int], day: date) -> set[int]:
    """Those among them whose row of the day is ours."""
    batch = uuid.uuid4()
    Digest.objects.bulk_create(
        [Digest(user_id=pk, day=day, batch=batch) for pk in sorted(people)],  # two in one order: no deadlock
        batch_size=_AT_ONCE,
        ignore_conflicts=True,
    )
    return set(Digest.objects.filter(day=day, batch=batch).values_list("user_id", flat=True))


def _lines(
    user_ids: set[int], wishes: Mapping[int, Wishes], day: date
) -> tuple[list[int], dict[int, list[DigestLine]]]:
    """Ids of the notices that are told now, and everybody's lines."""
    if not user_ids:
        return [], {}
    notices = list(
        Notice.objects.unseen()
        .filter(user__in=user_ids, digest__isnull=True)
        .select_related("unit")
        .order_by("id")
    )
    told, lines = [], defaultdict(list)
    for notice in notices:
        if wishes.get(notice.user_id, NO_WISHES).allows("mail", notice.mandatory, day):
            told.append(notice.pk)
            lines[notice.user_id].append(_line(notice, day))
    for path in settings.DIGEST_SOURCES:
        for line in import_string(path)(day, sorted(user_ids)):
            wish = wishes.get(line.user_id, NO_WISHES)
            if line.user_id in user_ids and wish.allows("mail", line.mandatory, day):
                lines[line.user_id].append(line)
    return told, dict(lines)


def _line(notice: Notice, day: date) -> DigestLine:
    return DigestLine(
        user_id=notice.user_id,
        group=group_of(notice.kind, notice.due_on, day),
        title=notice.title,
        url=reverse("notices:show", args=[notice.pk]),
        unit=notice.unit.short_name if notice.unit is not None else "",
        due_on=notice.due_on,
        mandatory=notice.mandatory,
    )


def _messages(
    channel: Channel,
    people: Mapping[int, User],
    wishes: Mapping[int, Wishes],
    lines: Mapping[int, Sequence[DigestLine]],
    day: date,
) -> list[Message]:
    words = wording() if lines else Wording({})
    now = timezone.localtime()
    return [
        _message(channel, people[pk], lines[pk], words, day, wishes.get(pk, NO_WISHES).send_at(now))
        for pk in sorted(lines)
    ]


def _message(
    channel: Channel, person: User, lines: Sequence[DigestLine], words: Wording, day: date, at: datetime
) -> Message:
    head = _head(words, person, lines, day)
    context = {
        "head": head,
        "groups": grouped(lines),
        "home": absolute(reverse("home")),
        "notices": absolute(reverse("notices:list")),
        "wishes": absolute(reverse("notices:settings")),
    }
    return Message(
        key=f"digest:{person.pk}:{day}",
        channel=channel,
        user_id=person.pk,
        title=head.title[:200],
        text=render_to_string("notices/mail_digest.txt", context),
        html=render_to_string("notices/mail_digest.html", context),
        next_try_at=at,
    )


def _head(words: Wording, person: User, lines: Sequence[DigestLine], day: date) -> Rendered:
    counts = Counter(line.group for line in lines)
    return words.render(
        "digest",
        name=str(person),
        date=cn_day(day),
        count=len(lines),
        today=counts[TODAY],
        late=counts[LATE],
        back=counts[BACK],
    )


def _note(told: Sequence[int], lines: Mapping[int, Sequence[DigestLine]], day: date) -> None:
    """Every notice stands in one daily mail only; each row says how much its mail told."""
    rows = list(Digest.objects.filter(day=day, user__in=lines))
    for row in rows:
        row.count = len(lines[row.user_id])
    Digest.objects.bulk_update(rows, ["count"], batch_size=_AT_ONCE)
    its_digest = Digest.objects.filter(day=day, user=OuterRef("user")).values("pk")[:1]
    for start in range(0, len(told), _AT_ONCE):
        Notice.objects.filter(pk__in=told[start : start + _AT_ONCE]).update(digest=Subquery(its_digest))


def grouped(lines: Iterable[DigestLine]) -> list[Group]:
    """The lines under their headings; empty headings are left out."""
    found: dict[str, list[DigestLine]] = defaultdict(list)
    for line in lines:
        found[line.group if line.group in GROUPS else REST].append(line)
    groups = []
    for code, title in GROUPS.items():
        ordered = sorted(found[code], key=lambda line: (line.due_on is None, line.due_on))
        shown = tuple((line, absolute(line.url)) for line in ordered[:MOST_LINES])
        if shown:
            groups.append(Group(title, shown, len(ordered) - len(shown)))
    return groups
