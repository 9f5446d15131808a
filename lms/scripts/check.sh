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

# A production that never was: every secret is made up for this one command.
production() {
    local passphrase
    passphrase="$(head -c 24 /dev/urandom | base64)"
    "$bin/python" -c "import sys; from pathlib import Path; from tests.factories.issuer_keys import write_badge_key, write_key
write_key(Path(sys.argv[1], 'issuer.p12'), sys.argv[2])
write_badge_key(Path(sys.argv[1], 'badge.p12'), sys.argv[2])
write_badge_key(Path(sys.argv[1], 'log.p12'), sys.argv[2])" "$scratch/var/keys" "$passphrase"
    env DJANGO_SETTINGS_MODULE=lms.settings.production \
        SECRET_KEY="$(head -c 48 /dev/urandom | base64 | tr -d '\n')" ALLOWED_HOSTS=threshold.example.org \
        SITE_URL=https://threshold.example.org THRESHOLD_VAR_DIR="$scratch/var" \
        ISSUER_KEY_PASSPHRASE="$passphrase" \
        "$bin/python" manage.py check --deploy --fail-level WARNING
}

export THRESHOLD_VAR_DIR="$scratch/var"
step "lint (ruff check)" "$bin/ruff" check .
step "format (ruff format)" "$bin/ruff" format --check .
step "types (mypy --strict)" "$bin/mypy" .
step "import contracts (import-linter)" "$bin/lint-imports"
step "templates (djlint)" "$bin/djlint" --quiet --lint lms content courses exams certificates
step "course material (check_material)" "$bin/python" manage.py check_material
step "migrations are complete" "$bin/python" manage.py makemigrations --check --dry-run
step "production settings (check --deploy)" production

if ((${#failed[@]})); then
    printf 'Failed: %s\n' "${failed[@]}"
    exit 1
fi
echo "All checks hold."
