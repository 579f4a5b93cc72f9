"""Check docker-compose.yml without Docker: its syntax, and that what it names exists.

Every ${VARIABLE} is documented in .env.example, every application variable is one that the settings know, every
named volume and dependency is declared, every build has a Dockerfile. Prints the faults, all at once; exit code 1
where there is one.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
REFERENCE = re.compile(r"\$\{([A-Z_]+)(?::?[-?+][^}]*)?\}")


def documented_variables(env_example: str) -> set[str]:
    """Names that `.env.example` sets, commented out or not."""
    return set(re.findall(r"^#?([A-Z][A-Z_]*)=", env_example, flags=re.MULTILINE))


def known_variables(settings: str) -> set[str]:
    """Names that the settings file mentions in quotes."""
    return set(re.findall(r'"(CHUANGMO_[A-Z_]+)"', settings))


def service_faults(name: str, service: dict[str, Any], compose: dict[str, Any], known: set[str]) -> list[str]:
    faults = []
    if ("image" in service) == ("build" in service):
        faults.append(f"{name}: needs either an image or a build")
    if "build" in service:
        build = service["build"]
        folder, dockerfile = (
            (build, "Dockerfile")
            if isinstance(build, str)
            else (build["context"], build.get("dockerfile", "Dockerfile"))
        )
        if not (ROOT / folder / dockerfile).is_file():
            faults.append(f"{name}: {folder}/{dockerfile} does not exist")
    if "healthcheck" not in service:
        faults.append(f"{name}: has no healthcheck")
    for volume in service.get("volumes", []):
        source = volume.split(":")[0]
        if source.startswith((".", "/")):
            if not (ROOT / source).exists():
                faults.append(f"{name}: mounts {source}, which does not exist")
        elif source not in (compose.get("volumes") or {}):
            faults.append(f"{name}: volume {source} is not declared")
    for other in service.get("depends_on", []):
        if other not in compose["services"]:
            faults.append(f"{name}: depends on {other}, which is no service")
    for variable in service.get("environment", {}):
        if variable.startswith("CHUANGMO_") and variable not in known:
            faults.append(f"{name}: {variable} is not read by the settings")
    return faults


def compose_faults(text: str, env_example: str, settings: str) -> list[str]:
    """Everything wrong with a compose file, as sentences; empty where all is well."""
    try:
        compose = yaml.safe_load(text)
    except yaml.YAMLError as error:
        return [f"not YAML: {error}"]
    if not isinstance(compose, dict) or not isinstance(compose.get("services"), dict):
        return ["has no services"]
    documented = documented_variables(env_example)
    faults = [
        f"${{{name}}} is not documented in .env.example"
        for name in sorted(set(REFERENCE.findall(text)) - documented)
    ]
    known = known_variables(settings)
    faults += [
        f".env.example sets {name}, which nothing reads"
        for name in sorted(documented - known - set(REFERENCE.findall(text)))
    ]
    for name, service in compose["services"].items():
        faults += service_faults(name, service, compose, known)
    return faults


def main() -> int:
    faults = compose_faults(
        (ROOT / "docker-compose.yml").read_text(),
        (ROOT / ".env.example").read_text(),
        (ROOT / "chuangmo" / "settings.py").read_text(),
    )
    for fault in faults:
        print(f"docker-compose.yml: {fault}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
