#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What counts the tests: nothing that happens to a test, to its log or to the disk makes a failure of it go unseen.
. "$(dirname "$0")/lib.sh"
here=$(cd "$(dirname "$0")/.." && pwd)
tree=$TMP/tree
mkdir -p "$tree/tests/e2e" "$tree/tests/x" "$tree/tests/fuzz" "$tree/build/tests/x" "$tree/build/tests/fuzz"
cp "$here/run" "$here/one" "$here/bounded.py" "$tree/tests/"
# script NAME TEXT, program NAME TEXT: a test that says so, which printf understands
script() { printf '#!/bin/sh\n%b\n' "$2" >"$tree/tests/e2e/$1.sh" && chmod +x "$tree/tests/e2e/$1.sh"; }
program() { : >"$tree/tests/$1.c" && printf '#!/bin/sh\n%b\n' "$2" >"$tree/build/tests/$1" && chmod +x "$tree/build/tests/$1"; }
runner() { env O=build T="${1-}" "$tree/tests/run"; } # WORD
counted() { [ "$(tail -1 "$TMP/out")" = "$1" ] || { echo "# not \"$1\":"; sed 's/^/# /' "$TMP/out"; return 1; }; }
shows() { grep -aqF -e "$1" "$TMP/out" || { echo "# not shown: $1"; sed 's/^/# /' "$TMP/out"; return 1; }; }

: >"$tree/tests/fuzz/replay_fuzz.c"
printf '#!/bin/sh\necho "ok 1 - 3 inputs replayed"\n' >"$tree/build/tests/fuzz/replay_fuzz_replay" && chmod +x "$tree/build/tests/fuzz/replay_fuzz_replay"
program x/good_test "echo '[==========] Running 2 test(s).'; echo '[       OK ] a'; echo '[       OK ] b'"
script good "echo 'ok 1 - a'; echo 'ok 2 - b # SKIP not here'; echo 1..2"
check "all is well: status 0" status 0 runner
check "five tests, one of them skipped" counted "4 passed, 0 failed"
check "which is said" shows "1 skipped"
check "no test has that name: status 1" status 1 runner nobody
check "and nothing was counted" counted "0 passed, 0 failed"

program x/skipped_test "echo '[==========] Running 2 test(s).'; echo '[       OK ] a'; echo '[  SKIPPED ] b'; echo '[  SKIPPED ] 1 test(s), listed below:'; echo '[  SKIPPED ] b'"
check "a program that leaves one out: status 0" status 0 runner skipped
check "it is one" shows "1 ok 1 skipped"
program x/leaves_test "echo '[==========] Running 2 test(s).'; echo '[       OK ] a'; exit 0"
check "a program that ends in the middle, with status 0" status 1 runner leaves
check "has failed" counted "1 passed, 1 failed"
script cut "echo 'ok 1 - a'; echo 1..2"
check "a script of which a line is not there" status 1 runner cut
check "has failed" counted "1 passed, 1 failed"
script silent ":"
check "one that says nothing" status 1 runner silent
check "has failed" counted "0 passed, 1 failed"
script nul "printf 'a\\\\0b\\\\n\\\\377\\\\0not ok 7 - no line\\\\nok 1 - x\\\\nnot ok 2 - y\\\\nnot ok 3 - z\\\\n1..3\\\\n'"
check "bytes that are no text" status 1 runner nul
check "each line counts" counted "1 passed, 2 failed"
check "and the end of the log is shown" shows "not ok 3 - z"

# Killed: the test; what runs it with its time; what counts it, and then the others are run all the same.
script killed_a "echo 'ok 1 - a'; kill -9 \$\$"
script killed_b "echo 'ok 1 - a'; kill -9 \$PPID"
script killed_c "echo 'ok 1 - a'; kill -9 \$(cut -d' ' -f4 /proc/\$PPID/stat)"
script killed_d "echo 'ok 1 - a'; echo 1..1"
for one in a:'1 passed, 1 failed' b:'1 passed, 1 failed' c:'0 passed, 1 failed'; do
	check "killed_${one%%:*}: status 1" status 1 runner "killed_${one%%:*}"
	check "killed_${one%%:*}: has failed" counted "${one#*:}"
done
check "one that nobody could count is named" says "tests/e2e/killed_c: nothing was counted"
check "all four" status 1 runner killed
check "the last of them was run" counted "3 passed, 3 failed"

if [ "$(id -u)" = 0 ] && mkdir -p "$tree/build/tests/logs" && mount -t tmpfs -o nr_inodes=4 tmpfs "$tree/build/tests/logs" 2>/dev/null; then
	CLEANUP='umount "$tree/build/tests/logs"'
	check "no room for the logs: status 1" status 1 runner good
	check "what cannot be counted has failed" shows "1 failed"
	check "and is named" says "nothing was counted"
else
	skip "no room for the logs" "not root, or no right to mount"
fi
check "no room for a temporary directory" status 1 env TMPDIR="$TMP/none" sh "$0"
check "nothing is done elsewhere" [ "$(cat "$TMP/out")" = "not ok 1 - no room for a temporary directory" ]
finish
