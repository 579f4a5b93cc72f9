"""What pages ask of notices: the bell, one's list, receipts, how the channels do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import BooleanField, Count, ExpressionWrapper, Q, QuerySet
from django.utils import timezone

from chuangmo import clock
from chuangmo.access.models import Membership, User
from chuangmo.jobs.status import BAD, OK, WARN, StatusRow
from chuangmo.notices.models import Channel, Message, MessageState, Notice
from chuangmo.notices.rules.kinds import KINDS
from chuangmo.prepared import Prepared

__all__ = [
    "Receipt",
    "kinds_of",
    "notices_of",
    "people_without_mail",
    "receipts_of",
    "receipts_of_many",
    "status_rows",
    "unseen_count",
]

OPEN, SEEN = "open", "seen"
LONG_WAIT = timedelta(minutes=30)
NAMED = 5


@dataclass(frozen=True, slots=True)
class Receipt:
    """That somebody was told, and when they saw it: what supervision cites. `seen_at` is None until they did."""

    person: str
    kind: str
    word: str
    title: str
    sent_at: datetime
    seen_at: datetime | None
    settled_at: datetime | None
    key: str

    @property
    def is_seen(self) -> bool:
        return self.seen_at is not None


def _unseen(user: int) -> QuerySet:
    # Grouped, since a Prepared wants rows; nobody's count is no row.
    return (
        Notice.objects.unseen()
        .filter(user=user)
        .order_by()
        .values("user")
        .annotate(n=Count("pk"))
        .values_list("n")
    )


_UNSEEN = Prepared(_unseen, user=int)


def unseen_count(user_id: int) -> int:
    """How many notices ask for the person's attention: one count on an index of its own, on every page."""
    rows = _UNSEEN.rows(user=user_id)
    return rows[0][0] if rows else 0


def notices_of(user: User, *, kind: str = "", state: str = "") -> QuerySet[Notice]:
    """One's notices: what asks for attention first, then the rest, each newest first. `state` is "open" or "seen"."""
    rows = Notice.objects.filter(user=user).select_related("unit")
    if kind:
        rows = rows.filter(kind=kind)
    if state == OPEN:
        rows = rows.unseen()
    elif state == SEEN:
        rows = rows.exclude(seen_at__isnull=True, settled_at__isnull=True)
    over = ExpressionWrapper(
        Q(seen_at__isnull=False) | Q(settled_at__isnull=False), output_field=BooleanField()
    )
    return rows.order_by(over, "-id")


def kinds_of(user: User) -> list[tuple[str, str]]:
    """The kinds that the person has notices of, with their words, in the order of the table: one query."""
    held = set(Notice.objects.filter(user=user).order_by().values_list("kind", flat=True).distinct())
    return [(code, rule.word) for code, rule in KINDS.items() if code in held]


def receipts_of(subject_kind: str, subject_id: int, *, kinds: Sequence[str] | None = None) -> list[Receipt]:
    """Everybody who was told about a subject, in order: who, what, when, seen when. One query."""
    return receipts_of_many(subject_kind, [subject_id], kinds=kinds).get(subject_id, [])


def receipts_of_many(
    subject_kind: str, subject_ids: Sequence[int], *, kinds: Sequence[str] | None = None
) -> dict[int, list[Receipt]]:
    """`receipts_of` for many subjects of a kind: one query."""
    rows = Notice.objects.filter(subject_kind=subject_kind, subject_id__in=subject_ids)
    if kinds is not None:
        rows = rows.filter(kind__in=kinds)
    found: dict[int, list[Receipt]] = {}
    for notice in rows.select_related("user").order_by("id"):
        assert notice.subject_id is not None
        found.setdefault(notice.subject_id, []).append(
            Receipt(
                person=str(notice.user),
                kind=notice.kind,
                word=notice.rule.word,
                title=notice.title,
                sent_at=notice.created_at,
                seen_at=notice.seen_at,
                settled_at=notice.settled_at,
                key=notice.key,
            )
        )
    return found


def people_without_mail() -> QuerySet[User]:
    """Active people with a role today whom no mail can reach: they are told on the page only."""
    return (
        User.objects.filter(is_active=True, email="")
        .filter(pk__in=Membership.objects.valid(clock.today()).values("user"))
        .order_by("username")
    )


def status_rows() -> list[StatusRow]:
    """The notices' lines of the status page: each channel, what waits, what failed, who has no address."""
    waiting = Message.objects.filter(state=MessageState.WAITING).order_by().values("channel")
    counts = dict(waiting.annotate(n=Count("pk")).values_list("channel", "n"))
    rows = [
        _channel_row(channel, counts.get(channel.pk, 0))
        for channel in Channel.objects.all()
        if settings.MAIL_ENABLED or not channel.is_mail
    ]
    if not settings.MAIL_ENABLED:
        rows.insert(
            0,
            StatusRow(
                "邮件", WARN, "没有配置邮件服务器（CHUANGMO_MAIL_URL），只在页面内通知，也没有每日汇总"
            ),
        )
    return [*rows, *_waiting_row(), *_lost_row(), *_without_mail_row()]


def _channel_row(channel: Channel, waiting: int) -> StatusRow:
    label = str(channel)
    if not channel.is_active:
        return StatusRow(label, OK, "已停用")
    if channel.failures:
        state = BAD if channel.is_down else WARN
        until = timezone.localtime(channel.paused_until) if channel.paused_until else None
        again = f"，{until:%H:%M} 再试" if until is not None else ""
        more = f"，待发 {waiting} 件" if waiting else ""
        return StatusRow(label, state, f"连续失败 {channel.failures} 次{again}{more}：{channel.last_error}")
    if channel.last_sent_at is None:
        return StatusRow(label, OK, "还没有发送过")
    return StatusRow(label, OK, f"正常，最近送出 {timezone.localtime(channel.last_sent_at):%m-%d %H:%M}")


def _waiting_row() -> list[StatusRow]:
    """What should have gone out long since, where the channel itself is well: nobody sends."""
    stuck = Message.objects.filter(
        state=MessageState.WAITING,
        next_try_at__lt=timezone.now() - LONG_WAIT,
        channel__is_active=True,
        channel__failures=0,
    ).count()
    if not stuck:
        return []
    return [
        StatusRow(
            "待发消息",
            BAD,
            f"{stuck} 件过了 {LONG_WAIT.seconds // 60} 分钟还没有发送，请看后台任务是否在运行",
        )
    ]


def _lost_row() -> list[StatusRow]:
    since = timezone.now() - timedelta(days=7)
    lost = Message.objects.filter(created_at__gte=since).aggregate(
        failed=Count("pk", filter=Q(state=MessageState.FAILED)),
        unsure=Count("pk", filter=Q(state=MessageState.UNSURE)),
    )
    if not any(lost.values()):
        return []
    text = f"7 天内未送达 {lost['failed']} 件、结果不明 {lost['unsure']} 件，见管理台“发件记录”"
    return [StatusRow("未送达的消息", WARN, text)]


def _without_mail_row() -> list[StatusRow]:
    people = people_without_mail()
    count = people.count()
    if not count:
        return []
    names = "、".join(str(person) for person in people[:NAMED]) + (" 等" if count > NAMED else "")
    return [StatusRow("无邮箱", WARN, f"{count} 人没有邮箱，只能在页面内看到通知：{names}")]
