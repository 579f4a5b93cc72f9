"""The register of accessions as a table."""

from __future__ import annotations

import django_tables2 as tables
from django.utils.html import format_html
from django.utils.safestring import SafeString

from archives.holdings.models import Accession
from chuangmo import clock
from chuangmo.days import cn_date, cn_datetime

__all__ = ["AccessionTable"]

NARROW = {"td": {"class": "nowrap"}}


class AccessionTable(tables.Table):
    """One row an accepted piece; the first column leads to it."""

    archive_number = tables.Column("档号")
    title = tables.Column("题名")
    kind = tables.Column("种类", attrs=NARROW)
    years = tables.Column("年度", accessor="year", order_by=("year", "covers_from"), attrs=NARROW)
    proves = tables.Column("证明指标", empty_values=(), orderable=False)
    unit = tables.Column("提供单位", order_by=("unit__order", "unit__name"))
    document_number = tables.Column("文号")
    issuer = tables.Column("责任者")
    dated_on = tables.Column("文件日期", attrs=NARROW)
    pages = tables.Column("页数")
    signed_page = tables.Column("签章页")
    version = tables.Column("版次", accessor="version__number", orderable=False, attrs=NARROW)
    original = tables.Column("原件", empty_values=(), orderable=False)
    accepted_at = tables.Column("归档时间")

    class Meta:
        model = Accession
        fields: tuple[str, ...] = ()
        sequence = (
            "archive_number",
            "title",
            "kind",
            "years",
            "proves",
            "unit",
            "document_number",
            "issuer",
            "dated_on",
            "pages",
            "signed_page",
            "version",
            "original",
            "accepted_at",
        )
        attrs = {"class": "stackable", "title": "归档登记"}
        empty_text = "没有符合条件的归档材料"

    def render_archive_number(self, record: Accession) -> SafeString:
        return format_html(
            '<a class="nowrap" href="{}">{}</a>', record.piece.get_absolute_url(), record.archive_number
        )

    def value_archive_number(self, record: Accession) -> str:
        return record.archive_number

    def render_years(self, record: Accession) -> str:
        return record.years_label

    def render_proves(self, record: Accession) -> str:
        return "、".join(str(one.number) for one in record.indicators.all())

    def render_unit(self, record: Accession) -> str:
        return record.unit.short_name

    def render_dated_on(self, record: Accession) -> str:
        return cn_date(record.dated_on, today=clock.today())

    def value_dated_on(self, record: Accession) -> object:
        return record.dated_on

    def render_version(self, record: Accession) -> str:
        return f"第 {record.version.number} 版"

    def render_original(self, record: Accession) -> str:
        return record.piece.original_label or "—"

    def render_accepted_at(self, record: Accession) -> str:
        return cn_datetime(record.accepted_at, today=clock.today())

    def value_accepted_at(self, record: Accession) -> str:
        return cn_date(record.accepted_at)
