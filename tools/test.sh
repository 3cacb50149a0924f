#!/usr/bin/env bash
# Everything that CI runs, part by part, with the times at the end. Stops at the first part that fails.
#
#   tools/test.sh [lint|unit|api|faults|browser|operations|long]...     without a name: all but the last
#
# Called by `make test`, which has installed what is needed and set the folders.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
: "${CARGO_TARGET_DIR:?run it through make}"
export KAZUMI_BIN="$CARGO_TARGET_DIR/debug/kazumi"
KAZUMI_STEP_LOG="$(mktemp)"
export KAZUMI_STEP_LOG
begin=$SECONDS

# Tests that kill servers and databases; apart from the others, so that their time is seen.
faults=(collaboration::crash collaboration::database collaboration::hostile collaboration::conformance collaboration::slow collaboration::storm faults:: chat:: private_cluster:: dev_command::)
# The packages of the test clients; y-websocket 2 brings a server that nobody here needs.
npm_quiet=(--no-audit --no-fund --ignore-scripts --omit=optional --silent)

# One of the tests of faults, longer; its figures are shown.
long_fault=(cargo test --quiet --locked --test all -- --show-output)

summary() {
    local status=$?
    printf '\nmake test, part by part:\n'
    cat "$KAZUMI_STEP_LOG"
    rm -f "$KAZUMI_STEP_LOG"
    [ "$status" = 0 ] && echo "all passed in $((SECONDS - begin)) s" || echo "FAILED after $((SECONDS - begin)) s"
    exit "$status"
}
trap summary EXIT

step() {
    tools/step.sh "$@"
}

lint() {
    step "lint: format of the server" cargo fmt --all --check
    step "lint: server, load generator and checker" cargo clippy --quiet --locked --workspace --all-targets -- -D warnings
    step "lint: build of the server and its tests" cargo test --quiet --locked --no-run
    step "lint: browser application" npm --prefix frontend run check
    step "lint: types of the interface" npm --prefix frontend run api:check --silent
}

unit() {
    step "unit: server, load generator and checker" cargo test --quiet --locked --workspace --lib --bins
}

api() {
    local skip=()
    for name in "${faults[@]}"; do skip+=(--skip "$name"); done
    step "api: clients of the tests" npm ci --prefix tests/clients "${npm_quiet[@]}"
    step "api: integration and permission matrix" cargo test --quiet --locked --test all -- "${skip[@]}"
    # Beside the real program and under another name, so that nothing is built twice but the crate itself.
    step "api: build of the server" cargo build --quiet --locked
    step "api: build with faults on purpose" cargo build --quiet --locked --features sabotage --bin kazumi-sabotaged
    step "api: requests made up after the description" tests/schema/run.sh
    step "api: permission matrix with the policies alone" cargo test --quiet --locked --test all -- --ignored api::sabotaged
}

faults() {
    step "faults: clients of the tests" npm ci --prefix tests/clients "${npm_quiet[@]}"
    step "faults: deaths of server and database" cargo test --quiet --locked --test all -- "${faults[@]}"
    step "faults: build of the server" cargo build --quiet --locked
    step "faults: build with faults on purpose" cargo build --quiet --locked --features sabotage --bin kazumi-sabotaged
    step "faults: the checker catches servers that do wrong" cargo test --quiet --locked --test all -- --show-output --ignored chat::sabotaged
}

browser() {
    step "browser: build of the server" cargo build --quiet --locked
    step "browser: clients of the tests" npm ci --prefix tests/clients "${npm_quiet[@]}"
    step "browser: build of the application" npm --prefix frontend run build
    step "browser: two people, offline, accessibility" npm --prefix frontend run test:e2e
}

operations() {
    step "operations: compose, nginx, monitoring" tests/operations/run.sh
}

long() {
    # Each rule of `permission.rs` made wrong in turn: the pure matrix must notice.
    step "long: every mutant of the permission rules" tools/mutants.sh
    step "long: how long refusals take" env KAZUMI_PACE_ROUNDS=40 "${long_fault[@]}" api::pace
    # 20,000 rounds of 50 mutations each.
    step "long: a million mutated updates" env KAZUMI_FUZZ_ROUNDS=20000 cargo test --quiet --locked --lib crdt::tests::fuzz
    step "long: the server killed 200 times" env KAZUMI_KILL_SERVER_ROUNDS=200 "${long_fault[@]}" collaboration::crash
    step "long: PostgreSQL killed 50 times" env KAZUMI_KILL_DATABASE_ROUNDS=50 "${long_fault[@]}" faults::database_killed
    step "long: conversations, the server killed 200 times" env KAZUMI_KILL_SERVER_ROUNDS=200 "${long_fault[@]}" chat::crash
    step "long: conversations, PostgreSQL killed 50 times" env KAZUMI_KILL_DATABASE_ROUNDS=50 "${long_fault[@]}" chat::database_killed
    step "long: PostgreSQL away for a minute" env KAZUMI_OUTAGE_SECONDS=60 "${long_fault[@]}" faults::database_away
    step "long: ten minutes of coming and going" env KAZUMI_CHURN_SECONDS=600 "${long_fault[@]}" people_who_come_and_go
    step "long: 20,000 mutated updates over the wire" env KAZUMI_WIRE_UPDATES=20000 "${long_fault[@]}" thousands_of_mutated_updates
    step "long: 300 lost answers of each kind" env KAZUMI_LOST_ANSWERS=300 "${long_fault[@]}" faults::lost_answers
}

[ "$#" -gt 0 ] || set -- lint unit api faults browser operations
for part in "$@"; do
    case "$part" in
        lint | unit | api | faults | browser | operations | long) "$part" ;;
        *) echo "no such part: $part" >&2 && exit 2 ;;
    esac
done
