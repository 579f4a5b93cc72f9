"""How each kind of chapter is set: which sections, which tables, in which order. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from archives.dossiers.rules.setting import SetBlock, SetChapter, Setter
from archives.dossiers.rules.words import Cites, badge

__all__ = ["chapter_link", "cited_urls", "set_chapter"]


def chapter_link(slug: str, words: str, anchor: str = "") -> str:
    """A link into another chapter, as HTML; the binding turns it into a jump within the book."""
    target = f"dossier:{slug}#{anchor}" if anchor else f"dossier:{slug}"
    return f'<a class="jump" href="{escape(target)}">{words}</a>'


def cited_urls(content: Mapping[str, Any], site_url: str) -> dict[str, str]:
    """Archive number → absolute address of each piece that the chapter knows."""
    rows = content.get("evidence") or content.get("rows") or ()
    return {row["archive_number"]: f"{site_url}{row['url']}" for row in rows if "archive_number" in row}


def set_chapter(
    slug: str, number: str, title: str, content: Mapping[str, Any], *, site_url: str
) -> SetChapter:
    """The chapter ready for its template. `site_url`: before the paths of the pieces' pages, “” leaves them relative."""
    setter = Setter(slug, number, title, Cites(cited_urls(content, site_url)), content.get("narratives", {}))
    match content["kind"]:
        case "indicator":
            return _indicator(setter, content)
        case "summary":
            return _summary(setter, content)
        case "evidence":
            return _evidence(setter, content, site_url)
    for section in content.get("sections", ()):
        setter.section(section["code"], section["title"], setter.blocks(section))
    return setter.chapter(content["kind"])


# Indicators ----------------------------------------------------------------------------------------------


def _indicator(setter: Setter, content: Mapping[str, Any]) -> SetChapter:
    parts: Sequence[Mapping[str, Any]] = content["parts"]
    setter.section("requirement", "考核要求", [_requirement(setter, content)])
    setter.section("result", "完成情况", _result(setter, content))
    setter.section("charts", "走势和比较", [setter.figure(chart) for chart in content["charts"]])
    setter.section("derivation", "计算过程", [block for part in parts for block in _derivation(setter, part)])
    setter.section("figures", "基础数据", _figures(setter, content))
    setter.section("work", setter.place_title("work"), _work(setter, content))
    setter.section("problems", setter.place_title("problems"), _problems(setter, content))
    setter.section("units", "责任单位", [setter.content_table(content["units"])])
    setter.section("evidence", "佐证材料", _pieces(setter, content))
    return setter.chapter("indicator", content["name"])


def _requirement(setter: Setter, content: Mapping[str, Any]) -> SetBlock:
    lines = [
        ("考核指标", content["name"]),
        ("类　　别", content["category"]),
        ("牵头单位", "、".join(content["leads"]) or "—"),
        ("责任单位", "、".join(content["responsible"]) or "—"),
    ]
    told = "".join(f"<p><b>{name}</b>　{setter.cites(words)}</p>" for name, words in lines)
    rules = "".join(f"<li>{setter.cites(line)}</li>" for line in content["requirement"])
    return SetBlock("box", html=f"{told}{f'<ul>{rules}</ul>' if rules else ''}")


def _result(setter: Setter, content: Mapping[str, Any]) -> list[SetBlock | None]:
    verdict = f'<p class="verdict">{badge(content["status"], content["word"])}　{setter.cites(content["sentence"])}</p>'
    missing = [one["text"] for part in content["parts"] for one in part["missing"]]
    return [
        setter.html(verdict),
        setter.text(f"缺：{'、'.join(dict.fromkeys(missing))}。" if missing else "", "small"),
        setter.table(
            "各分项结论",
            ["分项", "结果", "限值", "结论", "说明"],
            [
                [
                    setter.cites(part["name"]),
                    setter.cites(part["text"]),
                    setter.cites(part["threshold"]),
                    badge(part["status"], part["word"]),
                    setter.cites(_remarks(part)),
                ]
                for part in content["parts"]
            ],
            ["left", "right", "center", "center", "left"],
            widths=[24, 17, 18, 13, 28],
            is_html=True,
        ),
        setter.content_table(content["three_years"]) if content["three_years"] else None,
    ]


def _remarks(part: Mapping[str, Any]) -> str:
    marks = [word for word, holds in (("估", part["estimated"]), ("更正中", part["correcting"])) if holds]
    return "；".join([text for text in (part["remark"], *marks) if text])


def _derivation(setter: Setter, part: Mapping[str, Any]) -> list[SetBlock | None]:
    blocks: list[SetBlock | None] = [setter.heading(part["name"])]
    if part["expression"]:
        blocks.append(setter.html(f"<p><b>算法</b>　{setter.cites(part['expression'])}</p>"))
    steps = part["steps"]
    if part["formula"] and (len(steps) < 2 or part["kind"] == "SITES"):
        blocks.append(setter.html(f'<p class="formula">{setter.cites(part["formula"])}</p>'))
    if len(steps) > 1:
        blocks.append(_steps(setter, part))
    blocks.append(_inputs(setter, part))
    return blocks


def _steps(setter: Setter, part: Mapping[str, Any]) -> SetBlock | None:
    return setter.table(
        f"{part['name']}：逐段评定",
        ["时段、点位", "结果", "限值", "结论", "计算及说明"],
        [
            [
                setter.cites(step["label"]),
                setter.cites(step["text"]),
                setter.cites(step["threshold"]),
                badge(step["status"], step["word"]),
                setter.cites("\n".join(text for text in (step["formula"], step["remark"]) if text)),
            ]
            for step in part["steps"]
        ],
        ["left", "right", "center", "center", "left"],
        widths=[20, 14, 13, 12, 41],
        is_html=True,
    )


def _inputs(setter: Setter, part: Mapping[str, Any]) -> SetBlock | None:
    """Months (or quarters) across, steps down: what the readings of each gave."""
    steps = [step for step in part["steps"] if step["inputs"]]
    labels = list(dict.fromkeys(row["label"] for step in steps for row in step["inputs"]))
    if not labels:
        return None
    rows = []
    for step in steps:
        found = {row["label"]: row["text"] for row in step["inputs"]}
        rows.append([step["label"], *[found.get(label, "—") for label in labels]])
    return setter.table(
        f"{part['name']}：逐期监测结果",
        ["点位、项目", *labels],
        rows,
        ["left", *["center"] * len(labels)],
    )


def _figures(setter: Setter, content: Mapping[str, Any]) -> list[SetBlock | None]:
    blocks: list[SetBlock | None] = []
    seen = set()
    for part in content["parts"]:
        for table in part["tables"]:
            if (table["element"], table["year"]) not in seen:
                seen.add((table["element"], table["year"]))
                blocks.append(_input_table(setter, table))
    bad_days = [block for table in content["measured"] if (block := _bad_days(setter, table))]
    answers = setter.table(
        "工作清单逐项情况",
        ["事项", "单位", "期次", "结果", "说明"],
        [[one["item"], one["unit"], one["period"], one["answer"], one["note"]] for one in content["answers"]],
        ["left", "left", "center", "center", "left"],
        widths=[30, 24, 13, 11, 22],
    )
    return [*blocks, *bad_days, answers]


def _input_table(setter: Setter, table: Mapping[str, Any]) -> SetBlock | None:
    rows = [
        [row["who"], *["—" if cell is None else cell["text"] for cell in row["cells"]]]
        for row in table["rows"]
    ]
    return setter.table(
        f"{table['year']} 年{table['name']}（{table['measure']}）",
        ["单位", *table["columns"]],
        rows,
        ["left", *["right"] * len(table["columns"])],
    )


def _bad_days(setter: Setter, table: Mapping[str, Any]) -> SetBlock | None:
    """Of the year's air days those above class 2; all days are in the workbook."""
    if table["code"] != "air_days":
        return None
    rows = [row for row in table["rows"] if row[-1] == "否"]
    return setter.table(
        "超过二级标准的各日（全部日均值见工作簿）",
        table["head"],
        rows,
        table["align"],
        widths=[15, 8, 8, 9, 9, 8, 10, 8, 15, 10],
    )


def _work(setter: Setter, content: Mapping[str, Any]) -> list[SetBlock | None]:
    return [
        setter.narrative("work"),
        setter.table(
            "各单位工作进展",
            ["单位", "月份", "工作进展"],
            [[one["unit"], one["period"], one["progress"]] for one in content["work"] if one["progress"]],
            ["left", "center", "left"],
            widths=[24, 13, 63],
            note="取各单位最近一次经审定的月报。",
        ),
    ]


def _problems(setter: Setter, content: Mapping[str, Any]) -> list[SetBlock | None]:
    rows = [one for one in content["work"] if one["problems"] or one["measures"]]
    return [
        setter.narrative("problems"),
        setter.table(
            "各单位存在问题和下一步措施",
            ["单位", "存在问题", "下一步措施"],
            [[one["unit"], one["problems"] or "—", one["measures"] or "—"] for one in rows],
            ["left", "left", "left"],
            widths=[24, 38, 38],
        ),
    ]


def _pieces(setter: Setter, content: Mapping[str, Any]) -> list[SetBlock | None]:
    if not content["evidence"]:
        return [setter.text("尚无已归档的佐证材料。")]
    return [
        setter.table(
            "佐证材料目录",
            ["档号", "题名", "类别", "年度", "SHA-256（前 16 位）"],
            [
                [
                    setter.cites(f"〔{one['archive_number']}〕"),
                    setter.cites(one["title"]),
                    escape(one["kind"]),
                    "" if one["year"] is None else str(one["year"]),
                    f'<span class="hash">{one["sha256"][:16]}</span>',
                ]
                for one in content["evidence"]
            ],
            ["left", "left", "center", "center", "center"],
            widths=[29, 34, 11, 8, 18],
            is_html=True,
        )
    ]


# Summary and index ---------------------------------------------------------------------------------------


def _summary(setter: Setter, content: Mapping[str, Any]) -> SetChapter:
    counts = content["counts"]
    told = "　".join(f"{badge(status)} {counts[status]} 项" for status in counts if counts[status])
    setter.section(
        "overview",
        setter.place_title("overview"),
        [
            setter.narrative("overview"),
            setter.html(f'<p class="verdict">{len(content["rows"])} 项指标：{told}</p>'),
        ],
    )
    setter.section(
        "verdicts",
        "指标结论一览",
        [
            setter.table(
                f"{len(content['rows'])} 项指标完成情况",
                ["序号", "指标", "牵头单位", "结果", "限值", "结论", "佐证"],
                [_summary_row(setter, row) for row in content["rows"]],
                ["center", "left", "left", "right", "center", "center", "right"],
                widths=[6, 30, 19, 15, 12, 11, 7],
                is_html=True,
                note="结论：● 达标　▲ 临界　■ 不达标　◆ 数据不全　○ 未到期；“进行中”表示评定窗口未结束。佐证：已归档件数。",
            )
        ],
    )
    for section in content["sections"]:
        setter.section(section["code"], section["title"], setter.blocks(section))
    return setter.chapter("summary")


def _summary_row(setter: Setter, row: Mapping[str, Any]) -> list[str]:
    return [
        str(row["number"]),
        chapter_link(row["slug"], escape(row["name"], quote=False)),
        setter.cites(row["leads"]),
        setter.cites(row["headline"] or "—"),
        setter.cites(row["threshold"]),
        badge(row["status"], row["word"]),
        str(row["evidence"]),
    ]


def _evidence(setter: Setter, content: Mapping[str, Any], site_url: str) -> SetChapter:
    rows = content["rows"]
    setter.section(
        "index",
        "按档号排列",
        [
            setter.table(
                "佐证材料索引",
                ["档号", "题名", "类别", "引用章", "文件 SHA-256"],
                [
                    [
                        setter.cites(f"〔{row['archive_number']}〕"),
                        setter.cites(row["title"]),
                        escape(row["kind"]),
                        "、".join(_short_link(slug) for slug in row["chapters"]),
                        f'<span class="hash">{row["sha256"]}</span>',
                    ]
                    for row in rows
                ],
                ["left", "left", "center", "center", "left"],
                widths=[23, 31, 11, 8, 27],  # two lines each, so that a page holds most rows
                is_html=True,
            )
            or setter.text("尚无已归档的佐证材料。")
        ],
    )
    return setter.chapter("evidence")


def _short_link(slug: str) -> str:
    return chapter_link(slug, str(int(slug.rsplit("-", 1)[-1])), "evidence")
