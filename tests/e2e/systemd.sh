#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The unit files: systemd accepts them, they say what the documentation promises, the timer fires when it says, and the exposure
# that systemd computes does not get worse unseen. READY, STATUS and the watchdog are seen in the end-to-end test of run.
. "$(dirname "$0")/lib.sh"
cd "$(dirname "$0")/../.." || exit 2
command -v systemd-analyze >/dev/null 2>&1 || {
	skip "systemd-analyze reads the units" "systemd is not here"
	finish
}
log=$TMP/log
unit='packaging/systemd/soakd@.service'
sed 's|/usr/bin/soakd|/bin/true|' "$unit" >"$TMP/soakd@.service"
cp 'packaging/systemd/soakd-overnight@.timer' "$TMP/"

# An unknown key is a warning with status 0, so that silence is asked for.
systemd-analyze verify --man=no "$TMP/soakd@test.service" "$TMP/soakd-overnight@test.timer" >"$log" 2>&1 && [ ! -s "$log" ]
ok $? "systemd accepts the units without a word"
sed 's/^WatchdogSec=/WatchdogSecs=/' "$TMP/soakd@.service" >"$TMP/wrong@.service"
systemd-analyze verify --man=no "$TMP/wrong@test.service" >"$log" 2>&1
grep -q WatchdogSecs "$log"
ok $? "and would not be silent on a misspelt key"

for line in 'Type=notify' 'StateDirectory=soakd' 'Restart=on-failure' 'RestartPreventExitStatus=1 2 3 4 5 6' 'SuccessExitStatus=3' \
	'MemoryMax=256M' 'ProtectProc=default' 'ExecStart=/usr/bin/soakd run --config /etc/soakd/%i.conf --resume last'; do
	grep -qxF "$line" "$unit" || echo "not in the unit: $line"
done >"$log"
[ ! -s "$log" ]
ok $? "the unit says what the documentation promises"

systemd-analyze security --offline=true "$TMP/soakd@.service" >"$log" 2>&1
score=$(sed -n 's/.*Overall exposure level for [^:]*: \([0-9.]*\).*/\1/p' "$log")
echo "# exposure $score (0 is none, 10 is all)"
awk -v s="$score" 'BEGIN { exit !(s != "" && s <= 3.5) }'
ok $? "the exposure is at most 3.5"

calendar=$(sed -n 's/^OnCalendar=//p' packaging/systemd/soakd-overnight@.timer)
systemd-analyze calendar --base-time='2026-11-20 12:00:00' "$calendar" >"$log" 2>&1 && grep -q 'Next elapse: .*2026-11-20 20:00:00' "$log"
ok $? "the timer fires at eight in the evening"
finish
