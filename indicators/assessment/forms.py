"""The rule of an indicator as a form in words; the schema judges what was typed, fault by fault at its field."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from django import forms

from indicators.assessment.rules import IndicatorRule, rule_faults, rule_json, validate_rule
from indicators.assessment.rules.rule_words import WINDOWS
from indicators.assessment.rules.schema import PART_SHAPES
from indicators.assessment.rules.schema_words import FIELD_NAMES, Fault
from indicators.assessment.rules.wording import OP_SIGNS
from indicators.standards.air_limits import ANNUAL, UNITS

__all__ = ["RuleJsonForm", "RuleWordsForm"]

_WINDOWS_OF = {
    **dict.fromkeys(
        ("T", "RATE"),
        ("year", "latest", "years_before", "years_before_and_to_date", "school_year", "rolling_months"),
    ),
    "SURVEY": ("latest", "year"),
    "DEC": ("falls",),
    "RANK": ("years_before",),
    "NOEV": ("rolling_months", "year_before_and_to_date", "year"),
    "LIST": ("year", "latest"),
}
_CODE_HELP = "数据项代码，可用加减号连接、可乘系数，如 i18.treated + i18.burnt * 0.5"
_ROUNDING = (("full", "不修约，用全部位数比较"), ("rounded", "先修约再比较"))
_SAMPLED = (("month", "每月至少一次"), ("quarter", "每季至少一次"), ("year", "每年至少一次"))
_PERIODS = (("latest", "看最近一期的回答"), ("every", "每一期都要完成"))
# Fields that a person edits as one line, in this order: field → (label, help, required).
_LINES: dict[str, tuple[str, str, bool]] = {
    "name": ("名称", "", True),
    "amount": ("数量", _CODE_HELP, False),
    "numerator": ("分子", _CODE_HELP, False),
    "denominator": ("分母", _CODE_HELP, False),
    "done": ("完成量", _CODE_HELP, True),
    "verified": ("核定量", "数据项代码；没有核定量就空着", False),
    "task": ("任务量", "数据项代码", True),
    "events": ("事件数", _CODE_HELP, True),
    "rank": ("名次", "数据项代码", True),
    "cities": ("参评城市数", "数据项代码；按比例判定名次时要填", False),
    "scale": ("换算系数", "化成百分数填 100", True),
    "limit": ("限值", "一个数；限值本身也要报的，填数据项代码", False),
    "limit_share_pct": ("比例上限（%）", "名次在前百分之几；与限值只填一个", False),
    "standard": ("标准名称", "限值由标准规定时填标准号，限值空着", False),
    "margin_pct": ("临界幅度（%）", "达到要求、但离限值不足百分之几时算临界；空着不设", False),
    "unit": ("计量单位", "", False),
    "places": ("显示几位小数", "", True),
    "due_days": ("期末后几天应有数据", "过了这一天还没有的，算缺", True),
    "due": ("全年测完的期限", "月-日，如 12-31；过了还没测的点算缺", True),
    "note": ("备注", "", False),
}
# Fields that a kind, or a measurement, has no use for.
_FIXED = {"COMPLETION": ("unit",), "NOEV": ("limit",), "DEC": ("limit", "margin_pct"), "LIST": ("unit",)}
_NOISE = ("standard", "due_days")
_UNUSED = {
    "air_annual": ("limit", "due", "unit"),
    "air_good_days": ("standard", "due"),
    "area_noise": _NOISE,
    "road_noise": _NOISE,
    "sources": ("sampled",),
    "firms": ("sampled",),
}


class _Rule(forms.Form):
    """What both forms share: the reason, the version that the page showed, and the rule once it is sound."""

    reason = forms.CharField(
        label="为什么改",
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "maxlength": 200}),
        help_text="发布时必填，记入版本和审计记录。",
    )
    base = forms.IntegerField(widget=forms.HiddenInput)
    rule: IndicatorRule | None = None

    def take(self, body: Any) -> None:
        """Judge a body; faults go to their fields."""
        faults = rule_faults(body)
        for fault in faults:
            self.add_error(*self.placed(fault))
        if not faults:
            self.rule = validate_rule(body)

    def placed(self, fault: Fault) -> tuple[str | None, str]:
        """The field that a fault belongs to, and its words there."""
        raise NotImplementedError

    def body(self) -> dict[str, Any]:
        """The rule's body in its stable form. Only of a valid form."""
        assert self.rule is not None
        return rule_json(self.rule)


class RuleJsonForm(_Rule):
    """The whole body as JSON, for what the form in words can't say (new parts, nested conditions)."""

    text = forms.CharField(
        label="规则（JSON）",
        max_length=40_000,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 24, "spellcheck": "false", "class": "mono"}),
    )
    field_order = ("text", "reason", "base")

    def __init__(self, data: Any = None, *, current: IndicatorRule, version: int) -> None:
        laid_out = json.dumps(rule_json(current), ensure_ascii=False, indent=2)
        super().__init__(data, initial={"text": laid_out, "base": version})

    def clean(self) -> None:
        text = self.cleaned_data.get("text")
        if text is None:
            return
        try:
            body = json.loads(text)
        except RecursionError:
            self.add_error("text", "嵌套太深")
        except ValueError as error:
            line, column = getattr(error, "lineno", 1), getattr(error, "colno", 1)
            self.add_error("text", f"不是 JSON：第 {line} 行第 {column} 个字附近写法不对")
        else:
            self.take(body)

    def placed(self, fault: Fault) -> tuple[str | None, str]:
        return "text", str(fault)


class RuleWordsForm(_Rule):
    """The current rule's parts field by field. Which parts there are, and their kinds, stay as they are."""

    def __init__(
        self, data: Any = None, *, current: IndicatorRule, version: int, facts: Mapping[str, str]
    ) -> None:
        """`facts`: facts of the plan that a condition may ask for, with their names."""
        super().__init__(data, initial={"base": version})
        self._current = rule_json(current)
        self._groups: list[tuple[str, list[str]]] = []
        for number, part in enumerate(self._current["parts"]):
            names = list(self._add_part(number, part, facts))
            self._groups.append((part["name"], names))
        if len(self._current["parts"]) > 1:
            self._groups.append(("各部分合在一起", list(self._add_whole())))
        self.order_fields([*(name for _, names in self._groups for name in names), "reason", "base"])

    @property
    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Headed groups of fields, one for each part, then how parts combine."""
        return [(title, [self[name] for name in names]) for title, names in self._groups]

    def clean(self) -> None:
        body = deepcopy(self._current)
        for number, part in enumerate(body["parts"]):
            self._read_part(number, part)
        op = self.cleaned_data.get("combine")
        if op and op != (body.get("combine") or {"op": "all"})["op"]:
            body["combine"] = {"op": op, "of": [part["code"] for part in body["parts"]]}
        if "headline" in self.fields:
            _put(body, "headline_part", self.cleaned_data.get("headline"))
        self.take(body)

    def placed(self, fault: Fault) -> tuple[str | None, str]:
        outer, _, inner = fault.field.partition(".")
        names = {"months": "number", "years": "number", "falls": "number", "places": f"{outer}-places"}
        for candidate in (f"limit-{inner}", names.get(inner, inner), outer, f"{outer}-mode"):
            if f"p{fault.part}-{candidate}" in self.fields:
                return f"p{fault.part}-{candidate}", fault.message
        return None, str(fault)

    # A part's fields ----------------------------------------------------------------------------------

    def _add_part(self, number: int, part: dict[str, Any], facts: Mapping[str, str]) -> Iterator[str]:
        """Make the fields of one part, yielding their names in order."""
        kind = part["kind"]
        wanted = PART_SHAPES[kind].model_fields
        skipped = (*_FIXED.get(kind, ()), *_UNUSED.get(part.get("measure", ""), ()))
        for field, (label, help_text, required) in _LINES.items():
            if field not in wanted or field in skipped:
                continue
            if field == "limit" and "op" in wanted and kind not in ("COMPLETION", "RANK"):
                yield self._make(number, "op", _choice("比较关系", OP_SIGNS.items(), part.get("op")))
            yield self._make(
                number,
                field,
                forms.CharField(
                    label=label,
                    help_text=help_text,
                    required=required,
                    max_length=200,
                    initial=part.get(field, ""),
                ),
            )
        for maker in (self._limits, self._window, self._rounding, self._answers, self._paced):
            yield from maker(number, part)
        yield from self._condition(number, part, facts)

    def _make(self, number: int, field: str, made: forms.Field) -> str:
        name = f"p{number}-{field}"
        self.fields[name] = made
        return name

    def _limits(self, number: int, part: dict[str, Any]) -> Iterator[str]:
        """One field for each annual statistic of air: the rule's own limit, else the standard's."""
        if part.get("measure") != "air_annual":
            return
        own = part.get("limits", {})
        for code, annual in ANNUAL.items():
            made = forms.CharField(
                label=f"{FIELD_NAMES[code]}限值（{UNITS[annual.pollutant]}）",
                required=False,
                max_length=12,
                initial=own.get(code, ""),
                help_text=f"空着按标准：{annual.limit}",
            )
            yield self._make(number, f"limit-{code}", made)

    def _window(self, number: int, part: dict[str, Any]) -> Iterator[str]:
        kinds = _WINDOWS_OF.get(part["kind"], ())
        if not kinds:
            return
        window = part["window"]
        numbered = WINDOWS[window["kind"]][1]
        if len(kinds) > 1:
            choices = [(kind, WINDOWS[kind][0].format("N")) for kind in kinds]
            yield self._make(number, "window", _choice("时间窗口", choices, window["kind"]))
        if any(WINDOWS[kind][1] for kind in kinds):
            yield self._make(
                number,
                "number",
                forms.CharField(
                    label="窗口里的 N",
                    required=False,
                    max_length=4,
                    initial=window.get(numbered, ""),
                    help_text="几个月、几年、几次；不用 N 的窗口空着",
                ),
            )

    def _rounding(self, number: int, part: dict[str, Any]) -> Iterator[str]:
        if "rounding" not in PART_SHAPES[part["kind"]].model_fields or part["kind"] in ("DEC", "COMPLETION"):
            return
        rounding = part.get("rounding", {"mode": "full"})
        yield self._make(number, "rounding-mode", _choice("判定时的修约", _ROUNDING, rounding["mode"]))
        yield self._make(
            number,
            "rounding-places",
            forms.CharField(
                label="先修约到几位小数", required=False, max_length=2, initial=rounding.get("places", "")
            ),
        )

    def _answers(self, number: int, part: dict[str, Any]) -> Iterator[str]:
        if part["kind"] == "LIST":
            yield self._make(number, "periods", _choice("判定期次", _PERIODS, part.get("periods", "latest")))
        if part["kind"] == "SITES" and "sampled" not in _UNUSED.get(part["measure"], ()):
            yield self._make(number, "sampled", _choice("采样频次", _SAMPLED, part.get("sampled", "month")))

    def _paced(self, number: int, part: dict[str, Any]) -> Iterator[str]:
        if part["kind"] == "T":
            yield self._make(
                number,
                "paced",
                forms.BooleanField(
                    label="窗口结束前按已过时间的比例判定", required=False, initial=part.get("paced", False)
                ),
            )

    def _condition(self, number: int, part: dict[str, Any], facts: Mapping[str, str]) -> Iterator[str]:
        condition = part.get("condition")
        known = {**{fact: fact for fact in ([condition["fact"]] if condition else [])}, **facts}
        if not known:
            return
        choices = [("", "不设条件，总是适用")]
        for fact, name in known.items():
            choices += [(f"{fact}=1", f"只在“{name}”为是时适用"), (f"{fact}=0", f"只在“{name}”为否时适用")]
        current = f"{condition['fact']}={int(condition.get('value', True))}" if condition else ""
        yield self._make(number, "condition", _choice("适用条件", choices, current, required=False))

    def _add_whole(self) -> Iterator[str]:
        tree = self._current.get("combine")
        codes = [(part["code"], part["name"]) for part in self._current["parts"]]
        choices = [("all", "各部分都要达到"), ("any", "任一部分达到即可")]
        if tree and any(isinstance(one, dict) for one in tree["of"]):
            choices.insert(0, ("", "保持现在的组合关系"))
            current = ""
        else:
            current = tree["op"] if tree else "all"
        self.fields["combine"] = _choice("组合关系", choices, current, required=False)
        self.fields["headline"] = _choice(
            "指标墙上显示哪一部分的数",
            [("", "显示几项达到"), *codes],
            self._current.get("headline_part", ""),
            required=False,
        )
        yield from ("combine", "headline")

    # What was typed -----------------------------------------------------------------------------------

    def _read_part(self, number: int, part: dict[str, Any]) -> None:
        typed = self.cleaned_data
        for field in (*_LINES, "op", "periods", "sampled", "paced"):
            name = f"p{number}-{field}"
            if name in typed:
                value = typed[name]
                if field in ("unit", "note") and value == "" and field in part:
                    part[field] = ""
                else:
                    _put(part, field, _plain(value) if field in _NUMBERS else value)
        if part.get("measure") == "air_annual":
            own = {code: _plain(typed.get(f"p{number}-limit-{code}")) for code in ANNUAL}
            _put(part, "limits", {code: limit for code, limit in own.items() if limit})
        if f"p{number}-rounding-mode" in typed:
            part["rounding"] = {"mode": typed[f"p{number}-rounding-mode"]}
            _put(part["rounding"], "places", _plain(typed.get(f"p{number}-rounding-places")))
        self._read_window(number, part)
        if f"p{number}-condition" in typed:
            fact, _, value = typed[f"p{number}-condition"].rpartition("=")
            _put(part, "condition", {"fact": fact, "value": value == "1"} if fact else None)

    def _read_window(self, number: int, part: dict[str, Any]) -> None:
        typed = self.cleaned_data
        if f"p{number}-window" not in self.fields and f"p{number}-number" not in self.fields:
            return
        kind = typed.get(f"p{number}-window") or part["window"]["kind"]
        part["window"] = {"kind": kind}
        _put(part["window"], WINDOWS[kind][1], _plain(typed.get(f"p{number}-number")))


_NUMBERS = ("limit", "limit_share_pct", "margin_pct", "scale", "places", "due_days")
_WIDE = str.maketrans("０１２３４５６７８９．，", "0123456789.,")


def _plain(value: Any) -> Any:
    """A number as typed, full-width digits and thousands marks made plain."""
    return value.translate(_WIDE).replace(",", "").strip() if isinstance(value, str) else value


def _put(target: dict[str, Any], field: str, value: Any) -> None:
    """Set a field; what is empty is left out. No field, nothing to set."""
    if not field:
        return
    if value is None or value == "" or value == {}:
        target.pop(field, None)
    else:
        target[field] = value


def _choice(label: str, choices: Any, initial: Any, *, required: bool = True) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=list(choices), initial=initial, required=required)
