"""A process of the site in which things happen while nobody clicks, and which stays for the next.

Every line that it reads is JSON: a module, and a call in its words. It answers with a line of JSON each time.
"""

import importlib
import json
import sys
import traceback

import django
from django.core.cache import caches
from django.db import connections


def main() -> None:
    """Answer until nobody asks any more."""
    django.setup()
    answers, sys.stdout = sys.stdout, sys.stderr  # what the site prints is no answer
    for line in sys.stdin:
        module, call = json.loads(line)
        caches["local"].clear()  # as old as a process may be
        try:
            answer = {"told": eval(call, dict(vars(importlib.import_module(module))))}  # noqa: S307 - calls of tests
        except Exception:  # noqa: BLE001 - whoever asked fails with it
            answer = {"failed": traceback.format_exc()}
        connections.close_all()
        answers.write(json.dumps(answer) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
