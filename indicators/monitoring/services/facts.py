"""What a batch's page and its reviewers are told of its content: counts, stations, corrections, the first lines."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from indicators.monitoring.models import Batch
from indicators.monitoring.rules.layouts import LAYOUTS
from indicators.monitoring.services.reading import Correction, Read
from indicators.monitoring.services.stored import shown
from indicators.plan.models import Site

__all__ = ["facts_of"]

FAULTS, CORRECTIONS, LINES, ALL_LINES = 200, 60, 12, 300


def facts_of(batch: Batch, read: Read) -> dict[str, Any]:
    """JSON: counts; `faults` [{place, sheet, line, column, message}]; `sites` [{name, count, first, last, values}];
    `corrections` [{site, when, before, after}]; `lines` [{site, when, text}], all of them where there are few."""
    parsed = read.parsed
    names = dict(Site.objects.filter(pk__in=list(parsed.records)).values_list("pk", "name"))
    return {
        "checked_at": timezone.now().isoformat(),
        "lines_read": parsed.lines,
        "count": parsed.count,
        "fresh": len(read.fresh),
        "unchanged": read.unchanged,
        "corrected": len(read.corrections),
        "repeats": parsed.repeats,
        "unknown": sorted(set(parsed.unknown))[:30],
        "fault_count": parsed.fault_count,
        "faults": [
            {
                "place": one.place,
                "sheet": one.sheet,
                "line": one.line,
                "column": one.letter,
                "message": one.message,
            }
            for one in parsed.faults[:FAULTS]
        ],
        "sites": _sites(batch, read, names),
        "corrections": [
            {"site": names.get(one.site, ""), "when": when_words(one.when), **_differing(batch, one)}
            for one in read.corrections[:CORRECTIONS]
        ],
        "lines": _lines(batch, read, names),
    }


def when_words(when: Any) -> str:
    """The time of a reading for a person."""
    if hasattr(when, "hour"):
        return f"{when:%Y-%m-%d %H:00}"
    return f"{when} 年" if isinstance(when, int) else f"{when:%Y-%m-%d}"


def _differing(batch: Batch, one: Correction) -> dict[str, str]:
    """What a correction says otherwise, before and after; not the rest."""
    before, after = dict(shown(batch.kind, one.before)), dict(shown(batch.kind, one.after))
    labels = [label for label in {**before, **after} if before.get(label) != after.get(label)]
    return {
        "before": _text([(label, before.get(label, "（空）")) for label in labels]),
        "after": _text([(label, after.get(label, "（空）")) for label in labels]),
    }


def _text(pairs: list[tuple[str, str]]) -> str:
    return "，".join(f"{label} {text}" for label, text in pairs) or "无有效值"


def _lines(batch: Batch, read: Read, names: dict[int, str]) -> list[dict[str, Any]]:
    """The first lines for a look; all where a reviewer can read them all."""
    wanted = ALL_LINES if read.parsed.count <= ALL_LINES else LINES
    found: list[dict[str, Any]] = []
    for site, records in read.parsed.records.items():
        for when, record in records.items():
            if len(found) >= wanted:
                return found
            found.append(
                {
                    "site": names.get(site, ""),
                    "when": when_words(when),
                    "text": _text(shown(batch.kind, record)),
                }
            )
    return found


def _sites(batch: Batch, read: Read, names: dict[int, str]) -> list[dict[str, Any]]:
    found = []
    for site, records in sorted(read.parsed.records.items(), key=lambda item: names.get(item[0], "")):
        if not records:
            continue
        found.append(
            {
                "name": names.get(site, ""),
                "count": len(records),
                "first": when_words(min(records)),
                "last": when_words(max(records)),
                "values": _ranges(batch.kind, records),
            }
        )
    return found[:400]


def _ranges(kind: str, records: dict[Any, Any]) -> str:
    """For air: how many values of each pollutant there are, and between which they lie."""
    if kind not in ("air_hour", "air_day"):
        return ""
    parts = []
    for at, column in enumerate(LAYOUTS[kind].parameters):
        values = [record[at] for record in records.values() if record[at] is not None]
        if values:
            parts.append(f"{column.label} {min(values):g}～{max(values):g}（{len(values)}）")
    return "，".join(parts)
