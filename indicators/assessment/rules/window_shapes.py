"""The windows that a rule body may name, one shape per kind; `windows` turns them into days."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

__all__ = [
    "AmountWindow",
    "EventWindow",
    "Falls",
    "Latest",
    "ListWindow",
    "RollingMonths",
    "SchoolYear",
    "Shape",
    "Year",
    "YearBeforeAndToDate",
    "YearsBefore",
    "YearsBeforeAndToDate",
]


class Shape(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class RollingMonths(Shape):
    """The last N months up to the as-of month (近36个月)."""

    kind: Literal["rolling_months"] = "rolling_months"
    months: int = Field(ge=1, le=120)


class Year(Shape):
    """The plan's year, from January to date."""

    kind: Literal["year"] = "year"


class YearsBefore(Shape):
    """Each of the N full years before the plan's year (近三年), every year by itself."""

    kind: Literal["years_before"] = "years_before"
    years: int = Field(ge=1, le=10)


class YearsBeforeAndToDate(Shape):
    """Each of the N full years before the plan's year, and the plan's year to date."""

    kind: Literal["years_before_and_to_date"] = "years_before_and_to_date"
    years: int = Field(ge=1, le=10)


class Falls(Shape):
    """N falls from year to year (so N + 1 full years), and year to date below the same months of last year."""

    kind: Literal["falls"] = "falls"
    falls: int = Field(ge=1, le=10)


class YearBeforeAndToDate(Shape):
    """One stretch: the year before the plan's year, and the plan's year to date (考核前一年至今)."""

    kind: Literal["year_before_and_to_date"] = "year_before_and_to_date"


class Latest(Shape):
    """The latest period for which figures are there (or were due)."""

    kind: Literal["latest"] = "latest"


class SchoolYear(Shape):
    """The school year that ends in the plan's year: September before to August."""

    kind: Literal["school_year"] = "school_year"


AmountWindow = Annotated[
    Year | YearsBefore | YearsBeforeAndToDate | Latest | SchoolYear | RollingMonths,
    Field(discriminator="kind"),
]
EventWindow = Annotated[RollingMonths | YearBeforeAndToDate | Year, Field(discriminator="kind")]
ListWindow = Annotated[Year | Latest, Field(discriminator="kind")]
