#!/usr/bin/env bash
# Runs one step and says what it is and how long it took.
#
#   tools/step.sh "what it does" command...
#
# With KAZUMI_STEP_LOG, a line about it is appended to that file too, for the summary of `make test`.
set -uo pipefail

what="$1"
shift
begin=$EPOCHREALTIME
echo "==> $what"
said="$(mktemp)"
"$@" 2>&1 | tee "$said"
status=${PIPESTATUS[0]}
took="$(awk -v a="$begin" -v b="$EPOCHREALTIME" 'BEGIN { printf "%.1f", b - a }')"
outcome=ok
[ "$status" = 0 ] || outcome=FAILED
# What a long log says of a failure is told once more at its end, where people look.
if [ "$status" != 0 ]; then
    grep -nE '^ +[0-9]+\) |^ +Error: |^test .*FAILED|panicked at|^(error|warning)(\[|:)|✘|^ *[0-9]+ failed' "$said" | head -n 30 | sed 's/^/        /' >> "${KAZUMI_STEP_LOG:-/dev/null}"
fi
rm -f "$said"
printf '    %-46s %8s s  %s\n' "$what" "$took" "$outcome" | tee -a "${KAZUMI_STEP_LOG:-/dev/null}"
exit "$status"
