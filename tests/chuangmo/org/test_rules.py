import pytest

from chuangmo.org.rules import closest_names, loose_name, plain_name, split_names


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        (" 市 公安局\n", "市公安局"),
        ("贵州燃气(集团)六盘水燃气有限公司", "贵州燃气(集团)六盘水燃气有限公司"),
        ("贵州燃气（集团）六盘水燃气有限公司", "贵州燃气(集团)六盘水燃气有限公司"),
        ("贵州燃气【集团】六盘水燃气有限公司", "贵州燃气(集团)六盘水燃气有限公司"),
        ("市环境保护局。", "市环境保护局"),
        ("“市编办”", "市编办"),
        ("　Ｇas Co　", "GasCo"),
    ],
)
def test_one_width_no_spaces_one_kind_of_brackets(text, plain):
    assert plain_name(text) == plain


@pytest.mark.parametrize(
    ("text", "loose"),
    [
        ("六盘水市公安局", "公安局"),
        ("市公安局", "公安局"),
        ("公安局", "公安局"),
        ("钟山区人民政府", "钟山区"),
        ("钟山区政府", "钟山区"),
        ("钟山经济开发区管理委员会", "钟山经济开发区"),
        ("中共六盘水市委组织部", "委组织部"),
        ("市委组织部", "委组织部"),
        ("六盘水市人民政府", "人民政府"),
    ],
)
def test_city_and_endings_are_left_out(text, loose):
    assert loose_name(text) == loose


def test_lists_are_split_outside_brackets():
    assert split_names("各县（特区、区）人民政府、钟山经济开发区管委会，市公安局；市编办\n市农委、") == [
        "各县（特区、区）人民政府",
        "钟山经济开发区管委会",
        "市公安局",
        "市编办",
        "市农委",
    ]


def test_nearest_names_first_and_strangers_not_at_all():
    names = ["市公安局", "市环境保护局", "市水务局", "市林业局"]
    assert closest_names("市环境保护厅", names) == ["市环境保护局"]
    assert closest_names("天文台", names) == []
