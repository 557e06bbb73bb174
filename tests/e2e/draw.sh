#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# soakd-draw as a program: scene on standard input, picture whole or absent, one sentence and status 2 on every error. TAP.
. "$(dirname "$0")/lib.sh"
draw=${O:-build}/soakd-draw
seed=tests/fuzz/corpus/scene
dir=$TMP
# fails SENTENCE SCENE ARGS...: exit status 2, or $expect, exactly one line on stderr that has the sentence, nothing on stdout
fails() {
	sentence=$1 scene=$2
	shift 2
	"$draw" "$@" <"$scene" >"$dir/out" 2>"$dir/err"
	[ $? -eq "${expect:-2}" ] && [ ! -s "$dir/out" ] && [ "$(wc -l <"$dir/err")" -eq 1 ] && grep -qF -- "$sentence" "$dir/err"
}
draws() { "$draw" "$2" <"$1" >"$dir/out" 2>&1 && [ ! -s "$dir/out" ] && [ "$(head -c 4 "$2" | tail -c 3)" = PNG ]; }
says() { "$draw" "$1" </dev/null 2>"$dir/err" | grep -q "$2" && [ ! -s "$dir/err" ]; }

check "a scene becomes a PNG" draws $seed/full.json "$dir/a.png"
check "no panels, no samples: still a page" draws $seed/empty.json "$dir/empty.png"
check "every unit and a gap" draws $seed/gap_units.json "$dir/units.png"
draws $seed/full.json "$dir/b.png"
check "the same scene gives the same bytes" cmp -s "$dir/a.png" "$dir/b.png"
begins() { [ "$(head -c "${#2}" "$1")" = "$2" ]; }
"$draw" "$dir/a.svg" <$seed/full.json && "$draw" "$dir/a.pdf" <$seed/full.json
check "an SVG" begins "$dir/a.svg" '<?xml '
check "a PDF" begins "$dir/a.pdf" '%PDF-1.'
if command -v xmllint >/dev/null; then
	check "the SVG is XML" xmllint --noout "$dir/a.svg"
	sed 's/It grows/<\\ufffe\\uffff\\u0001\\u0085>/' $seed/full.json >"$dir/odd.json"
	check "whatever characters its words have" sh -c '"$0" "$2" <"$1" && xmllint --noout "$2"' "$draw" "$dir/odd.json" "$dir/odd.svg"
else
	check "the SVG is XML # SKIP no xmllint" true
fi
check "an ending that is no picture" fails "/a.gif: the ending says the form of a picture: .png, .svg or .pdf" $seed/full.json "$dir/a.gif"
check "nothing is left beside it" [ -z "$(find "$dir" -mindepth 1 -name "*tmp*")" ]
check "--help" says --help '^Usage: soakd-draw'
check "--version" says --version "^soakd-draw $(cat VERSION)"
check "no argument" fails "needs the name of the picture" /dev/null
check "unknown option" fails "needs the name of the picture" /dev/null --fast
check "no JSON" fails "standard input is no JSON" $seed/torn.json "$dir/c.png"
check "nothing at all" fails "standard input is no JSON" /dev/null "$dir/c.png"
check "a key is missing" fails "scene: height: is missing" $seed/missing.json "$dir/c.png"
check "over a limit" fails "scene: width: must be from 200 to 8192 pixels" $seed/huge.json "$dir/c.png"
check "after an error there is no file" [ ! -e "$dir/c.png" ]
cp "$dir/a.png" "$dir/d.png"
fails "standard input is no JSON" $seed/torn.json "$dir/d.png"
check "after an error the old file is as it was" cmp -s "$dir/a.png" "$dir/d.png"
expect=3
check "a folder that does not exist: 3" fails "$dir/no/x.png" $seed/full.json "$dir/no/x.png"
expect=2
mkdir "$dir/fonts"
printf '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "fonts.dtd">\n<fontconfig><dir>%s</dir></fontconfig>\n' "$dir/fonts" >"$dir/none.conf"
nofonts() { FONTCONFIG_FILE=$dir/none.conf XDG_CACHE_HOME=$dir fails "fonts-dejavu-core" $seed/full.json "$dir/e.png"; }
check "a machine without fonts: names the package" nofonts
check "and leaves no picture of boxes" [ ! -e "$dir/e.png" ]

# what a library prints on soakd-draw's standard error is not soakd's word
printf '<?xml version="1.0"?>\n<fontconfig><unheard-of/><include>/etc/fonts/fonts.conf</include></fontconfig>\n' >"$dir/odd.conf"
awk 'BEGIN { print "timestamp,anon_kb"; for (i = 0; i < 99; i++) printf "%d,%d\n", 1795140000 + 60 * i, 5000 + i * 7919 % 101 }' >"$dir/flat.csv"
FONTCONFIG_FILE=$dir/odd.conf "$draw" "$dir/f.png" <$seed/full.json 2>"$dir/err"
check "an odd fonts.conf makes Fontconfig complain" grep -q unheard-of "$dir/err"
check "a report draws all the same" status 0 env FONTCONFIG_FILE="$dir/odd.conf" "$SOAKD" report "$dir/flat.csv"
check "and has nothing to say" [ ! -s "$dir/err" ]
check "of what cannot be written" status 2 env FONTCONFIG_FILE="$dir/odd.conf" "$SOAKD" report "$dir/flat.csv" --out "$dir/no/x.png"
check "it says its own sentence alone" [ "$(cat "$dir/err")" = "soakd: cannot write $dir/no/x.png: there is no such folder; make it first" ]
finish
