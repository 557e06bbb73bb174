#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What growth goes with, on a real PostgreSQL: a load that pauses tells operations from time. The same server under connections that
# come and go does not leak.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/pg.sh"
pg_make a && pg_start a || exit 1
V=$TMP/prepare/verdict.json

check "PREPARE without end, with pauses: a leak" status 1 "$SOAKD" --target "pid:$PGPID" --scenario postgres/prepare --connections 2 \
	--rate 300 --cycle load=4s,idle=3s --duration 56s --interval 0.5 --quiet --out "$TMP/prepare"
check "linear" json_true "$V" "j['kind'] == 'linear'"
check "with the operations and not with time" json_true "$V" "j['grows_with'] == 'operations'"
check "about 9 kB each" json_true "$V" "8500 < j['per_op_bytes'] < 10500"
check "in words" json_true "$V" "'it grows with the operations and not with time, about 9.' in j['why']"
check "idle phases keep what they find: what each leaves is what the operations before it left" json_true "$V" \
	"j['cycles']['n'] >= 4 and abs(j['cycles']['returned_share']) < .1"
check "each idle phase ends higher than the one before" json_true "$V" "j['cycles']['ci95'][0] > 0"
check "kinds of operation are told" sh -c "grep -q ',prepare,[0-9]' '$TMP/prepare/operations.csv'"
check "analyze says the same" sh -c "'$SOAKD' analyze --format json '$TMP/prepare' >'$TMP/again.json'; [ \$? -eq 1 ]"
check "to the last digit" json_true "$TMP/again.json" "j['per_op_bytes'] == $(json "$V" "j['per_op_bytes']") and j['kind'] == 'linear'"

# What they leave behind in the server is asked: who is there for a moment is left out, else rows are noise by which one run in some forty
# looks like growth. What stays is still then, and 40 s exclude what it would leak by connection.
check "connections that come and go: no leak" status "0 3" "$SOAKD" --target "pid:$PGPID" --scenario postgres/churn --connections 2 \
	--rate 60 --min-age 2s --duration 40s --interval 0.5 --quiet --out "$TMP/churn"
check "none is said" json_true "$TMP/churn/verdict.json" "j['verdict'] not in ('leak', 'suspected')"
check "of connections there were enough" at_least "$(last_of "$TMP/churn/samples.csv" connects)" 500
check "nothing is left behind" [ "$(pg_sql a "SELECT count(*) FROM pg_namespace WHERE nspname = 'soakd'")" = 0 ]
finish
