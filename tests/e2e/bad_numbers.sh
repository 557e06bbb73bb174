#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Files with numbers, times and bytes that no series should have: a verdict with a reason or one sentence, soon and in bounded memory, never
# a NaN or an infinity in the JSON.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1

# rows NAME HEADER 'awk expression of a row, i from 0': 300 rows
rows() { awk -v h="$2" -v CONVFMT=%.17g "BEGIN { print h; for (i = 0; i < 300; i++) print $3 }" >"$1.csv"; }
# Strict JSON: Python's reader takes NaN and Infinity unless it is told not to. Each verdict and each series has its why.
cat >sound.py <<'P'
import json, sys
def refuse(word):
    raise ValueError(word)
j = json.load(open(sys.argv[1]), parse_constant=refuse)
ok = bool(j["why"]) if "verdict" in j else bool(j["error"])
ok = ok and all(s["why"] for s in j.get("series", []))
ok = ok and (len(sys.argv) < 3 or j.get("verdict") == sys.argv[2])
sys.exit(not ok)
P
# judged NAME STATUS VERDICT
judged() {
	check "$1: $2" status "$2" "$SOAKD" analyze --format jsonl "$1.csv"
	check "  $3, with a reason, in JSON without NaN" python3 sound.py "$TMP/out" "$3"
}
# refused NAME NEEDLE
refused() {
	check "$1: 2" status 2 "$SOAKD" analyze --format jsonl "$1.csv"
	check "  says: $2" says "$2"
	check "  in one sentence, and in JSON" sh -c '[ "$(wc -l <"$0/err")" = 1 ] && python3 sound.py "$0/out"' "$TMP"
}

h=timestamp,rss_kb
rows constant $h 'i * 60 ",5000"'
judged constant 0 stable
rows missing $h,anon_kb 'i * 60 ",,"'
judged missing 3 insufficient
rows nowhere $h '60 * i ("," (i % 5 == 0 ? "nan" : i % 5 == 1 ? "inf" : i % 5 == 2 ? "-inf" : i % 5 == 3 ? "NaN" : "Infinity"))'
judged nowhere 3 insufficient
check "  and says how many cells" says "300 cells"
rows some $h '60 * i "," (i % 5 ? 5000 : "nan")'
judged some 0 stable
rows huge $h '60 * i ",1e300"'
judged huge 3 insufficient
rows large $h '60 * i "," i % 7 "e17"'
check "near the largest number that is taken: a verdict" status "0 1 3" "$SOAKD" analyze --format jsonl large.csv
check "  with a reason, in JSON without NaN" python3 sound.py "$TMP/out"
rows negative $h '60 * i "," (-5000 - i)'
judged negative 3 insufficient
check "  negative memory is no value" says "300 cells"
rows tiny $h '60 * i "," i % 3 "e-320"'
judged tiny 0 stable
rows equal $h '"60," i'
refused equal "time does not go forward"
rows twice $h 'int(i / 2) * 60 "," i'
refused twice "sort the rows by timestamp"
rows unsorted $h 'i * 7919 % 1009 ",5000"'
refused unsorted "sort the rows by timestamp"
rows few $h '(i % 20 ? i : i - 1) * 60 "," 5000 + i % 9'
judged few 0 stable
check "  and says which rows were left out" says "line 22"
rows never $h '(i % 2 ? "nan" : "inf") "," i'
refused never "time does not go forward"
rows gap $h '(i < 200 ? i * 60 : 9e10 + i) "," 5000 + i % 9'
judged gap 3 insufficient
rows close $h '1795140000 + i / 1000000 "," 5000 + i'
judged close 3 insufficient
# A counter of 32 bits that wraps is a restart of the counter and no memory; above 1e18 nothing is a count.
rows wrap $h,ops '60 * i "," 5000 + i * 7919 % 101 "," (4294867296 + i * 1000) % 4294967296'
judged wrap 0 stable
rows wrap64 $h,ops '60 * i "," 5000 + i * 7919 % 101 "," (i < 100 ? "184467440737095" 10000 + i : i)'
judged wrap64 0 stable
printf '%s\n' $h >header.csv
refused header "no row"
printf '%s\n1,100\n' $h >one.csv
judged one 3 insufficient

# Width and length: refused without reading it all into memory.
awk 'BEGIN { printf "timestamp"; for (i = 0; i < 1000000; i++) printf ",c%d_kb", i; print "\n1" }' >wide.csv
refused wide "columns"
awk -v h=$h 'BEGIN { print h; for (i = 0; i < 5; i++) { printf "%d", i; for (k = 0; k < 200000; k++) printf ",5"; print "" } }' >fields.csv
judged fields 3 insufficient
{ printf '%s\n1,' $h; head -c 100000000 /dev/zero | tr '\0' 9; } >long.csv
refused long "16 MiB"
check "a line of 100 MB: under 96 MiB of memory" python3 - "$SOAKD" <<'P'
import resource, subprocess, sys
subprocess.run([sys.argv[1], "analyze", "long.csv"], capture_output=True)
sys.exit(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss > 96 << 10)
P
rm long.csv

# Bytes that are no text, and text that is no CSV.
awk 'BEGIN { srand(5); for (i = 0; i < 60000; i++) printf "%c", 1 + int(rand() * 255) }' >noise
{ echo $h; head -c 300 /dev/zero; cat noise; } >zeros.csv
refused zeros "NUL byte"
{ echo $h; tr -d '"' <noise; } >noise.csv
refused noise "time does not go forward"
rows quote $h '60 * i (i == 9 ? ",\"5000" : ",5000")'
refused quote "never closed"
finish
