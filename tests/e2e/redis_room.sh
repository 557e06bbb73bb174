#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What a load must not do to those who were there before: their keys in Redis, also beside a second run, stay.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/rds.sh"

same() { [ "$1" = "$2" ] || { echo "# $1, not $2"; return 1; }; }
has() { grep -q -e "$2" "$1" || { echo "# no \"$2\" in $1"; sed 's/^/# /' "$1" | tail -5; return 1; }; }
load() { # RUN SERVER [OPTION...]
	run=$1 server=$2
	shift 2
	"$SOAKD" --target "pid:$(cat "$TMP/$server.redis")" --dsn "$TMP/$server.sock" --scenario redis/set-get --rate 500 --interval 0.1 --out "$TMP/$run" -q "$@"
}
ours() { redis_do "$1" --scan --pattern "soakd:$2:*" | wc -l; }

redis_start full --maxmemory 8mb --maxmemory-policy allkeys-lru
redis_do full eval 'for i = 1, 20000 do redis.call("SET", "foreign:" .. i, "x") end' 0 >/dev/null
before=$(redis_do full dbsize)
check "a server with keys of others" same "$before" 20000
check "keys of others that would be evicted: 2" status 2 load refused full --rows 100000 --duration 1s
check "said: why, and what to do" says "evict other keys"
check "in one sentence" one_sentence
check "they are all there" same "$(redis_do full dbsize)" "$before"
check "keys that fit are loaded" status "0 3" load fits full --rows 1000 --duration 1s
check "and the others are still there" same "$(redis_do full dbsize)" "$before"

redis_start two
check "by default 10 000 keys" status "0 3" load default two --duration 1s --keep
check "of the run alone" same "$(ours two "$(json "$TMP/default/run.json" "j['run_id']")")" 10000
"$SOAKD" --target "pid:$REDISPID" --dsn "$TMP/two.sock" --scenario redis/set-get --rate 500 --rows 100 --interval 0.1 --out "$TMP/long" -q >/dev/null 2>&1 &
S=$!
filled() { [ "$(redis_do "$1" dbsize)" -eq "$2" ] && [ "$(last_of "$TMP/$3/samples.csv" ops)" -gt 0 ]; }
check "a run beside them" wait_for 20 filled two 10100 long
check "a second run on the server" status "0 3" load second two --rows 50 --duration 1s
check "takes away its own keys and no other's" same "$(redis_do two dbsize)" 10100
redis_do two config set maxmemory-policy allkeys-lru >/dev/null
redis_do two config set maxmemory 2mb >/dev/null
evicts() { [ "$(redis_do two info stats | tr -d '\r' | sed -n 's/^evicted_keys://p')" -gt 0 ]; }
check "memory gets short" wait_for 20 evicts
kill -USR2 "$S"
check "keys that are evicted later: an event" wait_for 20 has "$TMP/long/events.csv" ',evicted,.*Redis is full'
kill -USR2 "$S"
kill -TERM "$S"
wait "$S"
check "once" same "$(grep -c ',evicted,' "$TMP/long/events.csv")" 1
check "no key of this run is left" same "$(ours two "$(json "$TMP/long/run.json" "j['run_id']")")" 0

redis_start dead
"$SOAKD" --target "pid:$REDISPID" --dsn "$TMP/dead.sock" --scenario redis/set-get --rows 100 --interval 0.1 --restart-wait 60s --out "$TMP/dead" -q >/dev/null 2>&1 &
S=$!
check "a server under load" wait_for 20 filled dead 100 dead
redis_stop dead
# who sees it first, the driver (reconnect) or the next row, is chance
check "that dies: an event" wait_for 20 has "$TMP/dead/events.csv" ',target-exit,'
check "the run ends" wait_for 40 has "$TMP/dead/events.csv" ',end,'
wait "$S"
check "nobody waits for a server that is gone" has "$TMP/dead/events.csv" 'nobody listens where the server was; keys soakd:'
finish
