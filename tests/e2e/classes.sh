#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Six programs, each growing in another place: the class that grows is named, and the mapping, and the words say it.
. "$(dirname "$0")/lib.sh"
GROW=${O:-build}/tests/e2e/grow
case $GROW in /*) ;; *) GROW=$(cd "$(dirname "$0")/../.." && pwd)/$GROW ;; esac
KINDS="heap arena mmap memfd stack file"

# all at once: each waits most of the time. The growth is so much faster than all else that few rows are enough.
# It goes on from the first moment: rows that come late must not look like a warm-up.
pids=
for k in $KINDS; do
	"$SOAKD" --interval 100ms --samples 70 --warmup 0 --overhead 100 --allow-stall --out "$TMP/$k" -q -- "$GROW" "$k" 4096 >"$TMP/$k.txt" 2>"$TMP/$k.err" </dev/null &
	pids="$pids $!"
done
CLEANUP="kill $pids 2>/dev/null"
for p in $pids; do
	wait "$p"
done
CLEANUP=

cat >"$TMP/named.py" <<'P'
import csv, json, sys
run, want, name = sys.argv[1:]
j = json.load(open(run + "/verdict.json"))
assert j["verdict"] in ("leak", "suspected"), (j["verdict"], j["why"])
best = {}
for p in j["attribution"]:
    best.setdefault(p["by"], p)
assert best["class"]["name"] == want and best["class"]["q_value"] <= .05 and best["class"]["share"] > .9, best
assert 0.8 < best["class"]["rate_kb_per_h"] / (4096 * 3600) < 1.25, best["class"]
assert best["mapping"]["name"].startswith(want + " " + name), best["mapping"]
assert best["mapping"]["growth_kb"] > .9 * best["class"]["growth_kb"], best
assert "; mostly in " + best["mapping"]["name"] in j["why"], j["why"]
# each time that smaps was read has its classes and its mappings: nothing was thrown away
times = {f: {r["timestamp"] for r in csv.DictReader(open(run + "/" + f))} for f in ("mappings.csv", "objects.csv")}
read = {r["timestamp"]: float(r["elapsed_s"]) for r in csv.DictReader(open(run + "/samples.csv")) if r["heap_kb"]}
assert times["mappings.csv"] <= read.keys() and times["objects.csv"] <= times["mappings.csv"], {k: len(v) for k, v in times.items()}
written = 0
for t, elapsed in read.items():  # but a row that follows a late one within a 512th of the run so far (docs/formats.md)
    assert t in times["mappings.csv"] or elapsed - written < elapsed / 512 + .002, (t, elapsed, written)
    written = elapsed if t in times["mappings.csv"] else written
# what holds under 64 KiB is no row; four times as much is there after a sixteenth of a second
grown = {r["timestamp"] for r in csv.DictReader(open(run + "/mappings.csv")) if r["class"] == want and float(r["rss_kb"]) >= 256}
assert grown <= times["objects.csv"] and len(grown) > len(read) / 2, (len(grown), len(times["objects.csv"]), len(read))
P
named() { python3 "$TMP/named.py" "$TMP/$1" "$2" "$3" || { sed 's/^/# /' "$TMP/$1.txt" "$TMP/$1.err" | tail -12; return 1; }; }
check "main arena: heap" named heap heap "[heap] of grow"
check "a thread's arena: arena" named arena arena 7
check "blocks that malloc maps: anon" named mmap anon 7
check "memfd: shmem" named memfd shmem "/memfd:grow (deleted)"
check "a thread's stack: thread-stack" named stack thread-stack 7
check "private pages of a file: file-data" named file file-data ""
check "the terminal says it" grep -q "grows in:   class heap .*mapping heap \[heap\] of grow" "$TMP/heap.txt"
check "so does the report" grep -qF 'mapping heap \[heap] of grow' "$TMP/heap/report.md"
finish
