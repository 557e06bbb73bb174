#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# A /proc with hidepid: an ordinary user's own processes are watched as ever; of others it is said that they may be hidden, never
# that they are not there; and who watches is told that the tree may be larger than what is seen.
[ -n "${INNER-}" ] || INNER=no
if [ "$INNER" = no ] && unshare -pfm --mount-proc true 2>/dev/null; then # a PID namespace: before Linux 5.8 the option was not the mount's own
	INNER=yes exec timeout 1000 unshare -pfm --mount-proc --kill-child sh "$0"
fi
. "$(dirname "$0")/lib.sh"
as="setpriv --reuid=65534 --regid=65534 --clear-groups"
if [ "$INNER" = no ] || ! mount -t proc -o hidepid=2 proc /proc 2>/dev/null; then
	skip "hidepid" "no right to mount /proc anew"
	finish
fi
open_programs
if ! $as "$SOAKD" --version >/dev/null 2>&1; then
	skip "hidepid" "nobody cannot run $SOAKD"
	finish
fi
cp "$(command -v sleep)" "$TMP/others-$$" && cp "$(command -v sleep)" "$TMP/own-$$"
"$TMP/others-$$" 1000 & other=$!
$as "$TMP/own-$$" 1000 & own=$!
CLEANUP='kill $other $own 2>/dev/null'
named() { [ "$(cat "/proc/$1/comm")" = "$2" ]; }
wait_for 10 named $other "others-$$"
wait_for 10 named $own "own-$$"
D=$TMP/open/run
mkdir -m 777 "$TMP/open"

check "own processes are found by name" status "0 3" $as "$SOAKD" --target "own-$$" --scenario none --interval 0.2 --duration 2s --allow-stall --quiet --out "$D"
check "  it is said that others are not seen" says "shows us no other users' processes (hidepid)"
check "  once" [ "$(grep -vc ' expected rows were taken$' "$TMP/err")" -eq 1 ]
check "  and read in full" at_least "$(last_of "$D/samples.csv" pss_kb)" 1
check "  in every row" [ "$(column "$D/samples.csv" rss_kb | grep -c .)" -eq "$(column "$D/samples.csv" timestamp | grep -c .)" ]
check "another's pid: 2" status 2 $as "$SOAKD" --target "pid:$other" --scenario none --duration 1s --out "$TMP/open/a"
check "  says that it may be hidden" says "It may be another user's: /proc hides those from us (hidepid)"
check "  in one sentence" one_sentence
check "another's name: 2" status 2 $as "$SOAKD" --target "others-$$" --scenario none --duration 1s --out "$TMP/open/b"
check "  says that it may be hidden" says "(hidepid)"
check "doctor of another's pid: 2" status 2 $as "$SOAKD" doctor --target "pid:$other"
check "  says that it may be hidden" grep -q '^FAIL .*It may be another user.s: /proc hides those from us (hidepid); run as root, or: sudo mount -o remount,hidepid=0 /proc$' "$TMP/out"
check "map: 2" status 2 $as "$SOAKD" map "$other"
check "  says that it may be hidden" says "(hidepid)"
check "doctor says it, with the command" sh -c "$as '$SOAKD' doctor --target own-$$ 2>&1 | grep -q 'remount,hidepid=0'"
check "root sees all" status "0 3" "$SOAKD" --target "others-$$" --scenario none --interval 0.2 --duration 1s --quiet --out "$TMP/open/c"
check "  and is told nothing" [ "$(grep -vc ' expected rows were taken$' "$TMP/err")" -eq 0 ]
mount -o remount,hidepid=1 /proc # what is there can be seen, and not what it is
check "hidepid=1, another's pid: 2" status 2 $as "$SOAKD" --target "pid:$other" --scenario none --duration 1s --out "$TMP/open/d"
check "  in one sentence" one_sentence
check "hidepid=1, another's name: 2" status 2 $as "$SOAKD" --target "others-$$" --scenario none --duration 1s --out "$TMP/open/e"
check "  says that it may be hidden" says "(hidepid)"
finish
