# SPDX-License-Identifier: GPL-3.0-or-later
# A PostgreSQL of the test's own: in a temporary directory, as an unprivileged user, on a socket only. Source after lib.sh.
PGBIN=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -x "$PGBIN/postgres" ] || { echo "not ok 1 - no PostgreSQL here: packaging/deps test installs it"; exit 1; }
PGROOT=$(mktemp -d /tmp/soakd-pg.XXXXXX) || { echo "not ok 1 - no room for a temporary directory"; exit 1; }
unset PGHOST PGPORT PGUSER PGDATABASE PGPASSWORD PGSERVICE
if [ "$(id -u)" -eq 0 ]; then
	chown postgres "$PGROOT"
	# from / : the folder of the clone may be closed to that user, which psql would say in each answer
	as_pg() { (cd / && exec setpriv --reuid=postgres --regid=postgres --clear-groups env HOME="$PGROOT" "$@"); }
else
	as_pg() { "$@"; }
fi
# pg_make NAME [AUTH]: a cluster $PGROOT/NAME with its socket there
pg_make() {
	as_pg "$PGBIN/initdb" -D "$PGROOT/$1" -U "${PGSUPER:-postgres}" --auth-local="${2:-peer}" --auth-host="${2:-reject}" ${PWFILE:+--pwfile="$PWFILE"} -N \
		>"$TMP/initdb.log" 2>&1 || { sed 's/^/# /' "$TMP/initdb.log"; return 1; }
	# autovacuum comes at a time of its own: a process more, and memory that no load has asked for
	printf "listen_addresses = ''\nunix_socket_directories = '%s'\nshared_buffers = 16MB\nfsync = off\nautovacuum = off\n" "$PGROOT/$1" \
		>>"$PGROOT/$1/postgresql.conf"
}
pg_start() {
	as_pg "$PGBIN/pg_ctl" -D "$PGROOT/$1" -l "$PGROOT/$1.log" -w -t 30 start >/dev/null 2>&1 || { sed 's/^/# /' "$PGROOT/$1.log"; return 1; }
	PGPID=$(head -1 "$PGROOT/$1/postmaster.pid")
}
pg_stop() { as_pg "$PGBIN/pg_ctl" -D "$PGROOT/$1" -m immediate -w -t 30 stop >/dev/null 2>&1; }
pg_sql() { as_pg "$PGBIN/psql" -h "$PGROOT/$1" -U "${PGSUPER:-postgres}" -d postgres -Atqc "$2"; }
CLEANUP='for d in "$PGROOT"/*/; do [ -e "$d/postmaster.pid" ] && pg_stop "$(basename "$d")"; done; rm -rf "$PGROOT"'
[ "$(id -u)" -eq 0 ] || PGSUPER=$(id -un)
