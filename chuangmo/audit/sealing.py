"""The hash chain over audit rows: numbering what is not sealed yet, and proving that nothing was touched since.

Sealing is a job of its own and not part of the writes: they would all have to queue for the last link. A row that may
still be continued (`open_until`) waits until it may not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from chuangmo.audit import triggers
from chuangmo.audit.models import AuditEvent, Seal
from chuangmo.audit.rules import FIRST, link_digest

__all__ = ["Broken", "Verified", "last_seal", "seal", "unsealed", "verify"]

BATCH = 1000
# A writer that found its row open may need a moment to write: rows are left alone a little longer.
GRACE = timedelta(minutes=1)
# Any number, the same for every sealer of this application.
_LOCK = 0x63680001


@dataclass(frozen=True)
class Broken:
    """The first link that does not hold: its number, the audit row (None where it is gone), and what is wrong."""

    seal_no: int
    event_id: int | None
    what: str

    def __str__(self) -> str:
        row = f"（审计记录 {self.event_id}）" if self.event_id is not None else ""
        return f"第 {self.seal_no} 号封存{row}：{self.what}"


@dataclass(frozen=True)
class Verified:
    """What `verify` found. `links` were right before the first broken one; `tail` rows wait for their seal."""

    links: int
    last: Seal | None
    broken: Broken | None
    tail: int
    tail_since: datetime | None
    missing_triggers: tuple[str, ...]

    @property
    def is_sound(self) -> bool:
        return self.broken is None and not self.missing_triggers


def last_seal() -> Seal | None:
    """The newest link; its number and digest, kept outside (printed in a dossier), fix everything before it."""
    return Seal.objects.order_by("-seal_no").first()


def unsealed() -> QuerySet[AuditEvent]:
    """Audit rows without a seal, oldest first, those that may still be continued included."""
    return AuditEvent.objects.filter(seal__isnull=True).order_by("id")


def seal(*, limit: int | None = None) -> int:
    """Number the rows that are not sealed yet and chain them; returns how many. At most `limit` of them.

    Rows come in the order of their ids; one that was committed late gets the next free number. One sealer works at a
    time, a second waits; numbers have no gaps.
    """
    done = 0
    while limit is None or done < limit:
        wanted = BATCH if limit is None else min(BATCH, limit - done)
        sealed = _seal_batch(wanted)
        done += sealed
        if sealed < wanted:
            break
    return done


@transaction.atomic
def _seal_batch(count: int) -> int:
    _wait_for_turn()
    last = last_seal()
    number, digest = (last.seal_no, last.digest) if last is not None else (0, FIRST)
    now = timezone.now()
    ready = unsealed().filter(Q(open_until__isnull=True) | Q(open_until__lte=now - GRACE))
    seals = []
    for event in ready[:count]:
        number += 1
        previous, digest = digest, link_digest(number, digest, _content(event))
        seals.append(
            Seal(seal_no=number, event=event, previous_digest=previous, digest=digest, sealed_at=now)
        )
    Seal.objects.bulk_create(seals)
    return len(seals)


def verify(*, known: tuple[int, str] | None = None) -> Verified:
    """Check every link from the first on, in batches; the first that does not hold ends the search.

    `known` is the number and digest of a link that somebody noted earlier, outside of this database: only with it can
    one see that the end of the chain was cut off.
    """
    last = last_seal()
    links, digest, broken = 0, FIRST, None
    for stored, event in _links(last.seal_no if last else 0):
        links += 1
        what = _fault(stored, event, links, digest)
        if what is not None:
            broken = Broken(links, stored.event_id if stored.seal_no == links else None, what)
            links -= 1
            break
        digest = stored.digest
        if known is not None and known[0] == links and known[1] != digest:
            broken = Broken(links, stored.event_id, f"摘要与另存的 {known[1][:12]}… 不同，整条链已被换过")
            break
    if broken is None and known is not None and known[0] > links:
        broken = Broken(links + 1, None, f"链在此中断：另存的最后一号是 {known[0]}")
    tail = unsealed()
    first = tail.first()
    return Verified(
        links=links,
        last=last,
        broken=broken,
        tail=tail.count(),
        tail_since=first.at if first else None,
        missing_triggers=tuple(sorted(triggers.missing(connection))),
    )


def _links(until: int) -> Iterator[tuple[Seal, AuditEvent | None]]:
    """Every link with its row, in order, a batch in memory at a time. The row is None where it is gone."""
    after = 0
    while True:
        seals = list(Seal.objects.filter(seal_no__gt=after, seal_no__lte=until).order_by("seal_no")[:BATCH])
        if not seals:
            return
        events = AuditEvent.objects.in_bulk([link.event_id for link in seals])
        for link in seals:
            yield link, events.get(link.event_id)
        after = seals[-1].seal_no


def _fault(stored: Seal, event: AuditEvent | None, number: int, previous: str) -> str | None:
    if stored.seal_no != number:
        return f"缺少这一号，下一个存在的是第 {stored.seal_no} 号"
    if event is None:
        return "审计记录已被删除"
    if stored.previous_digest != previous:
        return "“前一摘要”与前一号的摘要不符"
    if stored.digest != link_digest(number, previous, _content(event)):
        return f"内容与封存时的摘要不符（现为：{event}）"
    return None


def _content(event: AuditEvent) -> dict[str, Any]:
    return {field.attname: getattr(event, field.attname) for field in AuditEvent._meta.concrete_fields}


def _wait_for_turn() -> None:
    """SQLite's transactions begin IMMEDIATE, one writer at a time; PostgreSQL needs a lock for it."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
