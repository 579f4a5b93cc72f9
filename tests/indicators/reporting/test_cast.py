"""The cast stands on the same rights as everybody."""

from __future__ import annotations

from chuangmo.access.queries import rights_of
from indicators.reporting.models import Report
from indicators.reporting.rights import may_report, visible_reports
from tests.factories import Cast, UnitFactory


def test_who_sees_and_enters_the_report_of_a_county(cast: Cast) -> None:
    report = cast.report()
    sees = {
        name
        for name, person in cast.people().items()
        if visible_reports(rights_of(person)).filter(pk=report.pk).exists()
    }
    enters = {name for name, person in cast.people().items() if may_report(rights_of(person), report)}
    assert sees == {"owner", "colleague", "lead", "office", "county_office", "inspector", "observer", "admin"}
    assert enters == {"owner"}


def test_a_unit_made_later_is_seen_by_the_whole_city_roles(cast: Cast) -> None:
    late = UnitFactory(name="市水务局")
    assert late.pk in rights_of(cast.office).accept
    assert late.pk not in rights_of(cast.owner).view


def test_a_report_has_its_cells_in_order(cast: Cast) -> None:
    report = cast.report(values={"i18.produced": "12.5"})
    assert [(v.element.code, v.raw) for v in Report.objects.get(pk=report.pk).values.all()] == [
        ("i18.produced", "12.5"),
        ("i18.treated", ""),
    ]
