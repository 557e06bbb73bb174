#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The user's scripts as workload, on SQLite: by weight, with definitions, resumed without their files, and every mistake told before the start.
. "$(dirname "$0")/lib.sh"
cd "$TMP" || exit 1

cat >put.sql <<'SQL'
-- a table of the script's own
CREATE TABLE IF NOT EXISTS visit (id INTEGER PRIMARY KEY, page INTEGER, words TEXT);
\set id unique()
\set page random_zipfian(1, 1000, 1.2)
BEGIN;
INSERT INTO visit VALUES (:id, :page, :words);
DELETE FROM visit WHERE id < :id - 1000;
SELECT count(*) AS n FROM visit WHERE page = :page \gset
END;
\if :n > 1000000
\sleep 1 s
\endif
SQL
printf '\\set i random(1, 1000)\nSELECT k, body FROM item WHERE id = :i;\n' >get.sql
chmod 644 put.sql get.sql

kinds() { column "$1/operations.csv" "${2:-kind}" | sort -u; }
check "two scripts run by weight" status "0 3" "$SOAKD" --target sqlite --script put.sql --script get.sql@3 -D "words=two words" \
	-D api_token=hunter2 --rate 500 --interval 0.5 --duration 3s --out mix --quiet
check "each is a kind of operation" [ "$(kinds mix | tr '\n' ' ')" = "get put " ]
check "without errors" [ "$(last_of mix/samples.csv errors)" = 0 ]
check "the heavier one more often" json_true mix/run.json \
	"(lambda o: o['get'] > 2 * o['put'] > 0)({r['kind']: int(r['ops']) for r in __import__('csv').DictReader(open('mix/operations.csv'))})"
check "a run keeps its scripts, for their owner alone" [ "$(stat -c '%a %n' mix/scripts/* | tr '\n' ' ')" = "600 mix/scripts/1-put.sql 600 mix/scripts/2-get.sql " ]
check "no secret is in the run directory" sh -c '! grep -rq hunter2 mix'
# so many operations, however long they take
cat >same.conf <<'C'
target = "sqlite";
work = ( { script = "put.sql"; }, { script = "get.sql"; } );
define = { words = "x"; };
phases = ( { name = "all"; operations = 100; } );
C
check "the same seed, the same drawing" sh -c '
	for i in 1 2; do "$1" --scenario same.conf --phases-only --seed 7 --keep --out "same$i" -q >/dev/null & done; wait
	a=$(python3 -c "import sqlite3,sys; print(sqlite3.connect(\"same1/soakd.sqlite\").execute(\"SELECT group_concat(page) FROM (SELECT page FROM visit ORDER BY id LIMIT 30)\").fetchone())")
	b=$(python3 -c "import sqlite3,sys; print(sqlite3.connect(\"same2/soakd.sqlite\").execute(\"SELECT group_concat(page) FROM (SELECT page FROM visit ORDER BY id LIMIT 30)\").fetchone())")
	[ "$a" = "$b" ] && [ "${#a}" -gt 60 ]' sh "$SOAKD"

# a run that is killed goes on from its own copies, and wants the secret again
mkdir gone && cp put.sql gone/
"$SOAKD" --target sqlite --script gone/put.sql -D api_token=hunter2 -D words=x --interval 0.2 --duration 1000s --out killed --quiet >/dev/null 2>&1 </dev/null &
pid=$!
check "it works" wait_for 20 sh -c '[ "$(wc -l <killed/samples.csv)" -gt 3 ]'
kill -KILL $pid
wait $pid 2>/dev/null
rm -r gone
check "resumed without the secret: refused" status 2 "$SOAKD" --resume killed --duration 1s --quiet
check "in one sentence" one_sentence
check "that says what to give" says "the value of --define api_token looked like a secret"
before=$(last_of killed/operations.csv ops)
check "resumed without the file" resumed "$SOAKD" --resume killed --duration 2s -D api_token=hunter2 --quiet
check "its operations go on" at_least "$(last_of killed/operations.csv ops)" $((before + 1))
check "without errors" [ "$(last_of killed/samples.csv errors)" = 0 ]

mistake() { # WHAT IT SAYS, OPTIONS...
	says=$1
	shift
	check "refused: $says" status 2 "$SOAKD" --target sqlite --duration 1s --out no "$@"
	check "in one sentence" one_sentence
	check "that says so" says "$says"
	check "nothing is left" [ ! -e no ]
}
printf 'SELECT 1;\n\\sett x 1\n' >typo.sql
printf '\\set x randon(1, 2)\n' >function.sql
printf "SELECT 'it is;\n" >quote.sql
printf 'SELECT 1;\n\\if 1\nSELECT 2;\n' >open.sql
printf 'SELECT\0 1;\n' >binary.sql
printf 'SELECT \303\050;\n' >latin.sql
: >empty.sql
head -c 1048577 /dev/zero | tr '\0' ' ' >big.sql
mistake "typo.sql:2:1: there is no meta-command \\sett" --script typo.sql
mistake "function.sql:1:8: there is no function randon()" --script function.sql
mistake "quote.sql:1:8: a string ('...') begins here and has no end" --script quote.sql
mistake "open.sql:2:1: \\if without \\endif" --script open.sql
printf 'SELECT 1;\nSELECT k FROM item WHERE id = :idd;\n' >unset.sql
mistake "unset.sql:2:31: the variable idd is set nowhere" --script unset.sql
mistake "binary.sql holds a NUL byte" --script binary.sql
mistake "latin.sql is no UTF-8 text" --script latin.sql
mistake "empty.sql:1:1: the script is empty" --script empty.sql
mistake "big.sql has 1048577 bytes" --script big.sql
mistake "cannot read the script missing.sql: No such file" --script missing.sql
mistake "the script . is no file" --script .
mistake "the weight behind the last @ must be a number greater than 0" --script get.sql@0
mistake "the weight behind the last @ must be a number greater than 0" --script get.sql@-1
mistake "there is no script builtin:all" --script builtin:all
mistake "it takes NAME=VALUE" --script get.sql --define words
mistake "--define is for scripts" --define words=1
mistake "both --script and a profile" --scenario sqlite/mixed --script get.sql
check "--check-config reads the scripts" status 2 "$SOAKD" --target sqlite --script typo.sql --check-config
check "and says what is wrong with them" says "typo.sql:2:1: there is no meta-command"
check "--check-config of right ones" status 0 "$SOAKD" --target sqlite --script get.sql --check-config
finish
