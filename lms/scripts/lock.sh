#!/usr/bin/env bash
# Makes the lock files anew: hash-pinned, for every Python we support, without the address of any package index.
set -euo pipefail
uv="${VENV:-.venv}/bin/uv"
common=(--python-version 3.11 --universal --generate-hashes --no-emit-index-url --quiet)
"$uv" pip compile pyproject.toml "${common[@]}" -o requirements/runtime.txt >/dev/null
"$uv" pip compile pyproject.toml --group dev "${common[@]}" -c requirements/runtime.txt -o requirements/dev.txt >/dev/null
echo "requirements/runtime.txt and requirements/dev.txt are made anew."
