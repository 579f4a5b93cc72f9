"""Units, the names they are known by, and groups of units."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar, Self

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from simple_history.models import HistoricalRecords


def valid_at(day: date, prefix: str = "") -> Q:
    """Condition: a row with `valid_from` / `valid_to` (both included, either may be open) counts on `day`."""
    return (Q(**{f"{prefix}valid_from__isnull": True}) | Q(**{f"{prefix}valid_from__lte": day})) & (
        Q(**{f"{prefix}valid_to__isnull": True}) | Q(**{f"{prefix}valid_to__gte": day})
    )


def since_ever(column: str) -> Coalesce:
    """A start date in which “always” counts as one value: in a unique key null would equal nothing."""
    return Coalesce(column, Value(date(1900, 1, 1), output_field=models.DateField()))


class DatedQuerySet(models.QuerySet):
    """Rows that count from one day to another."""

    def valid(self, at: date) -> DatedQuerySet:
        return self.filter(valid_at(at))


class Dated(models.Model):
    """Abstract: counts from `valid_from` to `valid_to`, both days included; an open side has no limit."""

    valid_from = models.DateField(
        "自", null=True, blank=True, help_text="第一天有效的日期；空着表示一直有效。"
    )
    valid_to = models.DateField("至", null=True, blank=True, help_text="最后有效的一天；空着表示没有期限。")

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_to__isnull=True)
                | Q(valid_to__gte=F("valid_from")),
                name="%(app_label)s_%(class)s_dates_in_order",
                violation_error_message="“至”不能早于“自”。",
            )
        ]

    def is_valid(self, at: date) -> bool:
        return (self.valid_from is None or self.valid_from <= at) and (
            self.valid_to is None or self.valid_to >= at
        )


class SingleRow(models.Model):
    """Settings of which there is one row, with the key 1.

    The key is set here: a database that counts up, as PostgreSQL does after a row that was refused, would give another.
    """

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.pk = 1
        super().save(*args, **kwargs)

    @classmethod
    def current(cls) -> Self:
        """The one row, or its defaults where none is stored yet."""
        return cls._default_manager.filter(pk=1).first() or cls(pk=1)


class Installation(SingleRow):
    """The city that this installation serves; one row. `is_demonstration` marks every page and print."""

    city = models.CharField("城市", max_length=40, default="六盘水市")
    title = models.CharField("系统名称", max_length=40, default="六盘水创模", help_text="显示在每页左上角。")
    is_demonstration = models.BooleanField(
        "演示数据", default=False, help_text="勾选后每一页、每份打印件都标明“演示数据，不是实际统计结果”。"
    )

    class Meta:
        verbose_name = verbose_name_plural = "系统设置"
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(pk=1), name="org_installation_single", violation_error_message="只能有一行。"
            )
        ]

    def __str__(self) -> str:
        return self.title


class UnitKind(models.TextChoices):
    COUNTY = "county", "县（特区、区）"
    ZONE = "zone", "开发区"
    BUREAU = "bureau", "市直部门"
    PARTY = "party", "党委部门"
    ENTERPRISE = "enterprise", "企业"
    OFFICE = "office", "创模办"
    OVERSIGHT = "oversight", "监督机构"


class UnitQuerySet(DatedQuerySet):
    def get_by_natural_key(self, name: str) -> Unit:
        return self.get(name=name)


class Unit(Dated):
    """A body that reports, reviews or supervises. Its name is the longest official form in the plan.

    A unit outlives plans and is never deleted: it gets a `valid_to` and perhaps a successor.
    """

    name = models.CharField("全称", max_length=80, unique=True, help_text="方案中最完整的正式名称。")
    short_name = models.CharField("简称", max_length=30, help_text="表格和手机页面上显示的短名称。")
    kind = models.CharField("类别", max_length=12, choices=UnitKind.choices)
    county = models.ForeignKey(
        "self",
        verbose_name="所属县区",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="inside",
        limit_choices_to={"kind": UnitKind.COUNTY},
        help_text="县区创模办、县区内的企业等所属的县（特区、区）。",
    )
    successor = models.ForeignKey(
        "self",
        verbose_name="承接单位",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="predecessors",
    )
    own_review = models.BooleanField(
        "本单位审核",
        default=True,
        help_text="只有一个人的单位可以关闭：提交后直接进入下一步，时间线上会注明。",
    )
    order = models.PositiveIntegerField("排序", default=0, help_text="小的排在前面。")

    objects = UnitQuerySet.as_manager()
    history = HistoricalRecords(verbose_name="单位历史")

    class Meta(Dated.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "单位"
        ordering: ClassVar[list[str]] = ["order", "name"]
        permissions: ClassVar[list[tuple[str, str]]] = [
            ("report", "代表单位填报"),
            ("sign_off", "代表单位审核"),
            ("accept", "审定该单位的报送"),
            ("oversee", "督导该单位"),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.name,)


class UnitNameKind(models.TextChoices):
    ALIAS = "alias", "别名"
    OFFICIAL = "official", "正式名称（某段时间）"


class UnitNameManager(models.Manager):
    def get_by_natural_key(self, unit: str, name: str) -> UnitName:
        return self.get(unit__name=unit, name=name)


class UnitName(Dated):
    """Another name of a unit. An `official` name with dates is shown on reports of those months;
    an alias is only recognised when typed or imported. One alias may fit two units: then it is ambiguous."""

    unit = models.ForeignKey(Unit, verbose_name="单位", on_delete=models.CASCADE, related_name="names")
    name = models.CharField("名称", max_length=80)
    kind = models.CharField("种类", max_length=10, choices=UnitNameKind.choices, default=UnitNameKind.ALIAS)

    objects = UnitNameManager.from_queryset(DatedQuerySet)()
    history = HistoricalRecords(verbose_name="单位名称历史")

    class Meta(Dated.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "单位名称"
        ordering: ClassVar[list[str]] = ["unit", "name"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                fields=["unit", "name"],
                name="org_unitname_once",
                violation_error_message="该单位已有这个名称。",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str, str]:
        return (self.unit.name, self.name)

    natural_key.dependencies = ["org.unit"]  # type: ignore[attr-defined]


class NamedManager(models.Manager):
    """Natural key: the name."""

    def get_by_natural_key(self, name: str) -> models.Model:
        return self.get(name=name)


class CollectiveName(models.Model):
    """A name in the plan that stands for several units (各县（特区、区）人民政府); it carries no duty itself."""

    name = models.CharField("名称", max_length=80, unique=True)
    units = models.ManyToManyField(Unit, verbose_name="所指单位", related_name="collective_names")

    objects = NamedManager()

    class Meta:
        verbose_name = verbose_name_plural = "统称"
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.name,)

    natural_key.dependencies = ["org.unit"]  # type: ignore[attr-defined]


class UnitGroup(models.Model):
    """A body that the plan names without its members (创建国家卫生城市各成员单位). The group carries the duty, an
    administrator fills in members; an empty group is shown as a gap."""

    name = models.CharField("名称", max_length=80, unique=True)
    note = models.TextField("说明", blank=True)

    objects = NamedManager()
    history = HistoricalRecords(verbose_name="单位组历史")

    class Meta:
        verbose_name = verbose_name_plural = "单位组"
        ordering: ClassVar[list[str]] = ["name"]

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        return (self.name,)


class GroupMember(Dated):
    """A unit's membership in a group, with dates; changes go through `plan.services.duties.sync_assignments`."""

    group = models.ForeignKey(
        UnitGroup, verbose_name="单位组", on_delete=models.CASCADE, related_name="members"
    )
    unit = models.ForeignKey(
        Unit, verbose_name="成员单位", on_delete=models.PROTECT, related_name="group_memberships"
    )

    history = HistoricalRecords(verbose_name="组成员历史")

    class Meta(Dated.Meta):
        abstract = False
        verbose_name = verbose_name_plural = "组成员"
        ordering: ClassVar[list[str]] = ["group", "unit"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(
                "group",
                "unit",
                since_ever("valid_from"),
                name="org_groupmember_once",
                violation_error_message="该单位已经是成员。",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.group}：{self.unit}"
