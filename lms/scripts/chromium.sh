#!/usr/bin/env bash
# Sees that Debian's Chromium is there, installing it as root; names the command to everybody else.
set -euo pipefail
command -v chromium >/dev/null && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium ..."
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq && apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
    exit 0
fi
echo "The browser journeys need Chromium. Install it, then run the same command again:" >&2
echo "  sudo apt-get install chromium" >&2
exit 1
