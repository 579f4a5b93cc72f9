"""The arithmetic of relations: grammar, missing inputs, words."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indicators.standards.expressions import (
    Code,
    Expression,
    Negated,
    Number,
    Operation,
    codes_of,
    evaluate,
    in_words,
    parse_expression,
)

D = Decimal
VALUES = {"a": D("2"), "b": D("3"), "i01.c_d": D("0.5"), "gone": None}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", "2"),
        ("  a  ", "2"),
        ("1.5", "1.5"),
        ("a + b", "5"),
        ("a+b*2", "8"),
        ("(a+b)*2", "10"),
        ("a - b - 1", "-2"),
        ("a / b / 2 * 6", "2"),
        ("-a + b", "1"),
        ("b - -a", "5"),
        ("-(a + b)", "-5"),
        ("i01.c_d * 13.3 + a", "8.65"),
        ("previous a + b - a", "11"),
        ("previous a / a", "5"),
        ("((((a))))", "2"),
    ],
)
def test_values(text: str, expected: str) -> None:
    found = evaluate(parse_expression(text), VALUES, {"a": D(10)})
    assert found is not None
    assert found.quantize(D("0.000001")) == D(expected)


@pytest.mark.parametrize(
    "text",
    ["gone", "a + gone", "gone * 0", "never_heard_of", "previous b", "-gone", "a / (b - 3)", "0 / (a - 2)"],
)
def test_a_missing_input_is_never_zero(text: str) -> None:
    assert evaluate(parse_expression(text), VALUES, {"a": D(10)}) is None


def test_previous_without_an_earlier_period_is_missing() -> None:
    assert evaluate(parse_expression("previous a"), VALUES) is None


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "不完整"),
        ("a +", "不完整"),
        ("* a", "前缺少数据项或数字"),
        ("a b", "“b”处多了内容"),
        ("(a", "括号没有配对"),
        ("a)", "处多了内容"),
        ("a ** 2", "前缺少数据项或数字"),
        ("a = b", "看不懂"),
        ("a; b", "看不懂"),
        ("__import__('os')", "看不懂"),
        ("sum(a)", "处多了内容"),
        ("a.b.", "看不懂"),
        ("1e5", "处多了内容"),
        ("previous", "previous 后面应是数据项代码"),
        ("previous 3", "previous 后面应是数据项代码"),
        ("previous previous a", "previous 后面应是数据项代码"),
        ("(" * 100 + "a" + ")" * 100, "太深"),
        ("-" * 100 + "a", "太深"),
        ("a+" * 400 + "a", "算式太长"),
        ("甲 + 乙", "看不懂"),
    ],
)
def test_anything_else_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        parse_expression(text)


def test_codes_each_once_in_order() -> None:
    assert codes_of(parse_expression("previous b.x + a - -(c * a) / 2 + b.x")) == (
        Code("b.x", previous=True),
        Code("a"),
        Code("c"),
        Code("b.x"),
    )


def test_sums_and_products_of_the_largest_figures_are_exact() -> None:
    largest, smallest = D("99999999999999.999999"), D("0.000001")
    found = evaluate(parse_expression("a * a - b"), {"a": largest, "b": smallest})
    # (10¹⁴ − 10⁻⁶)² − 10⁻⁶ = 10²⁸ − 2·10⁸ + 10⁻¹² − 10⁻⁶
    assert found == D("9999999999999999999799999999.999999000001")


NAMES = {"a": "甲", "b": "乙", "c": "丙"}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a", "甲"),
        ("x", "x"),
        ("previous a + b - c", "上期甲＋乙－丙"),
        ("a * 13.3 + b", "甲×13.3＋乙"),
        ("(a + b) * 2", "（甲＋乙）×2"),
        ("a - (b - c)", "甲－（乙－丙）"),
        ("a + (b - c)", "甲＋乙－丙"),
        ("a / (b * c)", "甲÷（乙×丙）"),
        ("a - b * c", "甲－乙×丙"),
        ("-(a + b)", "－（甲＋乙）"),
        ("a * -b", "甲×（－乙）"),
        ("1234.5", "1\u2009234.5"),
    ],
)
def test_in_words(text: str, words: str) -> None:
    assert in_words(parse_expression(text), NAMES) == words


def _written(expression: Expression) -> str:
    """The expression as text with every bracket."""
    if isinstance(expression, Number):
        return f"{expression.value:f}"
    if isinstance(expression, Code):
        return str(expression)
    if isinstance(expression, Negated):
        return f"(-{_written(expression.of)})"
    return f"({_written(expression.left)} {expression.sign} {_written(expression.right)})"


leaves = st.one_of(
    st.decimals(0, 1000, places=2).map(lambda d: Number(D(f"{d:f}"))),
    st.builds(Code, st.sampled_from(["a", "b", "i01.x"]), st.booleans()),
)
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(Negated, inner), st.builds(Operation, st.sampled_from(["+", "-", "*", "/"]), inner, inner)
    ),
    max_leaves=8,
)


@given(trees)
def test_what_is_written_is_read_back(tree: Expression) -> None:
    assert parse_expression(_written(tree)) == tree


figures = st.decimals(-1000, 1000, places=3)


@given(trees, figures, figures, figures, figures)
def test_words_mean_the_same_as_the_tree(
    tree: Expression, a: Decimal, b: Decimal, x: Decimal, pa: Decimal
) -> None:
    values, previous = {"a": a, "b": b, "i01.x": x}, {"a": pa, "b": a, "i01.x": b}
    names = {"a": "a", "b": "b", "i01.x": "i01.x"}
    plain = str.maketrans({"＋": "+", "－": "-", "×": "*", "÷": "/", "（": "(", "）": ")", "\u2009": None})
    text = in_words(tree, names, "previous ").translate(plain)
    first, second = evaluate(tree, values, previous), evaluate(parse_expression(text), values, previous)
    assert (first is None) == (second is None)
    if first is not None and second is not None:
        assert abs(first - second) <= abs(first) * D("1e-60")


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse_expression(text)
    except ValueError as problem:
        assert str(problem).startswith("算式")
