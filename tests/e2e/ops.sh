#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Kinds of operation: their rows go on over a crash of the driver and over --resume, and the table at the end is that of the files.
. "$(dirname "$0")/lib.sh"
# total RUN COLUMN: of the last row in operations.csv.
total() { last_of "$TMP/$1/operations.csv" "$2"; }

check "a run of leaky" status "0 1 3" "$SOAKD" --target leaky --leak-rate 1GiB --interval 0.1 --duration 3s --out "$TMP/leaky"
check "the terminal has the table" grep -q '^              step  *[0-9]* .* [um]s$' "$TMP/out"
check "the files are there" whole_run_dir "$TMP/leaky"
check "a row for each sample" [ "$(lines "$TMP/leaky/operations.csv")" -eq "$(lines "$TMP/leaky/samples.csv")" ]
check "of one kind" [ "$(column "$TMP/leaky/operations.csv" kind | sort -u)" = step ]
check "totals that never fall" sh -c "python3 - '$TMP/leaky' <<'P'
import csv, sys
ops = list(csv.DictReader(open(sys.argv[1] + '/operations.csv')))
samples = list(csv.DictReader(open(sys.argv[1] + '/samples.csv')))
n = [int(r['ops']) for r in ops]
assert n == sorted(n) and n[-1] >= 5, n
assert [r['timestamp'] for r in ops] == [r['timestamp'] for r in samples]
assert n[-1] >= int(samples[-1]['ops']) - 1 # read a moment later; the driver counts into the sum first
assert all(r['rows'] == r['bytes'] == '' for r in ops)
for r in ops:
    figures = [r[c] for c in ('p50_us', 'p95_us', 'p99_us', 'max_us')]
    assert all(figures) or not any(figures), r
    assert not figures[0] or 0 < float(figures[0]) <= float(figures[1]) <= float(figures[2]) <= float(figures[3]), r
assert any(r['p50_us'] for r in ops)
assert samples[-1]['connects'] == samples[-1]['missed_ops'] == samples[-1]['reloads'] == '0'
assert samples[-1]['op_rows'] == samples[-1]['op_bytes'] == ''
P"
check "run.json has the last row's totals" json_true "$TMP/leaky/run.json" "j['operations'][0]['ops'] == $(total leaky ops) == j['operations'][0]['measured'] and j['operations'][0]['max_us'] > 0"
cp "$TMP/leaky/report.md" "$TMP/report.md"
check "the report is drawn again" status 0 "$SOAKD" report "$TMP/leaky" --out "$TMP/leaky/report.md"
check "with the table" grep -q '^| step | [0-9]' "$TMP/leaky/report.md"
check "the same" [ "$(grep '^| step' "$TMP/report.md")" = "$(grep '^| step' "$TMP/leaky/report.md")" ]

# Killed at once: the page of counters dies with the monitor, and the rows know the totals.
"$SOAKD" --target leaky --leak-rate 1GiB --interval 0.1 --duration 1h --out "$TMP/cut" --quiet >/dev/null 2>&1 </dev/null &
pid=$!
check "a run begins" wait_for 20 sh -c "[ \$(wc -l <'$TMP/cut/operations.csv') -gt 5 ]"
kill -9 "$pid"
wait "$pid" 2>/dev/null
before=$(total cut ops)
printf '1795204800.000,step,99' >>"$TMP/cut/operations.csv"
check "is resumed" status "0 1 3 6" "$SOAKD" --resume "$TMP/cut" --duration 8s --quiet
check "goes on from its last whole row" sh -c "python3 - '$TMP/cut/operations.csv' $before <<'P'
import csv, sys
n = [int(r['ops']) for r in csv.DictReader(open(sys.argv[1]))]
assert n == sorted(n) and n[-1] > int(sys.argv[2]), n
P"

check "no driver" status "0 3" "$SOAKD" --target pid:$$ --scenario none --interval 0.1 --duration 1s --out "$TMP/idle" --quiet
check "no kinds, no rows" [ "$(lines "$TMP/idle/operations.csv")" -eq 1 ]
check "and nothing in run.json" json_true "$TMP/idle/run.json" "'operations' not in j"
check "counters without a value" [ -z "$(last_of "$TMP/idle/samples.csv" connects)$(last_of "$TMP/idle/samples.csv" reloads)" ]

# Reloads that the run sends are counted from its first row on. The first is sent when the program is ready for it.
cat >"$TMP/reload.conf" <<C
phases: ( { name = "reloads"; length = "4s"; before = ["/bin/sh", "-c", "until [ -e $TMP/ready ]; do sleep 0.1; done"];
	inject = ( { what = "reload"; at = "0.5s"; every = "0.5s"; } ); } );
C
check "a program that is told to reload" status "0 1 3" "$SOAKD" --scenario "$TMP/reload.conf" --interval 0.1 --out "$TMP/reload" --quiet -- \
	sh -c 'trap : HUP; : >"$0"; while :; do sleep 0.1; done' "$TMP/ready"
check "the reloads are counted" sh -c "python3 - '$TMP/reload' <<'P'
import csv, sys
n = [int(r['reloads']) for r in csv.DictReader(open(sys.argv[1] + '/samples.csv'))]
sent = sum(r['kind'] == 'inject' and 'HUP' in r['detail'] for r in csv.DictReader(open(sys.argv[1] + '/events.csv')))
assert n == sorted(n) and n[0] == 0 and n[-1] >= 1 and sent - 1 <= n[-1] <= sent, (n, sent)
P"

# A log of another program: memory that grows with connections, while operations come and go on their own.
python3 - "$TMP/connections.csv" <<'P'
import random, sys
random.seed(5)
kb, ops, connects = 50000.0, 0, 4
with open(sys.argv[1], 'w') as f:
    f.write('timestamp,anon_kb,ops,connects\n')
    for i in range(240):
        f.write(f'{1795204800 + 60 * i},{int(kb) // 4 * 4},{ops},{connects}\n')
        burst = random.randrange(160) if random.random() < .1 else 0
        connects += burst
        kb += 12.5 * burst + random.gauss(0, 5)
        ops += 96 if i % 40 < 25 else 0
P
check "growth by connections is found" status 1 "$SOAKD" analyze "$TMP/connections.csv" --format json
check "and is theirs alone" json_true "$TMP/out" "j['grows_with'] == 'connects' and j['per_op_bytes'] is None and j['per_connection_ci95_bytes'][0] < 12800 < j['per_connection_ci95_bytes'][1] and 'KiB per connection' in j['why']"
check "in words" status 1 "$SOAKD" analyze "$TMP/connections.csv"
check "with the bytes of each" grep -q '^  growth: .* KiB \[.*\] per connection$' "$TMP/out"
finish
