#!/usr/bin/env python
"""Command line of 创模: `python manage.py help` lists the commands."""

import os
import secrets
import sys

# Commands that read measurement files and print: a monitoring station runs them without an installation, so without its
# secret either. Nothing is signed with this one.
STANDALONE = {"assess_air", "classify_water"}


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "chuangmo.settings")
    if STANDALONE & set(sys.argv[1:2]):
        os.environ.setdefault("CHUANGMO_SECRET_KEY", secrets.token_urlsafe())
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
