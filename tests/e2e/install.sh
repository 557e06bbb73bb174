#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# make install puts everything where the list says, what was installed runs, and make uninstall leaves nothing of ours.
# alone: where something has changed since the build, make links the programs of the other tests anew
. "$(dirname "$0")/lib.sh"
cd "$(dirname "$0")/../.." || exit 2
O=${O:-build}
O=${O#"$PWD"/} # as make test was told: another word for the folder is another flag of the compiler
unset MAKEFLAGS MAKELEVEL MFLAGS PREFIX DESTDIR
log=$TMP/log
dest=$TMP/root
same() { # same EXPECTED GOT WHAT
	printf 'expected "%s", got "%s"\n' "$1" "$2" >"$log"
	[ "$1" = "$2" ]
	ok $? "$3"
}

make -s O="$O" DESTDIR="$dest" install >"$log" 2>&1
ok $? "make install"
# version.c knows the commit, which may be a new one
! grep '^  CC ' "$log" | grep -v 'soakd/version.c'
ok $? "what is compiled is not compiled again"
version=$("$dest/usr/local/bin/soakd" --version 2>"$log")
printf '%s\n' "$version" >>"$log"
case $version in *"$(cat VERSION)"*) true ;; *) false ;; esac
ok $? "the installed soakd says its version"
for f in usr/local/libexec/soakd/soakd-drive usr/local/libexec/soakd/soakd-draw usr/local/libexec/soakd/libsoakd-malloc.so usr/local/share/man/man1/soakd.1 usr/local/share/man/man1/soakd-run.1 \
	usr/local/share/man/man5/soakd.conf.5 usr/local/share/man/man5/soakd-script.5 'usr/local/lib/systemd/system/soakd@.service' 'usr/local/lib/systemd/system/soakd-overnight@.timer' \
	usr/local/share/doc/soakd/examples/postgres.conf usr/local/share/doc/soakd/LICENSE; do
	[ -s "$dest/$f" ] || echo "missing: $f"
done >"$log"
[ ! -s "$log" ]
ok $? "programs, helpers, pages, units, examples and licence are where they belong"
same 755 "$(stat -c %a "$dest/usr/local/bin/soakd")" "the program may be run by everybody"
same 644 "$(stat -c %a "$dest/usr/local/lib/systemd/system/soakd@.service")" "the unit may be read by everybody"
grep -l "$PWD" "$dest"/usr/local/lib/systemd/system/* "$dest"/usr/local/share/man/man?/* >"$log" 2>/dev/null
[ ! -s "$log" ]
ok $? "no path of the build is in what was installed"
ls "$dest/etc" >"$log" 2>&1
[ ! -e "$dest/etc" ]
ok $? "nothing is written to /etc"

echo keep >"$dest/usr/local/bin/other"
make -s O="$O" DESTDIR="$dest" uninstall >"$log" 2>&1
ok $? "make uninstall"
same "$dest/usr/local/bin/other" "$(find "$dest" -type f)" "uninstall leaves what is not ours, and nothing of ours"
find "$dest" -name 'soakd*' >"$log"
[ ! -s "$log" ]
ok $? "and no folder of ours"

# Another PREFIX, without a build: the list is the same, the unit follows.
DESTDIR=$TMP/opt BINDIR=/opt/soak/bin LIBEXECDIR=/opt/soak/libexec/soakd MANDIR=/opt/soak/man DOCDIR=/opt/soak/doc UNITDIR=/opt/soak/units O=$O \
	packaging/install install >"$log" 2>&1 &&
	grep -q '^ExecStart=/opt/soak/bin/soakd run ' "$TMP/opt/opt/soak/units/soakd@.service"
ok $? "with other folders the unit starts the program there"
finish
