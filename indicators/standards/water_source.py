"""Drinking-water sources: does a source comply, and what share of the water taken does?

GB 3838-2002 4.2 and tables 1 (class III) and 2 for surface sources; groundwater by GB/T 14848-93, whose result is
entered as a conclusion with the report. Share: compliant intake ÷ intake of the sources that could be judged (环办〔2011〕3号).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from indicators.standards.surface_water import Sample, classify
from indicators.standards.water_limits import LAKE, SUPPLEMENT, TABLE_1, Kind

__all__ = ["SOURCE_CLASS", "Intake", "SourceJudgement", "VolumeShare", "judge_source", "volume_share"]

SOURCE_CLASS = 3


@dataclass(frozen=True, slots=True)
class SourceJudgement:
    """compliant: None where nothing was measured. exceeded: codes above class III or table 2, in table order.

    measured is out of `of` = 26: the 21 of table 1 and the 5 of table 2.
    """

    compliant: bool | None
    exceeded: tuple[str, ...]
    measured: int
    of: int = len(TABLE_1) + len(SUPPLEMENT)


@dataclass(frozen=True, slots=True)
class Intake:
    """What a source gave in a period (10⁴ m³; any unit, the same for all), and whether it complied (None: not judged)."""

    volume: Decimal | None
    compliant: bool | None


@dataclass(frozen=True, slots=True)
class VolumeShare:
    """share: of 1, unrounded; None where no volume was judged. missing: entries without a volume or a judgement."""

    share: Decimal | None
    compliant_volume: Decimal
    judged_volume: Decimal
    missing: int


def judge_source(sample: Sample, kind: Kind = LAKE) -> SourceJudgement:
    """Whether a surface source's sample keeps table 1 class III and table 2. Blanks take no part."""
    classified = classify(sample, kind)
    above = [code for code, found in classified.by_parameter.items() if found > SOURCE_CLASS]
    supplement = {code: sample[code] for code in SUPPLEMENT if code in sample}
    for code, measured in supplement.items():
        if not measured.below and measured.value is not None and measured.value > SUPPLEMENT[code].limits[0]:
            above.append(code)
    measured_number = classified.measured + len(supplement)
    return SourceJudgement(not above if measured_number else None, tuple(above), measured_number)


def volume_share(intakes: Iterable[Intake]) -> VolumeShare:
    """Compliant ÷ judged volume. What has no volume or no judgement is counted as missing, never as zero.

    ValueError for a negative volume.
    """
    compliant = judged = Decimal(0)
    missing = 0
    for intake in intakes:
        if intake.volume is None or intake.compliant is None:
            missing += 1
            continue
        if intake.volume < 0:
            raise ValueError(f"取水量不能是负数：{intake.volume}")
        judged += intake.volume
        compliant += intake.volume if intake.compliant else 0
    return VolumeShare(compliant / judged if judged else None, compliant, judged, missing)
