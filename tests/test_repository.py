"""What must be true of the repository itself: a stranger can clone it, run it, test it, and read what it rests on."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path

import pytest

from scripts.check_compose import compose_faults

ROOT = Path(__file__).resolve().parent.parent
SHELL_SCRIPTS = [
    "scripts/run",
    "scripts/test",
    "scripts/with-postgres",
    "scripts/serve",
    "scripts/worker",
    "scripts/beat",
    ".ci/run",
]
LOCKED = ["requirements.txt", "requirements-dev.txt"]
# Split in two, so that this file does not name what it looks for.
PACKAGE_HOSTS = re.compile(
    "|".join(
        [
            r"--(?:extra-)?index-" + r"url",
            r"--find-" + r"links",
            r"py" + r"pi\.org",
            r"files\.python" + r"hosted",
            r"registry\.npm" + r"js",
            r"deb\.deb" + r"ian\.org",
            r"cdn\.js" + r"delivr|unp" + r"kg\.com|cdn" + r"js\.",
            r"file://" + r"/",
            r"/wo" + r"rk/(?:main|shared|brief|\.library)",
        ]
    )
)


def tracked_files() -> list[Path]:
    names = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    return [ROOT / name for name in names.split("\0") if name and (ROOT / name).is_file()]


def lines_that_match(pattern: re.Pattern[str], paths: list[Path]) -> list[str]:
    found = []
    for path in paths:
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        found += [
            f"{path.relative_to(ROOT)}: {line[:120]}" for line in text.splitlines() if pattern.search(line)
        ]
    return found


def test_no_tracked_file_names_a_package_host_or_a_path_of_one_machine():
    paths = [path for path in tracked_files() if "static/vendor" not in str(path) and path != Path(__file__)]
    assert lines_that_match(PACKAGE_HOSTS, paths) == []


@pytest.mark.parametrize(
    "name",
    [
        "README.md",
        "LICENSE",
        "CHANGELOG.md",
        ".ci/run",
        "scripts/run",
        "scripts/test",
        "Makefile",
        "docker-compose.yml",
        "Dockerfile",
        ".env.example",
        "docs/dependencies.md",
        *LOCKED,
    ],
)
def test_file_is_there(name: str):
    assert (ROOT / name).is_file()


def test_licence_is_apache_2():
    assert "Apache License\n                           Version 2.0" in (ROOT / "LICENSE").read_text()


@pytest.mark.parametrize("name", LOCKED)
def test_every_requirement_is_pinned_and_hashed(name: str):
    text = (ROOT / name).read_text().replace("\\\n", " ")
    requirements = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    loose = [
        line for line in requirements if not re.match(r"^[a-z0-9._-]+(\[.*\])?==\S+ .*--hash=sha256:", line)
    ]
    assert loose == []
    assert len(requirements) > 30


def test_both_locks_agree():
    runtime, dev = (
        {*re.findall(r"^([a-z0-9._-]+)==(\S+)", (ROOT / name).read_text(), re.M)} for name in LOCKED
    )
    assert runtime - dev == set()


def test_every_dependency_is_explained():
    """docs/dependencies.md has one row for each, and none for what is gone."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = {
        re.split(r"[\[<>=~]", requirement)[0].lower()
        for requirement in [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    }
    explained = set(
        re.findall(r"^\| `([^`]+)` \|", (ROOT / "docs/dependencies.md").read_text().lower(), re.M)
    )
    assert explained == wanted


@pytest.mark.parametrize("name", SHELL_SCRIPTS)
def test_shell_script_is_executable_and_parses(name: str):
    path = ROOT / name
    assert path.stat().st_mode & 0o111
    subprocess.run(["bash", "-n", str(path)], check=True)


def test_shared_shell_functions_parse():
    subprocess.run(["bash", "-n", str(ROOT / "scripts/lib/setup.sh")], check=True)


def test_readme_names_only_commands_that_exist():
    readme = (ROOT / "README.md").read_text()
    scripts = set(re.findall(r"\b(scripts/[\w-]+)\b", readme))
    assert {"scripts/run", "scripts/test"} <= scripts
    assert [name for name in scripts if not (ROOT / name).is_file()] == []
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.M))
    assert set(re.findall(r"\bmake ([a-z-]+)", readme)) - targets == set()


def test_documents_name_only_management_commands_that_exist():
    from django.core.management import get_commands

    paths = [path for path in tracked_files() if path.suffix == ".md"]
    named = {name for path in paths for name in re.findall(r"manage\.py ([a-z_]+)", path.read_text())}
    assert named - set(get_commands()) == set()


def test_every_application_command_is_documented():
    from django.core.management import get_commands

    ours = {
        name
        for name, app in get_commands().items()
        if app.startswith(("chuangmo", "indicators", "projects", "supervision", "archives"))
    }
    documents = "\n".join(path.read_text() for path in tracked_files() if path.suffix == ".md")
    assert [name for name in sorted(ours) if f"manage.py {name}" not in documents] == []


def test_local_links_in_documents_lead_somewhere():
    broken = []
    for path in tracked_files():
        if path.suffix != ".md":
            continue
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", path.read_text()):
            if "://" not in target and not (path.parent / target).exists():
                broken.append(f"{path.relative_to(ROOT)} → {target}")
    assert broken == []


def test_every_setting_is_documented():
    """.env.example names each variable that the settings know, but those of tests and scripts."""
    known = set(re.findall(r'"(CHUANGMO_[A-Z_]+)"', (ROOT / "chuangmo/settings.py").read_text()))
    named = set(re.findall(r"^#?(CHUANGMO_[A-Z_]+)=", (ROOT / ".env.example").read_text(), re.M))
    assert known - named == {"CHUANGMO_ENV_FILE", "CHUANGMO_TEST_DATABASE"} & known


COMPOSE = """
services:
  web: {image: x, healthcheck: {}, environment: {CHUANGMO_TODAY: "${DAY}"}}
"""


@pytest.mark.parametrize(
    ("compose", "fault"),
    [
        (COMPOSE, None),
        (COMPOSE.replace("${DAY}", "${NIGHT}"), "${NIGHT} is not documented in .env.example"),
        (
            COMPOSE.replace("CHUANGMO_TODAY", "CHUANGMO_TODDAY"),
            "web: CHUANGMO_TODDAY is not read by the settings",
        ),
        (COMPOSE.replace("image: x", "build: nowhere"), "web: nowhere/Dockerfile does not exist"),
        (
            COMPOSE.replace("healthcheck: {}", "healthcheck: {}, volumes: ['a:/b']"),
            "web: volume a is not declared",
        ),
        (
            COMPOSE.replace("healthcheck: {}", "healthcheck: {}, depends_on: [db]"),
            "web: depends on db, which is no service",
        ),
        (COMPOSE.replace("healthcheck: {},", ""), "web: has no healthcheck"),
    ],
)
def test_compose_check_finds(compose: str, fault: str | None):
    faults = compose_faults(compose, "DAY=\n", '"CHUANGMO_TODAY"')
    assert [text for text in faults if ".env.example sets" not in text] == ([fault] if fault else [])


def test_compose_file_is_whole():
    names = ["docker-compose.yml", ".env.example", "chuangmo/settings.py"]
    assert compose_faults(*((ROOT / name).read_text() for name in names)) == []
