#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The report in a terminal: never wider than it, no escape where none is wanted, and a pipe that gets what programs read.
here=$(dirname "$0")
. "$here/lib.sh"
unset NO_COLOR COLUMNS LC_ALL LC_CTYPE
export LANG=C.UTF-8 TERM=xterm-256color

# A run of three hours with a leak, a restart, a gap and phases, as a directory; made by hand, so that it takes no time.
python3 - "$TMP/run" <<'PY'
import csv, json, os, sys
d = sys.argv[1]
os.makedirs(d)
t0 = 1795000000
with open(d + "/samples.csv", "w", newline="") as f:
    w = csv.writer(f)
    w.writerow(["timestamp", "elapsed_s", "processes", "rss_kb", "vsz_kb", "anon_kb", "ops"])
    for i in range(1080):
        if 600 <= i < 660:
            continue
        w.writerow([t0 + 10 * i, 10 * i, 3, 20000 + 9 * i + i * 37 % 50, 90000 + 9 * i, 9000 + 9 * i + i * 31 % 60, 40 * i])
with open(d + "/events.csv", "w", newline="") as f:
    w = csv.writer(f)
    w.writerow(["timestamp", "kind", "detail"])
    for at, kind, detail in [(0, "phase", "begin load"), (5400, "phase", "end load"), (5400, "phase", "begin quiet \u672a\u6765"),
                             (6000, "gap", "no samples for 600 s"), (7000, "error", "one"), (10790, "phase", "end quiet \u672a\u6765")]:
        w.writerow([t0 + at, kind, detail])
json.dump({"schema": "soakd.run/1", "target": "\u6570\u636e\u5e93", "start": t0}, open(d + "/run.json", "w"))
PY

on() { # COLUMNS COMMAND...: what the terminal shows is in $TMP/tty
	"$here/on_terminal.py" "$@" >"$TMP/tty" </dev/null
}
# A path is never cut: it is there to be copied. Nor is what is said on standard error: a sentence is a line, wherever it goes.
fits() {
	grep -v -e "^$TMP" -e "^soakd: ? stands for " "$TMP/tty" >"$TMP/lines"
	at_least "$1" "$("$here/wide.py" "$TMP/lines")"
}
shows() { grep -qF -e "$1" "$TMP/tty" || { echo "# not shown: $1"; sed 's/^/# /' "$TMP/tty" | head -40; return 1; }; }
shows_not() { ! grep -qF -e "$1" "$TMP/tty"; }
no_escape() { ! grep -q "$(printf '\033')" "$1"; }
escapes() { grep -q "$(printf '\033')" "$TMP/tty"; }
ascii() { python3 -c 'import sys; sys.exit(not open(sys.argv[1], "rb").read().isascii())' "$TMP/tty"; }
files() { [ -s "$TMP/run/report.png" ] && [ -s "$TMP/run/report.md" ]; }

for w in 20 40 59 60 80 120 200 300; do
	check "a terminal of $w columns" on $w "$SOAKD" report "$TMP/run"
	check "nothing of it is wider" fits "$w"
done
on 120 "$SOAKD" report "$TMP/run"
check "the files are written" files
check "the verdict has its glyph and its colour" shows "$(printf '\033[1;97;41m \342\234\226 LEAK ')"
check "why" shows "nonymous memory grows"
check "the table" shows "per cent"
check "the chart" shows "fit +"
check "its phases" shows "quiet 未来"
check "its gap" shows "no samples for 10 min"
check "the paths" shows "$TMP/run/report.md"
on 60 "$SOAKD" report "$TMP/run"
check "a narrow table leaves out columns" shows_not "per cent"

on 80 env NO_COLOR=1 "$SOAKD" report "$TMP/run"
check "NO_COLOR: no escape" no_escape "$TMP/tty"
check "but the verdict" shows "LEAK"
on 80 env NO_COLOR=1 "$SOAKD" report --color always "$TMP/run"
check "an option goes before NO_COLOR" escapes
on 80 "$SOAKD" report --color never "$TMP/run"
check "--color never: no escape" no_escape "$TMP/tty"
on 80 env TERM=dumb LANG=C "$SOAKD" report "$TMP/run"
check "TERM=dumb: no escape" no_escape "$TMP/tty"
check "LANG=C: ASCII alone" ascii
check "and a name that it cannot show" shows "??? - private memory"
on 80 "$SOAKD" report --chart blocks "$TMP/run"
check "--chart blocks" shows "▀"
on 80 "$SOAKD" report --chart none "$TMP/run"
check "--chart none: the table stays" shows "per hour"
check "without a chart" shows_not "fit +"
on 80 "$SOAKD" report -q "$TMP/run"
check "-q: nothing" [ ! -s "$TMP/tty" ]
on 80 "$SOAKD" report "$TMP/run" --out "$TMP/x.md"
check "--out: its path alone" [ "$(tr -d '\r' <"$TMP/tty")" = "$TMP/x.md" ]

check "a pipe gets paths alone" status 0 "$SOAKD" report "$TMP/run"
check "each on a line" [ "$(cat "$TMP/out")" = "$TMP/run/report.png
$TMP/run/report.md" ]
check "a style that is named goes to a pipe" status 0 env COLUMNS=70 "$SOAKD" report --chart ascii "$TMP/run"
cp "$TMP/out" "$TMP/tty"
check "without an escape" no_escape "$TMP/out"
check "at the width that COLUMNS says" fits 70
check "with the chart" shows "fit +"

check "analyze has no chart unless asked" status 1 "$SOAKD" analyze "$TMP/run"
cp "$TMP/out" "$TMP/tty"
check "none" shows_not "fit +"
check "analyze --chart" status 1 "$SOAKD" analyze --chart braille "$TMP/run"
cp "$TMP/out" "$TMP/tty"
check "has one" shows "fit +"
check "analyze --chart --format json stays JSON" status 1 "$SOAKD" analyze --chart braille --format json "$TMP/run"
check "that can be read" python3 -m json.tool "$TMP/out" /dev/null
# The live line: rewritten in place, never wrapped. However long a busy machine takes for it, the run goes on until it was.
painted() { # LINES PATTERN: so many, and the last of them like this
	tr '\r' '\n' <"$TMP/tty" | grep "$(printf '\033')\[K" | grep -v '^...soakd' >"$TMP/painted"
	[ "$(lines "$TMP/painted")" -ge "$1" ] && tail -1 "$TMP/painted" | grep -q "$2"
}
live() { # COLUMNS LINES PATTERN
	"$here/on_terminal.py" "$1" "$SOAKD" run --target leaky --scenario leaky/linear --leak-rate 400MiB --interval 0.2 --duration 10m --out "$TMP/live$1" >"$TMP/tty" </dev/null &
	terminal=$!
	wait_for 60 painted "$2" "$3"
	was=$?
	kill -INT "$(tr -d ' ' <"/proc/$terminal/task/$terminal/children")"
	wait "$terminal"
	painted 0 . && return $was
}
check "the live line is painted again and again" live 60 5 .
check "and leaves the last column free" at_least 59 "$("$here/wide.py" "$TMP/painted")"
check "a wide one has the course of the deciding column" live 120 5 '▁.*█  '
check "and leaves it free too" at_least 119 "$("$here/wide.py" "$TMP/painted")"
on 120 env TERM=dumb "$SOAKD" run --target leaky --scenario leaky/linear --interval 0.2 --duration 1s --out "$TMP/dumb"
check "a terminal that cannot rewrite gets lines" no_escape "$TMP/tty"

check "an unknown style is refused" status 2 "$SOAKD" report --chart pie "$TMP/run"
check "in one sentence" one_sentence
finish
