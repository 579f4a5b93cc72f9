"""Queries built once answer as Django's own do, however often and with whatever parameters."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

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
