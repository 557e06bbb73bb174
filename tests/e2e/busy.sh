#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What the tests take for a busy machine: only there exit status 6, rows are missing, is right beside 0 and 3. The numbers are such as a kernel
# says of four processors and 20 s of a run.
. "$(dirname "$0")/lib.sh"
PROC=$TMP/proc
mkdir -p "$PROC/pressure"
# kernel UPTIME CPU IO MEMORY STOLEN: it says that by now; the middle three in microseconds, the last, a sum, in hundredths of a second
kernel() {
	echo "$1 512000.11" >"$PROC/uptime"
	for one in "cpu $2" "io $3" "memory $4"; do
		printf 'some avg10=0.00 avg60=0.00 avg300=0.00 total=%s\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=77\n' "${one#* }" >"$PROC/pressure/${one% *}"
	done
	{
		echo "cpu  3146239 3733612 2886785 7353619 71454 0 46818 $5 0 0"
		for processor in 0 1 2 3; do echo "cpu$processor 786559 933403 721696 1838404 17863 0 11704 $(($5 / 4)) 0 0"; done
		echo 'ctxt 1990473'
	} >"$PROC/stat"
}
# ends STATUS SENTENCE NUMBERS: a run that says so, by when the kernel says these
ends() {
	# shellcheck disable=SC2086 # they are words
	kernel $3
	echo "soakd: $2" >&2
	return "$1"
}
begin="86400.25 1000000 2000000 3000000 500"
tenth="86420.25 1500000 2500000 3500000 700" # 20 s later: half a second of each, and 2 s stolen of four processors
more="86420.25 1500001 2500000 3500000 700"
missing='only 70 of 101 expected rows were taken'
# taken EXPECTED STATUS SENTENCE NUMBERS: for right; refused: not
taken() {
	# shellcheck disable=SC2086
	kernel $begin
	expect=$1
	shift
	status "$expect" ends "$@"
}
refused() { ! taken "$@" >"$TMP/why"; }
# idle NUMBERS: a 6 is refused, because nobody waited
idle() { refused "0 3" 6 "$missing" "$1" && grep -q '^# rows are missing, and the machine was not busy: ' "$TMP/why"; }

check "nobody waited" idle "86420.25 1000000 2000000 3000000 500"
check "for a tenth of the time" idle "$tenth"
check "for more: it is taken" taken "0 3" 6 "$missing" "$more"
check "beside 0 alone" taken 0 6 "$missing" "$more"
check "beside 3 and others" taken "1 3" 6 "$missing" "$more"
check "for a processor" taken 0 6 "$missing" "86420.25 3000001 2000000 3000000 500"
check "for the disk" taken 0 6 "$missing" "86420.25 1000000 4000001 3000000 500"
check "for memory" taken 0 6 "$missing" "86420.25 1000000 2000000 5000001 500"
check "for the host: each of four processors lost a tenth" idle "86420.25 1000000 2000000 3000000 1300"
check "and each a hundredth of a second more" taken 0 6 "$missing" "86420.25 1000000 2000000 3000000 1304"
check "no time has passed" idle "$begin"
check "a leak is expected" refused 1 6 "$missing" "$more"
check "something else is said" refused 0 6 "the disk is full" "$more"
check "another status" refused 0 3 "$missing" "$more"
check "a 6 is expected" taken 6 6 "$missing" "$begin"

# ended STATUS NUMBERS: the same of a run in the background
ended() {
	# shellcheck disable=SC2086
	kernel $begin
	note_clock "$TMP/log"
	ends 6 "$missing" "$2" 2>"$TMP/log"
	by_verdict "$1" "$TMP/log" >"$TMP/why"
}
not() { ! "$@"; }
check "in the background: nobody waited" not ended 6 "$tenth"
check "somebody did" ended 6 "$more"
check "no row is missing" ended 0 "$tenth" && check "nor enough to say anything of" ended 3 "$tenth"
check "a leak" not ended 1 "$more"
cp "$TMP/log" "$TMP/unknown"
check "nobody noted when it began" not by_verdict 0 "$TMP/unknown"

# cell STATUS NUMBERS: a matrix, of which a cell has said it
mkdir -p "$TMP/m/cells"
echo "soakd: $missing" >"$TMP/m/cells/rows=1.log"
echo "soakd: all is well" >"$TMP/m/cells/rows=2.log"
matrix() {
	# shellcheck disable=SC2086
	kernel $begin
	matrix_status "0 3" "$TMP/m" ends "$1" "status of the worst cell" "$2" >"$TMP/why"
}
check "a matrix: nobody waited" not matrix 6 "$tenth"
check "somebody did" matrix 6 "$more"
check "a leak in it" not matrix 1 "$more"
rm "$TMP/m/cells/rows=1.log"
check "no cell says so" not matrix 6 "$more"
check "no row is missing" matrix 0 "$tenth"

echo "soakd: $missing" >"$TMP/gap"
: >"$TMP/none"
check "rows that the test itself kept from being taken" with_gap 6 "$TMP/gap"
check "none said" not with_gap 6 "$TMP/none"
note_clock "$TMP/gap"
check "all there" with_gap 0 "$TMP/gap"
check "a leak" not with_gap 1 "$TMP/gap"

rm "$PROC/pressure/memory"
kernel() { :; }
check "a kernel that does not say who waits" idle "$more"
finish
