#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What runs the tests: a test that hangs is ended with all that it started, one that leaves something behind is found out, however it hides.
. "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")/.." && pwd)
bounded() { python3 "$here/bounded.py" "$@"; }
# asleep FILE: who has written its number there has become sleep
asleep='[ -s "$0" ] && read -r pid <"$0" && read -r name <"/proc/$pid/comm" && [ "$name" = sleep ]'
asleep() { sh -c "$asleep" "$1"; }
hidden='setsid -f sh -c "echo \$\$ >$0; exec sleep 300"; until '"$asleep"'; do :; done;'
has() { [ -s "$1" ]; }
gone() { [ -s "$1" ] && ! kill -0 "$(cat "$1")" 2>/dev/null; }
said() { grep -qF -e "$1" "$TMP/out" || { sed 's/^/# /' "$TMP/out"; return 1; }; }

check "the status is the command's" status 3 bounded 20 sh -c 'exit 3'
check "or the signal's" status 137 bounded 20 sh -c 'kill -9 $$'
check "a pipe that nobody reads ends it, as ever" status 141 bounded 20 sh -c 'kill -PIPE $$; exit 0'
check "no such command" status 127 bounded 20 "$TMP/none"
check "said" said "# cannot run $TMP/none: No such file or directory"
# over CONDITION FILE COMMAND...: its time is over when the condition is true of FILE, however long that took
over() {
	condition=$1 file=$2
	shift 2
	python3 "$here/bounded.py" 60 "$@" &
	wait_for 60 "$condition" "$file"
	kill -ALRM $!
	wait $!
}
check "one that hangs" status 124 bounded 1 sleep 300
check "said" said "# not at its end after 1 s: ended, with "
check "one that has hidden something" status 124 over asleep "$TMP/hang.too" sh -c "$hidden echo \$\$ >\"\$0.too\"; exec sleep 300" "$TMP/hang"
check "both are named" said "# not at its end after 60 s: ended, with sleep, sleep"
check "is ended with it" gone "$TMP/hang"
check "one that is deaf" status 124 over has "$TMP/deaf" sh -c 'trap "" TERM; echo $$ >"$0"; while :; do sleep 0.1; done' "$TMP/deaf"
check "too" gone "$TMP/deaf"
check "its cleanup runs" status 124 over has "$TMP/trap" sh -c 'trap "echo cleaned; exit 1" TERM; echo set >"$0"; while :; do sleep 0.1; done' "$TMP/trap"
check "said" said cleaned
check "what is left behind" status 125 bounded 20 sh -c "$hidden" "$TMP/left"
check "is named" said "# left behind: sleep ($(cat "$TMP/left"))"
check "and ended" gone "$TMP/left"
check "what is ending is waited for" status 0 bounded 20 sh -c 'setsid -f sleep 0.5'
python3 "$here/bounded.py" 20 sh -c "$hidden sleep 300" "$TMP/told" &
check "one that runs" wait_for 10 has "$TMP/told"
kill -TERM $!
wait $!
check "is ended with its runner" [ $? -eq 143 ]
check "all of it" gone "$TMP/told"
python3 "$here/bounded.py" 20 sh -c 'trap "echo >\"\$0.told\"" TERM; echo $$ >"$0"; while :; do sleep 0.1; done' "$TMP/twice" &
check "another, which does not listen" wait_for 10 has "$TMP/twice"
kill -TERM $!
check "is told to end" wait_for 10 [ -s "$TMP/twice.told" ]
kill -TERM $! # while it is waited for
wait $!
check "is ended though its runner is told twice" [ $? -eq 143 ]
check "it too" gone "$TMP/twice"
finish
