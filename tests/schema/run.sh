#!/usr/bin/env bash
# Makes up requests, valid and not, after the description that the server itself hands out, and sends them as several people: no
# answer may be a failure of the server. Starts a server of its own on loopback and ends it by its id. Read next: requests_check.py.
#
#   KAZUMI_BIN=target/debug/kazumi tests/schema/run.sh
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
: "${KAZUMI_BIN:?the program to test}"
venv="${KAZUMI_TOOLS_DIR:-$HOME/.cache/kazumi-tools}/schema"
export PYTHONDONTWRITEBYTECODE=1

wanted="$(sha256sum "$here/requirements.txt" | cut -c1-64) $(python3 --version)"
if [ "$(cat "$venv/installed" 2>/dev/null)" != "$wanted" ]; then
    python3 -c 'import ensurepip' 2>/dev/null || { echo "schema: missing: sudo apt-get install python3-venv" >&2 && exit 1; }
    rm -rf "$venv"
    mkdir -p "$(dirname "$venv")"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
    echo "$wanted" >"$venv/installed"
fi
exec "$venv/bin/python" "$here/requests_check.py" "$KAZUMI_BIN" "$venv/bin/schemathesis"
