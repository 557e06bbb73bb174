#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The load on a Redis beside redis-benchmark: half SET, half GET of 96 bytes on 10 000 keys of one server of our own, in turn; medians of 3
# rounds. User CPU and system calls of the client per operation: these repeat, operations per second are the server's as much. Calls are
# counted by the kernel (as root; else that line is missing). The peer makes its SETs first and its GETs then, and draws its keys itself.
#   O=build tests/bench/redis.sh [SECONDS]
cd "$(dirname "$0")/../.." || exit 2
O=${O:-build}
case $O in /*) ;; *) O=$PWD/$O ;; esac
. tests/e2e/lib.sh
. tests/e2e/rds.sh
s=${1:-3}
load=$O/tests/bench/drive_load
redis_start a || exit 1

driver() { # NAME PROFILE CONNECTIONS DEPTH: a line "user-us/op calls/op ops/s errors" to $TMP/NAME
	"$load" figures "$O/soakd-drive" "$s" "{\"scenario\":\"redis\",\"profile\":\"$2\",\"rate\":0,\"rows\":10000,\"connections\":$3,\"depth\":$4,
		\"dsn\":\"$TMP/a.sock\"}" | awk '{ print $4, $5, $1, $3 }' >>"$TMP/$1"
}
peer() { # NAME CONNECTIONS DEPTH OPERATIONS: "user-us/op calls/op"
	"$load" took "$4" redis-benchmark -s "$TMP/a.sock" -c "$2" -P "$3" -r 10000 -d 96 -n $(($4 / 2)) -t set,get -q 2>&1 >/dev/null |
		tail -1 >>"$TMP/$1"
}
for round in 1 2 3; do
	driver one set-get 1 1
	driver many set-get 50 1
	driver pipe set-get 4 16
	peer bench-one 1 1 100000
	peer bench-many 50 1 200000
	peer bench-pipe 4 16 1000000
done
driver thousand set-get 1000 1
grep -vE ' 0$' "$TMP/one" "$TMP/many" "$TMP/pipe" "$TMP/thousand" | sed 's/^/# errors: /' >&2
# median NAME FIELD
median() { cut -d' ' -f"$2" "$TMP/$1" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }'; }
lines() { # WHAT NAME PEER NAME GOAL-OF-CPU GOAL-OF-CALLS
	printf 'redis/%s: user\t%s\tus/op\tnone\t-\t<= %s\n' "$1" "$(median "$2" 1)" "$5"
	printf 'redis/%s: user\t%s\tus/op\t%s\t%s\t<= 1\n' "$1" "$(median "$2" 1)" "$3" "$(median "$4" 1)"
	[ "$(median "$2" 2)" != - ] || return 0
	printf 'redis/%s: calls\t%s\t/op\tnone\t-\t<= %s\n' "$1" "$(median "$2" 2)" "$6"
	printf 'redis/%s: calls\t%s\t/op\t%s\t%s\t<= 1\n' "$1" "$(median "$2" 2)" "$3" "$(median "$4" 2)"
}
lines "1 connection" one "redis-benchmark -c 1" bench-one 0.7 3.1
lines "50 connections" many "redis-benchmark -c 50" bench-many 0.7 3.1
lines "4 connections, pipeline 16" pipe "redis-benchmark -c 4 -P 16" bench-pipe 0.25 0.3
printf 'redis/1000 connections: user\t%s\tus/op\tnone\t-\t<= 2\n' "$(median thousand 1)"
exit 0
