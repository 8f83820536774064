#!/usr/bin/env bash
# Makes sure that there is a Chromium for the browser tests, with the system's package manager where that is allowed.
set -euo pipefail

for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then exit 0; fi
done
if [ -n "${STUDIO_CHROMIUM:-}" ]; then exit 0; fi

install="apt-get install --yes --quiet --no-install-recommends chromium"
if command -v apt-get >/dev/null; then
    if [ "$(id -u)" = 0 ]; then sudo=""; elif sudo -n true 2>/dev/null; then sudo="sudo -n"; else sudo=none; fi
    if [ "$sudo" != none ]; then
        log=$(mktemp)
        if { $sudo apt-get update --quiet && DEBIAN_FRONTEND=noninteractive $sudo $install; } >"$log" 2>&1; then exit 0; fi
        tail -n 5 "$log" >&2
    fi
fi
if [ "${STUDIO_BROWSER_TESTS:-}" = required ]; then
    echo "No Chromium, and it could not be installed: $install" >&2
    exit 1
fi
echo "The browser tests are left out: there is no Chromium. To get it: $install" >&2
