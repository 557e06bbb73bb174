/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The scripts that pgbench has built in: the statements of the TPC-B-like benchmark, on the tables that `pgbench -i` makes, for
 * --script builtin:NAME. :scale is what the scenario or --define says, else 1.
 */
#include "scenarios/script.h"

#include <string.h>

#define ACCOUNT "\\set aid random(1, 100000 * :scale)\n"
#define TELLER                                                                                                                   \
	"\\set bid random(1, 1 * :scale)\n"                                                                                      \
	"\\set tid random(1, 10 * :scale)\n"                                                                                     \
	"\\set delta random(-5000, 5000)\n"
#define PAY                                                                                                                      \
	"BEGIN;\n"                                                                                                               \
	"UPDATE pgbench_accounts SET abalance = abalance + :delta WHERE aid = :aid;\n"                                           \
	"SELECT abalance FROM pgbench_accounts WHERE aid = :aid;\n"
#define REMEMBER                                                                                                                 \
	"INSERT INTO pgbench_history (tid, bid, aid, delta, mtime)"                                                              \
	" VALUES (:tid, :bid, :aid, :delta, CURRENT_TIMESTAMP);\n"                                                               \
	"END;\n"

static const struct {
	const char *name, *text;
} builtins[] = {
	{ "tpcb-like",
	  ACCOUNT TELLER PAY "UPDATE pgbench_tellers SET tbalance = tbalance + :delta WHERE tid = :tid;\n"
			     "UPDATE pgbench_branches SET bbalance = bbalance + :delta WHERE bid = :bid;\n" REMEMBER },
	{ "simple-update", ACCOUNT TELLER PAY REMEMBER },
	{ "select-only", ACCOUNT "SELECT abalance FROM pgbench_accounts WHERE aid = :aid;\n" },
};

const char *script_builtin(const char *name)
{
	for (size_t i = 0; i < sizeof(builtins) / sizeof(*builtins); i++)
		if (strcmp(builtins[i].name, name) == 0)
			return builtins[i].text;
	return NULL;
}
