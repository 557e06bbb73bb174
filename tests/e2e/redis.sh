#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A real Redis: what it says of itself is in internals.csv, and no trouble with asking it ends a run.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/rds.sh"

# values RUN ITEM: what internals.csv has of it, a line each.
values() { awk -F, -v item="$2" '$3 == "redis" && $4 == item { print $5 }' "$1/internals.csv"; }
count() { grep -c "$2" "$1" || :; }
same() { [ "$1" = "$2" ] || { echo "# $1, not $2"; return 1; }; }
events() { grep -q "$2" "$1/events.csv" || { sed 's/^/# /' "$1/events.csv"; return 1; }; }
quick() { # STATUS RUN TARGET [OPTION...]: a second of watching
	expected=$1 run=$2 target=$3
	shift 3
	status "$expected" "$SOAKD" --target "pid:$target" --interval 0.1 --duration 1s --out "$TMP/$run" "$@"
}

redis_start a
A=$REDISPID
redis_do a set key value >/dev/null
check "watched: its own observer is the default" quick "0 3" plain "$A"
check "says which scenario" json_true "$TMP/plain/run.json" "j['scenario'] == 'redis/observe' and j['target_info']['version'].startswith('Redis ')"
check "what INFO says is there" at_least "$(values "$TMP/plain" used_memory | tail -1)" 500000
check "from the watched process" same "$(awk -F, '$3 == "redis" { print $2 }' "$TMP/plain/internals.csv" | sort -u)" "$A"
check "keys of all databases" same "$(values "$TMP/plain" keys | sort -u)" 1
check "MEMORY STATS" same "$(values "$TMP/plain" keys.count | sort -u)" 1
check "MEMORY MALLOC-STATS" at_least "$(values "$TMP/plain" resident | tail -1)" 500000
check "each epoch has all, the last one too" same "$(values "$TMP/plain" used_memory | wc -l)" "$(values "$TMP/plain" resident | wc -l)"
check "the first and the last row are epochs" at_least "$(values "$TMP/plain" used_memory | wc -l)" 2
check "no load: no operations, not 0" same "$(column "$TMP/plain/samples.csv" ops | sort -u)" ""
check "nothing went wrong" same "$(count "$TMP/plain/events.csv" ',\(error\|reconnect\),')" 0
check "none: nobody asks" quick "0 3" none "$A" --scenario none
check "and nothing is there" same "$(count "$TMP/none/internals.csv" ',redis,')" 0

# epochs RUN N: at so many moments it was asked, and has said all (retained is the last); epoch RUN: once more.
epochs() { [ "$(values "$TMP/$1" retained | wc -l)" -ge "$2" ]; }
epoch() {
	asked=$(values "$TMP/$1" retained | wc -l)
	kill -USR2 "$S"
	wait_for 20 epochs "$1" "$((asked + 1))"
}
# accounted RUN TARGET: watched for five epochs.
accounted() {
	"$SOAKD" --target "pid:$2" --interval 0.1 --out "$TMP/$1" -q >/dev/null 2>&1 &
	S=$!
	wait_for 20 epochs "$1" 1 && epoch "$1" && epoch "$1" && epoch "$1"
	rc=$?
	kill -INT "$S"
	wait "$S"
	[ $rc = 0 ] && status "0 3" "$SOAKD" analyze --format json "$TMP/$1" && cp "$TMP/out" "$TMP/$1.json"
}
ratio() { awk -v a="$(values "$TMP/$1" allocator_allocated | tail -1)" -v p="$(values "$TMP/$1" allocator_active | tail -1)" 'BEGIN { print 1 - a / p }'; }
check "an empty server, for its account" accounted small "$A"
check "so few pages have no fragmentation" json_true "$TMP/small.json" "j['explained']['source'] == 'redis' and j['explained']['fragmentation'] is None and j['explained']['fragmentation_class'] is None"
redis_do a eval 'for i = 1, 60000 do redis.call("SET", "a" .. i, string.rep("x", 200)) end' 0 >/dev/null
check "one with data" accounted large "$A"
check "has what its allocator says of it: handed out beside pages" json_true "$TMP/large.json" "abs(j['explained']['fragmentation'] - max(0, $(ratio large))) < .01"
redis_do a flushall >/dev/null

redis_start b
check "another server than the watched one: the run goes on" quick "0 3" foreign "$A" --dsn "$TMP/b.sock"
check "it is said" events "$TMP/foreign" 'is not the one watched'
check "nothing of it is recorded" same "$(count "$TMP/foreign/internals.csv" ',redis,')" 0
check "not even what it is" json_true "$TMP/foreign/run.json" "'version' not in j['target_info']"
check "of several servers the address picks one" status "0 3" "$SOAKD" --target redis --dsn "$TMP/a.sock" --interval 0.1 --duration 1s --out "$TMP/picked"
check "that one" same "$(awk -F, '$3 == "redis" { print $2 }' "$TMP/picked/internals.csv" | sort -u)" "$A"
check "an address of none of them: 2" status 2 "$SOAKD" --target redis --dsn "$TMP/nobody.sock" --duration 1s --out "$TMP/unpicked"
check "says how to" says "pick one with --target pid:N beside --dsn"
check "nobody there: the run goes on" quick "0 3" nobody "$A" --dsn "$TMP/nobody.sock"
check "it is said, with the address" events "$TMP/nobody" "error,.*cannot ask Redis at $TMP/nobody.sock: No such file"
check "a bad address is the user's: 2" quick 2 bad "$A" --dsn "redis://:topsecret@nowhere.example"
check "said without the password" same "$(count "$TMP/err" topsecret)" 0

redis_start locked --requirepass topsecret
L=$REDISPID
check "a password is wanted: the run goes on" quick "0 3" noauth "$L"
check "says what to do" events "$TMP/noauth" 'NOAUTH.*REDISCLI_AUTH'
check "a wrong one" quick "0 3" wrong "$L" --dsn "unix://:wrongsecret@$TMP/locked.sock"
check "says so" events "$TMP/wrong" 'WRONGPASS'
REDISCLI_AUTH=topsecret
export REDISCLI_AUTH
check "the right one, from the environment" quick "0 3" auth "$L"
unset REDISCLI_AUTH
check "works" at_least "$(values "$TMP/auth" used_memory | wc -l)" 2
check "the right one, from the dsn" quick "0 3" dsn "$L" --dsn "unix://default:topsecret@$TMP/locked.sock"
check "works too" at_least "$(values "$TMP/dsn" used_memory | wc -l)" 2
check "no file has a password" same "$(grep -rlE 'topsecret|wrongsecret' "$TMP"/plain "$TMP"/noauth "$TMP"/wrong "$TMP"/auth "$TMP"/dsn "$TMP"/bad 2>/dev/null)" ""
redis_do a acl setuser watcher on '>pw' '+info' '+client|setname' >/dev/null
check "a user who may not ask all" quick "0 3" acl "$A" --dsn "unix://watcher:pw@$TMP/a.sock"
check "what he may is there" at_least "$(values "$TMP/acl" used_memory | wc -l)" 2
check "what not is said once" same "$(count "$TMP/acl/events.csv" 'refuses MEMORY STATS')" 1

found() { grep -q "$1" "$TMP/out" || { sed 's/^/# /' "$TMP/out" | tail -3; return 1; }; }
check "doctor asks" status 0 "$SOAKD" doctor --target "pid:$A"
check "and says what is answered" found '^ok   Redis .* says of itself at each epoch: INFO, MEMORY STATS, MEMORY MALLOC-STATS$'
check "doctor without the password: the run would do without" status 0 "$SOAKD" doctor --target "pid:$L"
check "says what to do" found '^warn .*NOAUTH.*REDISCLI_AUTH'
check "doctor at another server" status 0 "$SOAKD" doctor --target "pid:$A" --dsn "$TMP/b.sock"
check "says so" found '^warn the Redis that answers is not the one that is watched'
check "doctor as a user who may not ask all" status 0 "$SOAKD" doctor --target "pid:$A" --dsn "unix://watcher:pw@$TMP/a.sock"
check "says what he may" found '^warn Redis refuses MEMORY STATS.*it answers INFO'
check "doctor and a bad address: 2" status 2 "$SOAKD" doctor --target "pid:$A" --dsn 'redis://:topsecret@nowhere.example'
check "said without the password" same "$(cat "$TMP/out" "$TMP/err" | grep -c topsecret)" 0

kill -STOP "$(cat "$TMP/b.redis")"
check "a server that hangs: the run begins without it" quick "0 3" hung "$(cat "$TMP/b.redis")"
check "says that it does not answer" events "$TMP/hung" 'does not answer'
check "no row is lost" all_due "$TMP/hung" 11

"$SOAKD" --target "pid:$A" --interval 0.1 --out "$TMP/long" -q >/dev/null 2>&1 &
S=$!
check "a run without an end" wait_for 20 epochs long 1
redis_do a client kill type normal >/dev/null
check "a lost connection is an event" wait_for 20 grep -q 'reconnect,.*lost the connection' "$TMP/long/events.csv"
check "its return as well" wait_for 20 grep -q 'reconnect,.*answers again' "$TMP/long/events.csv"
check "and it is asked as before" epoch long
kill -STOP "$A"
kill -USR2 "$S"
check "one that hangs later is given up" wait_for 30 grep -q 'reconnect,.*does not answer' "$TMP/long/events.csv"
kill -CONT "$A"
check "and asked again" wait_for 30 sh -c "[ \$(grep -c 'answers again' $TMP/long/events.csv) -eq 2 ]"
kill -INT "$S"
wait "$S"
finish
