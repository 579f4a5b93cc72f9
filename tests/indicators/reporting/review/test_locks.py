"""The office's lock on a month: what it stops, who may set and lift it."""

from __future__ import annotations

import pytest

from chuangmo.audit.models import AuditEvent
from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.periods import month, quarter
from chuangmo.review.models import Case, State
from indicators.reporting.models import Figure, PeriodLock
from indicators.reporting.services.locks import lift_lock, lock_month
from tests.factories import Cast
from tests.indicators.reporting.review.story import report_in, step

pytestmark = pytest.mark.django_db
MAY = month(2017, 5)


def _lock(cast: Cast, period=MAY) -> PeriodLock:
    return lock_month(plan=cast.plan, period=period, reason="五月数据上报省厅", by=cast.office)


@pytest.mark.parametrize(
    ("state", "action"),
    [
        (State.DRAFT, "submit"),
        (State.RETURNED, "submit"),
        (State.SUBMITTED, "withdraw"),
        (State.VERIFIED, "send_back"),
        (State.VERIFIED, "accept"),
        (State.ACCEPTED, "unlock"),
    ],
)
def test_what_a_lock_stops(cast: Cast, state: str, action: str) -> None:
    report = report_in(cast, state)
    figures = Figure.objects.count()
    lock = _lock(cast)
    by = cast.office if action == "send_back" else None
    with pytest.raises(Refused, match="2017年5月已由 王科长 锁定（五月数据上报省厅）"):
        step(cast, report, action, by=by)
    assert (Case.objects.get(pk=report.case_id).state, Figure.objects.count()) == (state, figures)
    lift_lock(lock_id=lock.pk, reason="省厅退回", by=cast.office)
    assert step(cast, report, action, by=by).state != state


@pytest.mark.parametrize(
    ("state", "action"),
    [(State.SUBMITTED, "sign_off"), (State.SIGNED_OFF, "verify")],
)
def test_the_checking_of_what_is_in_goes_on(cast: Cast, state: str, action: str) -> None:
    report = report_in(cast, state)
    _lock(cast)
    assert step(cast, report, action).state != state


def test_another_month_is_not_concerned(cast: Cast) -> None:
    _lock(cast, month(2017, 4))
    report_in(cast, State.ACCEPTED)
    assert Case.objects.get().state == State.ACCEPTED


def test_a_quarter_is_closed_by_its_last_month(cast: Cast) -> None:
    report = report_in(cast, State.VERIFIED, period=quarter(2017, 1))
    _lock(cast, month(2017, 2))
    lock = _lock(cast, month(2017, 3))
    with pytest.raises(Refused):
        step(cast, report, "accept")
    lift_lock(lock_id=lock.pk, reason="改正", by=cast.office)
    assert step(cast, report, "accept").state == State.ACCEPTED


@pytest.mark.parametrize(
    "who", ["owner", "colleague", "lead", "county_office", "inspector", "observer", "admin"]
)
def test_only_the_office_locks_and_lifts(cast: Cast, who: str) -> None:
    with pytest.raises(Refused):
        lock_month(plan=cast.plan, period=MAY, reason="理由", by=getattr(cast, who))
    lock = _lock(cast)
    with pytest.raises(Refused):
        lift_lock(lock_id=lock.pk, reason="理由", by=getattr(cast, who))
    assert PeriodLock.objects.filter(lifted_at=None).count() == 1


def test_reasons_and_months_are_asked_for(cast: Cast) -> None:
    for period, reason, fault in (
        (MAY, " ", {"reason": "请写明原因"}),
        (MAY, "长" * 201, {"reason": "原因不超过 200 字"}),
        (quarter(2017, 1), "理由", {"period": "只能锁定整月"}),
        (month(2017, 7), "理由", {"period": "2017年7月还没有开始"}),
    ):
        with pytest.raises(Invalid) as refused:
            lock_month(plan=cast.plan, period=period, reason=reason, by=cast.office)
        assert refused.value.faults == fault
    with pytest.raises(Invalid):
        lift_lock(lock_id=_lock(cast).pk, reason="", by=cast.office)


def test_twice_is_told(cast: Cast) -> None:
    lock = _lock(cast)
    with pytest.raises(Stale, match="2017年5月已由 王科长 锁定"):
        _lock(cast)
    lift_lock(lock_id=lock.pk, reason="改正", by=cast.office)
    with pytest.raises(Stale, match="刚才已由 王科长 解除"):
        lift_lock(lock_id=lock.pk, reason="改正", by=cast.office)
    assert _lock(cast).pk != lock.pk
    assert list(
        AuditEvent.objects.filter(object_kind="period_lock").order_by("id").values_list("action", "reason")
    ) == [("锁定月份", "五月数据上报省厅"), ("解除月份锁定", "改正"), ("锁定月份", "五月数据上报省厅")]


# The page ----------------------------------------------------------------------------------------------


def test_the_page_is_the_offices(cast: Cast, client) -> None:
    seen = {}
    for name, user in cast.people().items():
        client.logout()
        if name != "anonymous":
            client.force_login(user)
        seen[name] = client.get("/review/locks/").status_code
    assert seen == {name: {"office": 200, "anonymous": 302}.get(name, 403) for name in cast.people()}


def test_locking_and_lifting_on_the_page(cast: Cast, client) -> None:
    client.force_login(cast.office)
    form = client.get("/review/locks/").context["form"]
    choices = form.fields["period"].choices
    assert form["period"].value() == "2017-05"  # the last that is over, not the one that runs
    assert (choices[0], choices[-1]) == (("2017-06", "2017年6月"), ("2014-01", "2014年1月"))
    assert client.post("/review/locks/", {"period": "2017-05", "reason": " "}).status_code == 422
    assert client.post("/review/locks/", {"period": "2017-05", "reason": "上报"}).status_code == 302
    lock = PeriodLock.objects.get()
    assert (lock.period, lock.reason, lock.locked_by) == (MAY, "上报", cast.office)
    page = client.get("/review/locks/")
    assert "2017-05" not in dict(page.context["form"].fields["period"].choices)
    assert client.post("/review/locks/", {"period": "2017-05", "reason": "再来"}).status_code == 422
    url = f"/review/locks/{lock.pk}/lift/"
    client.post(url, {"reason": ""})
    assert PeriodLock.objects.get().lifted_at is None
    client.post(url, {"reason": "更正"})
    assert PeriodLock.objects.get().lifted_by == cast.office
    assert client.get(url).status_code == 405
    client.force_login(cast.admin)
    assert client.post(url, {"reason": "更正"}).status_code == 403
    assert client.post("/review/locks/", {"period": "2017-05", "reason": "上报"}).status_code == 403
