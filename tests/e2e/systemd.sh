#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The unit files: systemd accepts them, they say what the documentation promises, the timer fires when it says, and the exposure
# that systemd computes does not get worse unseen. READY, STATUS and the watchdog are seen in the end-to-end test of run.
set -u
cd "$(dirname "$0")/../.." || exit 2
command -v systemd-analyze >/dev/null 2>&1 || {
	echo "ok 1 - systemd-analyze reads the units # SKIP systemd is not here"
	echo 1..1
	exit 0
}
work=$(mktemp -d) || exit 2
trap 'rm -rf "$work"' EXIT
n=0 bad=0
ok() { # ok STATUS WHAT
	n=$((n + 1))
	if [ "$1" -eq 0 ]; then
		echo "ok $n - $2"
	else
		bad=$((bad + 1))
		echo "not ok $n - $2"
		tail -20 "$work/log" 2>/dev/null | sed 's/^/#   /'
	fi
}
unit='packaging/systemd/soakd@.service'
sed 's|/usr/bin/soakd|/bin/true|' "$unit" >"$work/soakd@.service"
cp 'packaging/systemd/soakd-overnight@.timer' "$work/"

# An unknown key is a warning with status 0, so that silence is asked for.
systemd-analyze verify --man=no "$work/soakd@test.service" "$work/soakd-overnight@test.timer" >"$work/log" 2>&1 && [ ! -s "$work/log" ]
ok $? "systemd accepts the units without a word"
sed 's/^WatchdogSec=/WatchdogSecs=/' "$work/soakd@.service" >"$work/wrong@.service"
systemd-analyze verify --man=no "$work/wrong@test.service" >"$work/log" 2>&1
grep -q WatchdogSecs "$work/log"
ok $? "and would not be silent on a misspelt key"

for line in 'Type=notify' 'StateDirectory=soakd' 'Restart=on-failure' 'RestartPreventExitStatus=1 2 3 4 5 6' 'SuccessExitStatus=3' \
	'MemoryMax=256M' 'ProtectProc=default' 'ExecStart=/usr/bin/soakd run --config /etc/soakd/%i.conf --resume last'; do
	grep -qxF "$line" "$unit" || echo "not in the unit: $line"
done >"$work/log"
[ ! -s "$work/log" ]
ok $? "the unit says what the documentation promises"

systemd-analyze security --offline=true "$work/soakd@.service" >"$work/log" 2>&1
score=$(sed -n 's/.*Overall exposure level for [^:]*: \([0-9.]*\).*/\1/p' "$work/log")
echo "# exposure $score (0 is none, 10 is all)"
awk -v s="$score" 'BEGIN { exit !(s != "" && s <= 3.5) }'
ok $? "the exposure is at most 3.5"

calendar=$(sed -n 's/^OnCalendar=//p' packaging/systemd/soakd-overnight@.timer)
systemd-analyze calendar --base-time='2026-11-20 12:00:00' "$calendar" >"$work/log" 2>&1 && grep -q 'Next elapse: .*2026-11-20 20:00:00' "$work/log"
ok $? "the timer fires at eight in the evening"
echo "1..$n"
[ "$bad" -eq 0 ]
