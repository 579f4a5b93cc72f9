"""The ladder as data, and the log of what it did."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from chuangmo.deadlines.models.obligations import Obligation
from chuangmo.notices.rules.texts import CODES, variables_of

# What a notice about a rung can say.
SAYS = {"unit", "subject", "due", "days", "locks"}


class RungManager(models.Manager):
    def get_by_natural_key(self, offset: int) -> Rung:
        return self.get(offset=offset)

    def in_force(self) -> models.QuerySet:
        return self.filter(is_active=True).order_by("offset")


class Rung(models.Model):
    """One step of the ladder (domain.md §8): so many working days before or after the due day, who is told what.

    A rung never issues anything: one with `is_proposal` puts a proposal before the office.
    """

    class Action(models.TextChoices):
        REMIND = "remind", "提醒"
        CHASE = "chase", "催办"
        ORDER = "order", "督办单"
        CIRCULAR = "circular", "通报"
        TALK = "talk", "约谈、媒体曝光"
        ACCOUNT = "account", "问责"

    offset = models.SmallIntegerField(
        "时点（工作日）", unique=True, help_text="到期日为 0；-3 表示到期前 3 个工作日，1 表示逾期 1 个工作日。",
        error_messages={"unique": "这个时点已经有一级了，一个时点只能有一级；请改时点，或修改原来的那一级。"},
    )  # fmt: skip
    name = models.CharField("名称", max_length=30, help_text="如“到期前 3 天提醒”。")
    action = models.CharField("措施", max_length=10, choices=Action.choices)
    is_proposal = models.BooleanField(
        "要创模办确认", default=False, help_text="只提出建议，由创模办确认或不采纳。"
    )
    tells_doers = models.BooleanField("通知承办人", default=True)
    tells_reviewers = models.BooleanField("通知单位审核人", default=False)
    tells_leaders = models.BooleanField("抄送单位领导", default=False)
    tells_office = models.BooleanField("通知创模办", default=False)
    tells_county_office = models.BooleanField("通知所在县区创模办", default=False)
    template = models.CharField("通知模板", max_length=24, help_text="“通知模板”登记表里的代码。")
    min_gap = models.PositiveSmallIntegerField(
        "最小间隔（工作日）", default=1, help_text="距上一次通知至少几个工作日，不到就顺延。"
    )
    mandatory = models.BooleanField("必须送达", default=False, help_text="个人免打扰设置不能挡住。")
    is_active = models.BooleanField("启用", default=True)

    objects = RungManager()
    history = HistoricalRecords(verbose_name="催办级别历史")

    class Meta:
        verbose_name = verbose_name_plural = "催办级别"
        ordering: ClassVar[list[str]] = ["offset"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(offset__gte=-60, offset__lte=250),
                name="deadlines_rung_offset_range",
                violation_error_message="时点应在 -60 到 250 个工作日之间。",
            ),
            models.CheckConstraint(
                condition=Q(min_gap__lte=60),
                name="deadlines_rung_gap_range",
                violation_error_message="最小间隔不能超过 60 个工作日。",
            ),
            models.CheckConstraint(
                condition=Q(is_proposal=False) | Q(offset__gt=0),
                name="deadlines_rung_no_early_proposal",
                violation_error_message="要创模办确认的措施只能在逾期以后。",
            ),
            models.CheckConstraint(
                condition=Q(action__in=["remind", "chase"]) | Q(is_proposal=True),
                name="deadlines_rung_measures_are_proposals",
                violation_error_message="督办单、通报、约谈、问责只能作为建议，由创模办确认。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[int]:
        return (self.offset,)

    def clean(self) -> None:
        """A template must exist and take what a rung can say."""
        if set(variables_of(self.template)) != SAYS:
            known = "、".join(code for code in CODES if set(variables_of(code)) == SAYS)
            raise ValidationError({"template": f"没有可用于催办的模板“{self.template}”。可用的：{known}。"})

    @property
    def when(self) -> str:
        """The moment in words."""
        if self.offset == 0:
            return "到期当天"
        return f"到期前 {-self.offset} 个工作日" if self.offset < 0 else f"逾期 {self.offset} 个工作日"


class SweepRun(models.Model):
    """One pass over everything that is owed, on a business day: what it moved. Kept for the status page."""

    on = models.DateField("业务日期")
    started_at = models.DateTimeField("开始时间")
    finished_at = models.DateTimeField("结束时间", null=True, blank=True)
    moved = models.PositiveIntegerField("推进的事项", default=0)
    fired = models.PositiveIntegerField("触发的级别", default=0)
    proposed = models.PositiveIntegerField("提出的建议", default=0)
    told = models.PositiveIntegerField("通知", default=0)
    note = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "巡检"
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return f"{self.on} 巡检"


class Firing(models.Model):
    """That a rung was reached by one cycle of an obligation: once, never changed. `told` is true of the highest rung
    of its sweep, the one that people hear of."""

    obligation = models.ForeignKey(
        Obligation, verbose_name="事项", on_delete=models.CASCADE, related_name="firings"
    )
    rung = models.ForeignKey(Rung, verbose_name="级别", on_delete=models.PROTECT, related_name="firings")
    sweep = models.ForeignKey(
        SweepRun, verbose_name="巡检", null=True, on_delete=models.SET_NULL, related_name="firings"
    )
    fired_on = models.DateField("日期")
    created_at = models.DateTimeField("时间")
    told = models.BooleanField("已通知")

    class Meta:
        verbose_name = verbose_name_plural = "触发记录"
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["obligation", "rung"], name="deadlines_firing_once")
        ]

    def __str__(self) -> str:
        return f"{self.fired_on} {self.rung} {self.obligation}"


class Proposal(models.Model):
    """A measure that the ladder proposes and the office confirms or declines with a reason. A higher proposal for the
    same obligation takes the place of a lower one; one whose obligation is done lapses."""

    class State(models.TextChoices):
        OPEN = "open", "待确认"
        CONFIRMED = "confirmed", "已确认"
        DECLINED = "declined", "不采纳"
        REPLACED = "replaced", "已由更高一级取代"
        LAPSED = "lapsed", "事项已办结"

    obligation = models.ForeignKey(
        Obligation, verbose_name="事项", on_delete=models.CASCADE, related_name="proposals"
    )
    rung = models.ForeignKey(Rung, verbose_name="级别", on_delete=models.PROTECT, related_name="proposals")
    state = models.CharField("状态", max_length=10, choices=State.choices, default=State.OPEN)
    proposed_on = models.DateField("提出日期")
    decided_at = models.DateTimeField("决定时间", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="决定人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reason = models.CharField("意见", max_length=400, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "措施建议"
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["obligation", "rung"], name="deadlines_proposal_once"),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""),
                name="deadlines_proposal_decline_reason",
                violation_error_message="不采纳要写明理由。",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            # What waits for the office.
            models.Index(fields=["obligation"], condition=Q(state="open"), name="deadlines_proposal_open"),
        ]

    def __str__(self) -> str:
        return f"{self.rung} {self.obligation}"


class Hold(models.Model):
    """A rung and all above it stand still for one obligation, for a reason; at most one hold stands at a time."""

    obligation = models.ForeignKey(
        Obligation, verbose_name="事项", on_delete=models.CASCADE, related_name="holds"
    )
    rung = models.ForeignKey(Rung, verbose_name="从哪一级起", on_delete=models.PROTECT, related_name="+")
    until = models.DateField("暂缓至", null=True, blank=True, help_text="最后一天；空着表示到解除为止。")
    reason = models.CharField("理由", max_length=200)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="批准人", on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("时间", auto_now_add=True)
    lifted_at = models.DateTimeField("解除时间", null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="解除人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = "暂缓"
        ordering: ClassVar[list[str]] = ["-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["obligation"], condition=Q(lifted_at__isnull=True), name="deadlines_hold_one_standing"
            )
        ]

    def __str__(self) -> str:
        return f"{self.obligation} 暂缓 {self.rung}"
