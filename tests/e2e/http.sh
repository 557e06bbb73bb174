#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Scenario http on a real nginx: each profile, a thousand connections, the watched server and no other, servers that are gone, slow or
# another than was thought.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ngx.sh"
open_programs
ngx_start a || exit 1
port=$NGXPORT pid=$NGXPID
http() { # PROFILE PATH NAME OPTIONS...: a short run on that nginx in $TMP/NAME; HTTP_ENDS: its exit status
	profile=$1 path=$2 name=$3
	shift 3
	status "${HTTP_ENDS:-0 3 6}" "$SOAKD" run -p "$pid" --scenario "http/$profile" --dsn "http://127.0.0.1:$port$path" --duration 1 --interval 0.2 \
		--out "$TMP/$name" -q "$@"
}
ops() { last_of "$TMP/$1/samples.csv" ops; }
errors() { last_of "$TMP/$1/samples.csv" errors; }
kinds() { python3 -c 'import csv,sys
last = {r["kind"]: r for r in csv.DictReader(open(sys.argv[1]))}
print(" ".join(sorted(k for k in last if int(last[k]["ops"] or 0) > 0)))' "$TMP/$1/operations.csv"; }
# profile NAME PATH KINDS: operations of exactly these kinds, no errors
profile() {
	check "http/$1: runs" http "$1" "$2" "$1" --rate 500
	check "http/$1: operations" at_least "$(ops "$1")" 20
	check "http/$1: no errors" [ "$(errors "$1")" = 0 ]
	check "http/$1: of their kinds" [ "$(kinds "$1")" = "$3" ]
}
profile get / "GET"
profile get-close / "GET close"
profile post /post "POST"
profile slow-readers / "GET GET slow"
profile aborted / "aborted answer aborted request"
profile mixed /post "404 GET GET close POST aborted answer aborted request"
profile errors / "404"
check "who answers is in run.json" json_true "$TMP/get/run.json" "'nginx' in j['target_info']['version']"
check "half a body was sent, and half an answer read" grep -q '"POST /post' "$TMP/a/access.log"

: >"$TMP/a/error.log"
check "slow readers of a long answer" http slow-readers /big slow --rate 0 --connections 2
check "a slow reader is done at the end" [ "$(errors slow)" = 0 ]

check "1000 connections that are kept" http get / many --connections 1000 --rate 0 --duration 3
check "they are 1000" python3 - "$TMP/many/processes.csv" <<'PY'
import csv, sys
most = max(int(r["fds"] or 0) for r in csv.DictReader(open(sys.argv[1])))
sys.exit(0 if 1000 <= most <= 1100 else "# most descriptors of a process: %d" % most)
PY
check "1000 connections: no errors" [ "$(errors many)" = 0 ]

HTTP_ENDS=5
check "errors are counted by their status, and nothing else was done" http post / refused --rate 50
HTTP_ENDS=
check "a page that takes no POST" grep -q 'error,"\?HTTP 405: POST' "$TMP/refused/events.csv"
check "none of them is an operation" [ "$(ops refused)" = 0 ]

check "the port is found" status "0 3 6" "$SOAKD" run -p "$pid" --scenario http --duration 0.5 --interval 0.1 --out "$TMP/found" -q
check "and used" at_least "$(ops found)" 20
printf '%s\n' '\set id random(1, 9)' 'GET /?id=:id' 'POST /post id=:id' >"$TMP/shop.http"
check "a script of requests" status "0 3 6" "$SOAKD" run -p "$pid" --scenario http --script "$TMP/shop.http" --duration 0.5 --interval 0.1 --out "$TMP/script" -q
check "is operations of its name" [ "$(kinds script)" = shop ]
check "with its variables" grep -q 'GET /?id=[1-9] HTTP' "$TMP/a/access.log"
printf 'GET item\n' >"$TMP/wrong.http"
check "a mistake in it: file, line and column" status 2 "$SOAKD" run -p "$pid" --scenario http --script "$TMP/wrong.http" --duration 0.5 --interval 0.1 --out "$TMP/no" -q
check "is one sentence" says "wrong.http:1:5:"
proxied() { http_proxy=http://127.0.0.1:9 http get / "$@"; }
check "a proxy of the environment is not used" proxied proxied
check "no error by it" [ "$(errors proxied)" = 0 ]

# refused_run SENTENCE OPTIONS...: exit status 2, one sentence, nothing left behind
refused_run() {
	sentence=$1
	shift
	status 2 "$SOAKD" run --scenario http --duration 1 --interval 0.2 --out "$TMP/no" -q "$@" && one_sentence && says "$sentence" && [ ! -e "$TMP/no" ]
}
ngx_start b || exit 1
check "the wrong server" refused_run "is none of pid:$pid" -p "$pid" --dsn "127.0.0.1:$NGXPORT"
check "by another name" refused_run "is none of pid:$pid" -p "$pid" --dsn "http://x.localhost:$NGXPORT/"
nobody=$(free_port)
check "nobody there" refused_run "nothing listens on 127.0.0.1 port $nobody" -p "$pid" --dsn "127.0.0.1:$nobody"
sleep 60 &
idle=$!
check "no port" refused_run "listens on no TCP port" -p "$idle"
kill "$idle"
check "no address" refused_run "is no HTTP address" -p "$pid" --dsn "ftp://127.0.0.1:$port"
check "a password is not repeated" refused_run "a user and password" -p "$pid" --dsn "http://me:secret@127.0.0.1:$port/"
check "and not even in part" [ "$(grep -c secret "$TMP/err")" = 0 ]
check "a name without an address" refused_run "has no address" -p "$pid" --dsn "http://no.such.name.invalid/"

check "a service that is launched, and listens late" status "0 3 6" "$SOAKD" run --scenario http --rate 20 --duration 1 --interval 0.2 --out "$TMP/launched" -q \
	-- sh -c "sleep 0.5; exec python3 -m http.server --bind 127.0.0.1 $(free_port)"
check "and is asked" at_least "$(ops launched)" 5
check "one that ends before it listens: 4" status 4 "$SOAKD" run --scenario http --duration 1 --interval 0.2 --out "$TMP/no" -q -- sleep 0.3
check "one that speaks no HTTP" status 2 "$SOAKD" run --scenario http --duration 1 --interval 0.2 --out "$TMP/no" -q -- python3 -c 'import socket
s = socket.create_server(("127.0.0.1", 0))
while True:
    c = s.accept()[0]; c.recv(1000); c.sendall(b"hello\n"); c.close()'
check "its sentence" says "no answer from http://127.0.0.1:"

# A server that answers nothing for a while: the requests wait, nothing is lost, the end does not wait for them.
slow='import http.server, time
class H(http.server.BaseHTTPRequestHandler):
    n = 0
    def do_GET(self):
        H.n += 1
        if H.n > 1: time.sleep(60)
        self.send_response(200); self.send_header("Content-Length", "0"); self.end_headers()
    def log_message(self, *a): pass
http.server.ThreadingHTTPServer(("127.0.0.1", 0), H).serve_forever()'
begin=$(date +%s)
check "a server that hangs" status "0 3 5 6" "$SOAKD" run --scenario http --rate 20 --duration 1 --interval 0.2 --out "$TMP/hangs" -q -- python3 -c "$slow"
check "the end does not wait for it" [ $(($(date +%s) - begin)) -lt 30 ]
"$SOAKD" run --scenario http --rate 20 --duration 60 --interval 0.2 --out "$TMP/stalled" -q -- python3 -c "$slow" >/dev/null 2>&1 </dev/null &
soak=$!
check "that nothing is answered is said" wait_for 40 grep -q 'stalled,.*nothing was answered for 10 s' "$TMP/stalled/events.csv"
check "its driver is seen among this test's own programs" [ -n "$(those_left soakd-drive)" ]
kill -TERM "$soak"
wait "$soak"
check "and has ended with it" nobody_left

# Gone in the middle, and back: one word each, and the run goes on.
master='import subprocess, sys, time
def server(): return subprocess.Popen([sys.executable, "-m", "http.server", "--bind", "127.0.0.1", sys.argv[1]])
one = server(); time.sleep(2.5); one.kill(); one.wait(); time.sleep(1); two = server(); time.sleep(30)'
check "a server that goes and comes back" status "0 3 6" "$SOAKD" run --scenario http --rate 50 --duration 6 --interval 0.5 --out "$TMP/back" -q \
	-- python3 -c "$master" "$(free_port)"
check "it is said when it goes" grep -q 'reconnect,"\?cannot connect to http://127.0.0.1:' "$TMP/back/events.csv"
check "and when it answers again" grep -q 'reconnect,.*answers again after' "$TMP/back/events.csv"
check "its requests failed meanwhile" at_least "$(errors back)" 1

check "no driver is left" nobody_left
finish
