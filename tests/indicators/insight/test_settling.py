"""What the office does with a suspicion, and who may not."""

from __future__ import annotations

import pytest
from django.test import Client

from chuangmo.audit.models import AuditEvent
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.periods import month
from chuangmo.review.models import Case, Remark, ReviewEvent, State
from indicators.insight.models import Suspicion
from indicators.insight.services import decide, recheck, send_back
from indicators.reporting.services.locks import lock_month
from tests.factories import Cast
from tests.indicators.insight.cast import make_rule, make_suspicion
from tests.indicators.insight.conftest import accepted
from tests.indicators.reporting.review.story import WAYS, step

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]

MAY = month(2017, 5)
REASON = "处理量大于产生量，请核对"


@pytest.fixture
def suspicion(cast: Cast) -> Suspicion:
    make_rule()
    accepted(cast, MAY, 100, 120)
    recheck(plan=cast.plan)
    return Suspicion.objects.get()


def report_of(suspicion: Suspicion) -> int:
    return suspicion.cells[0]["report"]


def back(cast: Cast, suspicion: Suspicion, **more):
    return send_back(
        **{
            "by": cast.office,
            "suspicion_id": suspicion.pk,
            "report_id": report_of(suspicion),
            "revision_no": 1,
            "reason": REASON,
            **more,
        }
    )


def test_an_accepted_report_is_unlocked_with_the_reason(cast: Cast, suspicion: Suspicion) -> None:
    back(cast, suspicion)
    case = Case.objects.get(report=report_of(suspicion))
    assert case.state == State.UNLOCKED
    assert ReviewEvent.objects.get(case=case).reason == REASON
    suspicion.refresh_from_db()
    assert (suspicion.state, suspicion.reason, suspicion.decided_by) == ("sent_back", REASON, cast.office)
    assert AuditEvent.objects.get(action="处理存疑数据").changes == {"状态": ["待核实", "已退回更正"]}


def test_a_report_in_review_is_sent_back_with_remarks_on_its_cells(cast: Cast) -> None:
    report = cast.report(values={"i18.produced": "100", "i18.treated": "120"})
    for action in WAYS[State.VERIFIED]:
        step(cast, report, action)
    suspicion = make_suspicion(report, text="处理量 120 t 大于产生量 100 t")
    report.case.refresh_from_db()
    back(cast, suspicion, revision_no=report.case.revision_no)
    report.case.refresh_from_db()
    assert report.case.state == State.RETURNED
    cell = report.values.get(element=cast.treated)
    assert list(Remark.objects.values_list("cell", "text")) == [
        (f"v{cell.pk}", "处理量 120 t 大于产生量 100 t")
    ]


def test_what_is_with_the_unit_already_is_not_sent_back_again(cast: Cast, suspicion: Suspicion) -> None:
    Case.objects.update(state=State.UNLOCKED)
    with pytest.raises(Refused, match="已在填报单位手里"):
        back(cast, suspicion)
    suspicion.refresh_from_db()
    assert suspicion.state == "open"


def test_a_locked_month_is_not_unlocked(cast: Cast, suspicion: Suspicion) -> None:
    lock_month(plan=cast.plan, period=MAY, reason="已上报", by=cast.office)
    with pytest.raises(Refused, match="锁定"):
        back(cast, suspicion)
    assert Suspicion.objects.get().state == "open"


def test_a_report_that_has_moved_since_the_page_was_drawn_is_told(cast: Cast, suspicion: Suspicion) -> None:
    with pytest.raises(Stale):
        back(cast, suspicion, revision_no=7)
    assert Suspicion.objects.get().state == "open"


def test_another_report_is_refused(cast: Cast, suspicion: Suspicion) -> None:
    other = accepted(cast, month(2017, 4), 100, 90)
    with pytest.raises(Refused, match="无关"):
        back(cast, suspicion, report_id=other.pk)


@pytest.mark.parametrize("reason", ["", "  ", "长" * 401])
def test_the_reason_is_asked_for(cast: Cast, suspicion: Suspicion, reason: str) -> None:
    for act in (
        lambda: back(cast, suspicion, reason=reason),
        lambda: decide(by=cast.office, suspicion_id=suspicion.pk, decision="dismissed", reason=reason),
    ):
        with pytest.raises(Invalid) as refused:
            act()
        assert list(refused.value.faults) == ["reason"]
    assert Case.objects.get(report=report_of(suspicion)).state == State.ACCEPTED


@pytest.mark.parametrize(
    "person",
    ["owner", "colleague", "stranger", "lead", "county_office", "inspector", "observer", "assessor", "admin"],
)
def test_nobody_else_may(cast: Cast, suspicion: Suspicion, person: str) -> None:
    by = getattr(cast, person)
    with pytest.raises(Refused):
        back(cast, suspicion, by=by)
    with pytest.raises(Refused):
        decide(by=by, suspicion_id=suspicion.pk, decision="explained", reason="已核实")
    assert Suspicion.objects.get().state == "open"


def test_two_decisions_at_once_are_one(cast: Cast, suspicion: Suspicion) -> None:
    decide(by=cast.office, suspicion_id=suspicion.pk, decision="explained", reason="外区转入")
    with pytest.raises(Stale, match="已由 王科长 改为“已说明”"):
        decide(by=cast.office, suspicion_id=suspicion.pk, decision="dismissed", reason="不是错")
    with pytest.raises(Stale):
        back(cast, suspicion)
    assert Case.objects.get(report=report_of(suspicion)).state == State.ACCEPTED


def test_what_was_dismissed_can_be_opened_again(cast: Cast, suspicion: Suspicion) -> None:
    decide(by=cast.office, suspicion_id=suspicion.pk, decision="dismissed", reason="不是错")
    decide(by=cast.office, suspicion_id=suspicion.pk, decision="open")
    assert Suspicion.objects.get().state == "open"
    with pytest.raises(Stale):
        decide(by=cast.office, suspicion_id=suspicion.pk, decision="open")


def test_no_other_decision_is_known(cast: Cast, suspicion: Suspicion) -> None:
    with pytest.raises(Refused):
        decide(by=cast.office, suspicion_id=suspicion.pk, decision="gone", reason="x")


def test_the_page_keeps_what_was_typed_when_it_is_refused(cast: Cast, suspicion: Suspicion) -> None:
    client = Client()
    client.force_login(cast.office, backend="django.contrib.auth.backends.ModelBackend")
    response = client.post(f"/watch/{suspicion.pk}/send-back/", {"reason": "写了一半的理由"})
    assert response.status_code == 422
    assert "请选择报表" in response.content.decode()
    assert "写了一半的理由</textarea>" in response.content.decode()
    response = client.post(f"/watch/{suspicion.pk}/decide/", {"decision": "explained", "reason": ""})
    assert (response.status_code, "请写明理由" in response.content.decode()) == (422, True)
