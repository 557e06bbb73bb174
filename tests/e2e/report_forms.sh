#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# report in each of its text forms: what stands in it, whether other programs can read it.
data=$(cd "$(dirname "$0")/../data" && pwd)
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 2
valid() { xmllint --noout --nonet --schema "$data/junit.xsd" "$1" 2>"$TMP/xml" || { sed 's/^/# /' "$TMP/xml" | head -3; return 1; }; }
# xml FILE EXPRESSION: s is its first testsuite, case a dictionary of its cases by name.
xml() { python3 -c 'import sys, xml.etree.ElementTree as e
s = e.parse(sys.argv[1]).getroot().find("testsuite"); case = {c.get("name"): c for c in s.findall("testcase")}
p = {x.get("name"): x.get("value") for x in s.iter("property")}
sys.exit(not eval(sys.argv[2]))' "$1" "$2"; }

awk 'BEGIN { print "timestamp,anon_kb"; for (i = 0; i < 300; i++) printf "%d,%d\n", 1795140000 + 300 * i, 50000 + 100 * i + i * 7919 % 101 }' >leak.csv
awk 'BEGIN { print "timestamp,anon_kb"; for (i = 0; i < 6; i++) printf "%d,%d\n", 1795140000 + 300 * i, 50000 + i }' >few.csv

check "three forms in one call" status 0 "$SOAKD" report leak.csv --out a.xml --out a.md --out a.json
check "each path on a line, in order" [ "$(tr '\n' ' ' <"$TMP/out")" = "a.xml a.md a.json " ]
check "JUnit is valid" valid a.xml
check "a leak is a failure with its size and its numbers" xml a.xml '"+" in case["verdict"].find("failure").get("message") and "samples" in case["verdict"].find("failure").text'
check "the counts are of what is there" xml a.xml 'int(s.get("tests")) == len(case) and int(s.get("failures")) == len(s.findall(".//failure")) and int(s.get("skipped")) == len(s.findall(".//skipped"))'
check "time is the length of the run" xml a.xml 'float(s.get("time")) == 299 * 300'
check "properties" xml a.xml 'p["soakd.verdict"] == "leak" and "MiB/h" in p["soakd.rate"] and p["soakd.interval"] == "5 min" and p["soakd.data-sha256"] == "'"$(sha256sum leak.csv | cut -d' ' -f1)"'"'
check "too little data" status 0 "$SOAKD" report few.csv --out few.xml
check "is valid" valid few.xml
check "and skipped with the sentence" xml few.xml 'case["verdict"].find("skipped").get("message").endswith("more")'

"$SOAKD" analyze --format json leak.csv >analyze.json 2>/dev/null </dev/null
check "JSON is analyze's and more" python3 -c 'import json
a, b = json.load(open("analyze.json")), json.load(open("a.json")); r = b.pop("report")
assert a == b and r["word"] == "LEAK" and "leak.csv sha256 " in r["facts"]["data"] and len(r["data_sha256"]) == 64, r'

odd=$(printf 'a\001b\377<&">\357\277\277.csv')
cp leak.csv "$odd"
check "a file of odd bytes" status 0 "$SOAKD" report "$odd" --out odd.xml --out odd.json
check "is valid JUnit" valid odd.xml
check "and JSON" json_true odd.json '"b?" in j["path"]'
check "analyze's JUnit of several is valid too" sh -c '"$0" analyze --format junit leak.csv few.csv "$1" missing.csv >all.xml 2>/dev/null </dev/null; [ $? -eq 2 ]' "$SOAKD" "$odd"
check "valid" valid all.xml

check "a target that dies: 4" status 4 "$SOAKD" --interval 0.1 --duration 20s --quiet --out died -- sh -c 'sleep 1; exit 3'
check "its report" status 0 "$SOAKD" report died --out died.xml
check "is valid" valid died.xml
check "and has an error that says how" xml died.xml 's.get("errors") == "1" and "has exited with status 3" in case["target"].find("error").get("message") and case["target"].get("classname") == "sh.none"'
finish
