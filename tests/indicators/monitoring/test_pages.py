"""The pages of monitoring: register and map, a site's year, a batch, the grid; and that they cost the same for many."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from indicators.monitoring.models import AirDay, Batch
from indicators.plan.models import Site
from tests.factories import SiteFactory
from tests.indicators.monitoring.story import AIR_DAYS, WATER, World

pytestmark = [pytest.mark.django_db, pytest.mark.sqlite_only]
DAY = AIR_DAYS + "市环保局站,2017-05-01,10,20,60,30,0.7,90\n市环保局站,2017-05-02,10,20,60,90,0.7,90\n"


@pytest.fixture
def clerk(world: World, client: Client) -> Client:
    client.force_login(world.clerk, backend="django.contrib.auth.backends.ModelBackend")
    return client


def text_of(response: object) -> str:
    return response.content.decode()  # type: ignore[attr-defined, no-any-return]


# The register ------------------------------------------------------------------------------------------


def test_the_register_shows_the_last_reading_and_what_it_says(world: World, clerk: Client) -> None:
    world.loaded("air_day", DAY)
    world.loaded("water", WATER + "德坞河,2017-04,7.5,8,3,0.2,0.05\n德坞河,2017-05,7.5,8,3,1.31,0.05\n")
    page = text_of(clerk.get(reverse("monitoring:site-list")))
    assert "AQI 119 轻度污染（PM₂.₅）" in page
    assert "Ⅳ类（氨氮）" in page
    assert page.count("没有数据") == 6
    assert f'<a href="/monitoring/sites/{world.station.pk}/"' in page


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("kind=section", {"德坞河", "响水河"}),
        ("target=3", {"德坞河"}),
        ("q=air.2", {"凤凰山站"}),
        ("service=ended", {"人民路"}),
        ("service=later", {"网格1"}),
        ("kind=section&target=none", set()),
    ],
)
def test_the_filters(world: World, clerk: Client, query: str, names: set[str]) -> None:
    Site.objects.filter(pk=world.road.pk).update(valid_to=date(2016, 12, 31))
    Site.objects.filter(pk=world.grid_point.pk).update(valid_from=date(2017, 9, 1))
    response = clerk.get(reverse("monitoring:site-list") + "?" + query)
    assert {row.record.name for row in response.context["table"].rows} == names
    book = clerk.get(reverse("monitoring:site-list-export") + "?" + query)
    rows = list(openpyxl.load_workbook(io.BytesIO(book.content))["监测点位"].values)
    assert {row[1] for row in rows[1:]} == names


def test_the_map_is_made_of_links_with_names(world: World, clerk: Client) -> None:
    page = text_of(clerk.get(reverse("monitoring:site-list")))
    assert 'aria-label="点位分布图：2 个点位，另有 6 个没有坐标"' in page
    assert (
        f'<a href="/monitoring/sites/{world.station.pk}/" class="m-pin" aria-label="环境空气监测点 市环保局站"'
        in page
    )
    assert "°E" in page


def test_the_register_costs_the_same_for_many_sites(
    world: World, clerk: Client, django_assert_max_num_queries: object
) -> None:
    batch = world.loaded("air_day", DAY)
    url = reverse("monitoring:site-list") + "?kind=air"
    counts = []
    for more in (10, 100):
        for number in range(more):
            site = SiteFactory(
                kind="air", unit=world.cast.county, longitude=Decimal(104), latitude=Decimal(26)
            )
            AirDay.objects.create(site=site, batch=batch, day=date(2017, 5, 1), pm25=number)
        with django_assert_max_num_queries(30) as counted:  # type: ignore[operator]
            clerk.get(url)
        counts.append(len(counted.captured_queries))
    assert counts[0] == counts[1]


# One site ----------------------------------------------------------------------------------------------


def test_a_stations_year_by_month_and_the_days_of_one(world: World, clerk: Client) -> None:
    world.loaded("air_day", DAY)
    response = clerk.get(reverse("monitoring:site-show", args=[world.station.pk]))
    found = response.context["readings"]
    may = next(line for line in found.months if line.month.month == 5)
    assert (may.days, may.good, may.bad, may.of, may.is_missing) == (2, 1, 1, 31, True)
    assert found.missing == ["1 月", "2 月", "3 月", "4 月"]
    assert [line["when"] for line in found.lines] == ["2017-05-01", "2017-05-02"]
    assert found.lines[1]["judged"].status == "missed"


def test_a_sections_year_has_only_what_was_measured(world: World, clerk: Client) -> None:
    world.loaded("water", WATER + "德坞河,2017-04,7.5,8,,0.2L,0.05\n德坞河,2017-05,7.5,8,,1.31,0.05\n")
    response = clerk.get(reverse("monitoring:site-show", args=[world.section.pk]))
    found = response.context["readings"]
    assert found.head == ["pH", "溶解氧(mg/L)", "氨氮(mg/L)", "总磷(mg/L)"]
    assert [line["cells"][2] for line in found.lines] == ["0.2L", "1.31"]
    assert [line["judged"].text for line in found.lines] == ["Ⅱ类（总磷）", "Ⅳ类（氨氮）"]
    assert found.missing == ["1 月", "2 月", "3 月"]
    book = clerk.get(reverse("monitoring:site-export", args=[world.section.pk]) + "?year=2017")
    rows = list(openpyxl.load_workbook(io.BytesIO(book.content))["2017"].values)
    assert rows[1][:4] == ("2017-04", 7.5, 8, "0.2L")


def test_what_was_corrected_stays_to_be_seen(world: World, clerk: Client) -> None:
    world.loaded("water", WATER + "德坞河,2017-05,7.5,8,3,0.2,0.05\n")
    world.loaded("water", WATER + "德坞河,2017-05,7.5,8,3,0.4,0.05\n", reason="实验室复核")
    page = text_of(clerk.get(reverse("monitoring:site-show", args=[world.section.pk])))
    assert "氨氮 0.2，" in page and "实验室复核" in page


@pytest.mark.parametrize("query", ["year=abc", "year=99999", "year=1800"])
def test_a_year_that_is_none(world: World, clerk: Client, query: str) -> None:
    assert clerk.get(f"/monitoring/sites/{world.section.pk}/?{query}").status_code == 404


def test_a_site_that_is_not_monitored_has_no_page(world: World, clerk: Client) -> None:
    facility = SiteFactory(kind="facility", unit=world.cast.county)
    assert clerk.get(f"/monitoring/sites/{facility.pk}/").status_code == 404


# A batch -----------------------------------------------------------------------------------------------


def test_from_file_to_submission(world: World, clerk: Client) -> None:
    unit = world.cast.bureau.pk
    bad = AIR_DAYS + "市环保局站,2017-05-01,10,20,60,30,700,90\n无此站,2017-05-02,1,1,1,1,1,1\n"
    response = clerk.post(
        reverse("monitoring:batch-new"),
        {"unit": unit, "kind": "air_day", "file": SimpleUploadedFile("五月.csv", bad.encode())},
    )
    batch = Batch.objects.get()
    assert response.status_code == 302 and response.url == f"/monitoring/batches/{batch.pk}/"
    page = text_of(clerk.get(response.url))
    assert "CO 700 mg/m³ 不可能" in page and "没有登记的点位“无此站”" in page
    assert "确认并提交审核" not in page
    faults = clerk.get(reverse("monitoring:batch-faults", args=[batch.pk])).content.decode("utf-8-sig")
    assert faults.splitlines()[1].startswith("五月,2,G,")
    clerk.post(
        reverse("monitoring:batch-file", args=[batch.pk]),
        {"file": SimpleUploadedFile("改.csv", DAY.encode())},
    )
    page = text_of(clerk.get(response.url))
    assert "确认并提交审核" in page
    response = clerk.post(reverse("review:submit", args=[batch.case_id]), {"revision_no": 0})
    assert response.url == f"/monitoring/batches/{batch.pk}/"
    batch.refresh_from_db()
    assert batch.case.state == "submitted"


def test_a_file_that_is_none_is_told_beside_the_field(world: World, clerk: Client) -> None:
    data = {"unit": world.cast.bureau.pk, "kind": "air_day", "file": SimpleUploadedFile("空.csv", b"")}
    response = clerk.post(reverse("monitoring:batch-new"), data)
    assert response.status_code == 422
    assert "空文件" in response.context["form"].errors["file"][0]
    response = clerk.post(reverse("monitoring:batch-new"), {"unit": world.cast.bureau.pk, "kind": "air_day"})
    assert response.status_code == 422 and response.context["form"].errors["file"]


def test_the_reviewer_sees_the_readings_themselves(world: World, client: Client) -> None:
    batch = world.bring("water", WATER + "德坞河,2017-05,7.5,8,3,0.2L,0.05\n")
    from tests.indicators.monitoring.story import move

    move(batch, "submit", world.clerk)
    client.force_login(world.cast.lead, backend="django.contrib.auth.backends.ModelBackend")
    page = text_of(client.get(reverse("review:case", args=[batch.case_id])))
    assert "pH 7.5，溶解氧 8，高锰酸盐指数 3，氨氮 0.2L，总磷 0.05" in page
    assert "单位审核" in page
    assert text_of(client.get("/review/sign-off/?kind=readings")).count(f"/review/{batch.case_id}/") >= 1


def test_a_template_holds_the_heads_that_the_import_reads(world: World, clerk: Client) -> None:
    for kind in ("air_hour", "air_day", "water", "noise", "firm"):
        content = clerk.get(reverse("monitoring:batch-template", args=[kind])).content
        book = openpyxl.load_workbook(io.BytesIO(content))
        batch = world.bring(kind, content, name="模板.xlsx")
        assert book.sheetnames == ["数据", "点位", "说明"]
        assert batch.facts["faults"][0]["message"] != ""
    # The other two sheets are no data: only the first is filled in.


# The grid ----------------------------------------------------------------------------------------------


def grid(**more: str) -> dict[str, str]:
    return {"kind": "section", "period": "2017-05", **more}


def test_what_is_typed_becomes_a_draft(world: World, clerk: Client) -> None:
    key = f"g:{world.section.pk}"
    response = clerk.post(
        reverse("monitoring:grid"),
        grid(**{f"{key}:month": "2017-05", f"{key}:nh3n": "０.２", f"{key}:tp": "0.01L"}),
    )
    batch = Batch.objects.get()
    assert response.url == batch.get_absolute_url()
    assert batch.facts["lines"] == [{"site": "德坞河", "when": "2017-05-01", "text": "氨氮 0.2，总磷 0.01L"}]
    page = clerk.get(reverse("monitoring:grid") + f"?batch={batch.pk}")
    assert 'value="０.２"' in text_of(page)
    clerk.post(
        reverse("monitoring:grid"),
        grid(batch=str(batch.pk), **{f"{key}:month": "2017-05", f"{key}:nh3n": "0.3"}),
    )
    batch.refresh_from_db()
    assert batch.facts["lines"][0]["text"] == "氨氮 0.3"


def test_every_bad_cell_is_told_and_nothing_typed_is_lost(world: World, clerk: Client) -> None:
    key, other = f"g:{world.section.pk}", f"g:{world.own_section.pk}"
    typed = grid(
        **{
            f"{key}:month": "2017-05",
            f"{key}:nh3n": "零点二",
            f"{other}:month": "2017-13",
            f"{other}:do": "99",
            f"{other}:tp": "0.05",
        }
    )
    response = clerk.post(reverse("monitoring:grid"), typed)
    page = text_of(response)
    assert response.status_code == 422 and Batch.objects.count() == 0
    cells = {cell["key"]: cell for row in response.context["rows"] for cell in row["cells"]}
    assert {key for key, cell in cells.items() if cell["fault"]} == {
        f"{key}:nh3n",
        f"{other}:month",
        f"{other}:do",
    }
    assert [cells[name]["text"] for name in (f"{key}:nh3n", f"{other}:do", f"{other}:tp")] == [
        "零点二",
        "99",
        "0.05",
    ]
    assert 'aria-invalid="true"' in page
    answer = clerk.post(reverse("monitoring:grid-keep"), typed).json()
    assert set(answer["faults"]) == {f"{key}:nh3n", f"{other}:month", f"{other}:do"}


def test_what_is_stored_stands_in_the_grid_and_is_no_change(world: World, clerk: Client) -> None:
    world.loaded("water", WATER + "德坞河,2017-05-08,7.5,8,3,0.2,0.05\n")
    response = clerk.get(reverse("monitoring:grid"), grid())
    cells = {cell["key"]: cell["text"] for row in response.context["rows"] for cell in row["cells"]}
    key = f"g:{world.section.pk}"
    assert (cells[f"{key}:month"], cells[f"{key}:nh3n"]) == ("2017-05-08", "0.2")
    clerk.post(reverse("monitoring:grid"), {**grid(), **cells})
    batch = Batch.objects.order_by("pk").last()
    assert (batch.facts["unchanged"], batch.facts["fresh"], batch.facts["corrected"]) == (1, 0, 0)


@pytest.mark.parametrize(
    ("kind", "period"),
    [
        ("source", "2017-05"),
        ("pond", "2017-05"),
        ("air", "2017-05-01"),
        ("noise_road", "2016"),
        ("firm", "2017Q1"),
    ],
)
def test_every_grid_opens(world: World, clerk: Client, kind: str, period: str) -> None:
    response = clerk.get(reverse("monitoring:grid"), {"kind": kind, "period": period, "all": "1"})
    assert response.status_code == 200
    assert response.context["asked"].kind.code == kind


@pytest.mark.parametrize("period", ["2017-13", "x", "2018-01", "2017-05\x00"])
def test_a_period_that_is_none(world: World, clerk: Client, period: str) -> None:
    response = clerk.get(reverse("monitoring:grid"), {"kind": "section", "period": period})
    assert response.status_code == (200 if "\x00" in period else 422)


def test_a_unit_types_only_into_its_own_sites(world: World, client: Client) -> None:
    client.force_login(world.cast.owner, backend="django.contrib.auth.backends.ModelBackend")
    response = client.get(reverse("monitoring:grid"), grid())
    assert [row["site"].name for row in response.context["rows"]] == ["响水河"]
    typed = grid(**{f"g:{world.section.pk}:nh3n": "0.2"})
    response = client.post(reverse("monitoring:grid"), typed)
    assert response.status_code == 422 and Batch.objects.count() == 0
