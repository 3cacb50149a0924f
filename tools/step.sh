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
# Not a pipe: whatever outlives the command and still holds its output must not hold this too.
exec 3> >(tee "$said")
writing=$!
"$@" >&3 2>&1 3>&-
status=$?
exec 3>&-
for _ in {1..20}; do kill -0 "$writing" 2> /dev/null && sleep 0.1 || break; done
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
