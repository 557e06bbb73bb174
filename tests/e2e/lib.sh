# SPDX-License-Identifier: GPL-3.0-or-later
# What the end-to-end tests share. Source it; then `check WHAT COMMAND...` prints ok or not ok; `finish` ends.
# Each test works in its own temporary directory and ends only the processes that it started.
set -u
unset GITHUB_STEP_SUMMARY # where the tests themselves are a step
SOAKD=${SOAKD:-$(cd "$(dirname "$0")/../.." && pwd)/build/soakd}
TMP=$(mktemp -d "${TMPDIR:-/tmp}/soakd-e2e.XXXXXX") || { echo "not ok 1 - no room for a temporary directory"; exit 1; } # else "$TMP/run" were /run
chmod 755 "$TMP"
PROC=/proc # of which a test of these functions makes one of its own
n=0 bad=0
CLEANUP=
trap 'eval "$CLEANUP"; rm -rf "$TMP"' EXIT
trap 'exit 1' INT TERM

check() { # WHAT COMMAND...
	n=$((n + 1))
	what=$1
	shift
	if "$@"; then
		echo "ok $n - $what"
	else
		echo "not ok $n - $what ($*)"
		bad=1
	fi
}
# ok STATUS WHAT: the same of what is done already; what it wrote into $log is shown where it failed.
ok() {
	[ "$1" -eq 0 ] || tail -20 "$log" | sed 's/^/# /'
	check "$2" [ "$1" -eq 0 ]
}
# $SOAKD becomes a copy that any user may run: the clone may be in a folder that is closed to others.
open_programs() {
	mkdir -p "$TMP/bin" && cp "$SOAKD" "$SOAKD-drive" "$SOAKD-draw" "$TMP/bin" && SOAKD=$TMP/bin/soakd
}
# those_left [NAME]: after open_programs, the numbers of processes that run one of this test's own programs in $TMP/bin, or the one of that name.
# A test beside this one has its own.
those_left() { find /proc -mindepth 2 -maxdepth 2 -path '/proc/[0-9]*/exe' -lname "$TMP/bin/${1:-*}" 2>/dev/null | cut -d/ -f3; }
nobody_left() { # [NAME]
	[ -d "$TMP/bin" ] || { echo "# no programs of its own: open_programs makes them"; return 1; }
	left=$(those_left "$@")
	[ -z "$left" ] && return 0
	for p in $left; do echo "# still there: $p $(tr '\0' ' ' <"/proc/$p/cmdline")"; done
	return 1
}
skip() { # WHAT WHY
	n=$((n + 1))
	echo "ok $n - $1 # SKIP $2"
}
finish() {
	echo "1..$n" # the runner asks for it: a script that ended before it has failed
	[ "$bad" -eq 0 ]
	exit
}
# look_at_clock: $moment in hundredths of a second, and in $waited for how many microseconds somebody has waited for a processor, the disk or
# memory by then, or the whole machine for its host; nothing in it where the kernel does not say.
look_at_clock() {
	waited=
	{ read -r moment _ <"$PROC/uptime" && read -r _ _ _ _ waited_cpu <"$PROC/pressure/cpu" && read -r _ _ _ _ waited_disk <"$PROC/pressure/io" &&
		read -r _ _ _ _ waited_memory <"$PROC/pressure/memory" && read -r _ _ _ _ _ _ _ _ stolen _ <"$PROC/stat" &&
		processors=$(grep -c '^cpu[0-9]' "$PROC/stat"); } 2>/dev/null || return
	moment=${moment%.*}${moment#*.}
	# the pressures are means of the processors by what each has worked, so that idle ones count for nothing; what was stolen is a sum of all
	waited=$((${waited_cpu#total=} + ${waited_disk#total=} + ${waited_memory#total=} + stolen * 10000 / processors))
}
# note_clock FILE: a run begins that says in FILE what goes wrong; beside it is kept what the clock says now.
note_clock() { look_at_clock && echo "$moment $waited" >"$1.clock" || echo >"$1.clock"; }
# busy_since FILE: from then until now somebody has waited for more than a tenth of the time. A fifth of the rows makes a run a 6; where they come
# late by so much on one of two processors that are equally busy, the pressure, which is a mean of both, is a tenth.
busy_since() {
	read -r moment_then waited_then <"$1.clock"
	look_at_clock
	if [ -n "$waited" ] && [ -n "$waited_then" ] && [ $((waited - waited_then)) -gt $(((moment - moment_then) * 1000)) ]; then
		echo "# rows are missing, the machine is busy"
		return
	fi
	echo "# rows are missing, and the machine was not busy: ${waited:-?} us of waiting, ${waited_then:-?} at the beginning"
	return 1
}
says_missing() { # [FILE...]
	[ $# -gt 0 ] || set -- "$TMP/err"
	grep -q ' expected rows were taken$' "$@"
}
# by_verdict STATUS FILE [LOG]: how a run ends that found no leak; or by 6 where what it said, kept in FILE or in LOG, is that rows are missing, and
# the machine was busy since note_clock FILE.
by_verdict() {
	[ -e "$2.clock" ] || { echo "# note_clock $2 was forgotten"; return 1; }
	case $1 in 0 | 3) ;; 6) says_missing "${3:-$2}" && busy_since "$2" ;; *) echo "# exit status $1" && false ;; esac
}
# with_gap STATUS FILE: the same of a run whose rows the test itself has kept from being taken, by a stop or by a target that was away: a 6 that is
# said is right there on any machine.
with_gap() { if [ "$1" = 6 ]; then says_missing "$2"; else by_verdict "$@"; fi; }
# all_due DIR N: each of the N rows that were due was taken or counted as missed.
all_due() { json_true "$1/run.json" "j['expected_rows'] == $2 == $(($(lines "$1/samples.csv") - 1)) + j['cost']['missed']"; }
# status EXPECTED COMMAND...: runs it, keeps stdout and stderr in $TMP/out and $TMP/err, true if it exits so. Where 0 or 3 is right, so is 6 (rows
# are missing) if soakd says how many and the machine was too busy to take them.
status() {
	expected=$1
	shift
	note_clock "$TMP/err"
	"$@" >"$TMP/out" 2>"$TMP/err" </dev/null
	got=$?
	case " $expected " in *" $got "*) return 0 ;; esac
	case "$got in $expected " in "6 in 0 "* | "6 in 3 "* | "6 in "*" 0 "* | "6 in "*" 3 "*)
		by_verdict 6 "$TMP/err" && return ;;
	esac
	echo "# exit status $got, expected $expected: $*"
	sed 's/^/# /' "$TMP/err" | tail -5
	return 1
}
# matrix_status EXPECTED FOLDER COMMAND...: the same of a matrix in FOLDER, whose cells say in logs of their own that rows are missing.
matrix_status() {
	cells=$2/cells expect=$1
	shift 2
	status "$expect 6" "$@" && { [ "$got" -ne 6 ] || { says_missing "$cells"/*.log && busy_since "$TMP/err"; }; }
}
# resumed COMMAND...: a run went on, and found no leak; the gap between its parts is missing rows, by which it may be a 6 that is said.
resumed() { status "0 3 6" "$@" && { [ "$got" -ne 6 ] || says_missing; }; }
says() { grep -qF -e "$1" "$TMP/err" || { echo "# stderr does not say \"$1\":"; sed 's/^/# /' "$TMP/err" | tail -5; return 1; }; }
one_sentence() { [ "$(grep -c '^soakd: ' "$TMP/err")" -eq 1 ] || { sed 's/^/# /' "$TMP/err"; return 1; }; }
lines() { wc -l <"$1" | tr -d ' '; }
at_least() { [ "$1" -ge "$2" ] || { echo "# $1 < $2"; return 1; }; }
# json FILE EXPRESSION: prints it; j is the document.
json() { python3 -c 'import json,sys; j=json.load(open(sys.argv[1])); print(eval(sys.argv[2]))' "$1" "$2"; }
json_true() { [ "$(json "$1" "bool($2)")" = True ] || { echo "# not true of $1: $2"; json "$1" "{k: j.get(k) for k in ('verdict','kind','rate_kb_per_h','why','samples')}" | sed 's/^/# /'; return 1; }; }
# column FILE NAME: its values, a line each.
column() { python3 -c 'import csv,sys
for r in csv.DictReader(open(sys.argv[1])): print(r[sys.argv[2]])' "$1" "$2"; }
# last_of FILE NAME: the newest, of a table of numbers; wait_for asks it ten times a second.
last_of() { awk -F, -v name="$2" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i } END { if (at && NR > 1) print $at }' "$1"; }
whole_run_dir() { # all files of a finished run
	for f in run.json samples.csv processes.csv mappings.csv objects.csv internals.csv events.csv operations.csv verdict.json report.png report.md; do
		[ -s "$1/$f" ] || { echo "# $1/$f is missing or empty"; return 1; }
	done
}
# wait_for SECONDS COMMAND...: until it is true. So long it may take on a machine that is busy with other tests; it is given up after thrice that.
wait_for() {
	give_up=$(($(date +%s) + 3 * $1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$(date +%s)" -le "$give_up" ] || return 1
		sleep 0.1
	done
}
