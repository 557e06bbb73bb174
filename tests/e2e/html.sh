#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# report.html in a real headless Chromium: loads from file://, draws, zooms by keys and mouse, speaks, survives names that try to be
# markup, asks nobody for anything, and says all without JavaScript. SOAKD_PAGES=DIR keeps page and screenshots, to look at.
. "$(dirname "$0")/lib.sh"
CHROMIUM=${CHROMIUM:-chromium}
here=$(cd "$(dirname "$0")" && pwd)

# A night of 288 rows: a leak of 1 MiB/h of private memory, five events' worth of other columns.
awk 'BEGIN {
	print "timestamp,anon_kb,pss_kb,rss_kb,shmem_kb,vsz_kb,threads,fds,ops"
	for (i = 0; i < 288; i++) {
		anon = 20000 + i * 1024 * 300 / 3600 + i * 7919 % 101
		printf "%d,%.1f,%.1f,%.1f,4096,%.1f,5,%d,%d\n", 1795140000 + 300 * i, anon, anon + 3000, anon + 20000, 300000 + i % 7, 12 + i % 3, 60000 * i
	}
}' >"$TMP/night.csv"
check "a page is written" status 0 "$SOAKD" report "$TMP/night.csv" --out "$TMP/night.html" --out "$TMP/night.md"
check "it is at most 300 KiB" test "$(wc -c <"$TMP/night.html")" -le 307200
cp "$TMP/night.html" "$TMP/again.html"
check "written again" status 0 "$SOAKD" report "$TMP/night.csv" --out "$TMP/night.html"
check "same bytes" cmp "$TMP/night.html" "$TMP/again.html"
check "an unwritable place is one sentence" status 2 "$SOAKD" report "$TMP/night.csv" --out "$TMP/no/such/night.html"
check "of it" one_sentence

command -v "$CHROMIUM" >/dev/null || { skip "the page in a browser" "there is no $CHROMIUM"; finish; }

# browse COMMAND...: see browser.py; what it says is in $TMP/said, a line for each say, requests, errors.
browse() {
	profile=$(mktemp -d "$TMP/profile.XXXXXX") # each its own: what the last one wrote may be on its way still
	timeout 200 python3 "$here/browser.py" "$CHROMIUM" "$profile" "$@" >"$TMP/said" 2>"$TMP/err" </dev/null
	got=$?
	[ "$got" -eq 0 ] || { echo "# browser.py: exit status $got"; sed 's/^/# /' "$TMP/err" | tail -5; return 1; }
}
# nth N: what the Nth line says. is N TEXT; true_of N EXPRESSION, a Python expression of v.
nth() { sed -n "$1p" "$TMP/said"; }
is() { [ "$(nth "$1")" = "$2" ] || { echo "# line $1 is $(nth "$1"), not $2"; return 1; }; }
true_of() {
	nth "$1" | python3 -c 'import json,sys; v=json.load(sys.stdin); sys.exit(0 if eval(sys.argv[1]) else 1)' "$2" ||
		{ echo "# line $1: not $2: $(nth "$1" | cut -c1-300)"; return 1; }
}
spans='page.charts.filter(c => c.shared).map(c => [Math.round(c.plot.scales.x.min), Math.round(c.plot.scales.x.max)])'
# How many pixels of a canvas have nearly this colour.
pixels() { # SELECTOR RED GREEN BLUE
	echo "(() => { const c = document.querySelector('$1 canvas'), d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data; let n = 0;
		for (let i = 0; i < d.length; i += 4)
			n += d[i + 3] > 200 && Math.abs(d[i] - $2) + Math.abs(d[i + 1] - $3) + Math.abs(d[i + 2] - $4) < 24;
		return n; })()"
}
# Every text whose colour and background have a contrast below 4.5 (WCAG 2.1, 1.4.3), with it.
faint="(() => {
	const rgb = (s) => s.match(/[\\d.]+/g).map(Number);
	const light = (c) => { const [r, g, b] = c.map((v) => v / 255 <= .04045 ? v / 255 / 12.92 : ((v / 255 + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
	const behind = (e) => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
	return [...document.querySelectorAll('body *')].filter((e) => !['SCRIPT', 'NOSCRIPT', 'IMG'].includes(e.tagName) && e.getClientRects().length &&
		[...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim())).map((e) => {
		const a = light(rgb(getComputedStyle(e).color).slice(0, 3)), b = light(behind(e).slice(0, 3));
		return [(Math.max(a, b) + .05) / (Math.min(a, b) + .05), e.className || e.tagName, e.textContent.slice(0, 30)];
	}).filter(([c]) => c < 4.5);
})()"

page=file://$TMP/night.html
check "Chromium opens it" browse "size 1600 1200" "scheme light" "open $page" \
	"say document.getElementById('verdict').textContent" errors requests "say document.querySelectorAll('figure[data-drawn]').length" \
	"say document.querySelectorAll('figure').length - document.querySelectorAll('.bars').length" "say $(pixels '#panel-0' 0 114 178)" \
	"say $faint" "say document.documentElement.scrollWidth" \
	"say JSON.parse(document.getElementById('markdown').textContent)" \
	"say (() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s); return String(window.ran); })()" \
	"say [...document.querySelectorAll('main, header, footer, table, th[scope=col], th[scope=row], [role=application][aria-label]')].length"
check "and it says the verdict" is 1 '"LEAK"'
check "no error, no warning" is 2 '[]'
check "no request" is 3 '[]'
check "every chart is drawn" test "$(nth 4)" -eq "$(nth 5)"
check "two of them at least" at_least "$(nth 4)" 2
check "the line of private memory is in its colour" at_least "$(nth 6)" 400
check "no text is faint" is 7 '[]'
check "no sideways scrolling at 1600" is 8 1600
"$SOAKD" report "$TMP/night.csv" --out "$TMP/alone.md" -q </dev/null
check "what is copied is report.md" python3 -c 'import json,sys; sys.exit(json.loads(sys.argv[1]) != open(sys.argv[2]).read())' "$(nth 9)" "$TMP/alone.md"
check "the policy lets no foreign script run" is 10 '"undefined"'
check "landmarks, scopes and labels are there" at_least "$(nth 11)" 12

check "keys" browse "size 1600 1200" "open $page" "key Tab" "key Tab" "key Tab" "key Tab" "key Tab" "key Tab" \
	"say document.activeElement.id" "say getComputedStyle(document.activeElement).outlineWidth" "say $spans" "key +" "key +" "say $spans" \
	"key Home" "key ArrowRight" "key ArrowRight" "say document.getElementById('spoken').textContent" \
	"say document.querySelector('#panel-0 .when').textContent" "say document.querySelector('#panel-0 .legend .value').textContent" \
	"key -" "say $spans" "key Escape" "say $spans" "say document.querySelector('#panel-0 .when').textContent" errors \
	"say document.getElementById('copy').focus()" "key Enter" "until document.getElementById('copied').textContent" "say document.getElementById('copied').textContent"
check "Tab reaches the first chart behind the buttons" is 1 '"panel-0"'
check "and is seen there" is 2 '"3px"'
check "all charts begin with the whole run" true_of 3 'len(v) >= 2 and all(s == [0, 86100] for s in v)'
check "+ zooms all of them to a quarter" true_of 4 'all(s == v[0] and abs(s[1] - s[0] - 86100 / 4) < 2 for s in v)'
check "arrows: time and values are spoken" true_of 5 '"UTC" in v and "private" in v and "MiB" in v'
check "and shown: time" true_of 6 '" h " in v and "UTC" in v'
check "value" true_of 7 'v.endswith(" MiB")'
check "- zooms out" true_of 8 'all(abs(s[1] - s[0] - 86100 / 2) < 2 for s in v)'
check "Escape: the whole run" true_of 9 'all(s == [0, 86100] for s in v)'
check "and no cursor" is 10 '""'
check "no error by keys" is 11 '[]'
check "the text for an issue is copied" is 13 '"Copied."'

check "mouse" browse "size 1600 1200" "open $page" "drag 300 600 450" "say $spans" "move 400 450" "say document.querySelector('#panel-0 .when').textContent" \
	"say page.charts.filter(c => c.panel.x === 'elapsed' && c.plot.cursor.left > 0).length" "doubleclick 400 450" "say $spans" \
	"say document.getElementById('theme').click(), document.documentElement.dataset.theme" "say $faint" "say $(pixels '#panel-0' 61 155 224)" errors
check "a drag zooms all charts" true_of 1 'all(s == v[0] and 5000 < s[1] - s[0] < 50000 for s in v)'
check "the time under the pointer is shown" true_of 2 '"UTC" in v'
check "in all charts at once" at_least "$(nth 3)" 2
check "a double click: the whole run" true_of 4 'all(s == [0, 86100] for s in v)'
check "the button makes it dark" is 5 '"dark"'
check "where no text is faint either" is 6 '[]'
check "and the lines have that palette" at_least "$(nth 7)" 400
check "no error by mouse" is 8 '[]'

total="(() => { const said = document.querySelector('#panel-0 .when').textContent; return [page.at, Number(said.match(/([0-9\u202f]+) operations/)[1].replaceAll('\u202f', ''))]; })()"
check "totals, and the keys that go on" browse "size 1600 1200" "open $page" "say document.getElementById('panel-0').focus()" "key +" "key +" "key PageUp" "say $spans" \
	"key Home" "key ArrowRight" "say $total" "key PageDown" "key PageDown" "key PageDown" "key PageDown" "key PageDown" "key PageDown" "key End" "say $spans" "say $total" \
	"say [...document.querySelectorAll('.said tbody tr')].map(r => [...r.cells].map(c => c.textContent))" errors
check "PageUp: half of what is seen earlier" true_of 2 'all(s == v[0] and abs(s[0] - 86100 * 2 / 8) < 2 and abs(s[1] - 86100 * 4 / 8) < 2 for s in v)'
check "the running total at the cursor, of 200 a second" true_of 3 'v[0] > 0 and v[1] == round(200 * v[0])'
check "PageDown goes to the end and no further" true_of 4 'all(s == v[0] and s[1] == 86100 and abs(s[0] - 86100 * 3 / 4) < 2 for s in v)'
check "where all operations are told" true_of 5 'v == [86100, 17220000]'
check "what the charts say is a table too" true_of 6 'any("private" in r[1] and r[2].endswith("MiB") and r[3].endswith("MiB") for r in v) and all(len(r) == 4 and r[0] for r in v)'
check "no error by these" is 7 '[]'

check "fingers" browse "size 1600 1200" "open $page" "say page.charts[0].plot.posToVal(500 - page.charts[0].plot.over.getBoundingClientRect().left, 'x')" \
	"swipe 300 500 600" "say page.at" "say $spans" "pinch 400 600 600 300 700" "say $spans" "swipe 500 400 600" "say $spans" "pinch 300 700 600 480 520" "say $spans" \
	"say getComputedStyle(page.charts[0].plot.over).touchAction" errors
check "one on the whole run: values where it is" true_of 2 "abs(v - $(nth 1)) < 200"
check "which stays whole" true_of 3 'all(s == [0, 86100] for s in v)'
check "two that part: half of the run, around them" true_of 4 'all(s == v[0] and abs(s[1] - s[0] - 43050) < 100 and s[0] > 0 for s in v)'
check "what was between them stays there" true_of 4 "all(s[0] < $(nth 1) < s[1] for s in v)"
at=$(nth 4)
check "one draws it to later" true_of 5 "all(s == v[0] and abs(s[1] - s[0] - 43050) < 100 and s[0] > ${at}[0][0] + 1000 for s in v)"
check "two that meet: the whole run, and no more" true_of 6 'all(s == [0, 86100] for s in v)'
check "up and down goes on to the page" is 7 '"pan-y"'
check "no error by fingers" is 8 '[]'

check "dark by the system's wish, on a phone" browse "size 400 800" "scheme dark" "open $page" "say getComputedStyle(document.body).backgroundColor" \
	"say document.documentElement.scrollWidth" "say $(pixels '#panel-0' 61 155 224)" "shot $TMP/phone-dark.png" "media print" \
	"say getComputedStyle(document.body).backgroundColor" "say getComputedStyle(document.getElementById('tools')).display" errors
check "dark" true_of 1 'v != "rgb(255, 255, 255)"'
check "no sideways scrolling at 400" is 2 400
check "its chart is drawn" at_least "$(nth 3)" 100
check "paper is white" is 4 '"rgb(255, 255, 255)"'
check "and has no buttons" is 5 '"none"'

check "printed from the dark" browse "size 1600 1000" "scheme dark" "open $page" "say addEventListener('beforeprint', () => { window.paper = [document.documentElement.dataset.theme, Math.max(...page.charts.map(c => c.plot.width))]; })" \
	"pdf $TMP/paper.pdf" "say window.paper" "say [document.documentElement.dataset.theme ?? null, page.charts[0].plot.width > 700]" errors
check "its charts are drawn for paper: dark lines, and no wider than it" is 2 '["light", 660]'
check "and then for the screen again" is 3 '[null, true]'
check "no error by that" is 4 '[]'

check "without JavaScript" browse "size 1600 1200" "scripts off" "open $page" "shot $TMP/noscript.png" "scripts on" \
	"say [document.querySelector('noscript img').naturalWidth, document.getElementById('verdict').textContent, document.querySelectorAll('tbody tr').length > 0, document.querySelectorAll('dl dt').length > 0, document.getElementById('tools').hidden]" errors
check "picture, verdict, table and footer are there, buttons not" is 1 '[830, "LEAK", true, true, true]'
check "and no error" is 2 '[]'

# Names that try to get out: the file's own, and what a run's command line was.
mkdir "$TMP/odd"
odd="$TMP/odd/\"><img src=x onerror=alert(1)> & '漏れ' דליפה.csv"
cp "$TMP/night.csv" "$odd"
check "a file of an odd name" status 0 "$SOAKD" report "$odd" --out "$TMP/odd.html"
check "in the browser" browse "size 1600 1200" "open file://$TMP/odd.html" "say document.querySelectorAll('img[src=x]').length" \
	"say document.querySelector('.headline').textContent" errors requests
check "is no image" is 1 0
check "but text" true_of 2 '"<img src=x onerror=alert(1)>" in v and "漏" in v'
check "and does nothing" test "$(nth 3)$(nth 4)" = '[][]'

check "a run" status "0 1 3" "$SOAKD" run --target leaky --interval 0.1 --duration 3s --out "$TMP/run"
python3 - "$TMP/run/run.json" <<'PY'
import json, sys
evil = '</script><script>document.title = "out"</script><!-- ' + "n" * 300
def spoil(j):
    if isinstance(j, dict):
        return {k: spoil(v) if k in ("command", "scenario", "kernel", "version") or isinstance(v, (dict, list)) else v for k, v in j.items()}
    if isinstance(j, list):
        return [spoil(v) for v in j]
    return j + evil if isinstance(j, str) else j
j = json.load(open(sys.argv[1]))
j["command"] = spoil(j["command"])
json.dump(j, open(sys.argv[1], "w"))
PY
check "of an odd command line" status 0 "$SOAKD" report "$TMP/run" --out "$TMP/run.html"
check "in the browser too" browse "size 1600 1200" "open file://$TMP/run.html" "say document.title" "say document.scripts.length" \
	"say document.querySelector('footer').textContent.includes('<script>document.title')" errors "say document.documentElement.scrollWidth"
check "runs no script of its own" true_of 1 '"out" not in v'
check "there are as many scripts as in any page" is 2 8
check "its command line is shown" is 3 true
check "without an error" is 4 '[]'
check "within the window" is 5 1600

if [ -n "${SOAKD_PAGES:-}" ]; then
	browse "size 1600 1200" "scheme light" "open $page" "shot $TMP/wide.png" "scheme dark" "open $page" "shot $TMP/wide-dark.png" \
		"size 400 800" "scheme light" "open $page" "shot $TMP/phone.png"
	cp "$TMP"/*.html "$TMP"/*.png "$SOAKD_PAGES/"
fi
finish
