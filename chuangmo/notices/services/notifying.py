"""Telling people: notices and their messages, written in the caller's transaction with constant queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone

from chuangmo.access.models import User
from chuangmo.notices.models import Notice, Urgency
from chuangmo.notices.services.outbox import write_messages
from chuangmo.org.models import Unit

__all__ = ["NoticeDraft", "notify", "notify_many", "settle"]

_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeDraft:
    """What one person is to be told. `key` makes repeating harmless: a person gets one notice for a key, ever."""

    user_id: int
    kind: str
    title: str
    text: str
    action: str = ""
    url: str = ""
    subject_kind: str = ""
    subject_id: int | None = None
    subject_label: str = ""
    unit_id: int | None = None
    due_on: date | None = None
    urgency: str = Urgency.DIGEST
    mandatory: bool = False
    key: str = ""

    def __post_init__(self) -> None:
        if self.url and (not self.url.startswith("/") or self.url.startswith("//")):
            raise ValueError(f"a notice leads to a page of ours, not to {self.url}")
        if len(self.key) > 160:
            raise ValueError(f"key too long: {self.key}")


def notify(
    *,
    to: Iterable[User | int],
    kind: str,
    title: str,
    text: str,
    action: str,
    url: str,
    subject_kind: str = "",
    subject_id: int | None = None,
    subject_label: str = "",
    unit: Unit | None = None,
    urgency: str = Urgency.DIGEST,
    mandatory: bool = False,
    key: str = "",
    due_on: date | None = None,
) -> list[Notice]:
    """Tell several people the same. Returns the notices that are new; people who left, and those who were told under this
    key before, get none. `urgency` "now" goes out by mail and robots at once, "digest" with the daily mail; both
    stand on the page. `kind` is one of `rules.kinds`; `due_on` decides where the daily mail puts it."""
    return notify_many(
        [
            NoticeDraft(
                user_id=person if isinstance(person, int) else person.pk,
                kind=kind,
                title=title,
                text=text,
                action=action,
                url=url,
                subject_kind=subject_kind,
                subject_id=subject_id,
                subject_label=subject_label,
                unit_id=unit.pk if unit is not None else None,
                due_on=due_on,
                urgency=urgency,
                mandatory=mandatory,
                key=key,
            )
            for person in to
        ]
    )


def notify_many(drafts: Iterable[NoticeDraft]) -> list[Notice]:
    """As `notify`, for drafts that differ: the queries don't grow with their number (but for one statement each 500
    rows). Returns the new notices."""
    given = _once(drafts)
    if not given:
        return []
    with transaction.atomic():
        active = set(
            User.objects.filter(pk__in={draft.user_id for draft in given}, is_active=True).values_list(
                "pk", flat=True
            )
        )
        made = _insert([draft for draft in given if draft.user_id in active])
        write_messages([notice for notice in made if notice.urgency == Urgency.NOW])
    return made


def settle(
    *,
    subject_kind: str,
    subject_ids: Iterable[int],
    kinds: Iterable[str],
    user_ids: Iterable[int] | None = None,
) -> int:
    """The matter is over (handed in, decided): notices of these kinds about these subjects that nobody has seen ask no
    more. They stay in the list, unseen for the record, and leave the bell and the daily mail. One query."""
    rows = Notice.objects.unseen().filter(
        subject_kind=subject_kind, subject_id__in=list(subject_ids), kind__in=list(kinds)
    )
    if user_ids is not None:
        rows = rows.filter(user__in=list(user_ids))
    return rows.update(settled_at=timezone.now())


def _once(drafts: Iterable[NoticeDraft]) -> list[NoticeDraft]:
    """The first draft of each person and key, in an order that two writers share (else they could block each other)."""
    keyed: dict[tuple[int, str], NoticeDraft] = {}
    free = []
    for draft in drafts:
        if draft.key:
            keyed.setdefault((draft.user_id, draft.key), draft)
        else:
            free.append(draft)
    return [keyed[pair] for pair in sorted(keyed)] + free


def _insert(drafts: Sequence[NoticeDraft]) -> list[Notice]:
    """Store what is not there yet. Somebody who writes the same at the same time may be first: then it is asked again."""
    for attempt in range(3):
        known = _known(drafts)
        fresh = [draft for draft in drafts if (draft.user_id, draft.key) not in known]
        try:
            with transaction.atomic():
                return Notice.objects.bulk_create([_row(draft) for draft in fresh], batch_size=_AT_ONCE)
        except IntegrityError:
            if attempt == 2:
                raise
    return []


def _known(drafts: Iterable[NoticeDraft]) -> set[tuple[int, str]]:
    """What was told before, by person and key. Each question is about few people, whose drafts stand together (`_once`),
    and repeats the unique index's condition: so it is answered from the index, however many notices there are."""
    keyed = [draft for draft in drafts if draft.key]
    found: set[tuple[int, str]] = set()
    for start in range(0, len(keyed), _AT_ONCE):
        part = keyed[start : start + _AT_ONCE]
        rows = Notice.objects.filter(
            ~Q(key=""), user__in={draft.user_id for draft in part}, key__in={draft.key for draft in part}
        )
        found.update(rows.order_by().values_list("user_id", "key"))
    return found


def _row(draft: NoticeDraft) -> Notice:
    return Notice(
        user_id=draft.user_id,
        kind=draft.kind,
        title=" ".join(draft.title.split())[:200],
        text=draft.text,
        action=draft.action[:100],
        url=draft.url,
        subject_kind=draft.subject_kind,
        subject_id=draft.subject_id,
        subject_label=draft.subject_label[:200],
        unit_id=draft.unit_id,
        due_on=draft.due_on,
        urgency=draft.urgency,
        mandatory=draft.mandatory,
        key=draft.key,
    )
