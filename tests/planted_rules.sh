#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# packaging/rules finds what it is there to find: each offence is planted in a copy of the sources, alone, and must be reported by
# its rule with file and line; the copy without it must pass.
. "$(dirname "$0")/e2e/lib.sh"
cd "$(dirname "$0")/.." || exit 2
log=$TMP/out

fresh() {
	rm -rf "$TMP/tree"
	mkdir "$TMP/tree"
	for f in base samplers scenarios analysis plots preload soakd packaging tests; do
		[ ! -d $f ] || cp -R $f "$TMP/tree/"
	done
}
# planted FILE TEXT RULE: appends TEXT, expects exit 1, the rule's "not ok", and the file's name with the line.
planted() {
	fresh
	printf '%s\n' "$2" >>"$TMP/tree/$1"
	line=$(wc -l <"$TMP/tree/$1")
	packaging/rules "$TMP/tree" >"$log" 2>&1
	[ $? -eq 1 ] && grep -q "^not ok .* - $3" "$log" && grep -q "$1:$line:" "$log"
	ok $? "found: $4"
}

fresh
packaging/rules "$TMP/tree" >"$log" 2>&1
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
cat >>"$TMP/tree/base/err.c" <<'C'
/* sprintf(x) in a comment,
 * atoi(x) in its second line */
static const char *const words = "strcpy(a, b) \" gets(c)"; // system(3)
static int my_atoi(int x) { return x; }
C
packaging/rules "$TMP/tree" >"$log" 2>&1
ok $? "comments, strings and longer names offend nobody"

fresh
sed -i 1d "$TMP/tree/base/err.c"
packaging/rules "$TMP/tree" >"$log" 2>&1
[ $? -eq 1 ] && grep -q '^not ok .* - every source says its licence' "$log" && grep -q 'base/err.c: no SPDX' "$log"
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
} >>"$TMP/tree/base/err.c"
packaging/rules "$TMP/tree" >"$log" 2>&1
[ $? -eq 1 ] && grep -q '^not ok .* - no function over 90 lines' "$log"
ok $? "found: a function of 91 lines"
finish
