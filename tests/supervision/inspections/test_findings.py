"""Writing findings down on site: pictures, places, clauses; what is refused and what is told."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse

from chuangmo.errors import Invalid, Refused, Stale
from chuangmo.files.models import Attachment
from supervision.inspections.models import Finding, FindingPhoto, InspectionKind, ItemResult
from supervision.inspections.rules.places import Place, distance_m, same_place
from supervision.inspections.services import (
    add_photos,
    change_finding,
    change_inspection,
    check_items,
    drop_finding,
    move_inspection,
    raise_finding,
)
from supervision.inspections.services.tours import TourInput
from tests.chuangmo.files.test_pictures import heic, jpeg
from tests.factories import ChecklistItemFactory, UnitFactory
from tests.projects.works.conftest import make_project
from tests.projects.works.pictures import picture
from tests.supervision.story import TODAY, WORDS, Supervision

pytestmark = pytest.mark.django_db


def client_of(user) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


def typed(world: Supervision, **more) -> dict[str, object]:
    return {
        "key": str(uuid.uuid4()),
        "unit": world.cast.county.pk,
        "kind": world.water.pk,
        "severity": "major",
        "text": WORDS,
        "place": "二号排口",
        "found_on": "2017-06-06",
        "taken_on": "",
        **more,
    }


def test_a_finding_with_every_sort_of_picture(world: Supervision) -> None:
    """HEIC with a place, one of 40 MB, one without date (the stated day counts, and it is said), one that is none."""
    row = world.moved(world.tour(), "begin")
    broken = picture("坏.jpg")
    broken.file.truncate(200)
    raised = raise_finding(
        by=world.cast.office,
        office_id=row.office_id,
        found=world.found_input(),
        inspection_id=row.pk,
        photos=[heic(place=True), jpeg((5000, 3000), pad=40 * 1024 * 1024), picture("手绘.jpg"), broken],
        taken_on=date(2017, 6, 4),
    )
    assert [fault[:3] for fault in raised.faults] == ["“坏."]
    assert len(raised.notes) == 2
    photos = list(FindingPhoto.objects.order_by("pk"))
    assert [(one.taken_on, one.from_exif, one.original is not None) for one in photos] == [
        (date(2017, 6, 5), True, True),
        (date(2017, 6, 5), True, False),
        (date(2017, 6, 4), False, False),
    ]
    found = Finding.objects.get()
    assert (found.latitude, found.longitude) == (Decimal("26.59"), Decimal("104.83"))
    assert (found.severity, found.found_on, found.is_released) == ("major", TODAY, False)
    page = client_of(world.cast.office).get(found.get_absolute_url()).content.decode()
    assert page.count("▲ 无拍摄信息") == 1 and "6 月 4 日" in page
    assert "由 HEIC 转换，原件已保留" in page and "原图 40 MB，已缩小到" in page
    assert Attachment.objects.filter(owner_kind="finding").count() == 4


def test_a_picture_without_date_asks_for_one(world: Supervision) -> None:
    row = world.moved(world.tour(), "begin")
    raised = raise_finding(
        by=world.cast.office,
        office_id=row.office_id,
        found=world.found_input(),
        inspection_id=row.pk,
        photos=[picture("无日期.jpg")],
    )
    assert raised.faults == ("“无日期.jpg”里没有拍摄信息，请填拍摄日期后再传",)
    later = add_photos(
        by=world.cast.office,
        finding_id=raised.finding.pk,
        photos=[picture("补.jpg")],
        taken_on=date(2017, 6, 5),
    )
    assert later.faults == () and FindingPhoto.objects.get().taken_on == date(2017, 6, 5)
    late = add_photos(
        by=world.cast.office,
        finding_id=raised.finding.pk,
        photos=[picture("补.jpg")],
        taken_on=date(2017, 6, 7),
    )
    assert "晚于今天" in late.faults[0]


def test_the_page_on_site_keeps_what_was_typed_and_saves_once(world: Supervision) -> None:
    row = world.moved(world.tour(), "begin")
    url = reverse("inspections:finding-new", args=[row.pk])
    client = client_of(world.cast.office)
    assert client.get(url).context["photos"]["taken_on"].value() == TODAY
    data = typed(world, place="", latitude="26.59", photos=picture(taken="2017:06:06 09:00:00"))
    response = client.post(url, data)
    assert response.status_code == 422
    content = response.content.decode()
    assert WORDS in content and "请写明地点" in content and "照片请重新选" in content
    data |= {"place": "二号排口", "photos": picture(taken="2017:06:06 09:00:00")}
    response = client.post(url, data)
    assert response.status_code == 422
    assert response.context["form"].errors == {"latitude": ["经纬度要么都填，要么都空着"]}
    data |= {"longitude": "104.83", "photos": picture(taken="2017:06:06 09:00:00")}
    first = client.post(url, data)
    again = client.post(url, data | {"photos": picture(taken="2017:06:06 09:00:00")})
    assert (first.status_code, first.url) == (again.status_code, again.url) == (302, first.url)
    assert Finding.objects.count() == FindingPhoto.objects.count() == 1
    assert client.post(url, typed(world, again="1")).url == url


@pytest.mark.parametrize(
    ("change", "faults"),
    [
        ({"unit_id": 0}, {"unit": "请选择责任单位"}),
        ({"kind_id": 0}, {"kind": "请选择问题类别"}),
        ({"severity": "terrible"}, {"severity": "请选择程度"}),
        ({"text": "  ", "place": ""}, {"text": "请写明问题", "place": "请写明地点"}),
        (
            {"latitude": Decimal(91), "longitude": Decimal(181)},
            {"latitude": "纬度在 -90 到 90 之间", "longitude": "经度在 -180 到 180 之间"},
        ),
        ({"found_on": date(2017, 6, 7)}, {"found_on": "发现日期不能晚于今天"}),
    ],
)
def test_bad_input_is_told_at_its_field(world: Supervision, change, faults) -> None:
    row = world.moved(world.tour(), "begin")
    with pytest.raises(Invalid) as told:
        world.finding(row, **change)
    assert told.value.faults == faults
    assert not Finding.objects.exists()


def test_a_finding_of_a_dissolved_unit_names_its_successor(world: Supervision) -> None:
    gone = UnitFactory(name="市园林局", valid_to=date(2017, 5, 31), successor=world.cast.bureau)
    with pytest.raises(Invalid) as told:
        world.finding(unit_id=gone.pk)
    assert told.value.faults == {"unit": "市园林局已于 2017-05-31 撤销，由市城市管理局承接，请改发该单位"}
    with pytest.raises(Invalid) as told:
        world.tour(units=[gone.pk])
    assert "由市城市管理局承接" in told.value.faults["units"]


def test_a_county_finds_in_its_county_only(world: Supervision) -> None:
    cast = world.cast
    row = world.tour(by=cast.county_office, office_id=world.county_seat.pk)
    row = world.moved(row, "begin", by=cast.county_office)
    world.finding(row, by=cast.county_office)
    with pytest.raises(Invalid) as told:
        world.finding(row, by=cast.county_office, unit_id=cast.bureau.pk)
    assert told.value.faults == {"unit": "市城市管理局不在本县区，由市创模办督办"}
    with pytest.raises(Invalid):
        world.tour(
            by=cast.county_office, office_id=world.county_seat.pk, units=[cast.other_county.pk], kind="patrol"
        )
    for by in (cast.owner, world.deputy, cast.observer, world.other_county_office):
        with pytest.raises(Refused):
            world.finding(row, by=by)


def test_states_of_an_inspection_one_after_another(world: Supervision) -> None:
    row = world.tour()
    with pytest.raises(Refused, match="现在不能登记问题"):
        world.finding(row)
    for wrong in ("finish", "release"):
        with pytest.raises(Refused):
            world.moved(row, wrong)
    begun = world.moved(row, "begin")
    with pytest.raises(Stale):
        move_inspection(by=world.cast.office, inspection_id=row.pk, move="begin", version=row.version)
    with pytest.raises(Refused):
        move_inspection(
            by=world.cast.office, inspection_id=row.pk, move="call-off", version=begun.version, reason="x"
        )
    found = world.finding(begun)
    fresh = change_finding(
        by=world.cast.office, finding_id=found.pk, version=0, found=world.found_input(text="改过")
    )
    assert (fresh.text, fresh.version) == ("改过", 1)
    with pytest.raises(Stale):
        change_finding(by=world.cast.office, finding_id=found.pk, version=0, found=world.found_input())
    released = world.moved(begun, "finish", "release")
    assert released.released_at is not None
    for act in (
        lambda: change_finding(
            by=world.cast.office, finding_id=found.pk, version=1, found=world.found_input()
        ),
        lambda: drop_finding(by=world.cast.office, finding_id=found.pk, reason="x"),
        lambda: add_photos(by=world.cast.office, finding_id=found.pk, photos=[picture()]),
        lambda: world.finding(released),
    ):
        with pytest.raises(Refused):
            act()
    asked = TourInput(kind=InspectionKind.COVERT, title="改名", planned_on=TODAY)
    with pytest.raises(Refused):
        change_inspection(
            by=world.cast.office, inspection_id=released.pk, version=released.version, tour=asked
        )


def test_the_checklist_comes_from_indicators_and_from_those_that_projects_support(world: Supervision) -> None:
    cast = world.cast
    own, foreign = ChecklistItemFactory(indicator=cast.indicator), ChecklistItemFactory(code="i20.c9")
    project = make_project(cast)
    for about in ({"indicators": [cast.indicator.pk]}, {"projects": [project.pk]}):
        row = world.moved(world.tour(**about), "begin")
        assert check_items(by=cast.office, inspection_id=row.pk, results={own.pk: "bad"}) == 1
        assert ItemResult.objects.get(inspection=row).result == "bad"
        check_items(by=cast.office, inspection_id=row.pk, results={own.pk: ""})
        assert not ItemResult.objects.filter(inspection=row).exists()
        with pytest.raises(Invalid):
            check_items(by=cast.office, inspection_id=row.pk, results={own.pk: "perhaps"})
    row = world.moved(world.tour(), "begin")
    with pytest.raises(Invalid):
        check_items(by=cast.office, inspection_id=row.pk, results={foreign.pk: "good"})
    assert world.finding(row, item_id=own.pk).indicator == cast.indicator


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        (Place("德坞河 二号排口"), Place("德坞河二号排口。"), True),
        (Place("德坞河二号排口"), Place("德坞河三号排口"), False),
        (Place("甲", 26.590000, 104.830000), Place("乙", 26.591500, 104.830000), True),  # 167 m
        (Place("甲", 26.590000, 104.830000), Place("乙", 26.592000, 104.830000), False),  # 222 m
        (Place("甲", 26.59, 104.83), Place("乙"), False),
        (Place("。"), Place("，"), False),
    ],
)
def test_same_place(a: Place, b: Place, same: bool) -> None:
    assert same_place(a, b, 200) is same


def test_a_degree_of_latitude_is_a_hundred_and_eleven_kilometres() -> None:
    assert round((distance_m(Place("", 26, 104), Place("", 27, 104)) or 0) / 1000, 1) == 111.2
