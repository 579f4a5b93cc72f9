"""Compile every template, so that a misspelt tag or a missing library fails here and not on a page."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuangmo.settings")


def main() -> int:
    import django
    from django.template import TemplateSyntaxError, engines

    django.setup()
    folder = ROOT / "templates"
    faults = 0
    for path in sorted(folder.rglob("*")):
        if path.suffix not in {".html", ".txt", ".svg", ".xml"}:
            continue
        try:
            engines["django"].get_template(str(path.relative_to(folder)))
        except TemplateSyntaxError as error:
            faults += 1
            print(f"templates/{path.relative_to(folder)}: {error}", file=sys.stderr)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
