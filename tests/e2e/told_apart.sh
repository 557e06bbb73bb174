#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A leak and fragmentation, both growing as fast: what the target says of itself makes one a leak and the other suspected. Side by side.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/rds.sh"
CHURN=$(dirname "$SOAKD")/tests/preload/churn
WATCH="--interval 0.2 --warmup 2s --duration 22s -q"

# grow NAME SCRIPT: runs in the server five times a second until that is gone.
grow() { redis-cli -s "$TMP/$1.sock" -r 100000 -i 0.2 eval "$2" 0 >/dev/null 2>&1 & }
# watch NAME ARGUMENTS...: soakd in the background; ended NAME: its exit status.
watch() {
	name=$1
	shift
	# shellcheck disable=SC2086
	{ "$SOAKD" $WATCH --out "$TMP/$name" "$@" >"$TMP/$name.out" 2>&1 </dev/null; echo $? >"$TMP/$name.status"; } &
}
ended() { # NAME STATUS
	[ "$(cat "$TMP/$1.status")" = "$2" ] && return 0
	echo "# $1: exit status $(cat "$TMP/$1.status"), expected $2"
	sed 's/^/# /' "$TMP/$1.out"
	return 1
}
v() { json_true "$TMP/$1/verdict.json" "$2" || { json "$TMP/$1/verdict.json" "j['explained']" | sed 's/^/# /'; return 1; }; }

# due: from which number to which it is to be done by now, 300 a second. By the server's clock and not by the number of calls, so that a busy
# machine bends nothing.
due='local t = redis.call("TIME") local now = t[1] + t[2] / 1000000 redis.call("SET", "began", now, "NX")
	local from = tonumber(redis.call("GET", "done") or 0) local to = math.floor((now - tonumber(redis.call("GET", "began"))) * 300) redis.call("SET", "done", to)
'
# Every other of many small values goes as far as bigger ones come: what is used stays as it was, to a few KiB.
redis_start frag || exit 1
redis_do frag eval 'for i = 0, 59999 do redis.call("SET", "a" .. i, string.rep("x", 200)) end redis.call("SET", "at", 0)' 0 >/dev/null
redis_do frag set base "$(redis_do frag info memory | sed -n 's/^used_memory:\([0-9]*\).*/\1/p')" >/dev/null
grow frag "$due"'local at, base = tonumber(redis.call("GET", "at")), tonumber(redis.call("GET", "base"))
	local function used() return tonumber(string.match(redis.call("INFO", "memory"), "used_memory:(%d+)")) end
	for i = from, to - 1 do
		redis.call("SET", "b" .. i, string.rep("y", 1000))
		while i % 60 == 59 and at < 60000 and used() > base do for k = 1, 10 do redis.call("DEL", "a" .. at) at = at + 2 end end
	end
	redis.call("SET", "at", at)'
watch frag --target "pid:$REDISPID"
redis_start leak || exit 1
grow leak "$due"'for i = from, to - 1 do redis.call("SET", "c" .. i, string.rep("z", 1000)) end'
watch leak --target "pid:$REDISPID"
watch drip --malloc-stats -- "$CHURN" drip
watch creep --malloc-stats -- "$CHURN" creep
for f in frag leak drip creep; do wait_for 60 [ -s "$TMP/$f.status" ]; done

check "a redis that keeps keys: status 1" ended leak 1
check "is a leak" v leak "j['verdict'] == 'leak' and j['leaking']"
check "which its own accounting explains" v leak "j['explained']['source'] == 'redis' and j['explained']['share'] > .8"
check "and leaves little" v leak "j['explained']['rest_kb'] < .2 * j['explained']['growth_kb'] and not j['explained']['by_allocator']"
check "in words" v leak "'is in redis\\'s own accounting' in j['why']"

check "a redis that fragments: status 3" ended frag 3
check "is suspected" v frag "j['verdict'] == 'suspected' and not j['leaking'] and j['kind'] is None"
check "because its accounting is flat" v frag "j['explained']['share'] < .1 and j['explained']['by_allocator']"
check "the rest has a name" v frag "j['explained']['rest'] == 'fragmentation' and j['explained']['fragmentation_kb'] > .8 * j['explained']['growth_kb']"
check "and a class" v frag "j['explained']['fragmentation_class'] in ('notable', 'high')"
check "the words say so" v frag "'not by the program\\'s data: by its own account (redis)' in j['why'] and 'the allocator\\'s fragmentation' in j['why'] and 'a leak would grow in use too' in j['why']"
check "no column of memory is called a leak" v frag "all(s['verdict'] != 'leak' for s in j['series'] if s['column'] in ('anon_kb', 'rss_kb', 'pss_kb', 'uss_kb'))"
check "what to do is said" grep -q 'next: .*activedefrag' "$TMP/frag.out"
check "analyze: status 3 as well" status 3 "$SOAKD" analyze --format json "$TMP/frag"
cp "$TMP/out" "$TMP/again.json"
check "the same verdict for the same reason" [ "$(json "$TMP/again.json" "(j['verdict'], j['why'])")" = "$(json "$TMP/frag/verdict.json" "(j['verdict'], j['why'])")" ]

check "blocks that malloc handed out for good: status 1" ended drip 1
check "are a leak that malloc explains" v drip "j['explained']['source'] == 'malloc' and j['explained']['share'] > .8"
check "holes that nothing fits into: status 3" ended creep 3
check "are suspected" v creep "j['verdict'] == 'suspected' and j['explained']['by_allocator'] and j['explained']['rest'] == 'retention'"
check "as free memory that is kept" v creep "'free memory that the allocator keeps' in j['why']"
finish
