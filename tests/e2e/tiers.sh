#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A tree of forty: who is read, who is left out, who came and went; every gap is counted.
. "$(dirname "$0")/lib.sh"

cat >"$TMP/serve" <<'S'
#!/bin/sh
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	sleep 1000 &
	sleep 1000 &
done
wait
S
chmod +x "$TMP/serve"
"$TMP/serve" &
P=$!
children() { cat "/proc/$P/task/$P/children"; }
asleep() { [ "$(for c in $(children); do cat "/proc/$c/comm"; done | grep -cx sleep)" = "$1" ]; }
CLEANUP='kill ${soak:-} $(children) $P 2>/dev/null'
check "forty processes" wait_for 10 asleep 40
run() { "$SOAKD" --target "pid:$P" --scenario none --quiet "$@" >"$TMP/out" 2>"$TMP/err" </dev/null; }
all() { column "$1" "$2" | sort -u | tr '\n' ' '; } # every value of a column

run --interval 0.1 --samples 5 --min-rss 1GiB --out "$TMP/small"
check "only the root is so big, and is in whatever its size" [ "$(all "$TMP/small/samples.csv" processes)" = "1 " ]
check "the others are counted" [ "$(all "$TMP/small/samples.csv" left_out)" = "40 " ]
check "and have no rows" [ "$(all "$TMP/small/processes.csv" pid)" = "$P " ]
run --interval 0.1 --samples 5 --min-age 1d --out "$TMP/young"
check "nor are they old enough" [ "$(all "$TMP/young/samples.csv" processes) $(all "$TMP/young/samples.csv" left_out)" = "1  40 " ]

# A millionth of the time reads nobody between the epochs, which have debts for hours.
# eight rows at least, so that there are some between the first and the last, however many are missed
"$SOAKD" --target "pid:$P" --scenario none --quiet --interval 0.1 --overhead 0.0001 --out "$TMP/poor" >"$TMP/out" 2>"$TMP/err" </dev/null &
soak=$!
eight() { [ "$(lines "$TMP/poor/samples.csv")" -gt 8 ]; }
check "rows of a run that may read next to nothing" wait_for 10 eight
kill -INT $soak
wait $soak
soak=
check "who would have to be read" [ "$(all "$TMP/poor/samples.csv" pss_expected)" = "41 " ]
check "the first row has everybody" [ "$(column "$TMP/poor/samples.csv" pss_sampled | sed -n 1p)" = 41 ]
check "the second nobody" [ "$(column "$TMP/poor/samples.csv" pss_sampled | sed -n 2p)" = 0 ]
check "and no sum" [ -z "$(column "$TMP/poor/samples.csv" pss_kb | sed -n 2p)" ]
check "that is said once" [ "$(grep -c ',partial,"PSS is read of one of 41 processes in about ' "$TMP/poor/events.csv")" = 1 ]
check "and counted" json_true "$TMP/poor/run.json" \
	"j['cost']['rows'] == $(($(lines "$TMP/poor/samples.csv") - 1)) > j['cost']['rows_with_pss'] >= 2 and 0 < j['cost']['pss_share'] < 1"

# 30 000 mappings: whatever the machine, the first look is the last one for many rows.
cat >"$TMP/many.py" <<'P'
import ctypes, time
N = 30000
libc = ctypes.CDLL(None)
libc.mmap.restype = ctypes.c_void_p
libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]
at = libc.mmap(None, 4096 * N, 3, 0x22, -1, 0)
ctypes.memset(at, 1, 2048 * N)
for i in range(0, N, 2):
    assert libc.mprotect(at + 4096 * i, 4096, 1) == 0
print("ready", flush=True)
time.sleep(1000)
P
python3 "$TMP/many.py" >"$TMP/many.out" &
many=$!
CLEANUP="kill $many; $CLEANUP"
check "a program of 30 000 mappings" wait_for 20 grep -q ready "$TMP/many.out"
"$SOAKD" --target "pid:$many" --scenario none --interval 0.1 --samples 6 --quiet --samplers status,smaps --out "$TMP/many" >"$TMP/out" 2>"$TMP/err" </dev/null
check "its smaps is not read" [ "$(all "$TMP/many/samples.csv" heap_sampled)" = "0 " ]
check "it would have been" [ "$(all "$TMP/many/samples.csv" heap_expected)" = "1 " ]
check "that is said once" [ "$(grep -c ",guard,\"full smaps of python3 (pid $many, [0-9]* mappings or more) is not read: " "$TMP/many/events.csv")" = 1 ]
"$SOAKD" doctor --target "pid:$many" --samplers status,smaps >"$TMP/doctor" 2>&1 </dev/null
check "doctor knows it" grep -q "1 process has so many mappings that one reading of smaps would take over 20 ms" "$TMP/doctor"
check "in the summary" grep -q "^  not read:   full smaps of python3 (pid $many, .*, one read would take at least [0-9]* ms); --allow-stall lifts this\$" "$TMP/out"
check "in the report" grep -q "^- not read: .*full smaps of python3 (pid $many, " "$TMP/many/report.md"
check "and has no lines" [ "$(lines "$TMP/many/mappings.csv")" = 1 ]

"$SOAKD" --target "pid:$P" --scenario none --interval 0.1 --quiet --out "$TMP/die" >"$TMP/out" 2>"$TMP/err" </dev/null &
soak=$!
rows() { [ "$(lines "$TMP/die/samples.csv" 2>/dev/null || echo 0)" -gt "$1" ]; }
check "rows come" wait_for 10 rows 3
# shellcheck disable=SC2046 # pids are words
kill $(children | cut -d' ' -f1-10)
check "ten are gone" wait_for 10 asleep 30
check "rows go on" wait_for 10 rows $(($(lines "$TMP/die/samples.csv") + 3))
kill -INT $soak
wait $soak
check "ten deaths, no birth" [ "$(last_of "$TMP/die/samples.csv" processes_died) $(last_of "$TMP/die/samples.csv" processes_born)" = "10 0" ]
check "by role" json_true "$TMP/die/run.json" "[(r['living'], r['died']) for r in j['roles'] if r['role'] == 'sleep'] == [(30, 10)]"
check "and in the report" grep -q '^| sleep | 30 | 0 | 10 |' "$TMP/die/report.md"
finish
