#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Two ways in which a Redis grows: its allocator keeps half-empty pages, or it keeps data. What it says of itself tells them apart.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/rds.sh"

item() { awk -F, -v item="$2" '$3 == "redis" && $4 == item { print $5 }' "$1/internals.csv"; }
growth() { item "$TMP/$1" "$2" | awk 'NR == 1 { a = $1 } { b = $1 } END { print b - a }'; }
info() { redis_do "$1" info memory | tr -d '\r' | sed -n "s/^$2://p"; }
# Redis asks its allocator ten times a second and answers with what it heard last; used_memory and the keys are of the moment.
heard() { [ "$(info "$1" "$2")" -ge "$3" ]; } # NAME FIELD BYTES: its answer is that far
# loaded NAME SCRIPT: the growth of each item from before the script to after it, which takes 4 MB and more of pages.
loaded() {
	redis_start "$1" || return 1
	redis_do "$1" eval 'for i = 1, 60000 do redis.call("SET", "a" .. i, string.rep("x", 200)) end' 0 >/dev/null
	wait_for 20 heard "$1" allocator_allocated "$(info "$1" used_memory)" || return 1
	active=$(info "$1" allocator_active)
	"$SOAKD" --target "pid:$REDISPID" --interval 0.1 --out "$TMP/$1" -q >/dev/null 2>&1 &
	S=$!
	wait_for 20 grep -q retained, "$TMP/$1/internals.csv" || return 1
	redis_do "$1" eval "$2" 0 >/dev/null
	wait_for 20 heard "$1" allocator_active $((active + 4000000)) || return 1
	epochs=$(grep -c ',retained,' "$TMP/$1/internals.csv")
	kill -USR2 "$S"
	wait_for 20 sh -c "[ \$(grep -c ,retained, '$TMP/$1/internals.csv') -gt $epochs ]" || return 1
	kill -INT "$S"
	wait "$S"
	redis_stop "$1"
	echo "# $1: used_memory $(growth "$1" used_memory), frag $(growth "$1" allocator_frag_bytes), active $(growth "$1" allocator_active), keys $(growth "$1" keys)"
}
# Every other value goes, others of another size come: as much data as before, in more pages.
check "fragmentation" loaded frag 'for i = 1, 60000, 2 do redis.call("DEL", "a" .. i) end
	for i = 1, 7000 do redis.call("SET", "b" .. i, string.rep("y", 1000)) end'
check "the pages grow" at_least "$(growth frag allocator_active)" 4000000
check "what is used does not" at_least 2000000 "$(growth frag used_memory)"
check "the allocator's share does" at_least "$(growth frag allocator_frag_bytes)" 4000000
check "leak" loaded leak 'for i = 1, 40000 do redis.call("SET", "c" .. i, string.rep("x", 200)) end'
check "the pages grow" at_least "$(growth leak allocator_active)" 4000000
check "with what is used" at_least "$(growth leak used_memory)" 8000000
check "the allocator's share does not" at_least 1000000 "$(growth leak allocator_frag_bytes)"
check "by keys" [ "$(growth leak keys)" = 40000 ]
finish
