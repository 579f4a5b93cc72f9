"""Addresses of group robots as their makers give them. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from urllib.parse import parse_qs, urlsplit

# Where the maker's own robots live, and what an address looks like; private installations have other hosts.
HOSTS: Mapping[str, str] = {
    "wecom": "qyapi.weixin.qq.com",
    "dingtalk": "oapi.dingtalk.com",
    "feishu": "open.feishu.cn",
}
EXAMPLES: Mapping[str, str] = {
    "wecom": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=……",
    "dingtalk": "https://oapi.dingtalk.com/robot/send?access_token=……",
    "feishu": "https://open.feishu.cn/open-apis/bot/v2/hook/……",
}


def robot_token(kind: str, address: str) -> str:
    """What tells this robot from others: the key in the address; empty where there is none."""
    parts = urlsplit(address)
    if kind == "feishu":
        before, _, token = parts.path.rstrip("/").rpartition("/hook/")
        return token if before else ""
    name = "key" if kind == "wecom" else "access_token"
    return parse_qs(parts.query).get(name, [""])[0]


def address_fault(kind: str, address: str, own_hosts: Collection[str]) -> str:
    """What is wrong with a robot's address, as a sentence; empty if nothing. Only the makers' hosts, by https, and those
    that the operator named (`own_hosts`, with port where it has one) are posted to."""
    try:
        parts = urlsplit(address)
        host, netloc = parts.hostname or "", parts.netloc.rpartition("@")[2]
    except ValueError:
        return f"这不是网址。应形如 {EXAMPLES[kind]}"
    if netloc not in own_hosts and (parts.scheme != "https" or host != HOSTS[kind] or netloc != host):
        return f"不是这种机器人的地址，应形如 {EXAMPLES[kind]}（自建平台的主机请运维人员登记在 CHUANGMO_ROBOT_HOSTS）"
    if parts.scheme not in ("http", "https") or not robot_token(kind, address):
        return f"地址不完整，应形如 {EXAMPLES[kind]}"
    return ""
