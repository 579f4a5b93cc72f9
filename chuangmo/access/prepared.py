"""Prepared queries that hang on a person's rights: one for each shape that rights have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any, cast

from django.db.models import QuerySet

from chuangmo.access.models import User
from chuangmo.access.queries import Rights
from chuangmo.prepared import Param, Prepared

__all__ = ["ByRights"]

_Shape = tuple[frozenset[str], frozenset[str], bool]


class ByRights:
    """As `Prepared`, for a queryset that is built from `Rights` and named parameters.

    `build(rights, **stand_ins)` is called once for each shape of rights (roles, and which permissions there are for any
    unit). It may branch on these, and compare columns with the user's key, `on` and the sets of units; nothing else.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **kinds: type) -> None:
        self._build, self._kinds = build, kinds
        self._by_shape: dict[_Shape, Prepared] = {}

    def rows(self, rights: Rights, **params: Param) -> list[tuple[Any, ...]]:
        """See `Prepared.rows`."""
        return self._prepared(rights).rows(**_values(rights), **params)

    def objects(self, rights: Rights, **params: Param) -> list[Any]:
        """See `Prepared.objects`."""
        return self._prepared(rights).objects(**_values(rights), **params)

    def _prepared(self, rights: Rights) -> Prepared:
        permissions = frozenset(name for name, units in rights.units.items() if units)
        shape = rights.roles, permissions, bool(rights.member_of)
        if shape not in self._by_shape:
            sets = dict.fromkeys(
                [*_parameters(permissions), *(["its_member_of"] if shape[2] else [])], frozenset
            )
            kinds: dict[str, Any] = {"its_user": int, "its_on": date, **sets, **self._kinds}
            self._by_shape[shape] = Prepared(partial(self._build_from, shape), **kinds)
        return self._by_shape[shape]

    def _build_from(self, shape: _Shape, **stand_ins: Any) -> QuerySet[Any, Any]:
        roles, permissions, is_member = shape
        rights = Rights(
            user=User(pk=stand_ins.pop("its_user")),
            on=stand_ins.pop("its_on"),
            units={name: stand_ins.pop(parameter) for parameter, name in _parameters(permissions).items()},
            roles=roles,
            member_of=stand_ins.pop("its_member_of") if is_member else frozenset(),
        )
        return self._build(rights, **stand_ins)


def _parameters(permissions: frozenset[str]) -> dict[str, str]:
    """The parameter for the units of each permission."""
    return {f"its_{name}": name for name in sorted(permissions)}


def _values(rights: Rights) -> dict[str, Param]:
    units = {f"its_{name}": cast(Param, ids) for name, ids in rights.units.items()}
    return {
        "its_user": rights.user.pk,
        "its_on": rights.on,
        "its_member_of": rights.member_of,
        **units,
    }
