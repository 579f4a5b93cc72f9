"""The signs are the same everywhere, and no state of the software is without one."""

from chuangmo.jobs.models import State as JobState
from chuangmo.review.models import State
from chuangmo.shell import signs
from indicators.assessment.models import Status


def test_the_five_verdicts():
    five = ("met", "margin", "missed", "partial", "none")
    assert [signs.status(code).text for code in five] == [
        "● 达标",
        "▲ 临界",
        "■ 不达标",
        "◆ 数据不全",
        "○ 未到期",
    ]


def test_every_verdict_has_its_own_word():
    assert {code: signs.status(code).word for code in Status.values} == dict(Status.choices)


def test_every_state_of_a_case_has_its_own_word():
    assert {code: signs.state(code).word for code in State.values} == dict(State.choices)


def test_every_state_of_a_job_has_its_own_word():
    assert {code: signs.check(code).word for code in JobState.values} == dict(JobState.choices)


def test_no_two_states_share_sign_and_word():
    texts = [sign.text for sign in signs.STATE.values()]
    assert len(set(texts)) == len(texts)


def test_an_unknown_code_is_not_passed_off_as_a_known_one():
    assert signs.status("great").text == "? 状态不明"


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_every_sign_can_be_read_on_its_ground():
    for sign in [*signs.STATUS.values(), *signs.STATE.values(), *signs.CHECK.values()]:
        dark, light = sorted([luminance(sign.ink), luminance(sign.paper)])
        assert (light + 0.05) / (dark + 0.05) >= 4.5, sign.word
