"""What is wrong with a file: each fault with its place, all of them at once."""

from __future__ import annotations

from typing import NamedTuple

from chuangmo.errors import DomainError

__all__ = ["Fault", "Faults", "StationFileError"]

MAX_FAULTS = 20  # a file in the wrong unit has a fault in every row


class Fault(NamedTuple):
    """One fault. row counts the file's lines from 1, the header among them; 0 and "" = the file as a whole."""

    file: str
    row: int
    column: str
    text: str

    def __str__(self) -> str:
        place = f"第 {self.row} 行" if self.row else ""
        if self.column:
            place += f"“{self.column}”列"
        return f"{self.file}：{place}{'：' if place else ''}{self.text}"


class StationFileError(DomainError):
    """A file that cannot be used; `faults` names every place (the first 20)."""

    def __init__(self, faults: list[Fault], more: int = 0) -> None:
        self.faults = faults
        lines = [str(fault) for fault in faults]
        if more:
            lines.append(f"……另有 {more} 处")
        super().__init__("\n".join(lines))


class Faults:
    """Gathers the faults of one file, and remarks that do not stop it."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.found: list[Fault] = []
        self.notes: list[Fault] = []
        self.more = 0

    def add(self, row: int, column: str, text: str) -> None:
        if len(self.found) < MAX_FAULTS:
            self.found.append(Fault(self.file, row, column, text))
        else:
            self.more += 1

    def note(self, row: int, column: str, text: str) -> None:
        if len(self.notes) < MAX_FAULTS:
            self.notes.append(Fault(self.file, row, column, text))

    def raise_any(self) -> None:
        if self.found:
            raise StationFileError(self.found, self.more)

    def refuse(self, text: str, row: int = 0, column: str = "") -> StationFileError:
        """For a fault after which reading on makes no sense: `raise faults.refuse(…)`."""
        self.add(row, column, text)
        return StationFileError(self.found, self.more)
