#!/usr/bin/env python
"""Entry point of all management commands."""

import os
import sys


def main() -> None:
    """Run the named command with the development settings unless told otherwise."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lms.settings.dev")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
