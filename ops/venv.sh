#!/usr/bin/env bash
# Makes a virtual environment with uv in it: venv.sh PYTHON VENV UV_REQUIREMENTS
# Debian's python3 may come without ensurepip; then any pip of the machine fills the environment from outside.
set -euo pipefail
python=$1 venv=$2 requirements=$3

if "$python" -c 'import ensurepip' 2>/dev/null; then
    "$python" -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$requirements"
elif "$python" -m pip --version >/dev/null 2>&1; then
    "$python" -m venv --without-pip "$venv"
    "$python" -m pip --python "$venv/bin/python" install --quiet --disable-pip-version-check --require-hashes -r "$requirements"
elif command -v uv >/dev/null; then
    "$python" -m venv --without-pip "$venv"
    uv pip install --quiet --python "$venv/bin/python" --require-hashes -r "$requirements"
else
    echo "This Python cannot make a virtual environment with pip in it. Install it once:" >&2
    echo "    apt-get install python3-venv        (Debian, Ubuntu)" >&2
    exit 1
fi
