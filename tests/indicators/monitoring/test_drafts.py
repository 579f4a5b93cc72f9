"""What is typed into the grid and not saved: kept for the person, offered again, never over what somebody else stored."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from chuangmo.access.models import Role, User
from chuangmo.errors import Refused, Stale
from chuangmo.periods import month
from indicators.monitoring.models import Batch, GridDraft, WaterSample
from indicators.monitoring.services import drafts
from indicators.monitoring.services.drafts import GridKey
from indicators.plan.models import Site
from indicators.reporting.services.locks import lock_month
from tests.factories import SiteFactory, UserFactory, give_role
from tests.indicators.monitoring.story import WATER, World

pytestmark = pytest.mark.django_db
GRID = "/monitoring/grid/"
MAY = "2017-05"


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def clerk(world: World) -> Client:
    return signed_in(world.clerk)


@pytest.fixture
def second(world: World) -> Client:
    """Another clerk of the same bureau."""
    user = UserFactory(username="second", name="马丽")
    give_role(user, world.cast.bureau, Role.REPORTER)
    return signed_in(user)


def cells(response: Any) -> dict[str, str]:
    return {cell["key"]: cell["text"] for row in response.context["rows"] for cell in row["cells"]}


class Page:
    """What a browser has of an open grid: its cells, what they showed, and which draft it goes on from."""

    def __init__(self, client: Client, query: str = "") -> None:
        self.client = client
        self.response = client.get(f"{GRID}?kind=section&period={MAY}{query}")
        self.cells = cells(self.response)
        self.basis = self.response.context["basis"]
        self.mark = self.response.context["mark"]

    def form(self, typed: dict[str, str]) -> dict[str, str]:
        self.cells |= typed
        return {"kind": "section", "period": MAY, "basis": self.basis, "mark": self.mark, **self.cells}

    def keep(self, typed: dict[str, str], status: int = 200) -> dict[str, Any]:
        response = self.client.post(
            reverse("monitoring:grid-keep"), self.form(typed), headers={"Accept": "application/json"}
        )
        assert response.status_code == status
        data: dict[str, Any] = response.json()
        if status == 200:
            self.mark = data["mark"]
        return data

    def save(self, typed: dict[str, str]) -> Any:
        return self.client.post(GRID, self.form(typed))


def test_what_is_typed_is_kept_offered_restored_and_done_with(world: World, clerk: Client) -> None:
    ph, do = f"g:{world.section.pk}:ph", f"g:{world.section.pk}:do"
    page = Page(clerk)
    answer = page.keep({ph: "7.8", do: "九"})
    assert set(answer["faults"]) == {do} and answer["count"] == 2
    draft = GridDraft.objects.get()
    assert draft.typed == {ph[2:]: "7.8", do[2:]: "九"}
    assert (Batch.objects.count(), WaterSample.objects.count()) == (0, 0)

    offered = Page(clerk)
    assert offered.cells[ph] == ""  # offered, not put in
    text = offered.response.content.decode()
    assert "恢复这 2 格" in text and "保存并核对" not in text and " readonly" in text
    listed = clerk.get(reverse("monitoring:batch-list")).content.decode()
    assert "断面水质 2017-05" in listed and "改了 2 格" in listed

    restored = Page(clerk, "&draft=1")
    assert (restored.cells[ph], restored.cells[do]) == ("7.8", "九")
    assert "不是数字" in restored.response.content.decode()
    assert restored.save({do: "9"}).status_code == 302
    assert GridDraft.objects.count() == 0
    assert Batch.objects.get().facts["lines"][0]["text"] == "pH 7.8，溶解氧 9"


def test_nobody_sees_another_person_s_draft(world: World, clerk: Client, second: Client) -> None:
    ph = f"g:{world.section.pk}:ph"
    Page(clerk).keep({ph: "7.8"})
    theirs = Page(second)
    assert "没保存" not in theirs.response.content.decode() and theirs.mark == ""
    assert "没保存" not in second.get(reverse("monitoring:batch-list")).content.decode()
    assert Page(second, "&draft=1").cells[ph] == ""
    theirs.keep({ph: "7.1"})
    assert Page(clerk, "&draft=1").cells[ph] == "7.8"
    second.post(reverse("monitoring:grid-drop"), {"kind": "section", "period": MAY, "mark": theirs.mark})
    assert GridDraft.objects.get().user == world.clerk


def test_nothing_changed_is_no_draft_and_a_retry_changes_nothing(world: World, clerk: Client) -> None:
    ph = f"g:{world.section.pk}:ph"
    page = Page(clerk)
    page.keep({})
    assert GridDraft.objects.count() == 0
    page.keep({ph: "7.8"})
    first = page.mark
    page.mark = ""  # the answer was lost on its way
    page.keep({ph: "7.8"})
    assert page.mark == first
    page.keep({ph: ""})
    assert (page.mark, GridDraft.objects.count()) == ("", 0)


def test_two_windows_of_one_person(world: World, clerk: Client) -> None:
    ph = f"g:{world.section.pk}:ph"
    one, other = Page(clerk), Page(clerk)
    one.keep({ph: "7.8"})
    answer = other.keep({ph: "7.1"}, status=409)
    assert "另一个窗口" in answer["error"] and (answer["mark"], answer["count"]) == (one.mark, 1)
    assert GridDraft.objects.get().typed == {ph[2:]: "7.8"}
    assert other.save({}).status_code == 302  # what this window holds is a batch of its own
    assert GridDraft.objects.get().typed == {ph[2:]: "7.8"}  # the other's stays, and is offered again
    one.save({})
    one.keep({ph: "7.9"}, status=409)  # a request that comes late does not bring back what is done with
    assert GridDraft.objects.count() == 0


def test_what_was_stored_meanwhile_is_told_and_not_overwritten(world: World, clerk: Client) -> None:
    """While the page is open, and between two days."""
    key, other = f"g:{world.section.pk}", f"g:{world.own_section.pk}"
    page = Page(clerk)
    page.keep({f"{key}:ph": "7.8", f"{key}:nh3n": "0.2"})
    world.loaded("water", WATER + "德坞河,2017-05,7.5,8,3,0.2,0.05\n响水河,2017-05,7,6,4,0.3,0.1\n")
    answer = page.keep({})
    assert answer["clashes"] == [f"{key}:ph"]
    assert (answer["moved"][f"{key}:ph"], answer["moved"][f"{other}:nh3n"]) == ("7.5", "0.3")

    refused = page.save({})
    assert refused.status_code == 422 and Batch.objects.count() == 1
    shown = cells(refused)
    assert (shown[f"{key}:ph"], shown[f"{key}:do"], shown[f"{other}:nh3n"]) == ("7.8", "8", "0.3")
    assert "现在是 7.5（您填时是 空白）" in refused.content.decode()

    restored = Page(clerk, "&draft=1")
    assert "现在是 7.5（您填时是 空白）" in restored.response.content.decode()
    assert restored.save({}).status_code == 302  # seen, and meant: a correction, which asks for its reason
    batch = Batch.objects.order_by("pk").last()
    assert batch is not None
    assert (batch.facts["corrected"], batch.facts["unchanged"]) == (1, 1)
    sample = WaterSample.objects.current().get(site=world.section)
    assert sample.values["ph"] == "7.5"


def test_a_page_that_was_open_does_not_bring_back_what_was_corrected(world: World, clerk: Client) -> None:
    world.loaded("water", WATER + "德坞河,2017-05,7.5,8,3,0.2,0.05\n")
    page = Page(clerk)
    world.loaded("water", WATER + "德坞河,2017-05,7.5,8,3,0.25,0.05\n", reason="复核")
    assert page.save({f"g:{world.own_section.pk}:ph": "7.1"}).status_code == 302
    batch = Batch.objects.order_by("pk").last()
    assert batch is not None
    assert (batch.facts["fresh"], batch.facts["unchanged"], batch.facts["corrected"]) == (1, 1, 0)


def test_a_locked_month_refuses_with_its_reason_and_keeps_what_was_typed(world: World, clerk: Client) -> None:
    ph, when = f"g:{world.section.pk}:ph", f"g:{world.section.pk}:month"
    page = Page(clerk)
    lock_month(plan=world.cast.plan, period=month(2017, 5), reason="五月已上报", by=world.cast.office)
    assert "五月已上报" in page.keep({ph: "7.8"})["faults"][when]
    refused = page.save({})
    assert refused.status_code == 422 and "五月已上报" in refused.content.decode()
    assert (cells(refused)[ph], Batch.objects.count()) == ("7.8", 0)
    assert Page(clerk, "&draft=1").cells[ph] == "7.8"


def test_a_draft_of_a_batch_is_its_own(world: World, clerk: Client) -> None:
    ph, tp = f"g:{world.section.pk}:ph", f"g:{world.section.pk}:tp"
    Page(clerk).save({ph: "7.8"})
    batch = Batch.objects.get()
    page = Page(clerk, f"&batch={batch.pk}")
    page.cells |= {"batch": str(batch.pk)}
    page.keep({ph: "7.9", tp: "0.01L"})
    assert GridDraft.objects.get().basis == {ph[2:]: "7.8", tp[2:]: ""}
    assert Page(clerk).mark == ""
    restored = Page(clerk, f"&batch={batch.pk}&draft=1")
    restored.cells |= {"batch": str(batch.pk)}
    assert (restored.cells[ph], restored.cells[tp]) == ("7.9", "0.01L")
    assert restored.save({}).status_code == 302
    batch.refresh_from_db()
    assert batch.facts["lines"][0]["text"] == "pH 7.9，总磷 0.01L"
    assert GridDraft.objects.count() == 0


def test_what_is_thrown_away_is_what_was_seen(world: World, clerk: Client) -> None:
    ph = f"g:{world.section.pk}:ph"
    page = Page(clerk)
    page.keep({ph: "7.8"})
    seen = page.mark
    page.keep({ph: "7.9"})
    drop = {"kind": "section", "period": MAY}
    assert clerk.post(reverse("monitoring:grid-drop"), {**drop, "mark": seen}).status_code == 409
    assert GridDraft.objects.get().typed == {ph[2:]: "7.9"}
    response = clerk.post(reverse("monitoring:grid-drop"), {**drop, "mark": page.mark}, follow=True)
    assert "暂存的内容已放弃" in response.content.decode()
    assert (GridDraft.objects.count(), cells(response)[ph]) == (0, "")


def test_a_site_that_closed_meanwhile_is_told(world: World, clerk: Client) -> None:
    Page(clerk).keep({f"g:{world.section.pk}:ph": "7.8"})
    Site.objects.filter(pk=world.section.pk).update(valid_to=date(2017, 4, 30))
    text = Page(clerk, "&draft=1").response.content.decode()
    assert "有 1 格的点位已不在这张表里，不会保存：德坞河 7.8" in text


def test_a_column_that_was_typed_into_comes_back_without_asking(world: World, clerk: Client) -> None:
    cd = f"g:{world.section.pk}:cd"
    assert cd not in Page(clerk).cells
    page = Page(clerk, "&all=1")
    page.cells |= {"all": "1"}
    page.keep({cd: "0.001"})
    assert Page(clerk, "&draft=1").cells[cd] == "0.001"


@pytest.mark.parametrize("basis", ["", "[", "[]", '{"x": "1"}', '{"1:ph": 3}', '{"1:ph": "\\u0000\\ud800"}'])
def test_a_basis_that_is_none(world: World, clerk: Client, basis: str) -> None:
    page = Page(clerk)
    page.basis = basis
    page.keep({f"g:{world.section.pk}:ph": "7.8"})
    assert GridDraft.objects.get().typed[f"{world.section.pk}:ph"] == "7.8"


def test_who_may_keep(world: World) -> None:
    key = GridKey("section", world.cast.bureau.pk, date(2017, 5, 1))
    with pytest.raises(Refused):
        drafts.keep_draft(by=world.cast.owner, key=key, typed={"1:ph": "7"}, basis={"1:ph": ""}, mark="")
    with pytest.raises(Stale):
        drafts.keep_draft(by=world.clerk, key=key, typed={"1:ph": "7"}, basis={"1:ph": ""}, mark="1.1")
    assert GridDraft.objects.count() == 0


@pytest.mark.sqlite_only
def test_it_costs_the_same_for_many_sites_and_drafts(
    world: World, clerk: Client, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for more in (10, 100):
        for number in range(more):
            SiteFactory(kind="section", unit=world.cast.county, target_class=3, water_body="river")
            GridDraft.objects.create(
                user=world.clerk,
                unit=world.cast.bureau,
                kind="section",
                first_day=date(1900 + more + number % 10, 1 + number // 10, 1),
                typed={"1:ph": "7"},
                saved_at="2017-06-06T00:00:00Z",
            )
        with django_assert_max_num_queries(90) as counted:
            page = Page(clerk)
            site = Site.objects.filter(kind="section").latest("pk")
            page.keep({f"g:{site.pk}:ph": f"7.{more // 10 % 10}"})
            clerk.get(reverse("monitoring:batch-list"))
        page.client.post(
            reverse("monitoring:grid-drop"), {"kind": "section", "period": MAY, "mark": page.mark}
        )
        counts.append(len(counted.captured_queries))
    assert counts[0] == counts[1]
    assert json.loads(page.basis)[f"{site.pk}:month"] == MAY
