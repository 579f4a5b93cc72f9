"""What-if of figures: the verdict moves, nothing is stored, what can't be read is told at its cell."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import Client
from django.utils.http import urlencode

from chuangmo import periods
from chuangmo.audit.models import AuditEvent
from indicators.assessment.models import Verdict
from indicators.assessment.services import refresh_all
from indicators.reporting.models import Figure
from tests.factories import Cast, make_figure

pytestmark = pytest.mark.sqlite_only

URL = "/p/2017/indicators/18/what-if/"
TREATED = "F|i18.treated|钟山区人民政府||2017-02"


@pytest.fixture
def judged(rated: Cast) -> Cast:
    for number in (1, 2):
        for unit in (rated.county, rated.other_county):
            period = periods.month(2017, number)
            make_figure(rated.produced, unit, period, 100)
            make_figure(rated.treated, unit, period, 95)
    rated.report(rated.other_county, periods.month(2017, 3), due_on=date(2017, 4, 10))
    refresh_all(plan=rated.plan)
    return rated


def trial_of(cast: Cast, who: str = "office", month: str = "2017-02", of: str = "2017-02", **cells: str):
    client = Client()
    client.force_login(getattr(cast, who), backend="django.contrib.auth.backends.ModelBackend")
    typed = {f"w:{key}": text for key, text in cells.items()}
    return client.get(f"{URL}?{urlencode({'month': month, 'of': of, **typed})}").context["trial"]


def test_without_a_supposition_only_the_verdict_is_shown(judged: Cast) -> None:
    trial = trial_of(judged)
    assert (trial.before.headline, trial.after, trial.moved) == ("95.00%", None, False)
    assert [(row.cell.what, row.cell.who, row.cell.current) for row in trial.rows] == [
        ("生活垃圾产生量", "水城县", "100"),
        ("生活垃圾产生量", "钟山区", "100"),
        ("生活垃圾无害化处理量", "水城县", "95"),
        ("生活垃圾无害化处理量", "钟山区", "95"),
    ]


@pytest.mark.parametrize(
    ("text", "headline", "status"),
    [
        ("15", "75.00%", "missed"),
        ("９５", "95.00%", "met"),
        ("0", "71.25%", "missed"),
        ("缺", "95.00%", "met"),  # nobody owes it in this world: the others' months stand
    ],
)
def test_a_supposed_figure_takes_the_place_of_the_accepted_one(judged, text, headline, status) -> None:
    trial = trial_of(judged, **{TREATED: text})
    if text != "缺":
        assert (trial.after.headline, trial.after.status.value) == (headline, status)
    assert trial.before.headline == "95.00%"


def test_a_figure_that_is_missing_may_be_supposed(judged: Cast) -> None:
    before = trial_of(judged, month="2017-04", of="2017-03")
    assert before.before.status == "partial"
    assert {row.cell.current for row in before.rows} == {"未报"}
    typed = {row.cell.key: "90" for row in before.rows}
    after = trial_of(judged, month="2017-04", of="2017-03", **typed)
    assert after.after.status == "met"


def test_suppositions_of_another_month_are_kept_and_named(judged: Cast) -> None:
    trial = trial_of(judged, of="2017-01", **{TREATED: "15"})
    assert [(row.cell.who, row.cell.when, row.typed) for row in trial.elsewhere] == [
        ("钟山区", "2017年2月", "15")
    ]
    assert trial.after.headline == "75.00%"


def test_nothing_is_stored(judged: Cast) -> None:
    before = (Verdict.objects.count(), Figure.objects.count(), AuditEvent.objects.count())
    trial_of(judged, **{TREATED: "15"})
    assert before == (Verdict.objects.count(), Figure.objects.count(), AuditEvent.objects.count())


@pytest.mark.parametrize("text", ["很多", "-3", "1e99", "NaN", "1.2.3"])
def test_what_is_no_number_is_told_at_its_cell(judged: Cast, text: str) -> None:
    trial = trial_of(judged, **{TREATED: text})
    assert trial.after is None
    assert [row.typed for row in trial.rows if row.fault] == [text]


@pytest.mark.parametrize(
    "key", ["X|a", "F|i18.treated", "F|i99.x|a||2017-02", "W|nowhere|2017-02|nh3n", "F||||", ""]
)
def test_a_cell_that_is_not_there_harms_nothing(judged: Cast, key: str) -> None:
    trial = trial_of(judged, **{key: "5"})
    assert trial.after is None or trial.after.headline == trial.before.headline


def test_whoever_sees_the_indicator_may_try_and_an_assessor_may_not(judged: Cast) -> None:
    assert trial_of(judged, who="observer", **{TREATED: "15"}).after.status == "missed"
    client = Client()
    client.force_login(judged.assessor, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get(URL).status_code == 403
