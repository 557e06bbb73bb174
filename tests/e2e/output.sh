#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Standard output that takes nothing is said and is exit status 2, in every verb; the forms of `list`.
. "$(dirname "$0")/lib.sh"
full() { # STATUS COMMAND...
	st=$1
	shift
	"$@" >/dev/full 2>"$TMP/err" </dev/null
	got=$?
	[ "$got" = "$st" ] || { echo "# exit status $got, expected $st"; return 1; }
	says "cannot write to standard output"
}
awk 'BEGIN { print "timestamp,rss_kb"; for (i = 0; i < 300; i++) print 1000 + 60 * i "," 5000 + i % 3 }' >"$TMP/flat.csv"
awk 'BEGIN { print "timestamp,rss_kb"; for (i = 0; i < 300; i++) print 1000 + 60 * i "," 5000 + 400 * i + i % 3 }' >"$TMP/leak.csv"
if [ -c /dev/full ]; then
	for words in --help "list --help" list "list --format json" --version "doctor --help" "map --help" "run --help-man"; do
		check "soakd $words: 2" full 2 "$SOAKD" $words
	done
	check "analyze of a flat series: 2 in place of 0" full 2 "$SOAKD" analyze "$TMP/flat.csv"
	check "analyze of a leak stays 1" full 1 "$SOAKD" analyze "$TMP/leak.csv"
	check "run" sh -c '"$0" --target leaky --scenario leaky/none --interval 0.1 --duration 1s --quiet --out "$1/run" >/dev/full 2>"$1/err" </dev/null; [ $? -gt 1 ]' "$SOAKD" "$TMP"
	check "run says it" says "cannot write to standard output"
else
	skip "a full standard output" "there is no /dev/full"
fi
check "closed, with nothing to say: no fault" sh -c '"$0" report --out "$1/flat.png" "$1/flat.csv" --quiet >&- 2>"$1/err"' "$SOAKD" "$TMP"

check "list as JSON" sh -c '"$0" list metrics --format json | python3 -c "import json,sys; assert any(r[\"name\"] == \"anon_kb\" for r in json.load(sys.stdin))"' "$SOAKD"
check "list as CSV" sh -c '[ "$("$0" list --format csv | head -1)" = what,name,unit,help ]' "$SOAKD"
for f in markdown junit jsonl; do
	check "list has no form $f: 2" status 2 "$SOAKD" list --format $f
	check "and says which it has" says "csv"
done

# every kind of event that the program writes is in the documentation
top=$(cd "$(dirname "$0")/../.." && pwd)
cat "$top"/soakd/*.c "$top"/scenarios/*.c | tr -d '\n\t' | grep -oE '(session_eventf?|target_tell|tell_tally|drive_event)\([^"()]*(\([^()]*\))?[^"()]*"[a-z-]+"( : "[a-z-]+")?' |
	grep -oE '"[a-z-]+"' | tr -d '"' | sort -u >"$TMP/kinds"
check "there are kinds of events" at_least "$(lines "$TMP/kinds")" 15
undocumented() { while read -r k; do grep -q "^|.*\`$k\`.*|.*|" "$top/docs/formats.md" || echo "$k"; done <"$TMP/kinds"; }
check "each is in docs/formats.md ($(undocumented | tr '\n' ' '))" [ -z "$(undocumented)" ]
finish
