#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# $GITHUB_STEP_SUMMARY: the text of the report once for each end of a run and each report; what cannot be appended fails nothing.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 2
awk 'BEGIN { print "timestamp,anon_kb"; for (i = 0; i < 300; i++) printf "%d,%d\n", 1795140000 + 300 * i, 50000 + 100 * i + i * 7919 % 101 }' >leak.csv
page=$TMP/page
report() { GITHUB_STEP_SUMMARY=$page "$SOAKD" report leak.csv --out x.json; }
heads() { grep -c '^## ' "$page"; }

printf 'what was there\n' >"$page"
check "report appends" status 0 report
check "what was there stays" [ "$(head -1 "$page")" = "what was there" ]
check "the verdict" grep -q '^## .* LEAK$' "$page"
check "no picture: the page could not show it" sh -c '! grep -q "^!\[" "$1"' sh "$page"
check "again: twice" status 0 report
check "of both" [ "$(heads)" = 2 ]
check "a run appends once, at its end" status "0 1 3" env GITHUB_STEP_SUMMARY="$page" "$SOAKD" --target leaky --scenario leaky/none --interval 0.1 --duration 1s --quiet --out run
check "of all three" [ "$(heads)" = 3 ]
check "it is the text of report.md" sh -c 'sed "/^!\[/,+1d" run/report.md >md && tail -n 6 md >a && sed "\$d" "$1" | tail -n 6 >b && cmp -s a b' sh "$page"
check "for an issue: redacted" sh -c 'GITHUB_STEP_SUMMARY=issue "$0" report run --for-issue --quiet </dev/null && grep -q "^- redacted: " issue && ! grep -q "$1" issue' "$SOAKD" "$TMP"

head -c 1048000 /dev/zero | tr '\0' x >big
page=$TMP/big
check "more than 1 MiB: nothing is appended, and the report is written" status 0 report
check "as long as before" [ "$(wc -c <big | tr -d ' ')" = 1048000 ]
check "it is said" says "longer than 1 MiB"
check "in one sentence" one_sentence
page=$TMP/no/such/page
check "no such folder: the report is written" status 0 report
check "said" says "cannot append the report to \$GITHUB_STEP_SUMMARY"
page=$TMP
check "a folder" status 0 report
check "said of that" says "GITHUB_STEP_SUMMARY"
mkfifo pipe
page=$TMP/pipe
check "a pipe that nobody reads does not hold it up" status 0 report
check "said of that too" says "GITHUB_STEP_SUMMARY"
page=
check "empty: as if it were not set" status 0 report
check "nothing is said" [ ! -s "$TMP/err" ]
finish
