#!/usr/bin/env bash
# Builds the studio's browser part into web/dist, when its sources are newer: web.sh [required]
# Without Node it says so and goes on: everything else runs without it.
set -euo pipefail
cd "$(dirname "$0")/../web"

if ! command -v npm >/dev/null || ! node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' 2>/dev/null; then
    echo "The browser part is not built: it needs Node 20.19 or newer and npm (nodejs.org, or your system's package manager); then: make web" >&2
    [ "${1:-}" != required ] || exit 1
    exit 0
fi

if [ ! -f node_modules/.set-up ] || [ package-lock.json -nt node_modules/.set-up ]; then
    npm ci --no-audit --no-fund --loglevel=error >&2
    touch node_modules/.set-up
fi
if [ ! -f dist/index.html ] || [ -n "$(find src public build index.html editor.html vite.config.ts package-lock.json -newer dist/index.html -print -quit)" ]; then
    npm run --silent build -- >&2
fi
