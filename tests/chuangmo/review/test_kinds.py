"""Every kind of reviewed thing answers all that the review asks."""

from __future__ import annotations

import inspect

import pytest
from django.conf import settings

from chuangmo.review.kinds import Kind, kind_named

ASKED = sorted(name for name, _ in inspect.getmembers(Kind, inspect.isfunction) if not name.startswith("_"))


@pytest.mark.parametrize("name", settings.REVIEW_KINDS)
def test_a_kind_answers_everything_with_the_same_parameters(name: str) -> None:
    kind = kind_named(name)
    assert kind.name == name
    assert kind.label
    for method in ASKED:
        wanted = list(inspect.signature(getattr(Kind, method)).parameters)[1:]
        assert list(inspect.signature(getattr(kind, method)).parameters) == wanted, method
