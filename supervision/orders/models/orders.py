"""The order and its story."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django_fsm import FSMField, transition

from chuangmo.files.models import Attachment
from chuangmo.org.models import Unit
from indicators.plan.models import Indicator, Plan
from projects.works.models import Project
from supervision.inspections.models import Finding


class OrderKind(models.TextChoices):
    """Each kind counts its own numbers."""

    ORDER = "order", "督办单"
    SECOND = "second", "二次督办单"


class OrderState(models.TextChoices):
    DRAFT = "draft", "草稿"
    ISSUED = "issued", "待签收"
    SIGNED = "signed", "已签收"
    ANSWERED = "answered", "已反馈"
    REVIEWED = "reviewed", "已复核"
    SENT_BACK = "sent_back", "退回重办"
    CLOSED = "closed", "已销号"
    RENEWED = "renewed", "已转二次督办"
    CANCELLED = "cancelled", "作废"


State = OrderState
OPEN_STATES = (State.ISSUED, State.SIGNED, State.ANSWERED, State.REVIEWED, State.SENT_BACK)
DONE_STATES = (State.CLOSED, State.RENEWED, State.CANCELLED)


class Order(models.Model):
    """A written instruction of an office to a unit: what is to be put right until when.

    It has a number from the moment it is issued and keeps it, cancelled too. What the unit owes stands in
    `deadlines.Obligation` (subject “order”, kinds “order_sign” and “order”), and what its office owes (“order_review”); `due_on`
    follows the answer's cycles, `original_due_on` stays. The methods below are the graph of its states and change nothing else:
    every move is a service of `orders.services.moves`.
    """

    plan = models.ForeignKey(Plan, verbose_name="方案", on_delete=models.PROTECT, related_name="orders")
    office = models.ForeignKey(
        Unit, verbose_name="签发单位", on_delete=models.PROTECT, related_name="issued_orders"
    )
    kind = models.CharField("文种", max_length=8, choices=OrderKind.choices, default=OrderKind.ORDER)
    year = models.PositiveSmallIntegerField("年份", null=True, blank=True)
    number = models.PositiveIntegerField("编号", null=True, blank=True)
    document_number = models.CharField("文号", max_length=60, blank=True)
    unit = models.ForeignKey(Unit, verbose_name="承办单位", on_delete=models.PROTECT, related_name="orders")
    co_units = models.ManyToManyField(
        Unit, verbose_name="协办单位", through="orders.CoUnit", blank=True, related_name="co_orders"
    )
    title = models.CharField("事由", max_length=120)
    requirements = models.TextField("督办要求", max_length=4000)
    place = models.CharField("地点", max_length=120, blank=True)
    indicator = models.ForeignKey(
        Indicator,
        verbose_name="指标",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="orders",
    )
    project = models.ForeignKey(
        Project,
        verbose_name="工程",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="orders",
    )
    due_on = models.DateField("办结期限")
    original_due_on = models.DateField("原定期限")
    asked_due_on = models.DateField(
        "填写的日期", null=True, blank=True, help_text="填的是节假日，已顺延；空着表示没有顺延。"
    )
    state = FSMField("状态", max_length=10, choices=State.choices, default=State.DRAFT)
    source_kind = models.CharField("来源类型", max_length=20, blank=True)
    source_id = models.BigIntegerField("来源编号", null=True, blank=True)
    source_label = models.CharField("来源", max_length=200, blank=True)
    source_url = models.CharField("来源地址", max_length=200, blank=True)
    finding = models.ForeignKey(
        Finding,
        verbose_name="问题",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="orders",
    )
    previous = models.OneToOneField(
        "self",
        verbose_name="前一份督办单",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="following",
    )
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="起草人", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("起草时间", auto_now_add=True)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="签发人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    issued_on = models.DateField("签发日期", null=True, blank=True)
    signed_on = models.DateField("签收日期", null=True, blank=True)
    answered_on = models.DateField("反馈日期", null=True, blank=True, help_text="最近一次反馈。")
    closed_on = models.DateField("销号日期", null=True, blank=True)
    closed_late = models.BooleanField(
        "逾期办结", null=True, blank=True, help_text="任何一轮反馈晚于当时的期限，即为逾期；没有销号的空着。"
    )
    rebounded_on = models.DateField("反弹日期", null=True, blank=True, help_text="最近一次反弹。")
    rebound_count = models.PositiveSmallIntegerField("反弹次数", default=0)
    version = models.PositiveIntegerField("版本", default=0)

    class Meta:
        verbose_name = verbose_name_plural = "督办单"
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["office", "kind", "year", "number"],
                condition=Q(number__isnull=False),
                name="orders_number_once",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", number__isnull=True)
                | Q(state="cancelled")
                | Q(number__isnull=False, year__isnull=False, issued_on__isnull=False),
                name="orders_number_from_issue_on",
            ),
            models.CheckConstraint(
                condition=Q(state__in=State.values), name="orders_state", violation_error_message="状态不对。"
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_on__isnull=False, closed_late__isnull=False)
                | (~Q(state="closed") & Q(closed_late__isnull=True)),
                name="orders_closed_has_day",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # A unit's orders, and the list by state and day.
            models.Index(fields=["unit", "state", "due_on"], name="orders_order_unit"),
            models.Index(fields=["office", "state"], name="orders_order_office"),
            # Whether this source has an order already.
            models.Index(fields=["source_kind", "source_id"], name="orders_order_source"),
        ]

    def __str__(self) -> str:
        return f"{self.document_number} {self.title}".strip()

    def get_absolute_url(self) -> str:
        return reverse("orders:order-show", args=[self.pk])

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def is_rebound(self) -> bool:
        """Came back, and isn't put right again yet."""
        return self.rebounded_on is not None and self.is_open

    @property
    def is_moved(self) -> bool:
        return self.due_on != self.original_due_on

    @transition(field=state, source=State.DRAFT, target=State.ISSUED)
    def issue(self) -> None:
        """It gets its number."""

    @transition(field=state, source=State.ISSUED, target=State.SIGNED)
    def sign(self) -> None:
        """The unit has it."""

    @transition(field=state, source=[State.SIGNED, State.SENT_BACK], target=State.ANSWERED)
    def answer(self) -> None:
        """The unit says what it did."""

    @transition(field=state, source=State.ANSWERED, target=State.REVIEWED)
    def review(self) -> None:
        """The office finds it put right."""

    @transition(field=state, source=[State.ANSWERED, State.REVIEWED], target=State.SENT_BACK)
    def send_back(self) -> None:
        """It isn't."""

    @transition(field=state, source=State.REVIEWED, target=State.CLOSED)
    def close(self) -> None:
        """Struck off the list."""

    @transition(
        field=state,
        source=[State.ISSUED, State.SIGNED, State.ANSWERED, State.SENT_BACK],
        target=State.RENEWED,
    )
    def renew(self) -> None:
        """A second order takes its place."""

    @transition(field=state, source=[State.DRAFT, *OPEN_STATES], target=State.CANCELLED)
    def cancel(self) -> None:
        """Issued by mistake; the number stays."""

    @transition(field=state, source=State.CLOSED, target=State.SENT_BACK)
    def reopen(self) -> None:
        """It came back."""

    @transition(field=state, source=[State.ISSUED, State.SIGNED, State.SENT_BACK], target=State.ISSUED)
    def pass_on(self) -> None:
        """Another unit has to do it."""


class CoUnit(models.Model):
    """A unit that helps: it sees the order, signs for it and may write to it, but owes nothing of its own."""

    order = models.ForeignKey(Order, verbose_name="督办单", on_delete=models.CASCADE, related_name="helpers")
    unit = models.ForeignKey(Unit, verbose_name="协办单位", on_delete=models.PROTECT, related_name="+")
    signed_on = models.DateField("签收日期", null=True, blank=True)
    signed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="签收人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = "协办"
        ordering: ClassVar[list[str]] = ["unit__order", "id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["order", "unit"], name="orders_counit_once")
        ]

    def __str__(self) -> str:
        return f"{self.unit} 协办 {self.order}"


class OrderEvent(models.Model):
    """One line of an order's story, with what was attached to it. Never changed."""

    order = models.ForeignKey(Order, verbose_name="督办单", on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField("时间")
    on = models.DateField("日期")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="办理人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    by_name = models.CharField("办理人姓名", max_length=60)
    unit = models.ForeignKey(
        Unit, verbose_name="所属单位", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    action = models.CharField("动作", max_length=12)
    word = models.CharField("办理", max_length=30)
    text = models.TextField("内容", max_length=4000, blank=True)
    from_state = models.CharField("原状态", max_length=10, blank=True)
    to_state = models.CharField("新状态", max_length=10, blank=True)
    files = models.ManyToManyField(Attachment, verbose_name="附件", blank=True, related_name="order_events")

    class Meta:
        verbose_name = verbose_name_plural = "办理经过"
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"{self.word} {self.by_name}"
