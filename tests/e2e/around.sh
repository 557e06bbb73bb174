#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What surrounds a target: the columns of each list, --disk, a control group of our own with a limit that kills, and a leak of
# descriptors that is named by its kind.
. "$(dirname "$0")/lib.sh"

header() { head -1 "$1/samples.csv"; }
has_column() { header "$1" | tr ',' '\n' | grep -qx "$2" || { echo "# $1 has no column $2"; return 1; }; }
has_no_column() { ! header "$1" | tr ',' '\n' | grep -qx "$2" || { echo "# $1 has a column $2"; return 1; }; }
lists() { grep -qE "^  $1 " "$TMP/out" || { echo "# not listed: $1"; return 1; }; }

check "list" status 0 "$SOAKD" list samplers metrics
for s in cgroup pressure system vmstat fd_kinds disk io cgroup_limit_kb psi_memory_avg10_pct system_available_kb disk_kb fds_eventfd io_read_kb; do
	check "$s is listed" lists "$s"
done

check "disk without a path: status 2" status 2 "$SOAKD" --target leaky --samplers default,disk --duration 1s --out "$TMP/no"
check "and says what it needs" says "the sampler disk needs --disk PATH"
check "no processes in the list: status 2" status 2 "$SOAKD" --target leaky --samplers cgroup --duration 1s --out "$TMP/no"
check "and says so" says "has none that reads processes"
check "an empty path: status 2" status 2 "$SOAKD" --target leaky --disk= --duration 1s --out "$TMP/no"

cd "$TMP" || exit 1
mkdir data && dd if=/dev/zero of=data/db bs=1024 count=256 status=none && sync data/db
check "a run with data files" status 3 "$SOAKD" --target leaky --samples 3 --interval 0.2 --disk data --disk data/db --out run -q
kb=$(du -sk data | cut -f1)
check "their size is what du says, each file once" [ "$(last_of run/samples.csv disk_kb)" = "$kb" ]
check "the file system has room" at_least "$(last_of run/samples.csv disk_free_kb | cut -d. -f1)" 1
check "each path is told by itself" [ "$(grep -c ",disk,$TMP/data,$kb,KiB" run/internals.csv)" -ge 1 ]
check "kinds of descriptors too" grep -q ',fds,socket,[0-9]*,1$' run/internals.csv
check "run.json has the whole paths, for a resumed run" json_true run/run.json "j['options']['disk'] == ['$TMP/data', '$TMP/data/db']"
check "the default has the surroundings" has_column run system_available_kb
check "but not the dear ones" has_no_column run system_oom_kills
check "resumed elsewhere it goes on" status "3 6" sh -c "cd / && '$SOAKD' --resume '$TMP/run' --samples 2 -q"
check "with the same files" [ "$(last_of run/samples.csv disk_kb)" = "$kb" ]
check "fast has none of it" status 3 "$SOAKD" --target leaky --samples 2 --interval 0.2 --samplers fast --out fast -q
check "no column of a control group" has_no_column fast cgroup_kb
check "no column of disks" has_no_column fast disk_kb

# A run that was made: 96 rows at 300 s in which eventfds are leaked and sockets come and go.
mkdir made
python3 - >made/samples.csv <<'P'
print("timestamp,elapsed_s,processes,rss_kb,anon_kb,vsz_kb,fds,fds_file,fds_socket,fds_eventfd")
for i in range(96):
    sockets = 20 + (i * 7) % 5
    print(f"{1795204800 + 300 * i}.000,{300 * i},1,9000,{5000 + 4 * (i * 5 % 3)},90000,{10 + sockets + 3 * i},10,{sockets},{3 * i}")
P
check "a leak of descriptors is a leak" status 1 "$SOAKD" analyze made
check "its kind is named" grep -q 'of them are of kind eventfd' "$TMP/out"
check "with its rate" grep -q 'grows in:   fd-kind eventfd +36/h' "$TMP/out"
check "json" status 1 "$SOAKD" analyze made --format json
cp "$TMP/out" made.json
check "the attribution counts them" json_true made.json \
	"j['kind'] == 'fds' and j['attribution'][0]['by'] == 'fd-kind' and abs(j['attribution'][0]['rate_kb_per_h'] - 36) < .5 and {p['by'] for p in j['attribution']} == {'fd-kind'}"

# The memory controller of version 1, where it is mounted and ours to use.
group=
if [ -r /proc/self/cgroup ] && [ "$(id -u)" -eq 0 ]; then
	mount=$(awk '$(NF-2) == "cgroup" && $NF ~ /(^|,)memory(,|$)/ { print $5; exit }' /proc/self/mountinfo)
	[ -n "$mount" ] && mkdir "$mount/soakd-e2e-$$" 2>/dev/null && group=$mount/soakd-e2e-$$
fi
if [ -n "$group" ]; then
	CLEANUP="rmdir '$group'"
	echo $((48 * 1024 * 1024)) >"$group/memory.limit_in_bytes"
	# It moves itself in, then a child of it takes more than there is, and is killed; the parent waits for the word to go.
	cat >eater.py <<'P'
import os, sys, time
open(sys.argv[1] + "/cgroup.procs", "w").write(str(os.getpid()))
own = bytearray(4 << 20)
open("in", "w").close()
while not os.path.exists("go"):
    time.sleep(.05)
if os.fork() == 0:
    open("/proc/self/oom_score_adj", "w").write("1000")
    x = bytearray(128 << 20)
    os._exit(0)
os.wait()
open("killed", "w").close()
time.sleep(120)
P
	python3 eater.py "$group" &
	P=$!
	CLEANUP="kill $P 2>/dev/null; wait $P 2>/dev/null; rmdir '$group'"
	wait_for 10 test -e in
	"$SOAKD" --pid $P --scenario none --interval 0.2 --duration 60s --out group -q >group.out 2>&1 &
	S=$!
	CLEANUP="kill $S 2>/dev/null; wait $S 2>/dev/null; $CLEANUP"
	wait_for 20 sh -c '[ "$(wc -l <group/samples.csv)" -ge 3 ]'
	: >go
	wait_for 20 test -e killed
	wait_for 10 grep -q ',oom,' group/events.csv
	kill -INT $S
	wait $S
	check "the group's limit" [ "$(last_of group/samples.csv cgroup_limit_kb)" = 49152 ]
	check "its usage" at_least "$(last_of group/samples.csv cgroup_kb | cut -d. -f1)" 1000
	check "what it consists of" at_least "$(last_of group/samples.csv cgroup_anon_kb | cut -d. -f1)" 1000
	check "its peak was the limit" at_least "$(last_of group/samples.csv cgroup_peak_kb | cut -d. -f1)" 40000
	check "the killed child is counted" [ "$(last_of group/samples.csv cgroup_oom_kills)" = 1 ]
	check "and an event" grep -q ',oom,the kernel killed 1 process of' group/events.csv
	check "the limit is the forecast's" json_true group/run.json "j['limit_kb'] == 49152"
	check "doctor knows the group" status 0 "$SOAKD" doctor --pid $P
	check "and its limit" grep -q "^ok   its memory is counted by control group $group (version 1)" "$TMP/out"
else
	skip "a control group of version 1" "none is mounted that may be written"
fi
finish
