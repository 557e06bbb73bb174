#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The corpus as files: soakd says of each what the library said of the series, to the last digit; and the options of the table.
. "$(dirname "$0")/lib.sh"
O=${O:-$(cd "$(dirname "$0")/../.." && pwd)/build}
table=$O/tests/corpus/table
cd "$TMP" || exit 2

# Gaps and wandering times, restarts, operations, merged blocks, stairs, a cache; the harder ones in a folder of their own.
for word in gaps restarts daily bursts stair fill; do
	"$table" --write $word --first 900101 --seeds 1 --family $word >>library.tsv || echo "# --write failed for $word"
done
check "12 series, as files and as lines" [ "$(lines library.tsv) $(find . -name '*.csv' | wc -l)" = "12 12" ]
check "the harder ones apart" [ "$(find . -path '*/stress/*.csv' | wc -l)" -eq 3 ]
# shellcheck disable=SC2046 # names without spaces
check "soakd judges them" status "1" "$SOAKD" analyze --format jsonl $(cut -f1 library.tsv)
cat >same.py <<'P'
import json, sys
library = [line.rstrip("\n").split("\t") for line in open(sys.argv[1])]
files = [json.loads(line) for line in open(sys.argv[2])]
said = [[f["path"], f["verdict"], f["kind"] or "-", "-" if f["rate_kb_per_h"] is None else "%.6f" % f["rate_kb_per_h"]] for f in files]
for a, b in zip(library, said):
    if a != b:
        print("# library", *a, "soakd", *b)
sys.exit(library != said)
P
check "the same verdict, kind and rate" python3 same.py library.tsv out
cat >labels.py <<'P'
import glob, json, os, sys
for path in glob.glob("*/labels.json") + glob.glob("*/stress/labels.json"):
    labels = json.load(open(path))
    files = sorted(os.path.basename(f) for f in glob.glob(os.path.dirname(path) + "/*.csv"))
    if sorted(l["file"] for l in labels) != files:
        sys.exit("# files and labels of " + path)
    for l in labels:
        if l["leaking"] != ("leak-" in l["family"] or "random" in l["family"] or "over" in l["family"]) or l["leaking"] != (l["rate_kb_per_h"] is not None):
            sys.exit("# " + str(l))
P
check "each file has its label" python3 labels.py

check "the table of a few" status 0 "$table" --first 900101 --seeds 3 --family leak-s --no-rules
cp out first
check "again" status 0 "$table" --first 900101 --seeds 3 --family leak-s --no-rules
check "is the same text, whichever process was faster" cmp -s first out
check "with its three families and their sum" [ "$(grep -cE '^(leak-(sawtooth|staircase|spikes) +3|all +9) ' out)" -eq 4 ]
check "help: 0" status 0 "$table" --help
check "an unknown option: 2" status 2 "$table" --nope
check "no number: 2" status 2 "$table" --seeds 0
check "a gate on a part: 2" status 2 "$table" --gate --family leak
finish
