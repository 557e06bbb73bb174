# SPDX-License-Identifier: GPL-3.0-or-later
# A Redis of the test's own, on a socket in its temporary directory. Source after lib.sh. Debian's redis-tools has the whole server: one
# program that looks at its name, so that nothing has to be installed that would be started at each boot.
REDIS=$(command -v redis-server || command -v redis-check-rdb) || { echo "not ok 1 - no Redis here: packaging/deps test installs it"; exit 1; }
ln -s "$REDIS" "$TMP/redis-server"
unset REDISCLI_AUTH
CLEANUP='for f in "$TMP"/*.redis; do [ -e "$f" ] && kill -CONT "$(cat "$f")" && kill -KILL "$(cat "$f")"; done 2>/dev/null'
# redis_start NAME [OPTION...]: its socket is $TMP/NAME.sock, its process $REDISPID
redis_start() {
	name=$1
	shift
	"$TMP/redis-server" --port 0 --unixsocket "$TMP/$name.sock" --save '' --dir "$TMP" "$@" >"$TMP/$name.log" 2>&1 </dev/null &
	REDISPID=$!
	echo "$REDISPID" >"$TMP/$name.redis"
	wait_for 20 grep -q 'ready to accept' "$TMP/$name.log" || { sed 's/^/# /' "$TMP/$name.log"; return 1; }
}
redis_do() { # NAME WORDS...
	sock=$TMP/$1.sock
	shift
	redis-cli -s "$sock" "$@"
}
redis_stop() {
	kill -KILL "$(cat "$TMP/$1.redis")" 2>/dev/null
	rm -f "$TMP/$1.redis"
}
