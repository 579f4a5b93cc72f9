"""The table of magnitudes: what a coal city of three million in the west of Guizhou could report. All of it is invented.

Reporters are named by the short names of units and the codes of sites. Years are 2013 to 2017; 2017 is the pace of
a full year. Tuned so that on 2017-05-31 indicators 4 and 19 stand on the margin and 22 misses (docs/demonstration.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from .shapes import Amount, Ask, Counted, Given, Level, Made, Part, Shape, winter

__all__ = ["COUNTIES", "LEVELS", "NOT_APPLICABLE", "OUTLIERS", "Outlier", "jump", "planted"]

LIUZHI, PANXIAN, SHUICHENG, ZHONGSHAN, ZONE = COUNTIES = (
    "六枝特区",
    "盘县",
    "水城县",
    "钟山区",
    "钟山开发区",
)
CENTRE = (SHUICHENG, ZHONGSHAN, ZONE)
EPB, STATISTICS = "市环保局", "市统计局"
FIRMS = ("firm.faer", "firm.yueqian", "firm.qiangui", "firm.shuigang")

# (code, reporter, year, month) → by how much the month leaps, and the reporter's words on it
Outlier = tuple[str, str]
OUTLIERS: Mapping[tuple[str, str, int, int], Outlier] = {
    ("i04.investment", "市林业局", 2017, 3): (
        "1.52",
        "植树节前后集中支付春季造林绿化工程款，4月起恢复正常。",
    ),
    ("i20.medical_produced", ZONE, 2017, 2): ("1.45", "园区职工医院2月启用，产生量增加，已与转移联单核对。"),
    ("i20.medical_disposed", ZONE, 2017, 2): ("1", "产生量增加，全部按时转移处置。"),
    ("i20.medical_produced", ZONE, 2017, 3): ("1", "2月集中清运启用前的积存，3月恢复正常。"),
    ("i20.medical_disposed", ZONE, 2017, 3): ("1", "随产生量恢复正常。"),
    ("i19.old_stock", PANXIAN, 2017, 4): ("1.41", "柏果镇历史堆存煤矸石本月集中回填利用。"),
    ("i19.old_stock", PANXIAN, 2017, 5): ("1", "4月集中回填结束，本月恢复正常。"),
    ("i04.investment", "市水务局", 2017, 5): ("1.48", "双水河道治理项目5月拨付进度款。"),
    # Planted for the consistency watch: a jump; value added of the larger firms above that of all.
    ("i06.water_used", LIUZHI, 2017, 4): ("1.75", "4月水厂扩建后供水量增加。"),
    ("i06.water_used", LIUZHI, 2017, 5): ("1", "5月供水恢复正常。"),
    ("i05.value_added", STATISTICS, 2017, 3): ("1.27", ""),  # too little to need words
}

# Planted for the consistency watch, none of them in a verdict's way (docs/demonstration.md): the same figure four times,
# and a county that reports in round hundreds. The counties' cuts of COD in 2016 stand above what the province verified.
_REPEATED = {("i14.reused", "plant.dewu", 2017, number): Decimal("4.60") for number in range(1, 5)}
_ROUNDED = {("i06.water_used", PANXIAN): ((2016, 9), (2017, 4), Decimal(100))}

# (code, reporter, year) → why there is nothing to report
NOT_APPLICABLE: Mapping[tuple[str, str, int], str] = {
    ("i19.old_stock", ZONE, 2017): "开发区历年贮存已于2016年底清空，2017年起无往年贮存。",
}


def jump(code: str, who: str, year: int, month: int) -> Decimal:
    """The factor of a month that leaps, else 1."""
    outlier = OUTLIERS.get((code, who, year, month))
    return Decimal(outlier[0]) if outlier else Decimal(1)


def planted(code: str, who: str, year: int, month: int, plain: Decimal) -> Decimal:
    """The figure as the watch should find it: `plain`, but where one was planted."""
    first, last, step = _ROUNDED.get((code, who), ((0, 0), (0, 0), Decimal(1)))
    if first <= (year, month) <= last:
        return (plain / step).to_integral_value() * step
    return _REPEATED.get((code, who, year, month), plain)


def _shares(*numbers: int, who: tuple[str, ...] = COUNTIES) -> dict[str, int]:
    return dict(zip(who, numbers, strict=True))


def _only(unit: str, *totals: int, season: tuple[Decimal, ...] | None = None, jitter: str = "0.01") -> Amount:
    """2013 to 2017 of one provider."""
    years = dict(zip(range(2013, 2018), totals, strict=True))
    return Amount(years, {unit: 1}, season, jitter) if season else Amount(years, {unit: 1}, jitter=jitter)


def _years(*totals: int) -> dict[int, int]:
    return dict(zip(range(2018 - len(totals), 2018), totals, strict=True))


def _rates(*rates: str) -> dict[int, str]:
    return dict(zip(range(2018 - len(rates), 2018), rates, strict=True))


# The economy grows towards the year's end.
_ECONOMY = tuple(Decimal(weight) for weight in ("0.93", "0.98", "1.02", "1.07") for _ in range(3))
_INVESTMENT = {
    PANXIAN: 260, SHUICHENG: 200, LIUZHI: 130, ZHONGSHAN: 150, ZONE: 40,
    "市住建局": 92, "市水务局": 38, EPB: 34, "市林业局": 21, "市农委": 12, "市国土局": 9,
    "市经信委": 5, "市能源局": 4, "市发改委": 3, "市科技局": 1, "市财政局": 0,
}  # fmt: skip
_CUTS = _shares(16, 34, 24, 22, 4)
_EMITTERS = _shares(13, 41, 22, 21, 3)


def _handled(who: str, year: int, month: int, ask: Ask) -> Decimal:
    """Opening stock + produced - handled = closing stock, to the gram."""
    before = (year, month - 1) if month > 1 else (year - 1, 12)
    grown = ask("i20.hazardous_stock", who, year, month) - ask("i20.hazardous_stock", who, *before)
    return ask("i20.hazardous_produced", who, year, month) - grown


def _staff(required: tuple[int, ...], more: int, jitter: str = "0") -> Level:
    numbers = [str(one + more) for one in required]
    return Level(dict(zip((*COUNTIES, EPB), numbers, strict=True)), jitter=jitter)


_INSPECTORS, _MONITORS = (26, 32, 26, 26, 8, 45), (20, 22, 20, 20, 6, 50)

LEVELS: dict[str, Shape] = {
    # 1 总量减排
    "i01.so2_task": Given(_rates("3800", "3500", "3300", "3200"), (EPB,)),
    "i01.so2_cut": Amount(_years(4020, 3690, 3460, 3620), _CUTS, jitter="0.05"),
    "i01.so2_verified": Given({2014: "3986", 2015: "3642", 2016: "3418"}, (EPB,)),
    "i01.nox_task": Given(_rates("3100", "2900", "2700", "2600"), (EPB,)),
    "i01.nox_cut": Amount(_years(3290, 3060, 2850, 2910), _CUTS, jitter="0.05"),
    "i01.nox_verified": Given({2014: "3241", 2015: "3018", 2016: "2806"}, (EPB,)),
    "i01.cod_task": Given(_rates("520", "480", "440", "420"), (EPB,)),
    "i01.cod_cut": Amount(_years(566, 512, 501, 478), _CUTS, jitter="0.05"),
    "i01.cod_verified": Given({2014: "551", 2015: "503", 2016: "461"}, (EPB,)),
    "i01.nh3n_task": Given(_rates("48", "44", "40", "38"), (EPB,)),
    "i01.nh3n_cut": Amount(_years(53, 48, 44, 44), _CUTS, jitter="0.05"),
    "i01.nh3n_verified": Given({2014: "51.6", 2015: "46.9", 2016: "42.7"}, (EPB,)),
    # 2 环境事件与应急
    "i02.events": Counted(_shares(0, 0, 0, 0, 0), spread=0),
    "i02.serious_cases": Counted({EPB: 0}, spread=0),
    "i02.drills": Counted(_shares(2, 3, 2, 3, 1), spread=0),
    # 3 城考
    "i03.rank": Given({2014: "3", 2015: "3", 2016: "2"}, (EPB,)),
    "i03.cities": Given({2014: "9", 2015: "9", 2016: "9"}, (EPB,)),
    # 4 环境保护投资
    "i04.gdp": _only(STATISTICS, 8_821_000, 10_427_000, 12_010_000, 13_137_000, 14_582_000, season=_ECONOMY),
    "i04.investment": Part(
        "i04.gdp",
        _rates("0.0192", "0.0188", "0.0186", "0.01732"),
        (STATISTICS,),
        _INVESTMENT,
        jitter="0.05",
    ),
    # 5 规上工业能耗
    "i05.energy": _only("市经信委", 14_612_000, 15_090_000, 15_480_000, 15_905_000, 16_240_000),
    "i05.value_added": _only(STATISTICS, 5_104_000, 5_623_000, 6_102_000, 6_618_000, 7_224_000, season=_ECONOMY),
    # 6 用水
    "i06.water_used": Amount(
        _years(92_480, 92_050, 91_610, 91_020, 90_350), _shares(21, 37, 24, 16, 2), winter("-0.15")
    ),
    "i06.gdp_const": _only(STATISTICS, 9_310_000, 10_748_000, 12_010_000, 13_432_000, 14_905_000, season=_ECONOMY),
    # 7 排放强度
    "i07.cod": Amount(_years(5_600, 5_480, 5_300, 5_150, 5_020), _EMITTERS),
    "i07.nh3n": Amount(_years(318, 310, 300, 290, 282), _EMITTERS),
    "i07.so2": Amount(_years(232_000, 214_000, 186_000, 160_000, 148_000), _EMITTERS),
    "i07.nox": Amount(_years(118_000, 108_000, 92_000, 78_000, 72_000), _EMITTERS),
    "i07.value_added": _only(STATISTICS, 5_350_000, 5_904_000, 6_410_000, 6_952_000, 7_590_000, season=_ECONOMY),
    # 9 水源地
    "i09.intake": Amount(
        _years(4_620, 4_780, 4_905, 5_010), {"source.yushe": 71, "source.yaoshang": 29}, winter("-0.06")
    ),
    "i09.compliant": Counted({"source.yushe": 1, "source.yaoshang": 1}, spread=0),
    # 13 绿化
    "i13.green_cover": Level({SHUICHENG: "4.56", ZHONGSHAN: "14.42", ZONE: "3.38"}, growth="0.031"),
    "i13.built_up": Level({SHUICHENG: "12.40", ZHONGSHAN: "38.20", ZONE: "8.60"}, growth="0.012"),
    "i13.park_green": Given({2014: "541.20", 2015: "583.60", 2016: "621.40"}, ("市城管局",)),
    "i13.urban_population": Given({2014: "55.80", 2015: "57.10", 2016: "58.30"}, ("市城管局",)),
    "i13.national_mean": Given({2014: "13.08", 2015: "13.35", 2016: "13.70"}, ("市城管局",)),
    # 14 生活污水
    "i14.produced": Amount(_years(2_430, 2_510, 2_590, 2_660), _shares(19, 68, 13, who=CENTRE), winter("-0.05")),
    "i14.treated": Part(
        "i14.produced",
        _rates("0.831", "0.848", "0.866", "0.881"),
        CENTRE,
        {"plant.city": 64, "plant.dewu": 36},
        jitter="0.01",
    ),
    "i14.reused": Part(
        "i14.treated", _rates("0.041", "0.052", "0.060", "0.066"), same=("plant.city", "plant.dewu"), jitter="0.03"
    ),
    # 15 重点工业企业
    "i15.tests": Counted(dict.fromkeys(FIRMS, 4), spread=1),
    "i15.tests_compliant": Counted(dict.fromkeys(FIRMS, 0), of="i15.tests"),
    # 16 清洁能源
    "i16.gas": _only("市燃气公司", 4_950, 5_680, 6_420, 7_150, 7_880, season=winter("0.16")),
    "i16.final": Amount(
        _years(1_062_000, 1_085_000, 1_104_000, 1_122_000), _shares(15, 26, 18, 34, 7), winter("0.09"), "0.02"
    ),
    "i16.clean_other": Part(
        "i16.final", _rates("0.412", "0.436", "0.458", "0.471"), same=COUNTIES, jitter="0.02"
    ),
    # 17 机动车
    "i17.due": _only("市公安局", 92_000, 99_500, 108_000, 116_500, 125_000, jitter="0.04"),
    "i17.tested": Part(
        "i17.due", _rates("0.806", "0.829", "0.848", "0.871"), ("市公安局",), {EPB: 1}, jitter="0.02"
    ),
    # 18 生活垃圾
    "i18.produced": Amount(
        _years(238_000, 245_000, 251_500, 258_000), _shares(22, 69, 9, who=CENTRE), winter("-0.04"), "0.02"
    ),
    "i18.treated": Part(
        "i18.produced", _rates("0.884", "0.901", "0.916", "0.927"), CENTRE, {"facility.chahe": 1}, jitter="0.01"
    ),
    # 19 工业固体废物
    "i19.produced": Amount(_years(2_480, 2_530, 2_570, 2_610), _shares(10, 42, 26, 20, 2)),
    "i19.used": Part("i19.produced", _rates("0.651", "0.662", "0.671", "0.682"), same=COUNTIES, jitter="0.02"),
    "i19.disposed": Part("i19.produced", _rates("0.254", "0.251", "0.252", "0.251"), same=COUNTIES, jitter="0.02"),
    "i19.old_stock": Part("i19.produced", _rates("0.010", "0.011", "0.012", "0.012"), same=COUNTIES, jitter="0.05"),
    # 20 危险废物
    "i20.medical_produced": Amount(_years(882, 905, 928, 952), _shares(14, 28, 13, 43, 2)),
    "i20.medical_disposed": Part(
        "i20.medical_produced", _rates("0.997", "0.998", "0.998", "1"), same=COUNTIES, jitter="0"
    ),
    "i20.hazardous_produced": Amount(_years(7_900, 8_040, 8_160, 8_230), _shares(3, 19, 14, 61, 3)),
    "i20.hazardous_stock": Level(
        {LIUZHI: "31.2", PANXIAN: "196.4", SHUICHENG: "143.8", ZHONGSHAN: "622.5", ZONE: "30.6"}, jitter="0.02"
    ),
    "i20.hazardous_handled": Made(COUNTIES, _handled),
    "i20.hazardous_overdue": Counted(_shares(0, 0, 0, 0, 0), spread=0),
    # 22 环评与“三同时”
    "i22.eia_due": Counted({**_shares(5, 9, 7, 6, 2), EPB: 4}),
    "i22.eia_done": Counted({**_shares(0, 0, 0, 0, 0), EPB: 0}, of="i22.eia_due"),
    "i22.sts_due": Counted({**_shares(4, 6, 5, 4, 2), EPB: 3}),
    "i22.sts_done": Counted(
        {**_shares(0, 0, 0, 0, 0), EPB: 0},
        of="i22.sts_due",
        fewer={(2017, 2, PANXIAN): 2, (2017, 3, SHUICHENG): 1, (2017, 4, PANXIAN): 1, (2017, 4, LIUZHI): 1},
    ),
    # 23 机构能力
    "i23.inspect_required": _staff(_INSPECTORS, 0),
    "i23.inspect_posts": _staff(_INSPECTORS, 2),
    "i23.inspect_filled": _staff(_INSPECTORS, 1),
    "i23.monitor_required": _staff(_MONITORS, 0),
    "i23.monitor_posts": _staff(_MONITORS, 3),
    "i23.monitor_filled": _staff(_MONITORS, 1),
    # 25 环境教育
    "i25.pupils": Level(
        {LIUZHI: "108240", PANXIAN: "196310", SHUICHENG: "142760", ZHONGSHAN: "112480", ZONE: "9420"}, growth="0.012"
    ),
    "i25.pupils_taught": Part("i25.pupils", _rates("0.892", "0.911", "0.926", "0.938"), same=COUNTIES, jitter="0.01"),
    "i25.class_hours": Counted(_shares(7, 8, 7, 8, 7), spread=0),
    # 26 城市环境卫生
    "i26.open_findings": Counted(_shares(5, 7, 6, 4, 2), spread=2),
    "i26.overdue_findings": Counted(_shares(0, 0, 0, 0, 0), spread=0),
}  # fmt: skip
