#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Scenario http beside wrk: the same nginx of our own, the same connections, one thread each, in turn; medians by CPU of 3 rounds. Requests
# per second, and CPU of the client per request. wrk parses with a few hundred lines of its own; ours is libcurl, with everything that it
# can do: that is what the ratio of CPU shows. And the private memory of the driver for each kept connection.
#   O=build tests/bench/http.sh [SECONDS]
cd "$(dirname "$0")/../.." || exit 2
O=${O:-build}
case $O in /*) ;; *) O=$PWD/$O ;; esac
SOAKD=$O/soakd
. tests/e2e/lib.sh
. tests/e2e/ngx.sh
s=${1:-3}
load=$O/tests/bench/drive_load
command -v wrk >/dev/null || { echo "bench: no wrk here: packaging/deps test installs it" >&2; exit 1; }
ngx_start a || exit 1
sed -i 's/access_log [^;]*;/access_log off;/' "$TMP/a/nginx.conf"
ngx_stop a
ngx_start_again() {
	"$NGINX" -p "$TMP/a" -c "$TMP/a/nginx.conf" >"$TMP/a/out" 2>&1 </dev/null &
	NGXPID=$!
	echo "$NGXPID" >"$TMP/a.nginx"
	wait_for 20 python3 -c "import socket; socket.create_connection(('127.0.0.1', $NGXPORT), 1)"
}
ngx_start_again || exit 1
driver() { # NAME PROFILE CONNECTIONS: a line "ops/s us/op errors" to $TMP/NAME
	"$load" drive "$O/soakd-drive" "$s" "{\"scenario\":\"http\",\"profile\":\"$2\",\"rate\":0,\"connections\":$3,\"dsn\":\"http://127.0.0.1:$NGXPORT/\"}" >>"$TMP/$1" || exit 1
}
wrk_of() { # NAME CONNECTIONS: the same
	"$load" cpu wrk -t1 -c"$2" -d"$s" "http://127.0.0.1:$NGXPORT/" >"$TMP/out" 2>"$TMP/err" || exit 1
	awk -v s="$s" -v cpu="$(tail -1 "$TMP/err")" '/requests in/ { printf "%.0f %.2f 0\n", $1 / s, cpu * 1e6 / $1 }' "$TMP/out" >>"$TMP/$1"
}
for round in 1 2 3; do
	wrk_of wrk4 4
	driver get4 get 4
	wrk_of wrk1000 1000
	driver get1000 get 1000
	driver close4 get-close 4
done
awk '$3 > 0 { print "# errors: " FILENAME ": " $0 }' "$TMP/get4" "$TMP/get1000" "$TMP/close4" >&2
median() { sort -k2,2n "$TMP/$1" | awk -v f="$2" '{ v[NR] = $f } END { print v[int((NR + 1) / 2)] }'; }
anon() { # CONNECTIONS: KiB of the driver
	"$SOAKD" run -p "$NGXPID" --scenario http --dsn "127.0.0.1:$NGXPORT" --connections "$1" --rate 0 --duration 2 --interval 0.5 --out "$TMP/m$1" -q >/dev/null 2>&1
	last_of "$TMP/m$1/samples.csv" driver_anon_kb
}
few=$(anon 4) many=$(anon 1000)
for n in 4 1000; do
	printf 'http/get, %s connections\t%s\top/s\twrk -t1\t%s\t>= 0.3\n' "$n" "$(median "get$n" 1)" "$(median "wrk$n" 1)"
	printf 'http/get, %s connections: CPU\t%s\tus/op\twrk -t1\t%s\t<= 5\n' "$n" "$(median "get$n" 2)" "$(median "wrk$n" 2)"
done
printf 'http/get-close, 4 connections: CPU\t%s\tus/op\tnone\t-\t<= 200\n' "$(median close4 2)"
printf 'http: memory of a connection\t%s\tKiB\tnone\t-\t<= 64\n' "$(awk -v a="$few" -v b="$many" 'BEGIN { printf "%.1f", (b - a) / 996 }')"
exit 0
