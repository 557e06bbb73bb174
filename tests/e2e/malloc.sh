#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# --malloc-stats: what a launched program's allocator has, whatever the program does with processes, threads and descriptors.
. "$(dirname "$0")/lib.sh"
CHURN=$(dirname "$SOAKD")/tests/preload/churn
MIB=1048576

same() { [ "$1" = "$2" ] || { echo "# $1, not $2"; return 1; }; }
# last RUN ITEM [PID]: the newest value; of all processes if no PID is given.
last() { awk -F, -v item="$2" -v pid="${3:-}" '$3 == "malloc" && $4 == item && (pid == "" || $2 == pid) { v = $5 } END { print v + 0 }' "$TMP/$1/internals.csv"; }
pids() { awk -F, '$3 == "malloc" { print $2 }' "$TMP/$1/internals.csv" | sort -u | wc -l; }
# begin NAME WORDS...: churn under soakd, in a directory of its own, at the point where it waits.
begin() {
	name=$1
	shift
	mkdir "$TMP/$name.cwd"
	note_clock "$TMP/$name.err"
	(cd "$TMP/$name.cwd" && exec "$SOAKD" --malloc-stats --interval 0.1 --out "$TMP/$name" -q -- "$@" >"$TMP/$name.out" 2>"$TMP/$name.err" </dev/null) &
	S=$!
	CLEANUP="kill $S 2>/dev/null; wait $S"
	wait_for 20 grep -q ',malloc,in use,' "$TMP/$name/internals.csv" || { sed 's/^/# /' "$TMP/$name.err"; return 1; }
}
go() { touch "$TMP/$1.cwd/GO" && wait_for 60 [ -e "$TMP/$1.cwd/DONE" ]; }
# seen NAME EXPRESSION: an epoch is asked for; true when it says so. To be waited for.
seen() {
	kill -USR2 "$S"
	awk -v use="$(last "$1" "in use")" -v mapped="$(last "$1" mapped)" -v free="$(last "$1" "arenas free")" 'BEGIN { exit !('"$2"') }'
}
settle() { wait_for 30 seen "$@" || { echo "# in use $(last "$1" "in use"), mapped $(last "$1" mapped), free $(last "$1" "arenas free")"; return 1; }; }
end() {
	kill -INT "$S"
	wait "$S"
	rc=$?
	check "it ends in order" in_order "$1"
}
in_order() { [ "$rc" = 1 ] || by_verdict "$rc" "$TMP/$1.err"; }

check "a leak" begin leak "$CHURN" wait leak
base=$(last leak "in use")
check "before it" at_least $MIB "$base"
check "grows" go leak
check "what is in use grows with it" settle leak "use >= 10000000 && use <= 13000000 && mapped >= use && mapped < use + 2 * $MIB"
in_row() { last_of "$TMP/$1/samples.csv" malloc_used_kb | awk -v kb="$2" '{ ok = $1 >= kb } END { exit !ok }'; }
check "the row has it too" wait_for 20 in_row leak 9765
end leak
check "columns" python3 - "$TMP/leak/samples.csv" "$TMP/leak/internals.csv" <<'P'
import csv, sys
rows = list(csv.DictReader(open(sys.argv[1])))
first, end = rows[0], rows[-1]
assert float(end["malloc_sampled"]) == 1, end
used = float(end["malloc_used_kb"]) - float(first["malloc_used_kb"] or 0)
anon = float(end["anon_kb"]) - float(first["anon_kb"])
assert abs(used - anon) < 1500, (used, anon)
units = {(r["item"], r["unit"]) for r in csv.DictReader(open(sys.argv[2])) if r["source"] == "malloc"}
assert units == {("in use", "bytes"), ("mapped", "bytes"), ("arenas free", "bytes")}, units
P
check "the program says nothing of it" [ ! -s "$TMP/leak/target.log" ]
check "nor does soakd: all went well" same "$(grep -c -e ,unreadable, -e ,error, "$TMP/leak/events.csv")" 0
check "run.json knows" json_true "$TMP/leak/run.json" "j['options']['malloc-stats'] == 'yes'"

check "fragmentation" begin frag "$CHURN" wait fragment
check "most is freed" go frag
check "what is in use stays, what is mapped grows" settle frag "use < 4 * $MIB && mapped > 40 * $MIB && free > 35 * $MIB"
end frag

check "a block that malloc maps by itself" begin big "$CHURN" wait big
check "comes" go big
check "is in use and mapped" settle big "use > 64 * $MIB && use < 66 * $MIB && mapped >= use"
end big

check "a child, after threads, without descriptors" begin fork "$CHURN" threads closefds fork closefds wait leak
check "grows" go fork
check "and is seen" settle fork "use >= 10000000"
check "with its parent" same "$(pids fork)" 2
check "both are in the sum" same "$(last_of "$TMP/fork/samples.csv" malloc_sampled)" 2
end fork

check "a daemon" begin daemon "$CHURN" daemon wait leak
check "grows" go daemon
check "and is seen" settle daemon "use >= 10000000"
end daemon

check "exec: the environment goes along" begin exec sh -c "exec '$CHURN' wait leak"
check "grows" go exec
check "and is seen, in the slot that the shell had" settle exec "use >= 10000000"
check "once" same "$(pids exec)" 1
end exec

# watched UNTIL... -- SOAKD...: a soakd with its words, in the background, until that is true; then it is ended.
watched() {
	condition='' first=''
	while [ "$1" != -- ]; do condition="$condition $1" && shift; done
	shift
	note_clock "$TMP/err"
	"$@" >"$TMP/out" 2>"$TMP/err" </dev/null &
	S=$!
	CLEANUP="kill $S 2>/dev/null; wait $S"
	# shellcheck disable=SC2086
	wait_for 20 $condition
	rc=$?
	kill -INT "$S"
	wait "$S"
	by_verdict $? "$TMP/err" && return $rc
	sed 's/^/# /' "$TMP/err"
	return 1
}
unreadable() { grep -q "unreadable,.*$(echo "$2" | tr _ ' ')" "$TMP/$1/events.csv"; } # RUN WORDS, with _ for blanks
# figures RUN: a row that was taken after the program had said its word has some.
figures() {
	[ -s "$TMP/$1/target.log" ] && : "${first:=$(lines "$TMP/$1/samples.csv")}" && column "$TMP/$1/samples.csv" malloc_used_kb | tail -n "+$first" | grep -q .
}
# shellcheck disable=SC2016
check "where the page is shut off the true reason is said" watched unreadable shut 'sleep_(pid_[0-9]*):_the_library_is_in_it_but_could_not_open_the_page' -- \
	"$SOAKD" --malloc-stats --interval 0.2 --out "$TMP/shut" -- sh -c 'rm "$SOAKD_MALLOC_PAGE"; sleep 600; true'
# page_gone RUN: the program has said where its page was; the page's folder is no more. Runs beside this one have folders of their own.
page_gone() {
	page=$(head -1 "$TMP/$1/target.log")
	case $page in /*/soakd-??????/*) [ ! -e "${page%/*}" ] ;; *) echo "# no page: $page" && false ;; esac
}
if [ "$(id -u)" = 0 ]; then
	AS="setpriv --reuid=65534 --regid=65534 --clear-groups"
	mkdir "$TMP/nobody" "$TMP/cap" && chmod 777 "$TMP/nobody"
	cp "$SOAKD" "$SOAKD-draw" "$(dirname "$SOAKD")/libsoakd-malloc.so" "$TMP/cap/" || exit 1
	# shellcheck disable=SC2016
	printf '#!/bin/sh\necho "$SOAKD_MALLOC_PAGE"\nexec sleep 600\n' >"$TMP/cap/program"
	chmod 755 "$TMP/cap/program"
	check "a command that takes another user has figures" watched figures drop -- "$TMP/cap/soakd" --malloc-stats --interval 0.2 --out "$TMP/drop" \
		-- python3 -c "import os, sys; os.setgroups([]); os.setgid(65534); os.setuid(65534); os.execv(sys.argv[1], sys.argv[1:])" "$TMP/cap/program"
	check "nothing stays in /dev/shm" page_gone drop
	# setpriv keeps capabilities in its own thread alone, in which glibc sees an error of ours: it aborted
	# shellcheck disable=SC2086
	check "one that changes its capabilities for that too" watched figures setpriv -- "$TMP/cap/soakd" --malloc-stats --interval 0.2 --out "$TMP/setpriv" -- $AS "$TMP/cap/program"
	check "nothing stays in /dev/shm" page_gone setpriv
	PATH=$PATH:/usr/sbin:/sbin
	if setcap cap_sys_ptrace,cap_dac_read_search+ep "$TMP/cap/soakd" 2>"$TMP/setcap" && [ ! -s "$TMP/setcap" ]; then
		# shellcheck disable=SC2086
		check "a soakd with capabilities has figures" watched figures nobody/run -- $AS "$TMP/cap/soakd" --malloc-stats --interval 0.2 --out "$TMP/nobody/run" -- "$TMP/cap/program"
		check "nothing stays in /dev/shm" page_gone nobody/run
	else
		skip "a soakd with capabilities" "setcap does not work here: $(head -1 "$TMP/setcap")"
	fi
else
	skip "a command that takes another user, a soakd with capabilities" "only root can"
fi

J=$(find /usr/lib -name libjemalloc.so.2 2>/dev/null | head -1)
if [ -n "$J" ]; then
	check "jemalloc, preloaded before us" begin jemalloc env LD_PRELOAD="$J:$(dirname "$SOAKD")/libsoakd-malloc.so" "$CHURN" wait threads fork leak
	check "grows" go jemalloc
	check "is asked its own way" settle jemalloc "use >= 10000000"
	check "says what it retains" grep -q ',malloc,retained,[0-9]*,bytes' "$TMP/jemalloc/internals.csv"
	end jemalloc
	LD_PRELOAD=$J
	export LD_PRELOAD
	check "what was preloaded already stays" begin kept "$CHURN" wait leak
	unset LD_PRELOAD
	check "and is asked" grep -q ',malloc,retained,' "$TMP/kept/internals.csv"
	end kept
else
	skip "jemalloc" "libjemalloc2 is not here"
fi

check "a program that is over when its last thread ends: it is" status "0 3" timeout 30 "$SOAKD" --malloc-stats --interval 0.1 --out "$TMP/ends" -- "$CHURN" mainends
check "by itself" grep -q 'stopping,the launched command ended' "$TMP/ends/events.csv"
found() { grep -q "$1" "$TMP/out" || { sed 's/^/# /' "$TMP/out" | tail -3; return 1; }; }
check "doctor" status 0 "$SOAKD" doctor -- "$CHURN" wait
check "has the library" found '^ok   allocator statistics (--malloc-stats): the library is /.*/libsoakd-malloc.so$'
check "and nothing against the program" same "$(tail -1 "$TMP/out" | cut -d' ' -f1)" ok
check "doctor of no program: 2" status 2 "$SOAKD" doctor -- /nonexistent/server
check "says so" found '^FAIL there is no program /nonexistent/server'
check "doctor of a script" status 0 "$SOAKD" doctor -- "$0"
check "says so" found 'malloc.sh is a script'
mkdir "$TMP/own" && cp "$SOAKD" "$TMP/own/soakd"
if [ ! -e "$(make -s -C "$(dirname "$0")/../.." print-LIBEXECDIR)/libsoakd-malloc.so" ]; then
	check "without the library: 2" status 2 "$TMP/own/soakd" --malloc-stats --out "$TMP/lost" -- "$CHURN" wait
	check "says where it is looked for" says "libsoakd-malloc.so"
	check "nothing was started or left behind" [ ! -e "$TMP/lost" ]
else
	skip "without the library" "one is installed"
fi
check "not for what runs already: 2" status 2 "$SOAKD" --malloc-stats --target leaky --duration 1s --out "$TMP/no"
check "says what for" says "needs a command that soakd launches"
printf 'int pause(void);\nint main(void) { for (;;) pause(); }\n' >"$TMP/static.c"
if gcc -static -o "$TMP/static" "$TMP/static.c" 2>/dev/null; then
	check "a static program runs on, and it is said that it has none" watched unreadable st 'static_(pid_[0-9]*).*the_library_is_not_in_it' -- \
		"$SOAKD" --malloc-stats --interval 0.2 --out "$TMP/st" -- "$TMP/static"
	status 0 "$SOAKD" doctor -- "$TMP/static"
	check "doctor says it before" found '^warn .*static is a static program'
	check "its cells are empty, not 0" same "$(column "$TMP/st/samples.csv" malloc_used_kb | sort -u)" ""
else
	skip "a static program" "no static libc here"
fi
finish
