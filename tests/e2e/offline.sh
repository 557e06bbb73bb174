#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# analyze and report on files alone: numbers, formats, exit statuses, and files that are whole or as they were.
csv=$(cd "$(dirname "$0")/../data/csv" && pwd)
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 2

status "0 1 3" "$SOAKD" analyze --format json "$csv/norris.csv"
# 3600 * sum((x-mx)*(y-my)) / sum((x-mx)**2) in Python's Fraction, from the text of the file
check "NIST Norris: the slope to 9 digits" json_true "$TMP/out" 'abs(j["ols_slope_kb_per_h"] / 3607.83525801918848 - 1) < 1e-9'
check "NIST Norris by exact arithmetic" python3 - "$csv/norris.csv" "$TMP/out" <<'P'
import csv, json, sys
from fractions import Fraction as F
rows = [(F(r["timestamp"]), F(r["rss_kb"])) for r in csv.DictReader(open(sys.argv[1]))]
mx, my = (sum(c) / len(rows) for c in zip(*rows))
b = 3600 * sum((x - mx) * (y - my) for x, y in rows) / sum((x - mx) ** 2 for x, y in rows)
sys.exit(abs(json.load(open(sys.argv[2]))["ols_slope_kb_per_h"] / float(b) - 1) > 1e-9)
P

awk 'BEGIN { print "timestamp,anon_kb"; for (i = 0; i < 300; i++) printf "%d,%d\n", 1795140000 + 300 * i, 50000 + 100 * i + i * 7919 % 101 }' >leak.csv
awk 'BEGIN { print "timestamp,anon_kb"; for (i = 0; i < 300; i++) printf "%d,%d\n", 1795140000 + 300 * i, 50000 + i * 7919 % 101 }' >flat.csv
check "a leak is 1" status 1 "$SOAKD" analyze --format json leak.csv
check "its rate, in an interval that holds the truth" json_true "$TMP/out" 'j["verdict"] == "leak" and j["leaking"] is True and j["rate_ci95_kb_per_h"][0] < 1200 < j["rate_ci95_kb_per_h"][1]'
check "and by a program without samplers and drivers" status 1 "$(dirname "$SOAKD")/tests/soakd/offline" analyze leak.csv
check "a flat one is 0" status 0 "$SOAKD" analyze --format json flat.csv
check "it says what it excludes" json_true "$TMP/out" 'j["leaking"] is False and j["detectable_kb_per_h"] > 0 and j["need_more_s"] is None'
check "a rate below --min-rate is no leak" status "0 3" "$SOAKD" analyze --min-rate 2MiB leak.csv
check "--column of none: 2" status 2 "$SOAKD" analyze --column nope_kb leak.csv
check "and names those there are" says "anon_kb"
check "--warmup nonsense: 2" status 2 "$SOAKD" analyze --warmup soon leak.csv
check "no file: 2" status 2 "$SOAKD" analyze
check "help: 0" status 0 "$SOAKD" analyze --help
check "a file that is missing is said before a leak" status 2 "$SOAKD" analyze --format jsonl missing.csv leak.csv flat.csv
check "a line each, in order" [ "$(sed 's/.*"path": "\([a-z.]*\)".*/\1/' "$TMP/out" | tr '\n' ' ')" = "missing.csv leak.csv flat.csv " ]
check "several as one array" status 1 "$SOAKD" analyze --format json leak.csv flat.csv
check "of two" json_true "$TMP/out" '[v["path"] for v in j] == ["leak.csv", "flat.csv"]'
check "JUnit" status 1 "$SOAKD" analyze --format junit leak.csv flat.csv
check "is XML" python3 -c 'import sys, xml.dom.minidom as m; d = m.parse(sys.argv[1]); sys.exit(len(d.getElementsByTagName("failure")) < 1)' "$TMP/out"
check "standard input" sh -c '"$0" analyze --format json - <flat.csv >out' "$SOAKD"

png() { [ "$(head -c 8 "$1" | od -An -tx1 | tr -d ' \n')" = 89504e470d0a1a0a ]; }
check "report beside a CSV" status 0 "$SOAKD" report leak.csv
check "leak.png" png leak.png
check "its path is printed" [ "$(cat "$TMP/out")" = leak.png ]
check "by endings" status 0 "$SOAKD" report leak.csv --out a.png --out a.md
check "the text refers to the picture" grep -qF '](<a.png>)' a.md
check "verdict first" [ "$(head -1 a.md | cut -d' ' -f3)" = LEAK ]
check "under 60 lines" [ "$(lines a.md)" -lt 60 ]
cp a.png before.png
check "the same again is the same picture" sh -c '"$0" report leak.csv --out a.png >out && cmp -s a.png before.png' "$SOAKD"
check "an unwritable folder: 2" status 2 "$SOAKD" report leak.csv --out no/such/x.png
check "one sentence" one_sentence
check "an ending of no form: 2" status 2 "$SOAKD" report leak.csv --out a.png --out a.doc
check "names those there are" says ".png"
check "--help has them too" sh -c '"$0" report --help | grep -q "^  .md  "' "$SOAKD"
check "a bad size: 2" status 2 "$SOAKD" report leak.csv --size 3x4
finish
