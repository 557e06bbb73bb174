#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Names that break parsers and files: newline, ")", blank, quote, comma, escape, bytes that are no UTF-8. In a process's name, in its
# command line, in the command that soakd starts, in the run's directory. Whatever is written stays UTF-8, CSV, JSON, one line a row.
. "$(dirname "$0")/lib.sh"
cat >"$TMP/odd.py" <<'P'
import ctypes, os, sys, time
names = [b"a) R 1 (\n\xff Z", b'"q",\t\xc3(', b"\x1b[31mred", b"", b"=1+1;<b>&amp;"]
libc = ctypes.CDLL(None)
for name in names:
    if os.fork() == 0:
        libc.prctl(15, name, 0, 0, 0)  # PR_SET_NAME
        time.sleep(1000)
        os._exit(0)
libc.prctl(15, b"r) Z (\n\xfe\"", 0, 0, 0)
open(sys.argv[1], "w").write("ready")
time.sleep(1000)
P
# utf8 FILE...: each is UTF-8 without control characters but newline and tab
cat >"$TMP/utf8.py" <<'P'
import re, sys
for f in sys.argv[1:]:
    text = open(f, "rb").read().decode("utf-8")
    bad = re.search(r"[\x00-\x08\x0b-\x1f\x7f]", text.replace("\r\n", "\n"))
    assert not bad, (f, bad)
P
cat >"$TMP/tables.py" <<'P'
import csv, json, sys
d = sys.argv[1]
for name in ("samples", "processes", "mappings", "events"):
    with open(f"{d}/{name}.csv", newline="", encoding="utf-8") as f:
        rows = list(csv.reader(f, strict=True))
    assert len(rows) > 1 and {len(r) for r in rows} == {len(rows[0])}, (name, {len(r) for r in rows})
    assert len(rows) == open(f"{d}/{name}.csv", "rb").read().count(b"\n"), f"{name}: a row is not a line"
for name in ("run", "verdict"):
    json.load(open(f"{d}/{name}.json", encoding="utf-8"))
P
processes() { python3 -c 'import csv, sys
print(len({r["pid"] for r in csv.DictReader(open(sys.argv[1], encoding="utf-8"))}))' "$1"; }

python3 "$TMP/odd.py" "$TMP/ready" '--opt=
x' "$(printf '\377\033[2J')" & P=$!
CLEANUP='kill $P $(cat /proc/$P/task/*/children 2>/dev/null) 2>/dev/null'
wait_for 10 [ -s "$TMP/ready" ]
D=$TMP/run
check "a tree of odd names" status "0 3" "$SOAKD" --target "pid:$P" --scenario none --interval 0.2 --duration 1s --out "$D" --format json
check "  all six are there" [ "$(processes "$D/processes.csv")" = 6 ]
check "  all were read" [ "$(column "$D/samples.csv" pss_sampled | sed -n 1p)" = 6 ]
check "  CSV and JSON hold" python3 "$TMP/tables.py" "$D"
check "  what is printed is JSON" python3 -m json.tool "$TMP/out" /dev/null
check "  all is UTF-8 without control characters" python3 "$TMP/utf8.py" "$D"/*.csv "$D"/*.json "$D"/*.md "$TMP/out" "$TMP/err"
check "  no name broke a line of what was said" [ "$(grep -vc '^soakd: ' "$TMP/err")" = 0 ]
kids=$(cat /proc/$P/task/*/children)
# shellcheck disable=SC2086 # numbers
check "map, as JSON" status 0 "$SOAKD" map --format json $P $kids
check "  is JSON, of six" json_true "$TMP/out" "len(j['processes']) == 6"
check "  UTF-8" python3 "$TMP/utf8.py" "$TMP/out"
# shellcheck disable=SC2086 # numbers
check "map, as CSV" status 0 "$SOAKD" map --format csv $P $kids
check "  with a row a line" python3 -c 'import csv, sys
rows = list(csv.reader(open(sys.argv[1], newline="", encoding="utf-8"), strict=True))
assert len(rows) == open(sys.argv[1], "rb").read().count(b"\n") and {len(r) for r in rows} == {len(rows[0])}' "$TMP/out"
# shellcheck disable=SC2086 # numbers
check "map, for people" status 0 "$SOAKD" map $P $kids
check "  UTF-8 without control characters" python3 "$TMP/utf8.py" "$TMP/out"
"$SOAKD" doctor --target "pid:$P" >"$TMP/out" 2>"$TMP/err"
check "doctor: UTF-8 without control characters" python3 "$TMP/utf8.py" "$TMP/out" "$TMP/err"
check "  a line for each finding" [ "$(grep -vcE '^(ok  |warn|FAIL) ' "$TMP/out")" = 0 ]
check "an odd name that nobody has: 2" status 2 "$SOAKD" --target "$(printf 'no\377such\nname')" --scenario none --duration 1s --out "$TMP/none"
check "  in one sentence" one_sentence
check "  UTF-8 without control characters" python3 "$TMP/utf8.py" "$TMP/err"

odd=$(printf 'x\377 (\n)"')
cp "$(command -v sleep)" "$TMP/$odd"
check "a command of odd name and words is started" status "0 3 4" "$SOAKD" --scenario none --interval 0.2 --duration 1s --quiet --out "$TMP/launched" -- "$TMP/$odd" 1000
check "  CSV and JSON hold" python3 "$TMP/tables.py" "$TMP/launched"
check "  all is UTF-8 without control characters" python3 "$TMP/utf8.py" "$TMP/launched"/*.csv "$TMP/launched"/*.json "$TMP/launched"/*.md "$TMP/err"
check "a run in a directory of odd name" status "0 3" "$SOAKD" --target "pid:$P" --scenario none --interval 0.2 --duration 1s --out "$TMP/run$odd"
check "  CSV and JSON hold" python3 "$TMP/tables.py" "$TMP/run$odd"
check "  what is said is UTF-8 without control characters" python3 "$TMP/utf8.py" "$TMP/out" "$TMP/err" "$TMP/run$odd"/report.md
status "0 3" "$SOAKD" analyze --format json "$TMP/run$odd"
check "  analyze of it prints JSON" python3 -m json.tool "$TMP/out" /dev/null
finish
