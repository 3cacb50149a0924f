#!/usr/bin/env bash
# Makes each rule of who may read and write wrong, one at a time, and fails when the pure tests of permissions do not notice. Installs
# cargo-mutants into a folder outside the clone. Builds in a copy of the sources, with a target folder of its own.
set -euo pipefail

cd "$(dirname "${BASH_SOURCE[0]}")/.."
version=27.1.0
tools="${KAZUMI_TOOLS_DIR:-$HOME/.cache/kazumi-tools}/mutants-$version"
[ -x "$tools/bin/cargo-mutants" ] || cargo install --quiet --locked --root "$tools" --version "$version" cargo-mutants
output="$(mktemp -d)"
trap 'rm -rf "$output"' EXIT
unset CARGO_TARGET_DIR
PATH="$tools/bin:$PATH" cargo mutants --file src/domain/permission.rs --output "$output" --no-shuffle --colors never --timeout 300 -- \
    --locked --lib --test all -- domain::permission authz::
