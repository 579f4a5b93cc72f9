"""The people of the demonstration: for every unit who fills in and who checks, and everybody around them. Invented."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date

from .chance import one_of

__all__ = [
    "ADMIN",
    "COUNTY_CONVENES",
    "COUNTY_OFFICES",
    "GROUP_FILLED",
    "GROUP_MEMBERS",
    "OFFICE",
    "OFFICE_SECOND",
    "PASSWORD",
    "SINGLE_UNIT",
    "TWO_UNITS",
    "Person",
    "Post",
    "people",
]

PASSWORD = "liupanshui2017"
OFFICE, OFFICE_SECOND, ADMIN = "wangkezhang", "zhaomin", "guanliyuan"
COUNTY_CONVENES = "zhongshan.xianqu"  # the county's office that holds a meeting of its own
SINGLE_UNIT = "市气象局"  # one person only: its own review is off
TWO_UNITS = ("市林业局", "市水库移民局")  # one person reports for both

# A group that the plan names without its members: this one is filled in part, the other two stay a gap.
GROUP_FILLED = "创建国家卫生城市各成员单位"
GROUP_MEMBERS = ("市城管局", "市住建局", "市卫计委", "市工商局", "市食药监局")

PINYIN = {
    "六枝特区": "liuzhi", "盘县": "panxian", "水城县": "shuicheng", "钟山区": "zhongshan",
    "钟山开发区": "kaifaqu", "市环保局": "huanbao", "市发改委": "fagai", "市经信委": "jingxin",
    "市农委": "nongwei", "市城管局": "chengguan", "市公安局": "gongan", "市交通局": "jiaotong",
    "市住建局": "zhujian", "市财政局": "caizheng", "市国土局": "guotu", "市能源局": "nengyuan",
    "市水务局": "shuiwu", "市林业局": "linye", "市科技局": "keji", "市食药监局": "shiyao",
    "市质监局": "zhijian", "市商务粮食局": "shangwu", "市规划局": "guihua", "市气象局": "qixiang",
    "市水库移民局": "yimin", "市文体广电局": "wenguang", "市工商局": "gongshang", "市卫计委": "weiji",
    "市生态旅游委": "lvyou", "市教育局": "jiaoyu", "市编办": "bianban", "市爱卫办": "aiwei",
    "市统计局": "tongji", "市委组织部": "zuzhi", "市委宣传部": "xuanchuan", "市水投公司": "shuitou",
    "市燃气公司": "ranqi",
}  # fmt: skip
# Each county's own steering office, by the short name of its county.
COUNTY_OFFICES = {county: f"{county}创模办" for county in ("六枝特区", "盘县", "水城县", "钟山区")}
_INSPECTORS = (
    ("jiancha", "严守正", "市监察局"),
    ("ducha", "鲁明远", "市督查室"),
    ("renda", "白云山", "市人大"),
    ("zhengxie", "左丘林", "市政协"),
)

_SURNAMES = (
    "李张刘陈杨黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎"
    "余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_GIVEN = (
    "晓梅", "国强", "丽华", "建军", "海燕", "志远", "秀英", "文博", "雪峰", "玉兰", "永刚", "春燕", "明亮", "小红",
    "振华", "桂芳", "立新", "婷", "勇", "静", "磊", "敏", "涛", "娟", "鹏", "芳", "伟", "琳", "斌", "洁",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Post:
    """A role in a unit (its short name), perhaps only for some days."""

    unit: str
    role: str
    valid_from: date | None = None
    valid_to: date | None = None
    is_leader: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who can sign in."""

    username: str
    name: str
    posts: tuple[Post, ...] = field(default_factory=tuple)
    is_staff: bool = False


def people(units: Iterable[str]) -> list[Person]:
    """Everybody, for the units (short names) that owe reports; in the order in which they are listed."""
    return [*_campaign(), *_county_offices(), *_reporters(list(units))]


def _campaign() -> Iterator[Person]:
    office = "市创模办"
    yield Person(ADMIN, "管理员", (Post(office, "admin"),), is_staff=True)
    yield Person(OFFICE, "王科长", (Post(office, "office"),))
    yield Person(OFFICE_SECOND, "赵敏", (Post(office, "office"),))
    for username, name, unit in _INSPECTORS:
        yield Person(username, name, (Post(unit, "inspector"),))
    yield Person("lingdao", "周副市长", (Post(office, "observer"),))
    yield Person("mishu", "江秘书", (Post(office, "observer"),))
    yield Person("pinggu", "评估专家", (Post(office, "assessor", date(2017, 5, 1), date(2017, 10, 31)),))


def _county_offices() -> Iterator[Person]:
    for county, office in COUNTY_OFFICES.items():
        yield Person(
            f"{PINYIN[county]}.xianqu", _name(county, "county_office"), (Post(office, "county_office"),)
        )


def _reporters(units: list[str]) -> Iterator[Person]:
    home, other = TWO_UNITS
    for unit in units:
        posts = [Post(unit, "reporter")]
        if unit == home:
            posts.append(Post(other, "reporter"))
        if unit != other:
            yield Person(_username(unit), _name(unit, "reporter"), tuple(posts))
        if unit != SINGLE_UNIT:
            yield Person(
                f"{_username(unit)}.shenhe",
                _name(unit, "reviewer"),
                (Post(unit, "reviewer", is_leader=True),),
            )


def _username(unit: str) -> str:
    return PINYIN[unit]


def _name(unit: str, role: str) -> str:
    """A surname of its own for each pair, so that few are called the same."""
    place = list(PINYIN).index(unit) * 2 + (role == "reviewer")
    if role == "county_office":
        place = len(_SURNAMES) - 1 - list(PINYIN).index(unit)
    return _SURNAMES[place % len(_SURNAMES)] + one_of(_GIVEN, unit, role)
