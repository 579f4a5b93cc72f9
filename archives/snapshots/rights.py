"""Who takes snapshots and writes the dossier's texts: the steering office."""

from __future__ import annotations

from chuangmo.access.queries import Rights

__all__ = ["may_write"]


def may_write(rights: Rights) -> bool:
    """Take a snapshot, write a text of the dossier."""
    return rights.is_office
