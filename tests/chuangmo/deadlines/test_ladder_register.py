"""The ladder at the administrator's desk."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from chuangmo.audit.models import AuditEvent
from chuangmo.deadlines.models import Rung
from tests.factories import Cast

pytestmark = pytest.mark.sqlite_only

FORM = {
    "offset": "5",
    "name": "二次催办",
    "action": "chase",
    "tells_doers": "on",
    "template": "chase",
    "min_gap": "1",
    "is_active": "on",
}


@pytest.fixture
def desk(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.admin, "django.contrib.auth.backends.ModelBackend")
    return client


def refused(answer) -> dict[str, list[str]]:
    assert answer.status_code == 200
    return answer.context["adminform"].form.errors.get_json_data()


def test_a_rung_is_added_with_history_and_audit(desk: Client, ladder) -> None:
    assert desk.post(reverse("admin:deadlines_rung_add"), FORM).status_code == 302
    rung = Rung.objects.get(offset=5)
    assert rung.when == "逾期 5 个工作日"
    assert rung.history.count() == 1
    assert AuditEvent.objects.filter(action="新增催办级别").count() == 1


@pytest.mark.parametrize(
    ("change", "field", "words"),
    [
        ({"offset": "3"}, "offset", "一个时点只能有一级"),
        ({"offset": "400"}, "__all__", "时点应在 -60 到 250 个工作日之间"),
        ({"action": "order"}, "__all__", "只能作为建议，由创模办确认"),
        ({"offset": "-2", "is_proposal": "on"}, "__all__", "只能在逾期以后"),
        ({"min_gap": "61"}, "__all__", "最小间隔不能超过 60"),
        ({"template": "digest"}, "template", "digest"),
        ({"template": "nonsense"}, "template", "nonsense"),
    ],
)
def test_what_makes_no_ladder_is_refused_in_words(desk: Client, ladder, change, field, words) -> None:
    answer = desk.post(reverse("admin:deadlines_rung_add"), FORM | change)
    faults = refused(answer)
    assert words in "".join(fault["message"] for fault in faults[field])
    assert "二次催办" in answer.content.decode()
    assert Rung.objects.count() == 7


def test_a_rung_that_fired_stays(desk: Client, owed, sweep_on) -> None:
    sweep_on(6, 6)
    rung = Rung.objects.get(offset=1)
    desk.post(reverse("admin:deadlines_rung_delete", args=[rung.pk]), {"post": "yes"})
    assert Rung.objects.filter(pk=rung.pk).exists()
