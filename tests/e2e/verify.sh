#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Pictures as PNG, SVG and PDF, their themes and densities; and --verify: is a picture what the data say? Each answer, and each refusal.
scene=$(cd "$(dirname "$0")/../fuzz/corpus/scene" && pwd)/full.json
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 2

csv() { # FILE SLOPE_KB_PER_ROW
	awk -v b="$2" 'BEGIN { print "timestamp,anon_kb,rss_kb"
		for (i = 0; i < 300; i++) printf "%d,%d,%d\n", 1795140000 + 300 * i, 50000 + b * i + i * 7919 % 101, 90000 + i * 7919 % 103 }' >"$1"
}
csv leak.csv 100
csv flat.csv 0
begins() { [ "$(head -c "${#2}" "$1")" = "$2" ] || { echo "# $1 begins otherwise"; return 1; }; }
says_out() { grep -qF -e "$1" "$TMP/out" || { echo "# stdout does not say \"$1\":"; sed 's/^/# /' "$TMP/out"; return 1; }; }
size() { python3 -c 'import struct,sys; print("%dx%d" % struct.unpack(">II", open(sys.argv[1], "rb").read(24)[16:]))' "$1"; }
chunk() { python3 -c 'import sys; d = open(sys.argv[1], "rb").read(); i = d.index(sys.argv[2].encode()); print(d[i + 4:i + 13].hex())' "$1" "$2"; }

check "three forms in one call" status 0 "$SOAKD" report leak.csv --out leak.png --out leak.svg --out leak.pdf
check "an SVG" begins leak.svg "<?xml "
check "is XML, with verdict and hash" python3 - leak.svg "$(sha256sum <leak.csv | cut -d' ' -f1)" <<'P'
import sys, xml.dom.minidom as m
pairs = {p.getAttribute("key"): p.firstChild.data for p in m.parse(sys.argv[1]).getElementsByTagName("pair")}
sys.exit(pairs["soakd:verdict"] != "leak" or pairs["soakd:data-sha256"] != sys.argv[2] or pairs["soakd:data"] != "leak.csv")
P
check "a PDF" begins leak.pdf "%PDF-1."
mkdir again
status 0 "$SOAKD" report leak.csv --out again/leak.png --out again/leak.svg --out again/leak.pdf
check "the same bytes a second time: PNG" cmp -s leak.png again/leak.png
check "SVG" cmp -s leak.svg again/leak.svg
check "PDF" cmp -s leak.pdf again/leak.pdf
check "at most 200 KiB" [ "$(stat -c %s leak.png)" -le 204800 ]
status 0 "$SOAKD" report leak.csv --out dark.png --theme dark
check "a theme is another picture" sh -c '! cmp -s leak.png dark.png'
check "--dpi 192: the same page" status 0 "$SOAKD" report leak.csv --out dense.png --dpi 192
check "with twice the pixels" [ "$(size dense.png)" = "$(size leak.png | awk -Fx '{ print 2 * $1 "x" 2 * $2 }')" ]
check "and says so in pHYs (7559 a metre)" [ "$(chunk dense.png pHYs)" = 00001d8700001d8701 ]
check "a theme that is none" status 2 "$SOAKD" report leak.csv --theme pink
check "a density that is none" status 2 "$SOAKD" report leak.csv --dpi 5

check "verified" status 0 "$SOAKD" report --verify leak.png
check "says the verdict" says_out "verified: leak, from leak.csv, sha256 "
mkdir far && cp leak.png far/renamed.png
check "away from its data" status 2 "$SOAKD" report --verify far/renamed.png
check "it asks for them" says "say where: soakd report --verify far/renamed.png PATH"
check "which may be said" status 0 "$SOAKD" report --verify far/renamed.png leak.csv
check "other data: 1" status 1 "$SOAKD" report --verify far/renamed.png flat.csv
check "names the hash" says_out "differs: the data were changed, or are others: sha256: the picture says "
check "and the verdict" says_out "differs: the verdict: the picture says leak, the data say "
check "quietly, too" status 1 "$SOAKD" report --quiet --verify far/renamed.png flat.csv
sed '$s/$/0/' leak.csv >changed && mv changed leak.csv
check "one digit more: 1" status 1 "$SOAKD" report --verify leak.png
csv leak.csv 100
status 0 "$SOAKD" report leak.csv --out rss.png --column rss_kb
check "decided with options: they are in the picture" status 0 "$SOAKD" report --verify rss.png leak.csv
check "options of the verdict beside --verify are refused" status 2 "$SOAKD" report --verify rss.png --column rss_kb
check "and so is --out" status 2 "$SOAKD" report --verify rss.png --out x.png

cp leak.csv customer-x.csv
status 0 "$SOAKD" report customer-x.csv --for-issue --out issue.png
check "--for-issue: no name of a file in its words" sh -c '! grep -aq customer issue.png'
check "and it can be verified" status 0 "$SOAKD" report --verify issue.png customer-x.csv

head -c 3000 leak.png >torn.png
check "a torn picture: 2" status 2 "$SOAKD" report --verify torn.png leak.csv
check "says where" says "the PNG is cut short at byte "
python3 -c 'd = bytearray(open("leak.png", "rb").read()); i = d.index(b"soakd:verdict"); d[i + 14:i + 18] = b"LEAK"; open("forged.png", "wb").write(d)'
check "a changed word: 2" status 2 "$SOAKD" report --verify forged.png leak.csv
check "for its sum is wrong" says "the PNG is damaged: the sum of the chunk at byte "
python3 - <<'P'
import struct, zlib
d = open("leak.png", "rb").read()
at, out = 8, d[:8]
while at < len(d):
    n = struct.unpack(">I", d[at:at + 4])[0]
    if d[at + 8:at + 20] != b"soakd:pixels":
        out += d[at:at + 12 + n]
    at += 12 + n
open("unsealed.png", "wb").write(out)
i = d.index(b"Title\0") - 4
n = struct.unpack(">I", d[i - 4:i])[0] if d[i:i + 4] in (b"tEXt", b"iTXt") else 0
body = d[i:i + 4 + n].replace(b"leak", b"calm").replace(b"MiB", b"KiB")
assert body != d[i:i + 4 + n]
open("retitled.png", "wb").write(d[:i] + body + struct.pack(">I", zlib.crc32(body)) + d[i + 8 + n:])
P
check "a title that was changed: differs" status 1 "$SOAKD" report --verify retitled.png leak.csv
check "and that is said" says_out "differs: the picture is not as it was drawn"
check "nothing that says what the pixels were: differs" status 1 "$SOAKD" report --verify unsealed.png leak.csv
check "and that too" says_out "differs: the picture does not say what its pixels were"
check "an SVG is not read: 2" status 2 "$SOAKD" report --verify leak.svg
check "no file: 2" status 2 "$SOAKD" report --verify none.png
check "a folder: 2" status 2 "$SOAKD" report --verify far
mkfifo pipe
check "a pipe: 2, and nobody waits" status 2 timeout 20 "$SOAKD" report --verify pipe
"$SOAKD-draw" strange.png <"$scene"
check "a PNG that is no report's: 2" status 2 "$SOAKD" report --verify strange.png leak.csv
check "says what it lacks" says 'it has no "soakd:verdict"'
status 0 sh -c '"$0" report - --out piped.png <leak.csv' "$SOAKD"
check "drawn from standard input: nothing to compare: 2" status 2 "$SOAKD" report --verify piped.png leak.csv

check "a run" status "0 1 3" "$SOAKD" run --target leaky --interval 0.2 --duration 3s --out run
check "its picture is verified where it lies" status 0 "$SOAKD" report --verify run/report.png
check "as that run's" says_out ", of the run $(json run/run.json 'j["id"]'), from run/samples.csv, sha256 "
check "and by its directory" status 0 "$SOAKD" report --verify run/report.png run
cp -r run other && sed -i 's/"id": "leaky-/"id": "other-/' other/run.json
check "another run: 1" status 1 "$SOAKD" report --verify run/report.png other
check "says so" says_out "differs: not a picture of this run: the picture says leaky-"

# pages of many runs: pixels and title alone, or with their data
csv other.csv 40
status 0 "$SOAKD" report leak.csv other.csv --column rss_kb --out many.png --out many.svg --out many.pdf
check "many: pixels and title alone" status 0 "$SOAKD" report --verify many.png
check "says that it is these alone" says_out "verified: pixels and title are as they were drawn: 2 RUNS: "
check "and what to do" says_out "the data were not looked at; with its runs they are: soakd report --verify many.png PATH..."
check "with its data, in any order" status 0 "$SOAKD" report --verify many.png other.csv leak.csv
check "a line for each" [ "$(grep -c '^verified: .* sha256 [0-9a-f]*$' "$TMP/out")" -eq 2 ]
check "each with its own sum" says_out "from other.csv, sha256 $(sha256sum <other.csv | cut -d' ' -f1)"
check "one of them" status 0 "$SOAKD" report --verify many.png leak.csv
check "says which was not compared" says_out "not compared, for its data were not given: other.csv"
sed '$s/$/0/' other.csv >changed && mv changed other.csv
check "data that were changed: 1" status 1 "$SOAKD" report --verify many.png leak.csv other.csv
check "says whose" says_out "differs: other.csv: the data were changed, or are others: sha256: the picture says "
check "nothing is called verified" sh -c '! grep -q ^verified "$0"' "$TMP/out"
check "data of another: 1" status 1 "$SOAKD" report --verify many.png leak.csv flat.csv
check "says so" says_out "differs: flat.csv is no run of this picture"
check "data that are not there: 1" status 1 "$SOAKD" report --verify many.png leak.csv none.csv
check "says that" says_out "differs: none.csv cannot be read, and the picture has no such run"
check "the SVG has the same words" python3 - <<'P'
import sys, xml.dom.minidom as m, json
p = {p.getAttribute("key"): p.firstChild.data for p in m.parse("many.svg").getElementsByTagName("pair")}
r = json.loads(p["soakd:runs"])
sys.exit([r["of"]] + [x["name"] for x in r["runs"]] != [2, "leak.csv", "other.csv"] or json.loads(p["soakd:options"]) != {"column": "rss_kb"})
P
python3 - <<'P'
import struct, zlib
d = open("many.png", "rb").read()
def chunk(name, change):
    i = d.index(name) - 4
    n = struct.unpack(">I", d[i - 4:i])[0]
    body = change(d[i:i + 4 + n])
    return d[:i - 4] + struct.pack(">I", len(body) - 4) + body + struct.pack(">I", zlib.crc32(body)) + d[i + 8 + n:]
open("many-retitled.png", "wb").write(chunk(b"Title\0", lambda b: b.replace(b"RUNS", b"RUMS")))
open("many-odd.png", "wb").write(chunk(b"soakd:runs\0", lambda b: b[:b.index(b"\0") + 1] + b'[{"runs": 3}]'))
open("many-torn.png", "wb").write(chunk(b"soakd:runs\0", lambda b: b[:len(b) // 2]))
P
check "a title of many that was changed: 1" status 1 "$SOAKD" report --verify many-retitled.png
check "and that is said too" says_out "differs: the picture is not as it was drawn"
for odd in odd torn; do
	check "a list of runs that is none ($odd): 2" status 2 "$SOAKD" report --verify many-$odd.png leak.csv
	check "in one sentence" says 'its "soakd:runs" is no list of runs'
done
check "two runs for a picture of one: 2" status 2 "$SOAKD" report --verify issue.png leak.csv flat.csv
check "says why" says "is a picture of one run"
mkdir sheet sheet/runs && cp -r run sheet/runs/one && cp -r other sheet/runs/two && mkdir sheet/runs/dead && echo '{}' >sheet/runs/dead/run.json
status 2 "$SOAKD" report --sheet sheet
check "a contact sheet with a run that cannot be read" status 0 "$SOAKD" report --verify sheet/sheet.png sheet
check "a line for each run that can" [ "$(grep -c '^verified: .*, of the run ' "$TMP/out")" -eq 2 ]
last=$(tail -1 sheet/runs/two/samples.csv) && echo "$last" >>sheet/runs/two/samples.csv
check "a row more: 1" status 1 "$SOAKD" report --verify sheet/sheet.png sheet
check "of that run" says_out "differs: sheet/runs/two: the data were changed"
finish
