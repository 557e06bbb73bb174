#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# soakd matrix: every combination has its run directory and its row; interrupted it goes on; what is wrong is said before anything starts.
. "$(dirname "$0")/lib.sh"
rows() { python3 -c 'import csv,sys; print(len(list(csv.DictReader(open(sys.argv[1])))))' "$1"; }
done_cells() { json "$1/matrix.json" "sum(c['status'] is not None for c in j['cells'])"; }

# cells STATUS NAME OPTIONS...: a matrix in $TMP/NAME
cells() {
	expect=$1 name=$2
	shift 2
	matrix_status "$expect" "$TMP/$name" "$SOAKD" matrix --out "$TMP/$name" "$@"
}
check "two rates, twice: suspected or a leak" cells "1 3" m --target leaky --interval 0.1 --duration 3s --vary leak-rate=0,2GiB --repeat 2
check "a row for each combination" [ "$(grep -c '^leak-rate=' "$TMP/out")" -eq 2 ]
check "matrix.csv: a row for each cell" [ "$(rows "$TMP/m/matrix.csv")" -eq 4 ]
check "the rates are in it, as their runs have found them" python3 -c '
import csv, json, sys
for r in csv.DictReader(open(sys.argv[1] + "/matrix.csv")):
    found = json.load(open("%s/cells/%s/verdict.json" % (sys.argv[1], r["cell"])))["rate_kb_per_h"]
    if found is None: # of two or three rows
        assert r["rate_kb_per_h"] == "" and r["status"] == "6", r
        continue
    rate = float(r["rate_kb_per_h"])
    assert abs(found - rate) < 1, (r, found)
    assert abs(rate) < 1e5 if r["leak-rate"] == "0" else abs(rate / 2097152 - 1) < 0.2, r' "$TMP/m"
check "each cell is a run directory" whole_run_dir "$TMP/m/cells/leak-rate=2GiB,repeat=2"
check "repeat by repeat, another one first" [ "$(json "$TMP/m/matrix.json" "[c['name'] for c in j['cells']]")" = \
	"['leak-rate=0,repeat=1', 'leak-rate=2GiB,repeat=1', 'leak-rate=2GiB,repeat=2', 'leak-rate=0,repeat=2']" ]
check "sqlite in two journal modes" cells "0 3" s --target sqlite --interval 0.5 --duration 2s --rows 200 --vary journal=wal,rollback
check "both have made operations" python3 -c '
import csv, sys
assert all(float(r["ops_per_s"]) > 0 for r in csv.DictReader(open(sys.argv[1])))' "$TMP/s/matrix.csv"

# The first cell ends by itself; the second goes on until it is interrupted, and after that each ends.
cell="[ ! -e '$TMP/first' ] || until [ -e '$TMP/again' ]; do sleep 0.1; done; : >'$TMP/first'; sleep 1"
note_clock "$TMP/i.err"
"$SOAKD" matrix --interval 0.2 --duration 5m --vary seed=1,2,3 --out "$TMP/i" -- sh -c "$cell" >"$TMP/i.out" 2>"$TMP/i.err" </dev/null &
matrix=$!
first="$TMP/i/cells/seed=1,repeat=1"
in_the_second() { [ "$(lines "$TMP/i/cells/seed=2,repeat=1/samples.csv")" -ge 3 ]; } # with rows: one without leaves nothing behind
check "the first cell is done" wait_for 60 in_the_second
kill -TERM "$matrix"
wait "$matrix"
rc=$?
check "interrupted: no exit status of one that is whole" [ $rc -ne 0 ]
check "but that of the first cell" by_verdict $rc "$TMP/i.err" "$first.log"
touch "$TMP/again"
check "interrupted: one of three is done" [ "$(done_cells "$TMP/i")" -eq 1 ]
check "it says how to go on" grep -q 'matrix --resume' "$TMP/i.err"
# resumes: by the worst cell, which may be the first, of which it is known
resumes() {
	known=3
	! says_missing "$first.log" || known=6
	matrix_status "$known" "$TMP/i" "$SOAKD" matrix --resume "$TMP/i"
}
began=$(json "$first/run.json" "j['started_unix']")
check "it goes on" resumes
check "now all are done" [ "$(done_cells "$TMP/i")" -eq 3 ]
check "the first was not run again" [ "$(json "$first/run.json" "j['started_unix']")" = "$began" ]
check "the interrupted one is kept beside" [ -d "$TMP/i/cells/seed=2,repeat=1.interrupted-1" ]

check "a command before each cell" cells "0 1 3" r --interval 0.2 --duration 1s --vary seed=1,2 --reset "sh -c 'echo reset >>$TMP/resets'" -- sleep 30
check "it ran twice" [ "$(lines "$TMP/resets")" -eq 2 ]
check "dry run: the cells, and nothing else" status 0 "$SOAKD" matrix --target leaky --duration 4s --vary rows=1,2 --repeat 3 --dry-run --out "$TMP/d"
check "dry run: six lines" [ "$(lines "$TMP/out")" -eq 6 -a ! -e "$TMP/d" ]
for wrong in 'rows=1,1' 'nope=1' 'rows=' 'rows=x' 'rows=1,,2' 'out=a' 'interval=1,99'; do
	check "refused: --vary $wrong" status 2 "$SOAKD" matrix --target leaky --duration 4s --vary "$wrong" --out "$TMP/bad"
	check "one sentence, nothing made" [ "$(grep -c '^soakd: ' "$TMP/err")" -eq 1 -a ! -e "$TMP/bad" ]
done

# the library's file for it, in small: what its head says
check "a scenario file in two journal modes" cells "0 3" f --scenario sqlite-wal-vs-rollback.conf --vary journal=wal,rollback --scale-time 0.002
check "each cell has its journal, and the file's phases" json_true "$TMP/f/cells/journal=rollback,repeat=1/run.json" \
	"j['options']['journal'] == 'rollback' and [p['name'] for p in j['phases']] == ['fill', 'steady', 'pulses', 'rest']"
check "the file's own stands in the other" json_true "$TMP/f/cells/journal=wal,repeat=1/run.json" "j['options']['journal'] == 'wal'"
check "no server is shared" [ "$(grep -c '^note:' "$TMP/out")" -eq 0 ]
printf 'target = "sqlite"; work = ( { profile = "none"; } );\n' >"$TMP/bad.conf"
printf '\\sett x 1\n' >"$TMP/typo.sql"
for wrong in "--scenario $TMP/bad.conf" "--scenario $TMP/nowhere.conf" "--target sqlite --script $TMP/typo.sql"; do
	# shellcheck disable=SC2086
	check "refused before any cell: $wrong" status 2 "$SOAKD" matrix $wrong --duration 2s --vary rows=10,20 --out "$TMP/bad"
	check "one sentence, nothing made" [ "$(grep -c '^soakd: with rows=10' "$TMP/err")" -eq 1 -a "$(lines "$TMP/err")" -eq 1 -a ! -e "$TMP/bad" ]
done

check "a folder that is there is not taken" status 2 "$SOAKD" matrix --target leaky --duration 4s --vary rows=1,2 --out "$TMP/m"
check "and --resume is named" says "--resume"
finish
