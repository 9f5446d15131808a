#!/usr/bin/env bash
# All static checks; every one runs, and the summary names those that failed.
set -u -o pipefail
bin="${VENV:-.venv}/bin"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=()

step() {
    local name=$1
    shift
    if "$@" >"$scratch/out" 2>&1; then
        echo "  ok      $name"
    else
        echo "  FAILED  $name"
        sed 's/^/          /' "$scratch/out" | tail -n 60
        failed+=("$name")
    fi
}

export THRESHOLD_VAR_DIR="$scratch/var"
step "lint (ruff check)" "$bin/ruff" check .
step "format (ruff format)" "$bin/ruff" format --check .
step "types (mypy --strict)" "$bin/mypy" .
step "import contracts (import-linter)" "$bin/lint-imports"
step "templates (djlint)" "$bin/djlint" --quiet --lint lms content courses exams certificates
step "migrations are complete" "$bin/python" manage.py makemigrations --check --dry-run
step "production settings (check --deploy)" "$bin/python" -m pytest -q -p no:randomly tests/project/test_settings.py

if ((${#failed[@]})); then
    printf 'Failed: %s\n' "${failed[@]}"
    exit 1
fi
echo "All checks hold."
