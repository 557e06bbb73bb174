#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What is written down of a command holds no password, in whatever way it was said.
. "$(dirname "$0")/lib.sh"
S=hUnt3r2x
nowhere() { ! grep -raq "$S" "$1" || { grep -ral "$S" "$1" | sed 's/^/# /'; return 1; }; }
short() { "$SOAKD" --interval 0.1 --duration 1s --quiet "$@" >"$TMP/out" 2>"$TMP/err" </dev/null; [ -s "$D/run.json" ]; }

D=$TMP/launched
check "a launched command with passwords" short --out "$D" -- sh -c 'sleep 3; : pwd:hUnt3r2x' x --password $S --token=$S "secret: $S two" "x://u:$S@h"
check "they are nowhere" nowhere "$D"
check "the command is" json_true "$D/run.json" "'--password' in j['command'] and '***' in j['command'] and 'sleep 3' in j['target_info']['cmdline']"

D=$TMP/exec
sleep 60 &
watched=$!
CLEANUP='kill $watched 2>/dev/null'
check "a command of the scenario exec with a password" short --target "pid:$watched" --scenario exec --exec "sh -c 'exit 0' x --password $S" --out "$D"
check "it is nowhere" nowhere "$D"
check "the rest is in the options" json_true "$D/run.json" "j['options']['exec'].endswith('--password ***')"

# what somebody else's texts say, in each file of a run: for an issue none of it is in any form
D=$TMP/planted
mkdir "$D"
python3 - "$D" <<'P'
import csv, json, sys
texts = ["host=zqhost", "zqmail@corp.example", "/home/zquser/x", "10.77.66.55:80", "2001:db8:77::5", "postgres://u:zqpass@db7/zqdb", "SELECT 'zqtext' FROM t",
         "PGPASSWORD=zqenv", "eyJhbGciOiJzqjwt.eyJzdWIiOiIxIn0.dozjgN", "AKIAZQSFODNN7EXAMPLE", "/run/zqsock/s.5432", "pod zqpod-7d9c6b8f5d-x2x4z",
         "permission denied for table zqtable", "CN=zqname Root,O=zqorg", "git@h9:zqrepo/x", "zqgo:pw@tcp(db7:3306)/zqgodb", "10.77.66.55 - zqlog [22/Nov/2026:08:00:00 +0000]",
         "container zqcontainer exited", "tenant zqtenant", "nfs zqfiler:/export", "nfs: server zqserver not responding"]
at = lambda i: texts[i % len(texts)]
def table(name, head, row):
    with open(sys.argv[1] + "/" + name, "w", newline="") as f:
        w = csv.writer(f, lineterminator="\n")
        w.writerow(head.split(","))
        w.writerows(row(i) for i in range(300))
t = lambda i: 1795140000 + 300 * i
table("samples.csv", "timestamp,elapsed_s,anon_kb,rss_kb,processes", lambda i: [t(i), 300 * i, 50000 + 100 * i + i * 7919 % 101, 60000 + 100 * i, 2])
table("events.csv", "timestamp,kind,detail", lambda i: [t(i), "error", at(i) + " of zqmachine"])
table("operations.csv", "timestamp,kind,ops,errors,rows,bytes,p50_us,p95_us,p99_us,max_us", lambda i: [t(i), at(2), 9, 0, "", "", 10, 20, 30 + i % 5, 40])
table("internals.csv", "timestamp,pid,source,item,value,unit", lambda i: [t(i), 7, "pg_backend_memory_contexts", at(i % 3), 1000 + 90 * i, "kb"])
table("processes.csv", "timestamp,pid,starttime,role,name,rss_kb,pss_kb,anon_kb", lambda i: [t(i), 7 + i % 3, 5 + i % 3, "worker " + at(i % 3), "x", 9000 + 100 * i, 9000 + 100 * i, 8000 + 100 * i])
table("mappings.csv", "timestamp,pid,role,class,name,mappings,size_kb,rss_kb,pss_kb,private_dirty_kb,anon_kb,swap_kb", lambda i: [t(i), 7, "worker", "file-data", at(2 + i % 9), 1, 9000 + 100 * i, 9000 + 100 * i, 9000, 9000 + 100 * i, 9000 + 100 * i, 0])
why = lambda i: {"at_s": 300 * i, "from": "insufficient", "to": "suspected", "why": "of " + at(i)}
json.dump({"schema": "soakd.verdict/1", "verdict": "leak", "changes": [why(i) for i in range(len(texts))]}, open(sys.argv[1] + "/verdict.json", "w"))
json.dump({"schema": "soakd.run/1", "id": "x-1", "label": at(2), "target": at(10), "scenario": "postgres", "interval_s": 300,
           "command": ["soakd", "run"] + texts + ["--dsn", at(5), "--out", at(2)], "options": {"exec": at(7), "script": [at(2)], "dsn": at(5)}, "work": [{"name": at(11), "weight": 1}],
           "operations": [{"kind": at(i), "ops": 7} for i in range(4)], "host": {"kernel": "6.1", "hostname": "zqmachine", "allocator_settings": texts},
           "target_info": dict({"version": "x " + at(1), "exe": at(2), "cmdline": " ".join(texts)}, **{"setting.a%d" % i: s for i, s in enumerate(texts)}),
           "segments": [{"started_unix": t(0), "elapsed_s": 0, "reason": at(2)}],
           "roles": [{"role": at(i), "living": 1, "born": 1, "died": 1, "grown_kb": 9, "dead_grown_kb": 9} for i in range(12)]}, open(sys.argv[1] + "/run.json", "w"))
P
free_of_it() { python3 - "$@" <<'P'
import base64, re, sys, zlib
planted, found = re.compile(rb"(?i)zq[a-z]|akiazq|10\.77\.66|2001:db8:77"), 0
for name in sys.argv[1:]:
    b = open(name, "rb").read()
    streams = re.findall(rb"stream\r?\n(.*?)endstream", b, re.S) if name.endswith("pdf") else []
    b = re.sub(rb"base64,[^\")]*", b"", b)
    if name.endswith("png"):  # its texts, which may be compressed: IDAT is any bytes
        whole, b, i = b, b"", 8
        while i < len(whole):
            n, kind = int.from_bytes(whole[i:i + 4], "big"), whole[i + 4:i + 8]
            data = whole[i + 8:i + 8 + n]
            b += data if kind in (b"tEXt", b"iTXt") else zlib.decompress(data.split(b"\0", 1)[1][1:]) if kind == b"zTXt" else b""
            i += 12 + n
    for part in streams:  # those with words: compressed bytes, and a font's, may be any letters
        b = b.replace(part, b"")
        try:
            part = zlib.decompress(part)
        except zlib.error:
            pass
        b += part if sum(c in b"\t\n\r" or 32 <= c < 127 for c in part) > .95 * len(part) else b""
    for m in planted.finditer(b):
        found += 1
        print("#", name, b[max(0, m.start() - 40):m.end() + 40])
sys.exit(found > 0)
P
}
reported() { cd "$TMP" && COLUMNS=120 GITHUB_STEP_SUMMARY=$TMP/$1.summary "$SOAKD" report "$D" $2 --chart ascii --color never --out $1.png --out $1.svg --out $1.pdf --out $1.html \
    --out $1.md --out $1.xml --out $1.json >$1.term 2>"$TMP/err" </dev/null; }
forms() { for ending in png svg pdf html md xml json term summary; do echo "$TMP/$1.$ending"; done; }
check "a report with all of it" reported open ""
check "it is found there" sh -c 'grep -q zqmail "$1" && grep -q zqmail "$2"' - "$TMP/open.md" "$TMP/open.json"
# shellcheck disable=SC2046 # a list of names
free_of_it $(forms open) >"$TMP/found"
check "in every form" [ "$(grep -o "open\.[a-z]*" "$TMP/found" | sort -u | wc -l)" -ge 7 ]
check "the same for an issue" reported issue --for-issue
# shellcheck disable=SC2046
check "nothing of it is in any form" free_of_it $(forms issue)
check "the verdict is the same to the digit" python3 -c 'import json, sys
a, b = (json.load(open(sys.argv[1] + "/" + n + ".json")) for n in ("open", "issue"))
assert a["verdict"] == b["verdict"] and a["rate_kb_per_h"] == b["rate_kb_per_h"] and [s.get("rate_kb_per_h") for s in a["series"]] == [s.get("rate_kb_per_h") for s in b["series"]]' "$TMP"

# names that are words of the verdict: its sentences, its headline and JUnit's are the same to the letter
mkdir "$TMP/worded"
head -301 "$D/samples.csv" >"$TMP/worded/samples.csv"
D=$TMP/worded
python3 - "$D" <<'P'
import json, sys
at = lambda i: 1795140000 + 300 * i
def table(name, head, rows):
    open(sys.argv[1] + "/" + name, "w").write("\n".join([head] + rows) + "\n")
names = ["load", "contexts", "hour.end", "still", "constant", "died", "memory", "growth", "anonymous", "class", "heap"]
table("events.csv", "timestamp,kind,detail", ["%d,error,no such table: %s" % (at(i), name) for i, name in enumerate(names)] +
      [at_ + "," + s for at_, s in [(str(at(20)), 'error,"role ""per"" does not exist"'), (str(at(21)), "error,host=time is down"), (str(at(22)), "error,host=operation user=cannot")]])
table("operations.csv", "timestamp,kind,ops,errors,rows,bytes,p50_us,p95_us,p99_us,max_us", ["%d,select,9,0,,,10,20,30,40" % at(i) for i in range(300)])
table("mappings.csv", "timestamp,pid,role,class,name,mappings,size_kb,rss_kb,pss_kb,private_dirty_kb,anon_kb,swap_kb",
      ["%d,7,backend,heap,[heap],1,%d,%d,%d,%d,%d,0" % ((at(i),) + 5 * (9000 + 100 * i,)) for i in range(300)])
table("internals.csv", "timestamp,pid,source,item,value,unit",
      ["%d,7,pg_backend_memory_contexts,TopMemoryContext/CacheMemoryContext,%d,kb" % (at(i), 1000 + 90 * i) for i in range(300)])
json.dump({"schema": "soakd.run/1", "id": "x-1", "label": "postgres", "target": "postgres", "scenario": "postgres/mixed", "interval_s": 300}, open(sys.argv[1] + "/run.json", "w"))
P
check "with names that are words of ours" reported words ""
check "for an issue" reported wordless --for-issue
check "which knows them" grep -q "2 host names, 2 user names, 1[0-9] other names" "$TMP/wordless.md"
check "each sentence of the verdict is the same to the letter" python3 -c 'import json, sys
import xml.etree.ElementTree as e
a, b = (json.load(open(sys.argv[1] + "/" + n + ".json")) for n in ("words", "wordless"))
assert "in all, and still does at the end" in a["why"] and "class heap" in a["why"], a["why"]
assert a["why"] == b["why"] and a["report"]["word"] == b["report"]["word"], b["why"]
assert [s["why"] for s in a["series"]] == [s["why"] for s in b["series"]] != []
x, y = ([(c.get("name"), f.tag, f.get("message"), f.text) for c in e.parse(sys.argv[1] + "/" + n + ".xml").iter("testcase") for f in c]
        for n in ("words", "wordless"))
assert x == y != [], y' "$TMP"
check "and headline and sentence of the page" python3 -c 'import re, sys
x, y = (re.findall("<h1.*?</h1>|<p id=\"why\".*?</p>", open(sys.argv[1] + "/" + n + ".html").read(), re.S) for n in ("words", "wordless"))
assert x == y and len(x) == 2, (x, y)' "$TMP"
finish
