"""Filling a new database with the demonstration."""

from .accounts import cast
from .building import Built, build, is_built

__all__ = ["Built", "build", "cast", "is_built"]
