#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# packaging/rules finds what it is there to find: each offence is planted in a copy of the sources, alone, and must be reported by
# its rule with file and line; the copy without it must pass.
set -u
cd "$(dirname "$0")/.." || exit 2
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
n=0 bad=0

ok() { # ok CONDITION-STATUS WHAT
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		bad=$((bad + 1))
		echo "not ok $n - $2"
		sed 's/^/#   /' "$work/out"
	fi
}
fresh() {
	rm -rf "$work/tree"
	mkdir "$work/tree"
	for f in base samplers scenarios analysis plots preload soakd packaging tests; do
		[ ! -d $f ] || cp -R $f "$work/tree/"
	done
}
# planted FILE TEXT RULE: appends TEXT, expects exit 1, the rule's "not ok", and the file's name with the line.
planted() {
	fresh
	printf '%s\n' "$2" >>"$work/tree/$1"
	line=$(wc -l <"$work/tree/$1")
	packaging/rules "$work/tree" >"$work/out" 2>&1
	[ $? -eq 1 ] && grep -q "^not ok .* - $3" "$work/out" && grep -q "$1:$line:" "$work/out"
	ok $? "found: $4"
}

fresh
packaging/rules "$work/tree" >"$work/out" 2>&1
ok $? "the sources as they are pass"

planted base/err.h '#include "soakd/opt.h"' "includes never" "base includes soakd"
planted samplers/procfs.h '#include "analysis/verdict.h"' "includes never" "samplers includes analysis"
planted plots/scene.h '#include "base/../analysis/verdict.h"' "includes never" "a way around by .."
planted analysis/verdict.h '#  include "plots/scene.h"' "includes never" "analysis includes plots, with blanks"
planted soakd/opt.c 'static void f(char *b) { sprintf(b, "x"); }' "no function" "sprintf"
planted soakd/opt.c 'static int f(const char *b) { return atoi (b); }' "no function" "atoi with a blank"
planted base/err.c 'static void f(void) { printf("x"); }' "libraries neither" "a library that prints"
planted base/err.c 'static void f(void) { exit(1); }' "libraries neither" "a library that exits"

# what only looks like an offence
fresh
cat >>"$work/tree/base/err.c" <<'C'
/* sprintf(x) in a comment,
 * atoi(x) in its second line */
static const char *const words = "strcpy(a, b) \" gets(c)"; // system(3)
static int my_atoi(int x) { return x; }
C
packaging/rules "$work/tree" >"$work/out" 2>&1
ok $? "comments, strings and longer names offend nobody"

fresh
sed -i 1d "$work/tree/base/err.c"
packaging/rules "$work/tree" >"$work/out" 2>&1
[ $? -eq 1 ] && grep -q '^not ok .* - every source says its licence' "$work/out" && grep -q 'base/err.c: no SPDX' "$work/out"
ok $? "found: a file without its licence line"

fresh
{
	echo 'static int f(void)'
	echo '{'
	i=0
	while [ $i -lt 91 ]; do
		echo '	;'
		i=$((i + 1))
	done
	echo '}'
} >>"$work/tree/base/err.c"
packaging/rules "$work/tree" >"$work/out" 2>&1
[ $? -eq 1 ] && grep -q '^not ok .* - no function over 90 lines' "$work/out"
ok $? "found: a function of 91 lines"
[ "$bad" -eq 0 ]
