#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Phases of a scenario file: figures, budgets, hooks and what is injected; --phases-only; a run that goes on after a crash.
. "$(dirname "$0")/lib.sh"

cat >"$TMP/two.conf" <<CONF
target = "sqlite";
driver = "sqlite/mixed";
connections = 2;
phases = (
	# injected here: before a length has passed it is done at any rate, before so many operations only where they take longer
	{ name = "warm"; length = "1s"; before = ["/bin/sh", "-c", "echo before; exit 3"]; after = "/bin/echo after";
	  inject = ( { what = "run"; command = "/bin/echo injected"; at = "200ms"; }, { what = "signal"; signal = "SIGURG"; at = "300ms"; } ); },
	{ name = "work"; operations = 300; settle = "300ms"; budget = { rss = "1 MiB"; anon-growth = "100 MiB"; errors = 0; }; }
);
CONF
event() { grep -qF -e "$2" "$1/events.csv" || { echo "# no event \"$2\""; sed 's/^/# /' "$1/events.csv"; return 1; }; }
ordered() { # FILE WORDS...: lines with these words, in this order
	file=$1 at=0
	shift
	for words; do
		next=$(grep -nF -e "$words" "$file" | cut -d: -f1 | awk -v at="$at" '$1 > at' | head -1)
		[ -n "$next" ] || { echo "# \"$words\" is not behind line $at"; return 1; }
		at=$next
	done
}
two=$TMP/two
check "a budget that is exceeded: status 1" status 1 "$SOAKD" --scenario "$TMP/two.conf" --phases-only --out "$two"
cp "$TMP/out" "$TMP/two.out"
check "the result is the table, not a verdict" grep -q 'BUDGET EXCEEDED' "$TMP/two.out"
check "which names phase, metric, value and budget" grep -qE '^  budget exceeded: phase work: rss peak [0-9.]+ MiB, budget 1.00 MiB$' "$TMP/two.out"
check "no verdict on leaks is printed" [ "$(grep -c INSUFFICIENT "$TMP/two.out")" = 0 ]
check "the run ended with the last phase" event "$two" "stopping,the last phase is over"
check "hooks stand where they belong" ordered "$two/events.csv" "hook before warm (/bin/sh) was started" "begin warm" "end warm" \
	"hook after warm (/bin/echo) was started" "begin work" "end work"
check "a hook that fails is an event, and the run goes on" event "$two" "the hook before warm (/bin/sh) exited with status 3"
# what the injected program says has its own way into the file
check "what hooks print is in hooks.log" [ "$(LC_ALL=C sort "$two/hooks.log" | tr '\n' ' ')" = "after before injected " ]
check "a program is injected" event "$two" "inject,warm: the program /bin/echo was started"
check "a signal is sent to the root" event "$two" "signal URG to the target (pid $(column "$two/processes.csv" pid | tail -1))"
check "a phase ends with its operations" json_true "$two/verdict.json" \
	"[p['columns']['ops']['growth'] for p in j['phases'] if p['name'] == 'work'] == [300]"
check "budgets are in verdict.json" json_true "$two/verdict.json" \
	"[(b['phase'], b['metric'], b['of'], b['exceeded']) for b in j['budgets']] == [('work','rss_kb','peak',True), ('work','anon_kb','growth',False), ('work','errors','growth',False)]"
check "an exceeded budget is an event" event "$two" "is above the budget rss peak <= 1.00 MiB"
check "analyze has the same status" status 1 "$SOAKD" analyze "$two"
check "JUnit has a failure for the budget" sh -c "'$SOAKD' analyze --format junit '$two' | grep -q '<testcase classname=\"soakd.*\" name=\"budget work rss_kb\"><failure'"
check "report.md begins with it" sh -c "head -1 '$two/report.md' | grep -q 'BUDGET EXCEEDED'"
check "and has the table" grep -q '^| work | .* | 300 | .* | EXCEEDED: 1 of 3 |$' "$two/report.md"
check "the whole run directory is there" whole_run_dir "$two"
check "and nothing else of ours" [ ! -e "$two/soakd.sqlite" ]

sed 's/rss = "1 MiB"/rss = "1 GiB"/' "$TMP/two.conf" >"$TMP/kept.conf"
check "within budget: status 0, though no leak could be excluded" status 0 "$SOAKD" --scenario "$TMP/kept.conf" --phases-only --out "$TMP/kept" --quiet
check "and said" grep -q 'WITHIN BUDGET' "$TMP/out"
check "--cycle once without budgets: status 0" status 0 "$SOAKD" --target sqlite --cycle load=1s,idle=1s --phases-only --out "$TMP/once" --quiet
check "rows each second at least" at_least "$(lines "$TMP/once/samples.csv")" 4
check "the load worked, the idle phase did not" json_true "$TMP/once/verdict.json" \
	"[p['columns']['ops']['growth'] > 0 for p in j['phases']] == [True, False]"
check "mapping classes are measured at the boundaries" json_true "$TMP/once/verdict.json" \
	"all(p['columns']['class_heap_kb']['before'] > 0 and p['columns']['class_file_kb']['after'] > 0 for p in j['phases'])"

check "--phases-only without phases: status 2" status 2 "$SOAKD" --target leaky --phases-only --out "$TMP/none"
check "one sentence" one_sentence
check "both --cycle and a file: status 2" status 2 "$SOAKD" --scenario "$TMP/kept.conf" --cycle load=1s,idle=1s --out "$TMP/none"
sed 's/errors = 0;/private_dirty = "1 MiB";/' "$TMP/two.conf" >"$TMP/unread.conf"
check "a budget on what this run does not read: status 2" status 2 "$SOAKD" --scenario "$TMP/unread.conf" --samplers fast --out "$TMP/none"
check "nothing is left behind" [ ! -e "$TMP/none" ]
sed 's/errors = 0;//' "$TMP/two.conf" >"$TMP/unread.conf"
check "on a column whose sampler is off: status 2" status 2 "$SOAKD" --scenario "$TMP/unread.conf" --samplers fast --out "$TMP/none"
check "and said" says "budget on anon_kb, which would never be measured: the sampler"
check "nothing is left behind of that" [ ! -e "$TMP/none" ]
sed 's/rss = "1 MiB"/malloc_used = "1 GiB"/' "$TMP/two.conf" >"$TMP/unknown.conf"
check "a budget that was never measured: status 3" status 3 "$SOAKD" --scenario "$TMP/unknown.conf" --phases-only --out "$TMP/unknown" --quiet
check "and said, not called kept" grep -q 'BUDGET NOT MEASURED' "$TMP/out"
check "analyze says the same" status 3 "$SOAKD" analyze "$TMP/unknown"
check "JUnit has it as skipped" sh -c "'$SOAKD' analyze --format junit '$TMP/unknown' | grep -q 'name=\"budget work malloc_used_kb\"><skipped message=\"phase work: malloc_used peak not measured'"

# once more, with more time, where the hook had not yet said who it is
for timeout in 2 20; do
	cat >"$TMP/slow.conf" <<-CONF
		target = "leaky";
		driver = "leaky/none";
		phases = (
			{ name = "slow"; length = "1s"; before = ["/bin/sh", "-c", "trap '' TERM; echo \$\$; while :; do sleep 1; done"]; hook-timeout = "${timeout}s"; },
			{ name = "flood"; length = "1s"; before = ["/bin/sh", "-c", "yes | head -c 5000000"]; }
		);
	CONF
	rm -rf "$TMP/slow"
	status 0 "$SOAKD" --scenario "$TMP/slow.conf" --phases-only --out "$TMP/slow" --quiet
	ended=$?
	ignores=$(head -1 "$TMP/slow/hooks.log" | grep -x '[0-9]*') && break
done
check "a hook that ignores TERM is killed and the run goes on" [ $ended = 0 ]
check "which is an event" event "$TMP/slow" "the hook before slow (/bin/sh) was ended: it ran longer than $timeout s"
check "it is gone" [ -n "$ignores" -a ! -d "/proc/$ignores" ]
check "hooks.log is bounded" [ "$(wc -c <"$TMP/slow/hooks.log")" -le 1048576 ]
check "and that is said" event "$TMP/slow" "hooks.log has its 1024 KiB"

"$SOAKD" --target leaky --leak-rate 1GiB --cycle load=500ms,idle=500ms --interval 0.2 --duration 1000s --out "$TMP/cut" --quiet >/dev/null 2>&1 </dev/null &
pid=$!
# in_a_phase: stopped within one of a later round, which $place names; else it goes on
in_a_phase() {
	kill -STOP "$pid"
	place=$(json "$TMP/cut/run.json" "'%s (round %d)' % (j['phase']['name'], j['phase']['round'])")
	case "$place,$(tail -1 "$TMP/cut/events.csv")" in
	*'(round 1)',*) ;;
	"$place,"*"begin $place") return 0 ;;
	esac
	kill -CONT "$pid"
	return 1
}
check "a run is in a later round" wait_for 20 in_a_phase
kill -9 "$pid"
wait "$pid" 2>/dev/null
round=${place##* } round=${round%)}
# the gap between its parts is missing rows: 6, unless it is found to leak
check "an interrupted run goes on" status "0 1 3 6" "$SOAKD" --resume "$TMP/cut" --duration 4s --quiet
check "at its phase, begun anew" [ "$(grep -cF "begin $place" "$TMP/cut/events.csv")" = 2 ]
check "and with those after it" ordered "$TMP/cut/events.csv" "begin $place" "gap," "begin $place" "end $place" ",phase,begin "
check "the phase that was cut off has no figures, the one begun anew has" \
	[ "$(grep -c ",$round,${place%% *},rss_kb," "$TMP/cut/phases.csv")" = 1 ]

cat >"$TMP/long.conf" <<CONF
target = "leaky";
driver = "leaky/linear";
phases = ( { name = "short"; length = "500ms"; }, { name = "long"; length = "60s"; budget = { rss_growth = "1 GiB"; rss = "1 GiB"; }; } );
CONF
# a row at the begin and those of the phases: none is due by the time at which it is told to stop, and none can be missing
"$SOAKD" --scenario "$TMP/long.conf" --phases-only --interval 60s --out "$TMP/long" >"$TMP/long.out" 2>&1 </dev/null &
pid=$!
check "its second phase begins" wait_for 20 grep -q "begin long" "$TMP/long/events.csv"
kill -INT "$pid"
wait "$pid"
check "a phase that was cut off keeps no budget: status 3" [ $? = 3 ]
check "it is told" grep -qE '^  long .*not measured: 2 of 2; cut off' "$TMP/long.out"
check "the one before is whole" json_true "$TMP/long/verdict.json" "[(p['name'], p['complete']) for p in j['phases']] == [('short', True), ('long', False)]"
check "events.csv says why" event "$TMP/long" "end long, cut off: interrupted (INT)"
check "analyze says the same of it" status 3 "$SOAKD" analyze "$TMP/long"
finish
