"""The cast's indicator 18 with a rule: treated ÷ produced ≥ 85 % over the year to date, margin 5 %."""

from __future__ import annotations

import pytest

from indicators.assessment.rules import rule_json, validate_rule
from indicators.plan.models import RuleVersion
from tests.factories import Cast

RATE = {
    "parts": [
        {
            "code": "treated",
            "name": "生活垃圾无害化处理率",
            "kind": "RATE",
            "numerator": "i18.treated",
            "denominator": "i18.produced",
            "scale": "100",
            "op": ">=",
            "limit": "85",
            "unit": "%",
            "places": 2,
            "margin_pct": "5",
            "window": {"kind": "year"},
        }
    ],
    "headline_part": "treated",
}


@pytest.fixture
def rated(cast: Cast) -> Cast:
    body = rule_json(validate_rule(RATE))
    RuleVersion.objects.create(indicator=cast.indicator, version=1, body=body)
    return cast
