"""Names of columns as published files write them: for each wanted column its other names, and what is passed over.

Compared as `columns.plain_name` reduces them: case, spaces, signs and a unit in brackets do not matter.
"""

from __future__ import annotations

from indicators.standards.water_limits import LAKE, RIVER, SUPPLEMENT, Kind

__all__ = ["AIR_ALIASES", "AIR_PASSED_OVER", "KINDS", "WATER_ALIASES", "WATER_PASSED_OVER"]

AIR_ALIASES = {
    "date": ("日期", "day", "监测日期"),
    "time": ("时间", "datetime", "监测时间", "时刻", "日期时间", "hour", "小时", "time_point", "timestamp"),
    "station": (
        "站点",
        "点位",
        "站名",
        "监测点",
        "监测点位",
        "站点名称",
        "点位名称",
        "stationname",
        "site",
        "sitename",
        "position_name",
    ),
    "pm25": ("pm2.5", "细颗粒物"),
    "pm10": ("可吸入颗粒物",),
    "so2": ("二氧化硫",),
    "no2": ("二氧化氮",),
    "co": ("一氧化碳",),
    "o3": ("臭氧", "o3_1h", "臭氧1小时"),
    "o3_8h": (
        "o38h",
        "臭氧8小时",
        "臭氧日最大8小时",
        "o3_8h_max",
        "o3_max_8h",
        "o38hmax",
        "mda8",
        "臭氧8h",
        "o3日最大8小时",
    ),
}
_AIR_OTHERS = """
aqi quality level rank primary primary_pollutant no id city province aqi指数 空气质量指数 质量等级 空气质量等级 空气质量级别
空气质量状况 首要污染物 城市 省份 序号 备注 范围 当天aqi排名 综合指数 iaqi temp pres dewp rain wd wspm
气温 气压 湿度 风向 风速 降水 nox 一氧化氮 氮氧化物 pm1 co2 nh3 voc vocs h2s bc tsp
code station_id station_code 站点编号 站点编码 点位编号 点位编码
"""
AIR_PASSED_OVER = frozenset(_AIR_OTHERS.split())

KINDS: dict[str, Kind] = {
    **dict.fromkeys(("river", "r", "河流", "河", "江河", "河道"), RIVER),
    **dict.fromkeys(
        ("lake", "reservoir", "l", "湖库", "湖泊", "水库", "湖", "库", "湖泊水库", "湖、库"), LAKE
    ),
}
WATER_ALIASES = {
    "section": (
        "断面",
        "断面名称",
        "断面名",
        "监测断面名称",
        "点位",
        "点位名称",
        "监测断面",
        "站点",
        "站点名称",
        "site",
        "name",
        "station",
        "section_name",
        "station_name",
        "site_name",
    ),
    "kind": ("类型", "水体类型", "断面类型", "type", "watertype", "水域类型"),
    "date": ("日期", "时间", "time", "month", "采样日期", "监测时间", "采样时间", "月份", "年月"),
    "ph": ("ph值",),
    "do": ("溶解氧", "dissolved_oxygen"),
    "codmn": ("高锰酸盐指数", "cod_mn", "imn", "permanganate", "permanganate_index", "高锰酸钾指数"),
    "cod": ("化学需氧量", "codcr", "化学需氧量codcr"),
    "bod5": ("五日生化需氧量", "bod", "生化需氧量", "五日生化需氧量bod5"),
    "nh3n": ("氨氮", "nh3-n", "nh4-n", "nh4n", "ammonia", "ammonia_nitrogen", "氨氮nh3n"),
    "tp": ("总磷", "total_phosphorus", "总磷以p计"),
    "cu": ("铜", "copper"),
    "zn": ("锌", "zinc"),
    "f": ("氟化物", "f-", "fluoride", "氟化物以f计"),
    "se": ("硒", "selenium"),
    "as": ("砷", "arsenic"),
    "hg": ("汞", "mercury"),
    "cd": ("镉", "cadmium"),
    "cr6": (
        "六价铬",
        "铬(六价)",
        "铬六价",
        "cr6+",
        "cr(vi)",
        "crvi",
        "chromium6",
        "chromium_vi",
        "hexavalent_chromium",
    ),
    "pb": ("铅", "lead"),
    "cn": ("氰化物", "总氰化物", "cn-", "cyanide"),
    "phenol": ("挥发酚", "volatile_phenol", "volatile_phenols", "phenols", "挥发性酚"),
    "oil": ("石油类", "petroleum", "oils", "tph"),
    "las": ("阴离子表面活性剂", "anionic_surfactant", "anionic_surfactants", "surfactant", "surfactants"),
    "sulfide": ("硫化物", "sulphide", "s2-", "sulfides", "sulphides"),
}
_WATER_OTHERS = """
published_class class target target_class wt tn fc tc temp temperature turbidity ec conductivity orp chla flow no id
province city county basin river lat lon longitude latitude week year remark quality
水温 总氮 粪大肠菌群 电导率 浊度 叶绿素a 叶绿素 藻密度 透明度 氧化还原电位 流量 水位 序号 省份 城市 县区 流域 河流 河流名称
水体 水体名称 湖库名称 经度 纬度 备注 水质类别 水质目标 目标 目标水质 类别 本周水质 上周水质 主要污染指标 主要污染物
断面情况 站点情况 断面编号 断面编码 断面性质 断面级别 站点编号 站点编码 section_id section_code station_id station_code site_id
周 年 tss ss toc tds 硫酸盐 氯化物 硝酸盐氮 硝酸盐 铁 锰
"""
WATER_PASSED_OVER = frozenset(_WATER_OTHERS.split()) | SUPPLEMENT.keys()
