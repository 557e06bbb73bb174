#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Load on a real Redis: every profile, a script, a leak on purpose, and servers that are wrong, away, full, or hang.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/rds.sh"

same() { [ "$1" = "$2" ] || { echo "# $1, not $2"; return 1; }; }
has() { grep -q -e "$2" "$1" || { echo "# no \"$2\" in $1"; sed 's/^/# /' "$1" | tail -5; return 1; }; }
count() { grep -c "$2" "$1" || :; }
dbsize() { redis_do "$1" dbsize; }
ops() { last_of "$TMP/$1/samples.csv" ops; }
# start RUN SERVER [OPTION...]: 500 operations a second on 200 keys, in the background and without an end; begin: and more than 100 have ended.
start() {
	run=$1 server=$2
	shift 2
	note_clock "$TMP/$run.err"
	"$SOAKD" --target "pid:$(cat "$TMP/$server.redis")" --dsn "$TMP/$server.sock" --rows 200 --rate 500 --interval 0.1 --warmup 10m \
		--out "$TMP/$run" -q "$@" >/dev/null 2>"$TMP/$run.err" &
	S=$!
}
begin() { start "$@" && wait_for 30 alive "$1" 100; }
refused() { [ "$(last_of "$TMP/$1/samples.csv" errors)" -ge "$2" ]; }
alive() { [ "$(ops "$1")" -gt "$2" ]; }
ended() { # RUN: by TERM, and nothing else was wrong
	kill -TERM "$S"
	wait "$S"
	by_verdict $? "$TMP/$1.err"
}
load() { # RUN SERVER [OPTION...]: the same for a second
	run=$1 server=$2
	shift 2
	"$SOAKD" --target "pid:$(cat "$TMP/$server.redis")" --dsn "$TMP/$server.sock" --rows 200 --rate 500 --interval 0.1 --duration 1s \
		--out "$TMP/$run" -q "$@"
}

redis_start a
A=$REDISPID
redis_do a set other value >/dev/null
for p in set-get read-heavy expire pipeline pubsub lua lua-cache big-values structures churn; do
	check "$p: operations are counted" begin "$p" a --scenario "redis/$p"
	check "$p: ends in order" ended "$p"
	check "$p: no error, no event of one" same "$(last_of "$TMP/$p/samples.csv" errors) $(count "$TMP/$p/events.csv" ',\(error\|reconnect\),')" "0 0"
	check "$p: its keys are gone, others are not" same "$(dbsize a)" 1
done
check "what the server says of itself is there beside the load" has "$TMP/set-get/internals.csv" ",$A,redis,used_memory,"
check "kinds are told apart" same "$(awk -F, 'NR > 1 { print $2 }' "$TMP/set-get/operations.csv" | sort -u | tr '\n' ' ')" "get set "
check "the server is no backend of ours" same "$(column "$TMP/set-get/processes.csv" role | sort -u)" redis-server
check "--keep leaves the keys" status "0 3" load kept a --scenario redis/set-get --keep
check "all of them" same "$(dbsize a)" 201
redis_do a flushall >/dev/null

printf '\\set k random(1, 50)\nSET soakd::run_id::k "hello world"\nGET soakd::run_id::k\n' >"$TMP/visit.redis"
check "a script: one run is one operation" begin script a --script "$TMP/visit.redis"
check "it ends in order" ended script
check "under its name, without an error" has "$TMP/script/operations.csv" ',visit,[1-9][0-9]*,0,'
check "its keys are gone" same "$(dbsize a)" 0
printf 'SET soakd::run_id:a x\nLPUSH soakd::run_id:a x\n' >"$TMP/wrong.redis"
start wrong a --script "$TMP/wrong.redis"
check "a script that the server refuses" wait_for 30 refused wrong 2
kill -TERM "$S"
wait "$S"
check "that nothing else was done is the exit status" [ $? = 5 ]
check "by the first word, once, and how often" same "$(count "$TMP/wrong/events.csv" 'error,.*WRONGTYPE')" 2
printf 'SET soakd:a x\n\\sett k 1\n' >"$TMP/typo.redis"
check "a typo in it: 2" status 2 load typo a --script "$TMP/typo.redis"
check "file and line" says "typo.redis:2:"

redis_start b
check "another server than the watched one: 2" status 2 "$SOAKD" --target "pid:$A" --dsn "$TMP/b.sock" --scenario redis/set-get --duration 1s --out "$TMP/foreign" -q
check "said" says "not the one watched"
check "in one sentence" one_sentence
check "nothing was written there" same "$(dbsize b)" 0
check "nobody there: 2" status 2 "$SOAKD" --target "pid:$A" --dsn "$TMP/nobody.sock" --scenario redis/set-get --duration 1s --out "$TMP/nobody" -q
check "said, with the address" says "$TMP/nobody.sock: No such file"
redis_do b config set requirepass topsecret >/dev/null
check "a password is wanted: 2" status 2 load noauth b --scenario redis/set-get
check "says what to do" says "REDISCLI_AUTH"
check "the right one" status "0 3" env REDISCLI_AUTH=topsecret "$SOAKD" --target "pid:$REDISPID" --dsn "$TMP/b.sock" --rows 10 --scenario redis/churn \
	--interval 0.1 --duration 1s --out "$TMP/auth" -q
check "no file has it" same "$(grep -rl topsecret "$TMP/auth" "$TMP/noauth" 2>/dev/null)" ""
redis_start few --maxclients 3
check "too few connections allowed: 2" status 2 load few few --scenario redis/set-get
check "says which setting" says "maxclients"

check "a run without an end" begin long a --scenario redis/set-get
redis_do a config set maxmemory 1 >/dev/null
check "a server that is full: an event" wait_for 30 has "$TMP/long/events.csv" 'error,.*OOM: .*command not allowed'
redis_do a config set maxmemory 0 >/dev/null
redis_do a client kill type normal >/dev/null
check "all connections lost: one event" wait_for 30 has "$TMP/long/events.csv" 'reconnect,lost '
check "all back: one more" wait_for 30 has "$TMP/long/events.csv" 'reconnect,all 4 connections are back'
check "no more than these" same "$(count "$TMP/long/events.csv" ',reconnect,')" 2
kill -STOP "$A"
kill -USR2 "$S"
check "a server that hangs: told" wait_for 40 has "$TMP/long/events.csv" 'reconnect,.*does not answer'
check "and that nothing is answered" wait_for 20 has "$TMP/long/events.csv" 'stalled,.*nothing was answered for 10 s'
kill -CONT "$A"
check "answers again: told" wait_for 30 has "$TMP/long/events.csv" 'stalled,answers come again after'
check "and back" wait_for 60 sh -c "[ \$(grep -c 'connections are back' $TMP/long/events.csv) -eq 2 ]"
check "it goes on" wait_for 30 alive long "$(ops long)"
kill -TERM "$S"
wait "$S"
check "TERM in the middle: the keys are gone" same "$(dbsize a)" 0
check "errors were counted" at_least "$(last_of "$TMP/long/samples.csv" errors)" 1

redis_start c
# the rate is far below what any machine does, so that the load of others bends nothing
check "a leak on purpose: unique scripts" status "1 3" "$SOAKD" --target "pid:$REDISPID" --dsn "$TMP/c.sock" --scenario redis/lua-cache --rate 1000 --interval 0.1 \
	--duration 18s --out "$TMP/leak" -q
check "is found" json_true "$TMP/leak/verdict.json" "j['verdict'] in ('leak', 'suspected')"
check "in the server's own account" json_true "$TMP/leak/verdict.json" "j['explained']['source'] == 'redis' and j['explained']['share'] > .5"
check "about half a kilobyte each" json_true "$TMP/leak/verdict.json" "250 < j['explained']['per_op_bytes'] < 1000"
check "the server counts them" at_least "$(awk -F, '$4 == "number_of_cached_scripts" { n = $5 } END { print n }' "$TMP/leak/internals.csv")" "$(ops leak | awk '{ print int($1 / 2) }')"
finish
