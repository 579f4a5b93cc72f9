"""Queries built once answer as Django's own do, however often and with whatever parameters."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.db.models.functions import Length

from chuangmo import clock
from chuangmo.access.models import Membership, Role, User
from chuangmo.access.prepared import ByRights
from chuangmo.access.queries import Rights
from chuangmo.org.models import Unit, UnitName
from chuangmo.prepared import Prepared

pytestmark = pytest.mark.django_db


def names(unit: int, day: date):
    rows = UnitName.objects.filter(unit=unit, valid_from__lte=day, name__contains="局")
    return rows.order_by("name").values_list("name", "valid_from")


@pytest.fixture
def units() -> list[Unit]:
    made = [Unit.objects.create(name=f"市{word}局", short_name=word, kind="department") for word in "甲乙"]
    for unit in made:
        for year in (2014, 2016):
            UnitName.objects.create(unit=unit, name=f"{unit.name}{year}", valid_from=date(year, 1, 1))
    return made


def test_the_same_rows_as_the_queryset(units: list[Unit]):
    prepared = Prepared(names, unit=int, day=date)
    for day in (date(2013, 1, 1), date(2015, 1, 1), date(2017, 1, 1)) * 3:
        for unit in units:
            assert prepared.rows(unit=unit.pk, day=day) == list(names(unit.pk, day))
    assert len(prepared.rows(unit=units[0].pk, day=date(2017, 1, 1))) == 2


def test_it_answers_on_a_new_connection_too(units: list[Unit], django_assert_num_queries):
    prepared, other = Prepared(names, unit=int, day=date), Prepared(names, unit=int, day=date)
    for one in (prepared, other):
        with django_assert_num_queries(1):
            assert one.rows(unit=units[0].pk, day=date(2014, 1, 1)) == [("市甲局2014", date(2014, 1, 1))]


@pytest.mark.django_db(transaction=True)
def test_a_session_that_ended_is_no_session(units: list[Unit]):
    prepared = Prepared(names, unit=int, day=date)
    for _ in range(2):
        assert len(prepared.rows(unit=units[1].pk, day=date(2017, 1, 1))) == 2
        connection.close()


def test_a_number_that_no_column_holds_finds_nothing(units: list[Unit]):
    assert Prepared(names, unit=int, day=date).rows(unit=10**30, day=date(2017, 1, 1)) == []


# Sets of ids -------------------------------------------------------------------------------------------


def of_units(units, day: date):
    return UnitName.objects.filter(unit__in=units, valid_from__lte=day).order_by("name")


def test_a_set_of_ids_whatever_its_size(units: list[Unit], django_assert_num_queries):
    prepared = Prepared(of_units, units=frozenset, day=date)
    both, day = frozenset(unit.pk for unit in units), date(2015, 1, 1)
    for chosen in (both, frozenset([units[0].pk]), frozenset(), frozenset([10**30, units[1].pk])):
        with django_assert_num_queries(1):
            found = prepared.objects(units=chosen, day=day)
        assert found == [one for one in of_units(both, day) if one.unit_id in chosen]
    assert len(prepared.objects(units=both, day=day)) == 2


def test_unions_and_common_parts_of_sets(units: list[Unit]):
    one, other = frozenset([units[0].pk]), frozenset(unit.pk for unit in units)
    union = Prepared(lambda a, b: Unit.objects.filter(pk__in=a | b), a=frozenset, b=frozenset)
    common = Prepared(lambda a, b: Unit.objects.filter(pk__in=a & b), a=frozenset, b=frozenset)
    nothing = Prepared(lambda a: Unit.objects.filter(pk__in=frozenset() & a), a=frozenset)
    assert set(union.objects(a=one, b=other)) == set(units)
    assert common.objects(a=one, b=other) == [units[0]]
    assert union.objects(a=frozenset(), b=one) == [units[0]]
    assert common.objects(a=one, b=frozenset()) == []
    assert nothing.objects(a=other) == []


def test_what_can_find_nothing_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert Prepared(lambda: Unit.objects.none()).objects() == []


def test_anything_but_a_set_is_refused(units: list[Unit]):
    prepared = Prepared(of_units, units=frozenset, day=date)
    with pytest.raises(TypeError):
        prepared.objects(units=[units[0].pk], day=date(2015, 1, 1))


# Texts -------------------------------------------------------------------------------------------------


def test_a_text_is_compared_as_it_is(units: list[Unit]):
    prepared = Prepared(lambda name, unit: UnitName.objects.filter(name=name, unit=unit), name=str, unit=int)
    for name in ("市甲局2014", "市甲局2016", "' OR ''='", "%", "市乙局2014"):
        expected = [one for one in UnitName.objects.filter(unit=units[0]) if one.name == name]
        assert prepared.objects(name=name, unit=units[0].pk) == expected


def test_a_text_may_be_no_part_of_another():
    with pytest.raises(ValueError, match="as it is"):
        Prepared(lambda part: UnitName.objects.filter(name__contains=part), part=str).objects(part="局")


def test_a_query_planned_anew_finds_the_same(units: list[Unit]):
    kinds = {"units": frozenset, "day": date}
    kept, anew = Prepared(of_units, **kinds), Prepared(of_units, plan_anew=True, **kinds)
    for year in (2013, 2015, 2017):
        asked = {"units": frozenset(unit.pk for unit in units), "day": date(year, 1, 1)}
        assert anew.objects(**asked) == kept.objects(**asked)
    assert len(anew.objects(**asked)) == 4


# Models ------------------------------------------------------------------------------------------------


def test_models_with_what_they_join_annotate_and_leave_out(units: list[Unit], django_assert_num_queries):
    prepared = Prepared(
        lambda unit: (
            UnitName.objects.filter(unit=unit)
            .select_related("unit", "unit__county")
            .annotate(length=Length("name"))
            .defer("kind")
            .order_by("valid_from")
        ),
        unit=int,
    )
    for unit in units:
        with django_assert_num_queries(1):
            found = prepared.objects(unit=unit.pk)
            said = [
                (one.name, one.valid_from.year, one.unit.name, one.unit.county, one.length) for one in found
            ]
        assert said == [(f"{unit.name}{year}", year, unit.name, None, 7) for year in (2014, 2016)]
        assert found[0].get_deferred_fields() == {"kind"}
        assert not found[0]._state.adding


def test_models_with_what_they_prefetch(units: list[Unit], django_assert_num_queries):
    prepared = Prepared(lambda: Unit.objects.prefetch_related("names").order_by("name"))
    with django_assert_num_queries(2):
        assert [len(unit.names.all()) for unit in prepared.objects()] == [2, 2]


def test_columns_of_an_ordering_are_no_part_of_the_rows(units: list[Unit]):
    prepared = Prepared(lambda: UnitName.objects.order_by("-unit__short_name", "name").distinct())
    rows = Prepared(
        lambda: UnitName.objects.order_by("unit__short_name").distinct().values_list("valid_from")
    )
    assert [one.unit.short_name for one in prepared.objects()] == sorted("甲甲乙乙", reverse=True)
    assert {len(row) for row in rows.rows()} == {1}


# What would stay in it ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "build",
    [
        lambda: UnitName.objects.filter(valid_from__lte=clock.today()),
        lambda: UnitName.objects.filter(unit__in=[unit.pk for unit in Unit.objects.all()]),
    ],
)
def test_a_query_that_is_kept_may_not_hold_todays_answers(build):
    with pytest.raises(RuntimeError):
        Prepared(build).objects()
    assert clock.today()


# Rights ------------------------------------------------------------------------------------------------


def seen(rights: Rights, day: date):
    rows = UnitName.objects.filter(unit__in=rights.view | rights.member_of, valid_from__lte=day)
    return rows.order_by("name") if rights.sees_campaign else rows.none()


def test_one_query_for_each_shape_of_rights(units: list[Unit], django_assert_num_queries):
    prepared, day = ByRights(seen, day=date), date(2015, 1, 1)
    first, second = (frozenset([unit.pk]) for unit in units)
    people = [
        Rights(User(pk=1), day, {"view_unit": first}, frozenset({Role.REPORTER}), first),
        Rights(User(pk=2), day, {"view_unit": second}, frozenset({Role.REPORTER}), second),
        Rights(User(pk=3), day, {"view_unit": first}, frozenset({Role.OFFICE}), second),
        Rights(User(pk=4), day, {"view_unit": first | second}, frozenset({Role.ASSESSOR}), frozenset()),
        Rights(User(pk=5), day),
    ]
    for person in people * 2:
        assert prepared.objects(person, day=day) == list(seen(person, day))
    assert [len(prepared.objects(person, day=day)) for person in people] == [1, 1, 2, 0, 0]
    with django_assert_num_queries(1):
        prepared.objects(people[0], day=day)


def test_the_person_and_the_day_are_parameters_too(units: list[Unit]):
    prepared = ByRights(lambda rights: Membership.objects.valid(rights.on).filter(user=rights.user.pk))
    people = [User.objects.create(username=name, name=name) for name in ("jia", "yi")]
    for person, unit in zip(people, units, strict=True):
        Membership.objects.create(user=person, unit=unit, role=Role.REPORTER, valid_from=date(2016, 1, 1))
    for person, unit in zip(people, units, strict=True):
        found = prepared.objects(Rights(person, date(2017, 1, 1)))
        assert [one.unit_id for one in found] == [unit.pk]
        assert prepared.objects(Rights(person, date(2015, 1, 1))) == []
