"""What every move of an order shares: the row held, the graph asked, one conditional update, one line of the story."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.core.files.uploadedfile import UploadedFile
from django.db.models import F
from django.utils import timezone
from django_fsm import can_proceed

from chuangmo import clock
from chuangmo.access.models import User
from chuangmo.access.queries import rights_of
from chuangmo.audit.services import record
from chuangmo.deadlines.models import Obligation
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.files import services as files
from chuangmo.files.models import Attachment, StoredFile
from supervision import gate
from supervision.inspections.rights import Hand
from supervision.orders.models import Order, OrderEvent
from supervision.orders.rights import may_act, may_answer

__all__ = [
    "ANSWER",
    "REVIEW",
    "SIGN",
    "SUBJECT",
    "Stored",
    "attach",
    "held",
    "owed_cycle",
    "require_office",
    "require_text",
    "require_unit",
    "step",
    "stored",
    "tell_story",
]

# How an order stands among what is owed (deadlines.Obligation): subject kind, the two things that a unit owes, and the one that
# the issuing office owes.
SUBJECT, SIGN, ANSWER, REVIEW = "order", "order_sign", "order", "order_review"
TEXT = 4000
Stored = tuple[str, StoredFile]


def held(order_id: int) -> Order:
    """The order, locked where the database can. What is owed for it is locked first, as the services of deadlines do:
    whoever extends and whoever closes at the same time wait for each other instead of blocking each other."""
    rows = Obligation.objects.select_for_update(of=("self",)).filter(
        subject_kind=SUBJECT, subject_id=order_id
    )
    list(rows.order_by("pk").values_list("pk", flat=True))
    order = (
        Order.objects.select_for_update(of=("self",))
        .select_related("unit", "unit__successor", "office", "plan")
        .filter(pk=order_id)
        .first()
    )
    if order is None:
        raise Refused("没有这份督办单")
    return order


def require_office(by: User, order: Order, what: str) -> None:
    """Refused unless the person supervises for the issuing office, and the unit is within its area."""
    if not may_act(Hand(rights_of(by)), order):
        raise Refused(f"只有签发单位（{order.office}）的人员可以{what}")


def require_unit(by: User, order: Order, what: str) -> None:
    """Refused unless the person reports or signs off for the responsible unit."""
    if not may_answer(Hand(rights_of(by)), order):
        raise Refused(f"只有承办单位（{order.unit}）的人员可以{what}")


def require_text(text: str, field: str, message: str) -> str:
    """The words of a step, of any length that an order keeps; Invalid at their field."""
    return gate.require_text(field, text, message, TEXT)


def step(
    order: Order,
    move: str,
    *,
    version: int | None,
    by: User | None,
    word: str,
    text: str = "",
    told: Sequence[Stored] = (),
    **columns: object,
) -> OrderEvent:
    """Move the held order along its graph, by one conditional update, and write the line of its story.

    `version` is what the page showed (None: a move that no page asked for). Stale when somebody was faster, Refused when the
    graph has no such move from here.
    """
    if version is not None and version != order.version:
        raise Stale(f"刚才{_last(order)}，督办单现在是“{order.get_state_display()}”，请刷新后再办")
    method: Callable[[], None] = getattr(order, move)
    if not can_proceed(method):
        raise Refused(f"督办单现在是“{order.get_state_display()}”，不能{word}")
    before, old = order.state, order.version
    method()
    done = Order.objects.filter(pk=order.pk, state=before, version=old).update(
        state=order.state, version=F("version") + 1, **columns
    )
    if not done:
        raise Stale("这份督办单刚才有人办理过，请刷新")
    order.refresh_from_db()
    return tell_story(order, move, word, by=by, text=text, told=told, before=before)


def tell_story(
    order: Order,
    action: str,
    word: str,
    *,
    by: User | None,
    text: str = "",
    told: Sequence[Stored] = (),
    before: str = "",
    unit_id: int | None = None,
) -> OrderEvent:
    """One line of the story, with its files, and one audit row."""
    event = OrderEvent.objects.create(
        order=order,
        at=timezone.now(),
        on=clock.today(),
        by=by,
        by_name=str(by) if by is not None else "系统",
        unit_id=unit_id,
        action=action,
        word=word,
        text=text,
        from_state=before,
        to_state=order.state,
    )
    event.files.set(attach(order, by, told))
    record(
        by=by,
        action=f"督办单{word}",
        object_kind=SUBJECT,
        object_id=order.pk,
        label=str(order)[:200],
        unit_id=order.unit_id,
        reason=text,
        changes={"状态": [before, order.state]} if before and before != order.state else {},
    )
    return event


def stored(uploads: Sequence[UploadedFile]) -> list[Stored]:
    """Check and keep files before any row is held; Invalid (`files`) names every one that can't be kept."""
    faults: list[str] = []
    for upload in uploads:
        try:
            files.check_upload(upload)
        except Invalid as error:
            faults += error.faults.values()
    if faults:
        raise Invalid({"files": "；".join(faults)})
    return [(upload.name or "附件", files.store(upload)) for upload in uploads]


def attach(order: Order, by: User | None, told: Sequence[Stored]) -> list[Attachment]:
    if by is None:
        return []
    return [
        files.attach(
            by=by,
            file=file,
            name=name,
            owner_kind=SUBJECT,
            owner_id=order.pk,
            owner_label=str(order)[:200],
            unit_id=order.unit_id,
        )
        for name, file in told
    ]


def owed_cycle(order: Order, kind: str) -> Obligation | None:
    """The latest cycle of what the responsible unit owes for the order."""
    rows = Obligation.objects.filter(subject_kind=SUBJECT, subject_id=order.pk, kind=kind, unit=order.unit_id)
    return rows.order_by("-cycle").first()


def _last(order: Order) -> str:
    event = order.events.order_by("-id").first()
    return f"{event.by_name}已“{event.word}”" if event is not None else "有人办理过"
