#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Bad input of report, in each of its forms: a page that is true, or one sentence and exit status 2; whatever is written can be read again, and
# what was there stays until the new file is whole.
. "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")" && pwd)
cd "$TMP" || exit 2
says_out() { grep -qF -e "$1" "$TMP/out" || { sed 's/^/# /' "$TMP/out" | head -5; return 1; }; }

# The series: NAME.csv by `series NAME HEADER ROW...`, a run directory by `run`. Rows are Python expressions of i, from 0, and of n(i), noise.
cat >make.py <<'P'
import json, os
T = 1795140000
def n(i): return i * 7919 % 101
def csv(name, header, row, rows=200, end="\n", first=b"", last=""):
    with open(name, "wb") as f:
        text = end.join([header] + [",".join(str(x) for x in row(i)) for i in range(rows)] + [last])
        f.write(first + text.encode("utf-8", "surrogateescape"))
H = "timestamp,anon_kb,rss_kb,ops"
def row(i, step=60, begin=T): return begin + i * step, 50000 + 10 * i + n(i), 90000 + n(i), 1000 * i
def flat(kb, rss=9): return lambda i: (T + 60 * i, kb(i) if callable(kb) else kb, rss, i)
good = {
    "plain": (H, row), "one": (H, row, 1), "two": (H, row, 2), "equal": (H, flat(50000)), "zero": (H, flat(0, 0)),
    "missing": (H, flat("", "")), "spike": (H, flat(lambda i: 10**18 if i == 100 else 50000 + n(i))),
    "negative": (H, flat(lambda i: -5 - i, -9)), "words": (H, flat(lambda i: ["nan", "inf", "-inf", "x"][i % 4])),
    "seconds": (H, lambda i: row(i, .05)), "quarter": (H, lambda i: row(i, 90 * 432)), "life": (H, lambda i: row(i, 30 * 86400, 1000), 800),
    "before": (H, lambda i: row(i, 60, -86400 * 365)), "tebi": (H, flat(lambda i: 2**30 + 1000 * i, 2**31)), "tiny": (H, flat(3, 4)),
    "counts": (H, lambda i: row(i)[:3] + (10**15 * i,)), "october": (H, lambda i: row(i, 300, 1792879200)),
    "twice": ("timestamp,anon_kb,rss_kb,anon_kb", lambda i: row(i)[:3] + (1,)), "wide": ("timestamp,anon_kb" + "".join(",c%d_kb" % c for c in range(300)),
     lambda i: row(i)[:2] + tuple(range(300))), "falls": (H, lambda i: (T + 300 * i, 5000000 - 1000 * i + n(i), 6000000 - 1000 * i, i)),
    "names": ("timestamp,anon_kb,\u5185\u5b58_kb,\u0630\u0627\u0643\u0631\u0629_kb," + "n" * 300 + "_kb,a\x01\x1b[31m_kb,\udcff_kb", lambda i: row(i)[:2] + (1, 2, 3, 4, 5)),
}
for name in good: csv(name + ".csv", *good[name])
csv("crlf.csv", H, row, 200, "\r\n", b"\xef\xbb\xbf")
csv("torn.csv", H, row, last="1795152000,52")
csv("header.csv", H, row, 0)
csv("cr.csv", H, row, 200, "\r")
csv("millis.csv", H, lambda i: row(i, 60000, T * 1000))
csv("back.csv", H, lambda i: row(-i))
csv("column.csv", "timestamp", lambda i: row(i)[:1])
csv("none_decides.csv", "timestamp" + "".join(",c%d_kb" % c for c in range(300)), lambda i: (T + i,) + tuple(range(300)))
open("empty.csv", "w").close()

def run(name, roles, about):
    os.mkdir(name)
    csv(name + "/samples.csv", "timestamp,elapsed_s,processes,anon_kb,rss_kb,ops", lambda i: (T + 60 * i, 60 * i, len(roles), 50000 + 100 * i + n(i), 90000 + 100 * i, 60 * i))
    with open(name + "/processes.csv", "w", errors="surrogateescape") as f:
        print("timestamp,pid,starttime,role,name,rss_kb,pss_kb,anon_kb", file=f)
        for i in range(200):
            for k, r in enumerate(roles):
                kb = (50000 + 100 * i) / len(roles)
                print('%d,%d,5,"%s","%s",%f,%f,%f' % (T + 60 * i, 1000 + k, r, r, kb + 9, kb, kb), file=f)
    if about is not None:
        open(name + "/run.json", "w").write(about if isinstance(about, str) else json.dumps(dict({"id": name, "interval_s": 60}, **about)))
run("long", ["r" * 300, "s" * 300], {"target": "t" * 300, "command": ["a" * 5000] * 50})
run("cjk", ["\u5185\u5b58\u7ba1\u7406", "\u05e2\u05d5\u05d1\u05d3", "\u062e\u0627\u062f\u0645"], {"target": "\u5185\u5b58"})
run("controls", ["a\x01b\x1b[31m", "\u202eevil", "<script>", "|`x`"], {"target": "\u202ex\ny", "command": ["x", "\u202e\u0085", "y\n'z'"]})
run("roles200", ["role %d" % k for k in range(200)], {"target": "p"})
run("exceeded", ["a"], {"target": "p", "limit_kb": 1000})
run("damaged", ["a"], '{"id": "x", "interval')
run("no_object", ["a"], "[1, 2]")
run("wrong_types", ["a"], {"id": [], "target": {}, "command": 5, "host": "h", "roles": "x", "options": [], "work": [1], "limit_kb": "x", "phases": 5, "operations": {}})
run("absent", ["a"], None)
open("damaged/verdict.json", "w").write('{"verdict": "le')
os.mkdir("nothing")
P
check "the bad input is made" python3 make.py

# good PATH: all seven forms in one call, and the terminal's
forms() { for e in png svg pdf html md xml json; do printf -- '--out %s.%s ' "$1" "$e"; done; }
mkdir o
good() { # PATH
	name=$(basename "$1" .csv)
	# shellcheck disable=SC2046 # the words of the options are meant to be split
	check "$name: every form" status 0 "$SOAKD" report "$1" $(forms "o/$name")
	cp "$TMP/err" "$TMP/said"
	check "  in a terminal" status "0 1 3" sh -c '"$0" analyze "$1" --chart ascii --color never >"o/$2.term" 2>&1' "$SOAKD" "$1" "$name"
	cp "$TMP/said" "$TMP/err"
}
for f in one two equal zero missing spike seconds quarter life before tebi tiny counts october wide falls names crlf long cjk controls roles200 exceeded wrong_types absent; do
	[ -d $f ] || f=$f.csv
	good $f
	lacking=$(grep -c '^soakd: ? stands for characters that no installed font has' "$TMP/err") # of cjk, by the machine's fonts
	check "  and nothing to complain about" [ "$(wc -l <"$TMP/err")" -eq "$lacking" -a "$lacking" -le 1 ]
done
for f in negative words; do
	good $f.csv
	check "  says what was left out" says "cells have no usable number (text, below 0 or above 1e18), taken as no value (first: line 2, column anon_kb)"
done
good twice.csv
check "  says which" says "column anon_kb is there more than once: the first is used"
good torn.csv
check "  says so" says "the last line is cut short and left out"
good damaged
check "  says where" says "damaged/run.json is no JSON: line 1, column 21"
good no_object
check "  says so" says "run.json is no JSON object"

over() { # PATH...: over one another with a plain one
	check "over one another: $*" status 0 "$SOAKD" report plain.csv "$@" --out "o/over-$1.svg" --out "o/over-$1.md"
}
over one.csv two.csv equal.csv zero.csv missing.csv
over spike.csv seconds.csv quarter.csv life.csv before.csv
over tebi.csv tiny.csv counts.csv wide.csv names.csv
over long cjk controls roles200 exceeded
over negative.csv torn.csv damaged no_object absent

# Whatever came in: text is UTF-8 without controls and directions, XML and JSON can be read, Markdown stays short, no NaN is a word.
cat >sound.py <<'P'
import glob, json, re, sys, xml.dom.minidom
def refuse(word): raise ValueError(word)
bad = []
for name in glob.glob("o/*"):
    end = name.rsplit(".", 1)[1]
    if end in ("png", "pdf"): continue
    try:
        text = open(name, "rb").read().decode()
        if end == "json": json.loads(text, parse_constant=refuse)
        if end in ("xml", "svg"): xml.dom.minidom.parseString(text.encode())
    except Exception as why: bad.append((name, why))
    if re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", text): bad.append((name, "controls"))
    if end in ("md", "term", "xml") and re.search(r"(?<![\w.])-?(nan|inf)(?![\w.])", text): bad.append((name, "nan"))
    if end == "md" and text.count("\n") >= 60: bad.append((name, "lines"))
for b in bad: print("#", *b)
sys.exit(bool(bad) or len(glob.glob("o/*")) < 200)
P
check "all of it is sound" python3 sound.py

# what the words say
has() { grep -qF -e "$2" "o/$1" || { sed 's/^/# /' "o/$1" | head -8; return 1; }; }
check "no values: not more of them" has missing.md "find out why its column is empty"
check "and no time that would help" json_true o/missing.json 'j["need_more_s"] is None'
check "one row shows no interval" json_true o/one.json 'j["need_more_s"] is None and "1 sample is too few" in j["why"] and "one each" not in j["report"]["facts"]["samples"]'
check "a limit that is exceeded" has exceeded.md "The limit of 0.98 MiB is exceeded already."
check "what falls does so by a positive size" has falls.md "shrinks by 11.7 MiB/h (95%: 11.7"
check "300 letters leave room for what was measured" has long.md "private memory (anonymous) +5.86 MiB/h"
check "a command of 250 KB is cut, and says so" has long.md "bytes more)"
check "clocks go back: one axis, in UTC" sh -c 'TZ=Europe/Berlin "$0" report october.csv --out o/berlin.svg </dev/null >/dev/null && cmp o/berlin.svg o/october.svg' "$SOAKD"

refused() { # NEEDLE ARGUMENTS...: exit status 2, one sentence, nothing written
	needle=$1
	shift
	check "report $*: 2" status 2 "$SOAKD" report "$@"
	check "  says: $needle" says "$needle"
	check "  in one sentence, and no file" sh -c '[ "$(grep -c ^soakd: "$0/err")" = 1 ] && [ ! -e no.png ] && [ ! -e no.md ] && [ ! -e no.png.tmp ]' "$TMP"
}
for form in png md; do
	refused "empty.csv is empty: it has no header line" empty.csv --out no.$form
	refused "header.csv has a header and no row: there is nothing to judge yet" header.csv --out no.$form
done
refused "its lines end with a carriage return alone" cr.csv --out no.png
refused "the time is beyond the year 5138 (first: line 2); timestamp is Unix seconds or ISO 8601: divide milliseconds by 1000" millis.csv --out no.png
refused "in 199 of 200 rows the time does not go forward" back.csv --out no.png
refused "no column ends with _kb, _mb or _bytes" column.csv --out no.png
refused "no column can decide: one of anon_kb, uss_kb, pss_kb, rss_kb, vsz_kb is needed" none_decides.csv --out no.png
refused "nothing is no run directory: it has no samples.csv" nothing --out no.png
for size in 0 -1 1e9 100x100 8193x200 1600 1600x1200x3; do refused "--size takes WIDTHxHEIGHT in pixels" plain.csv --out no.png --size $size; done
for dpi in 0 -1 601; do refused "--dpi must be between 24 and 600" plain.csv --out no.png --dpi $dpi; done
refused "is no whole number" plain.csv --out no.png --dpi 1e9
refused "a picture of 51200 x 51200 pixels is too large" plain.csv --out no.png --size 8192x8192 --dpi 600
refused "--theme takes one of light, dark, print, not \"0\"" plain.csv --out no.png --theme 0
for out in no.gif no "" NO.PNG; do refused "--out $out: the ending says what to write" plain.csv --out "$out"; done
refused "--out no.png is given twice" plain.csv --out no.png --out no.md --out no.png
refused "--align is for several runs over one another, and this is a report of one" plain.csv --align operations --out no.png
cp plain.csv data.md
refused "--out data.md: the report is made from this file; take another name" data.md --out data.md
refused "--out absent/../long/run.json: the report is made from this file" long --out absent/../long/run.json
check "which is whole" cmp data.md plain.csv

# places where nothing can be written
for form in png html; do
	refused "cannot write missing/no.$form: there is no such folder; make it first" plain.csv --out missing/no.$form
	mkdir dir.$form
	refused "cannot write dir.$form: Is a directory" plain.csv --out dir.$form
done
mkdir small
if [ "$(id -u)" = 0 ] && mount -t tmpfs -o size=8k none small 2>/dev/null; then
	CLEANUP="umount '$TMP/small' 2>/dev/null"
	echo old >small/a.png
	refused "cannot write small/a.png: No space left on device" plain.csv --out small/a.png
	mount -o remount,ro small
	refused "cannot write small/a.png: Read-only file system" plain.csv --out small/a.png
	check "the old file is there, and nothing else" [ "$(ls small)" = a.png -a "$(cat small/a.png)" = old ]
	umount small
else
	skip "a full and a read-only file system" "needs root and mount"
fi

# soakd-draw that is not there, dies in the middle, says nothing, fails
mkdir bin && cp "$SOAKD" bin/soakd && echo old >kept.png
whole=$SOAKD
SOAKD=$TMP/bin/soakd
drawer() { printf '#!/bin/sh\n%s\n' "$1" >bin/soakd-draw && chmod +x bin/soakd-draw; }
if [ ! -e /usr/local/libexec/soakd/soakd-draw ]; then refused "cannot find the program soakd-draw: it is neither in " plain.csv --out kept.png; fi
# shellcheck disable=SC2016 # its own words
drawer 'echo half >"$1.tmp"; kill -9 $$'
refused "cannot draw kept.png: soakd-draw was ended by signal 9" plain.csv --out kept.png
drawer 'exit 3'
refused "cannot draw kept.png: soakd-draw failed and said nothing" plain.csv --out kept.png
drawer 'echo "soakd-draw: it is raining" >&2; exit 2'
refused "cannot draw kept.png: it is raining" plain.csv --out kept.png
check "the old picture is there" [ "$(cat kept.png)" = old ]
SOAKD=$whole
check "and the next one is whole, whatever lies about" status 0 "$SOAKD" report plain.csv --out kept.png
check "  nothing is left" [ ! -e kept.png.tmp ]

# fonts: none, and none for a name
fonts() { printf '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>%s<cachedir>%s</cachedir></fontconfig>' "$1" "$TMP/fc" >fonts.conf; }
fonts ""
FONTCONFIG_FILE=$TMP/fonts.conf
export FONTCONFIG_FILE
for form in png svg pdf; do refused "no font has plain letters; install fonts-dejavu-core" plain.csv --out no.$form; done
fonts "<dir>/usr/share/fonts/truetype/dejavu</dir>"
cp plain.csv "$(printf '\345\206\205\345\255\230.csv')"
check "a name that the fonts lack" status 0 "$SOAKD" report "$(printf '\345\206\205\345\255\230.csv')" --out cjk.png --out cjk.svg --out cjk.md
said='soakd: ? stands for characters that no installed font has, the first U+5185: install fonts-noto-cjk'
check "  is told once, with the package" [ "$(cat "$TMP/err")" = "$said" ]
check "  nothing of it with --quiet" sh -c '[ -z "$("$0" report "$1" --quiet --out cjk.png 2>&1 </dev/null)" ]' "$SOAKD" "$(printf '\345\206\205\345\255\230.csv')"
check "  of runs over one another too" status 0 "$SOAKD" report plain.csv "$(printf '\345\206\205\345\255\230.csv')" --out two.png --out two.svg
check "  once" [ "$(cat "$TMP/err")" = "$said" ]
check "  doctor tells it before" sh -c '"$0" doctor </dev/null | grep -q "^warn no font has Chinese, .*fonts-noto-cjk"' "$SOAKD"
unset FONTCONFIG_FILE

# beside the run there is no room, and a name that a terminal would obey
mkdir closed closed/report.png && cp plain.csv closed/samples.csv
check "a run beside which nothing can be written: 2" status 2 "$SOAKD" report closed
check "  says where else" says "cannot write closed/report.png: Is a directory; --out FILE writes elsewhere"
check "a name with a line break and an escape" status 0 "$SOAKD" report plain.csv --out "$(printf 'a\nb\033[31m.md')"
check "  a program gets it as it is" [ "$(cat "$TMP/out")" = "$(printf 'a\nb\033[31m.md')" ]
"$here/on_terminal.py" 80 "$SOAKD" report plain.csv --out "$(printf 'a\nb\033[31m.md')" --color never </dev/null >./tty 2>&1
check "  a terminal one line that it does not obey" sh -c 'grep -q "^a b" tty && ! grep -q "$(printf "\033")" tty'

# pictures that are none, or not whole
check "verify: a picture that is one" status 0 "$SOAKD" report --verify o/tebi.png tebi.csv
: >v.png
refused "cannot verify v.png: this is no PNG" --verify v.png plain.csv
head -c 3000 o/tebi.png >v.png
refused "cannot verify v.png: the PNG is cut short at byte " --verify v.png tebi.csv
cat >repaint.py <<'P'
import struct, zlib
d = open("o/tebi.png", "rb").read()
i = d.index(b"IDAT")
n = struct.unpack(">I", d[i - 4:i])[0]
raw = bytearray(zlib.decompress(d[i + 4:i + 4 + n]))
raw[5000] ^= 1
raw = b"IDAT" + zlib.compress(bytes(raw))
open("v.png", "wb").write(d[:i - 4] + struct.pack(">I", len(raw) - 4) + raw + struct.pack(">I", zlib.crc32(raw)) + d[i + 8 + n:])
P
check "one pixel is painted over" python3 repaint.py
check "verify: 1" status 1 "$SOAKD" report --verify v.png tebi.csv
check "  says so" says_out "differs: the picture is not as it was drawn: it was changed, or stored anew by another program"
check "verify: of other data: 1" status 1 "$SOAKD" report --verify o/tebi.png plain.csv
check "  says so" says_out "differs: the data were changed, or are others"
finish
