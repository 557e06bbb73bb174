#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Scenario http on a real nginx: each profile, a thousand connections, the watched server and no other, servers that are gone, slow or
# another than was thought.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/ngx.sh"
open_programs
ngx_start a || exit 1
port=$NGXPORT pid=$NGXPID
# begin NAME OPTIONS...: a run in $TMP/NAME in the background, without an end; goes_on_until COMMAND...: then it is ended by TERM.
begin() {
	name=$1
	shift
	note_clock "$TMP/err"
	"$SOAKD" run --scenario http --interval 0.2 --warmup 10m --out "$TMP/$name" -q "$@" >"$TMP/out" 2>"$TMP/err" </dev/null &
	soak=$!
}
goes_on_until() {
	wait_for 40 "$@"
	seen=$?
	kill -TERM "$soak"
	wait "$soak"
	got=$?
	[ "$seen" = 0 ] && return
	echo "# exit status $got, and before it never: $*"
	sed 's/^/# /' "$TMP/err" | tail -5
	return 1
}
none_leaks() { goes_on_until "$@" && by_verdict "$got" "$TMP/err"; }
ops() { last_of "$TMP/$1/samples.csv" ops; }
errors() { last_of "$TMP/$1/samples.csv" errors; }
kinds() { python3 -c 'import csv,sys
last = {r["kind"]: r for r in csv.DictReader(open(sys.argv[1]))}
print(" ".join(sorted(k for k in last if int(last[k]["ops"] or 0) > 0)))' "$TMP/$1/operations.csv"; }
did() { at_least "$(ops "$1")" "$2"; } # NAME OPERATIONS
of_kinds() { did "$1" 20 && [ "$(kinds "$1")" = "$2" ]; } # NAME KINDS: at least some operations, and of exactly these
on_nginx() { # PROFILE PATH NAME OPTIONS...: begin there
	profile=$1 path=$2 name=$3
	shift 3
	begin "$name" -p "$pid" --scenario "http/$profile" --dsn "http://127.0.0.1:$port$path" "$@"
}
# profile NAME PATH KINDS: operations of exactly these kinds, no errors
profile() {
	on_nginx "$1" "$2" "$1" --rate 500
	check "http/$1: runs, with operations of its kinds" none_leaks of_kinds "$1" "$3"
	check "http/$1: no errors" [ "$(errors "$1")" = 0 ]
	check "http/$1: and of no other kind" [ "$(kinds "$1")" = "$3" ]
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

on_nginx slow-readers /big slow --rate 0 --connections 2
check "slow readers of a long answer" none_leaks did slow 1
check "a slow reader is done at the end" [ "$(errors slow)" = 0 ]

most_fds() { column "$TMP/many/processes.csv" fds | sort -n | tail -1; }
connected() { at_least "$(most_fds)" 1000; }
on_nginx get / many --connections 1000 --rate 0
check "1000 connections that are kept" none_leaks connected
check "they are 1000" at_least 1100 "$(most_fds)"
check "1000 connections: no errors" [ "$(errors many)" = 0 ]

on_nginx post / refused --rate 50
check "a page that takes no POST" goes_on_until grep -q 'error,"\?HTTP 405: POST' "$TMP/refused/events.csv"
check "errors are counted by their status, and nothing else was done" [ "$got" = 5 ]
check "none of them is an operation" [ "$(ops refused)" = 0 ]

begin found -p "$pid"
check "the port is found, and used" none_leaks did found 20
printf '%s\n' '\set id random(1, 9)' 'GET /?id=:id' 'POST /post id=:id' >"$TMP/shop.http"
begin script -p "$pid" --script "$TMP/shop.http"
check "a script of requests is operations of its name" none_leaks of_kinds script shop
check "with its variables" grep -q 'GET /?id=[1-9] HTTP' "$TMP/a/access.log"
printf 'GET item\n' >"$TMP/wrong.http"
check "a mistake in it: file, line and column" status 2 "$SOAKD" run -p "$pid" --scenario http --script "$TMP/wrong.http" --duration 0.5 --interval 0.1 --out "$TMP/no" -q
check "is one sentence" says "wrong.http:1:5:"
http_proxy=http://127.0.0.1:9
export http_proxy
on_nginx get / proxied
unset http_proxy
check "a proxy of the environment is not used" none_leaks did proxied 20
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
check "nobody there" refused_run "nothing listens on 127.0.0.1 port 1:" -p "$pid" --dsn "127.0.0.1:1"
sleep 60 &
idle=$!
check "no port" refused_run "listens on no TCP port" -p "$idle"
kill "$idle"
check "no address" refused_run "is no HTTP address" -p "$pid" --dsn "ftp://127.0.0.1:$port"
check "a password is not repeated" refused_run "a user and password" -p "$pid" --dsn "http://me:secret@127.0.0.1:$port/"
check "and not even in part" [ "$(grep -c secret "$TMP/err")" = 0 ]
check "a name without an address" refused_run "has no address" -p "$pid" --dsn "http://no.such.name.invalid/"

begin launched --rate 20 -- sh -c "sleep 0.5; exec python3 -m http.server --bind 127.0.0.1 0"
check "a service that is launched, and listens late, is asked" none_leaks did launched 5
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
check "a server that hangs" status "0 3 5" "$SOAKD" run --scenario http --rate 20 --duration 1 --interval 0.2 --out "$TMP/hangs" -q -- python3 -c "$slow"
check "the end does not wait for it" [ $(($(date +%s) - begin)) -lt 30 ]
begin stalled --rate 20 -- python3 -c "$slow"
check "that nothing is answered is said" wait_for 40 grep -q 'stalled,.*nothing was answered for 10 s' "$TMP/stalled/events.csv"
check "its driver is seen among this test's own programs" [ -n "$(those_left soakd-drive)" ]
kill -TERM "$soak"
wait "$soak"
check "and has ended with it" nobody_left

# Gone in the middle, and back: one word each, and the run goes on. On an address of this test's own, where nobody takes the port meanwhile.
own=127.$((1 + $$ / 65536)).$(($$ / 256 % 256)).$(($$ % 256))
free=$(python3 -c 'import socket, sys; print(socket.create_server((sys.argv[1], 0)).getsockname()[1])' "$own")
master='import os, subprocess, sys, time
def server(): return subprocess.Popen([sys.executable, "-m", "http.server", "--bind", sys.argv[1], sys.argv[2]])
def told(word):
    while not os.path.exists(sys.argv[3] + "/" + word): time.sleep(0.05)
one = server(); told("go"); one.kill(); one.wait(); told("come"); two = server(); two.wait()'
begin back --rate 50 --dsn "http://$own:$free" -- python3 -c "$master" "$own" "$free" "$TMP"
check "a server" wait_for 40 did back 5
touch "$TMP/go"
check "that goes: it is said" wait_for 40 grep -q "reconnect,\"\?cannot connect to http://$own:" "$TMP/back/events.csv"
touch "$TMP/come"
check "and that comes back: the run has gone on" none_leaks grep -q 'reconnect,.*answers again after' "$TMP/back/events.csv"
check "its requests failed meanwhile" at_least "$(errors back)" 1

check "no driver is left" nobody_left
finish
