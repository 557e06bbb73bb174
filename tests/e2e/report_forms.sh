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

check "a target that dies: 4" status 4 "$SOAKD" --interval 0.1 --duration 20s --quiet --out died -- sh -c 'until [ "$(wc -l <died/samples.csv)" -ge 4 ]; do sleep 0.1; done 2>/dev/null; exit 3'
check "its report" status 0 "$SOAKD" report died --out died.xml
check "is valid" valid died.xml
check "and has an error that says how" xml died.xml 's.get("errors") == "1" and "has exited with status 3" in case["target"].find("error").get("message") and case["target"].get("classname") == "sh.none"'

# for an issue: planted names are in no byte of any form, and what was taken out is said
mkdir acme
printf 'timestamp,elapsed_s,anon_kb\n' >acme/samples.csv
awk 'BEGIN { for (i = 0; i < 300; i++) printf "%d,%d,%d\n", 1795140000 + 300 * i, 300 * i, 50000 + 100 * i + i * 7919 % 101 }' >>acme/samples.csv
printf 'timestamp,kind,detail\n1795140000,start,1 process\n1795143000,error,"role ""zelda"" on db.acme.example: SELECT salary FROM payroll"\n' >acme/events.csv
printf 'timestamp,kind,ops,errors,rows,bytes,p50_us,p95_us,p99_us,max_us\n' >acme/operations.csv
awk 'BEGIN { for (i = 0; i < 300; i++) printf "%d,salary,9,0,,,10,20,%d,40\n", 1795140000 + 300 * i, 30 + i % 5 }' >>acme/operations.csv
cat >acme/run.json <<J
{"schema": "soakd.run/1", "id": "postgres-1", "target": "postgres", "label": "postgres", "scenario": "postgres", "interval_s": 300,
 "command": ["/home/zelda/soakd", "--dsn", "host=db.acme.example user=zelda dbname=payroll", "--script", "/srv/acme/salary.sql", "--out", "$TMP/acme"],
 "options": {"script": ["salary.sql@1"]}, "work": [{"name": "salary", "weight": 1}], "operations": [{"kind": "salary", "ops": 7}],
 "host": {"kernel": "6.1.0-13-amd64", "hostname": "acmehost"}, "target_info": {"version": "PostgreSQL 15.18, built by zelda@acme.example", "exe": "/opt/acme/bin/postgres"},
 "roles": [{"role": "zelda on acmehost", "living": 1, "born": 1, "died": 1, "grown_kb": 9, "dead_grown_kb": 9}]}
J
clean() { ! grep -ailE 'zelda|acme|payroll|salary' "$@" || return 1; }
check "--for-issue has names of its own" status 0 "$SOAKD" report acme --for-issue
check "and prints them" [ "$(tr '\n' ' ' <"$TMP/out")" = "acme/report-for-issue.png acme/report-for-issue.md " ]
check "each form" status 0 "$SOAKD" report acme --for-issue --out i.xml --out i.json --out i.md
# what is packed may have any letters: of a PNG all but the pixels, of the page all but its picture, of a PDF what is within its streams
inside() { python3 -c 'import re, sys, zlib
b = open(sys.argv[1], "rb").read(); out = b""
if b[1:4] == b"PNG":
    at = 8
    while at < len(b):
        n = int.from_bytes(b[at:at + 4], "big")
        if b[at + 4:at + 8] != b"IDAT": out += b[at + 4:at + 8 + n] + b"\n"
        at += 12 + n
else:
    out = re.sub(rb"stream\r?\n.*?endstream", b"", re.sub(rb"base64,[^\"]*", b"", b), flags=re.S)
    for part in re.findall(rb"stream\r?\n(.*?)endstream", b, re.S):
        try: out += zlib.decompress(part)
        except zlib.error: pass
sys.stdout.buffer.write(out)' "$1" >"$1.inside"; }
inside acme/report-for-issue.png
check "a picture has words" grep -aq soakd acme/report-for-issue.png.inside
check "nothing planted is in any of them" clean i.xml i.json i.md acme/report-for-issue.md acme/report-for-issue.png.inside
check "page and drawings" status 0 "$SOAKD" report acme --for-issue --out i.html --out i.svg --out i.pdf --out i.png
inside i.html && inside i.pdf && inside i.png
check "nothing planted is in their words, titles and keywords" clean i.html.inside i.svg i.pdf.inside i.png.inside
check "the strip of latency goes without the query that it had for a name" grep -q 'latency p99' i.html
check "the same without it does hold them" sh -c '"$0" report acme --out full.md >out && grep -q zelda full.md' "$SOAKD"
check "the text says what was taken out" grep -q '^- redacted: `.*path.*host name.*user name' i.md
check "JSON too" json_true i.json "'path' in j['report']['facts']['redacted']"
check "JUnit too" xml i.xml '"path" in p["redacted"]'
check "it is valid" valid i.xml
check "the verdict, its rate, versions and the digest stay" python3 -c 'import json
a = json.load(open("i.json")); f = a["report"]["facts"]
assert a["verdict"] == "leak" and a["rate_kb_per_h"] > 0 and "6.1.0-13-amd64" in f["host"] and "PostgreSQL 15.18" in f["programs"] and "sha256 " + a["report"]["data_sha256"] in f["data"]'
# a service has no variable that says who it is, and texts have the machine's name without its domain
if [ "$(id -u)" -eq 0 ] && unshare --uts true 2>/dev/null && id games >/dev/null 2>&1; then
    open_programs
    mkdir -m 777 named && cp acme/samples.csv named/ && sed 's/zelda on acmehost/games on kronos/' acme/run.json >named/run.json
    check "a report by nobody's environment" status 0 unshare --uts sh -c 'hostname kronos.corp.example; exec env -i setpriv --reuid games "$0" "$@"' "$SOAKD" report named --for-issue --out named/i.md
    check "machine and user are known" sh -c '! grep -iE "games|kronos" named/i.md && grep -q "USER on HOST" named/i.md'
else
    skip "a report by nobody's environment" "needs root, unshare and the user games"
fi
check "beside a CSV: picture and text" status 0 "$SOAKD" report leak.csv --for-issue
check "with their names" [ "$(tr '\n' ' ' <"$TMP/out")" = "leak-for-issue.png leak-for-issue.md " ]
finish
