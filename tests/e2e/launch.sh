#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A launched command: watched until it ends, its death told from its end, a command that is not there.
. "$(dirname "$0")/lib.sh"
# rows N DIR: ends when its run has N of them, which a minute is enough for
cat >"$TMP/rows" <<'S'
i=0
until [ "$(wc -l <"$2/samples.csv")" -gt "$1" ] || [ $((i += 1)) -gt 600 ]; do sleep 0.1; done
S
check "a command that ends well ends the run" status "0 3" "$SOAKD" --interval 0.1 --out "$TMP/well" -- sh "$TMP/rows" 10 "$TMP/well"
check "its rows are there" at_least "$(lines "$TMP/well/samples.csv")" 10
check "killed: exit status 4" status 4 "$SOAKD" --interval 0.1 --out "$TMP/killed" -- sh -c '. "$0"; kill -9 $$' "$TMP/rows" 5 "$TMP/killed"
check "killed: the full report" whole_run_dir "$TMP/killed"
check "not found: 127" status 127 "$SOAKD" --interval 0.1 --duration 1s --out "$TMP/nf" -- /nonexistent/server
check "not found: one sentence" one_sentence
check "not found: nothing is left behind" [ ! -e "$TMP/nf" ]
printf 'no program\n' >"$TMP/plain"
check "not executable: 126" status 126 "$SOAKD" --interval 0.1 --duration 1s --out "$TMP/ne" -- "$TMP/plain"
check "children are followed" status "0 3" "$SOAKD" --interval 0.1 --out "$TMP/tree" -- \
	sh -c 'sleep 1000 & a=$!; sleep 1000 & echo $a $! >"$2/pids"; . "$0"; kill $a $!; wait' "$TMP/rows" 10 "$TMP/tree"
check "three processes" [ "$(column "$TMP/tree/samples.csv" processes | sort -n | tail -1)" -ge 3 ]
read -r a b <"$TMP/tree/pids"
check "both children are of them" [ "$(column "$TMP/tree/processes.csv" pid | sort -u | grep -cx -e "$a" -e "$b")" = 2 ]
check "a command that floods its output" status "0 3" "$SOAKD" --interval 0.2 --duration 2s --quiet --out "$TMP/flood" -- \
	sh -c 'echo first; exec yes flooding'
check "target.log is bounded" [ "$(stat -c %s "$TMP/flood/target.log")" -le 16777216 ]
check "its beginning is there" [ "$(head -1 "$TMP/flood/target.log")" = first ]
check "that it was cut is said once" [ "$(grep -c ',log,"*target.log was longer' "$TMP/flood/events.csv")" -eq 1 ]
printf '#!/bin/sh\n. "%s/rows"\nexec env cat "%s/pipe"\n' "$TMP" "$TMP" >"$TMP/start"
chmod +x "$TMP/start"
mkfifo "$TMP/pipe"
# the program waits for somebody who writes, and ends when nobody does any more: when it has a row
became() {
	"$SOAKD" --interval 0.2 --quiet --out "$TMP/exec" -- "$TMP/start" 2 "$TMP/exec" &
	soak=$!
	wait_for 20 grep -q ',cat,' "$TMP/exec/processes.csv" || kill $soak
	: <>"$TMP/pipe"
	wait $soak
}
check "a script that becomes a program" status "0 3" became
check "is called what it became" json_true "$TMP/exec/run.json" \
	"j['target_info']['comm'] == 'cat' and j['target_info']['exe'].endswith('cat') and j['target_info']['cmdline'] == 'cat $TMP/pipe'"
finish
