#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What is written down of a command holds no password, in whatever way it was said.
. "$(dirname "$0")/lib.sh"
S=hUnt3r2x
nowhere() { ! grep -raq "$S" "$1" || { grep -ral "$S" "$1" | sed 's/^/# /'; return 1; }; }
short() { "$SOAKD" --interval 0.1 --duration 1s --quiet "$@" >"$TMP/out" 2>"$TMP/err" </dev/null; [ -s "$D/run.json" ]; }

D=$TMP/launched
check "a launched command with passwords" short --out "$D" -- sh -c 'sleep 3; : pwd:hUnt3r2x' x --password $S --token=$S "secret: $S two" "x://u:$S@h"
check "they are nowhere" nowhere "$D"
check "the command is" json_true "$D/run.json" "'--password' in j['command'] and '***' in j['command'] and 'sleep 3' in j['target_info']['cmdline']"

D=$TMP/exec
sleep 60 &
watched=$!
CLEANUP='kill $watched 2>/dev/null'
check "a command of the scenario exec with a password" short --target "pid:$watched" --scenario exec --exec "sh -c 'exit 0' x --password $S" --out "$D"
check "it is nowhere" nowhere "$D"
check "the rest is in the options" json_true "$D/run.json" "j['options']['exec'].endswith('--password ***')"
finish
