"""Computes scores again from what `manage.py export_scores --json` wrote, with nothing of the application.

    python recompute.py scores.json

Written from docs/scores.md alone: it shares no line with the application's own arithmetic. Ends with 1 and says where, when
any total or rank differs in any digit.
"""

from __future__ import annotations

import json
import sys
from decimal import ROUND_HALF_EVEN, Decimal, localcontext
from fractions import Fraction


def total_of(unit: dict, period: dict) -> Decimal | None:
    weights = {part["code"]: Fraction(part["weight"]) for part in period["parts"]}
    won: dict[str, list[Fraction]] = {}
    for row in unit["rows"]:
        if row["current"] and row["counts"]:
            won.setdefault(row["part"], []).append(Fraction(row["share"]))
    if not won:
        return None
    if period["kind"] == "year":
        least = period["year_min_months"]
        if period["year_method"] == "drop_lowest" and least > 1:
            least -= 1
        if sum(map(len, won.values())) < least:
            return None
    spread = sum(weights.values()) / sum(weights[code] for code in won)
    points = sum(weights[code] * spread * sum(shares) / len(shares) for code, shares in won.items())
    extra = sum(Fraction(one["points"]) for one in unit["adjustments"])
    limit = Fraction(period["bonus_limit"])
    exact = max(Fraction(0), points + max(-limit, min(limit, extra)))
    return half_even(exact, period["places"])


def half_even(exact: Fraction, places: int) -> Decimal:
    """Rounded on the whole fraction: no digit is lost before."""
    scaled = exact * 10**places
    whole, rest = divmod(scaled.numerator, scaled.denominator)
    twice = 2 * rest
    if twice > scaled.denominator or (twice == scaled.denominator and whole % 2):
        whole += 1
    with localcontext() as context:
        context.rounding = ROUND_HALF_EVEN
        return Decimal(whole).scaleb(-places)


def faults_of(period: dict) -> list[str]:
    found = []
    totals: dict[str, list[Decimal]] = {}
    mine = {}
    for unit in period["units"]:
        total = mine[unit["unit"]] = total_of(unit, period)
        stored = None if unit["total"] is None else Decimal(unit["total"])
        if total != stored:
            found.append(f"{period['period']} {unit['unit']}: {stored} stored, {total} computed")
        if total is not None:
            totals.setdefault(unit["group"], []).append(total)
    for unit in period["units"]:
        total = mine[unit["unit"]]
        rank = None if total is None else 1 + sum(other > total for other in totals[unit["group"]])
        if rank != unit["rank"]:
            found.append(f"{period['period']} {unit['unit']}: rank {unit['rank']} stored, {rank} computed")
    return found


def main(path: str) -> int:
    with open(path, encoding="utf-8") as file:
        periods = json.load(file)
    found = [fault for period in periods for fault in faults_of(period)]
    units = sum(len(period["units"]) for period in periods)
    print(*found, f"{len(periods)} periods, {units} scores, {len(found)} differences", sep="\n")
    return 1 if found or not units else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
