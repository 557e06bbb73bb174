#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# report of many: runs over one another, a matrix as cards, a contact sheet; what cannot be read is named and stops nothing.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 2
size() { python3 -c 'import struct, sys; print("%dx%d" % struct.unpack(">II", open(sys.argv[1], "rb").read()[16:24]))' "$1"; }
taller() { [ "$(size "$1" | cut -dx -f2)" -gt "$2" ]; }
small() { [ "$(wc -c <"$1")" -le 204800 ]; }
row() { grep -qE "^\| $2 \| $3 \|" "$1" || { sed 's/^/# /' "$1" | head -20; return 1; }; }
# told FILE RUN: the row says the class and the rate that the run's verdict has, whatever a busy machine has made of it
told() {
	python3 - "$1" "$2" <<-'P'
		import json, re, sys
		v = json.load(open("state/" + sys.argv[2] + "/verdict.json"))
		row = next(r for r in open(sys.argv[1]) if r.startswith(f"| {sys.argv[2]} |"))
		print("# " + row, v["verdict"], v["rate_kb_per_h"])
		found = re.match(r"\| \S+ \| [^|]* \| \+([0-9.]+)\s([KMG])iB/h", row)
		kb = float(found[1]) * 1024 ** "KMG".index(found[2]) if found else None
		shown = abs(kb / v["rate_kb_per_h"] - 1) < 0.01 if found else v["verdict"] == "insufficient"
		sys.exit(not (v["verdict"] in row.split("|")[2] and shown))
	P
}

mkdir state state/runs
check "a leak" status "1 3" "$SOAKD" --target leaky --leak-rate 2GiB --interval 0.1 --duration 4s --quiet --out state/soak-leaky
check "sqlite" status "0 1 3" "$SOAKD" --target sqlite --rows 200 --interval 0.1 --duration 3s --quiet --out state/runs/sqlite
ln -s soak-leaky state/latest
check "a matrix" matrix_status "0 1 3" state/matrix "$SOAKD" matrix --target leaky --interval 0.1 --duration 2s --vary leak-rate=0,2GiB --repeat 2 --out state/matrix
# its rows are of this file's own making: what a busy machine leaves of two seconds may have no rate at all
for cell in state/matrix/cells/*/; do
	case $cell in *2GiB,repeat=1*) kb=50 ;; *2GiB*) kb=66 ;; *) kb=0 ;; esac # a row, of 0.1 s: 1.72 and 2.27 GiB an hour
	awk -v kb=$kb 'BEGIN { print "timestamp,elapsed_s,anon_kb,ops"
		for (i = 0; i < 100; i++) printf "%.1f,%.1f,%d,%d\n", 1795140000 + i / 10, i / 10, 9000 + kb * i + i * 7919 % 11, 2 * i }' >"$cell/samples.csv"
done

check "two over one another" status 0 "$SOAKD" report state/soak-leaky state/runs/sqlite --out two.png --out two.md
check "each path on a line" [ "$(tr '\n' ' ' <"$TMP/out")" = "two.png two.md " ]
check "the picture has its size" [ "$(size two.png)" = 1600x1200 ]
check "and is small" small two.png
check "the table has both, in order" [ "$(grep -oE '^\| (soak-leaky|sqlite) ' two.md | tr -d '| \n')" = soak-leakysqlite ]
check "the rate is that of the leak" told two.md soak-leaky
check "nothing is said that was not tested" grep -q 'whether they differ is not tested' two.md
check "over operations" status 0 "$SOAKD" report state/soak-leaky state/runs/sqlite --align operations --quiet --out operations.png
check "another picture" sh -c '! cmp -s two.png operations.png'
check "the same input, the same bytes" sh -c '"$0" report state/soak-leaky state/runs/sqlite --quiet --out again.png </dev/null && cmp -s two.png again.png' "$SOAKD"
check "without names: here" status 0 "$SOAKD" report state/soak-leaky state/runs/sqlite
check "runs.png and runs.md" [ -s runs.png -a -s runs.md ]

check "the matrix" status 0 "$SOAKD" report state/matrix/
check "beside its files" [ -s state/matrix/report.png -a -s state/matrix/report.md ]
check "a row for each combination" row state/matrix/report.md leak-rate=2GiB 2
check "with its rate, from the least to the most" grep -qE '^\| leak-rate=2GiB .*\+1\.99[^0-9]+GiB/h \\\[\+1\.72, \+2\.27\]' state/matrix/report.md

check "a contact sheet" status 0 "$SOAKD" report --sheet state
check "in the directory" [ -s state/sheet.png -a -s state/sheet.md ]
check "runs and runs/, not the link; nothing of the matrix one level deeper" [ "$(grep -cE '^\| (soak-leaky|sqlite) ' state/sheet.md)" -eq 2 ]
check "and no other" grep -q '2 runs' state/sheet.md
check "of the matrix's cells too" status 0 "$SOAKD" report --sheet state/matrix --out cells.md --quiet
check "four" grep -q ' 4 runs' cells.md

mkdir many
awk 'BEGIN { print "timestamp,anon_kb"; for (i = 0; i < 120; i++) printf "%d,%d\n", 1795140000 + 300 * i, 50000 + i * 7919 % 101 }' >flat.csv
for i in $(seq 10 59); do mkdir "many/run$i" && cp flat.csv "many/run$i/samples.csv"; done
mkdir many/broken && echo nothing >many/broken/samples.csv
check "fifty and a bad one: exit status 2" status 2 "$SOAKD" report --sheet many
check "said once" one_sentence
check "the page is drawn" taller many/sheet.png 1200
check "says how many are beyond" grep -q '2 more have no card' many/sheet.md
check "and names the bad one" grep -q '^| broken | not read: ' many/sheet.md

# noise that no two runs share, on a rise that keeps each card's axis of its own: the most that a page can hold
mkdir noisy
for i in $(seq 10 57); do
	mkdir "noisy/run$i"
	awk -v seed="$i" 'BEGIN { srand(seed); print "timestamp,anon_kb"; for (i = 0; i < 300; i++) printf "%d,%d\n", 1795140000 + 300 * i, 500000 + 20 * i + 900 * rand() }' >"noisy/run$i/samples.csv"
done
check "48 noisy runs" status 0 "$SOAKD" report --sheet noisy --quiet
check "are at most 200 KiB, too" small noisy/sheet.png
mkdir rowless && cp -r many/run10 rowless && mkdir rowless/dead && echo '{}' >rowless/dead/run.json
check "a run without rows is named, not passed over" status 2 "$SOAKD" report --sheet rowless --quiet
check "in the table" grep -q '^| dead | not read: .*samples.csv' rowless/sheet.md

check "one of two is missing: exit status 2" status 2 "$SOAKD" report state/soak-leaky missing --out half.png --out half.md
check "and it says which" says missing
check "drawn without it" [ -s half.png ]
check "named in the table" grep -q '^| missing | not read: ' half.md
check "both are missing" status 2 "$SOAKD" report missing missing2 --out none.png
check "nothing is written" [ ! -e none.png ]
check "no operations to align by" status 2 "$SOAKD" report state/soak-leaky flat.csv --align operations --out ops.md
check "says so" says "cannot be aligned by operations"
check "seven are too many" status 2 "$SOAKD" report a b c d e f g
check "says what to do" says --sheet
check "an ending that is of one run" status 2 "$SOAKD" report state/soak-leaky state/runs/sqlite --out x.xml
check "says which there are" says ".png .svg .pdf .md"
cp -r state/matrix shut && rm -f shut/report.png && mkdir shut/report.png
check "a matrix beside which nothing can be written" status 2 "$SOAKD" report shut
check "says where else" says "cannot write shut/report.png: Is a directory; --out FILE writes elsewhere"
mkdir shut/sheet.png
check "a sheet too" status 2 "$SOAKD" report --sheet shut
check "says so" says "cannot write shut/sheet.png: Is a directory; --out FILE writes elsewhere"
check "a file that was named: no word of others" sh -c '"$0" report --sheet shut --out no/x.md 2>&1 | grep -qx "soakd: cannot write no/x.md: there is no such folder; make it first"' "$SOAKD"
mkdir empty
check "an empty directory" status 2 "$SOAKD" report --sheet empty
check "says what was looked for" says samples.csv
mkdir torn && echo '{"cells": [{"name": "../../etc", "options": {}, "status": 0}]}' >torn/matrix.json
check "a matrix.json that leads elsewhere" status 2 "$SOAKD" report torn
check "names the file" says torn/matrix.json
check "a page of many is for no issue" status 2 "$SOAKD" report a b --for-issue
check "one sentence" one_sentence
finish
