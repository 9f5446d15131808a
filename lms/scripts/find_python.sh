#!/bin/sh
# Prints the command of a Python that is new enough, or says plainly what is missing.
# PYTHON=... names one to use instead of looking.
set -u

new_enough() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

if [ -n "${PYTHON:-}" ]; then
    candidates=$PYTHON
else
    candidates="python3.13 python3.12 python3.11 python3.14 python3 python"
fi

seen=""
for candidate in $candidates; do
    command -v "$candidate" >/dev/null 2>&1 || continue
    if new_enough "$candidate"; then
        command -v "$candidate"
        exit 0
    fi
    version=$("$candidate" -V 2>&1 | head -n 1)
    case $version in
        Python*) seen="$seen $candidate is $version;" ;;
    esac
done

{
    echo "Threshold needs Python 3.11 or newer, and none was found."
    [ -n "$seen" ] && echo "Looked at:$seen none is new enough."
    echo "On Debian 12 or Ubuntu 24.04: sudo apt-get install python3 python3-venv"
    echo "If it is installed somewhere else, name it: make PYTHON=/path/to/python3.12 ..."
} >&2
exit 1
