/* SPDX-License-Identifier: GPL-3.0-or-later */
/* `soakd doctor`, the machine: what a run will find here before it looks at any target. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/capability.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/spawn.h"
#include "base/units.h"
#include "plots/scene.h"
#include "samplers/numa.h"
#include "soakd/doctor.h"
#include "soakd/report.h"
#include "soakd/view.h"

#define GIB_KB (1024.0 * 1024)

static void check_kernel(struct findings *f, struct procfs *fs)
{
	struct utsname u;
	struct sk_err err;
	char children[64];
	pid_t me = getpid();

	if (uname(&u) == 0)
		found_ok(f, "kernel %s on %s", u.release, u.machine);
	if (view_check(fs, &err) != SK_OK) {
		found(f, FINDING_FAIL, "nothing can be measured", "mount -t proc proc /proc", "%s", err.msg);
		return;
	}
	if (procfs_read(fs, me, "status", NULL) != SK_OK)
		found(f, FINDING_FAIL, "nothing can be measured", "mount -t proc proc /proc", "%s cannot be read", fs->root);
	else if (!strstr(fs->buf, "\nRssAnon:"))
		found(f, FINDING_FAIL, "private memory, which decides, cannot be measured", "a kernel of 4.5 or later",
		      "/proc/PID/status has no RssAnon");
	else
		found_ok(f, "/proc/PID/status has private, file and shared memory apart");
	if (procfs_read(fs, me, "smaps_rollup", NULL) == SK_OK)
		found_ok(f, "/proc/PID/smaps_rollup is there");
	else
		found(f, FINDING_WARN, "no PSS and no USS (pss_kb, uss_kb, shmem_kb stay empty)", "a kernel of 4.14 or later",
		      "/proc/PID/smaps_rollup is missing");
	snprintf(children, sizeof(children), "task/%d/children", (int)me);
	if (procfs_read(fs, me, children, NULL) == SK_OK)
		found_ok(f, "children of a process are listed by the kernel");
	else
		found(f, FINDING_WARN,
		      "children are found by looking through all of /proc, which costs more on a machine with many processes",
		      "a kernel with CONFIG_PROC_CHILDREN", "/proc/PID/task/TID/children is missing");
	if (view_hides(fs))
		found(f, FINDING_WARN, "targets of other users cannot even be found",
		      "run as root, or: sudo mount -o remount,hidepid=0 /proc", "/proc hides other users' processes");
}

static void check_pidfd(struct findings *f)
{
	long fd = syscall(SYS_pidfd_open, getpid(), 0);

	if (fd >= 0) {
		close((int)fd);
		found_ok(f, "processes can be held by a pidfd");
	} else {
		found(f, FINDING_WARN, "the target's end is seen at the next sample, and not at once", "a kernel of 5.3 or later",
		      "pidfd_open does not work (%s)", strerror(errno));
	}
}

static bool effective(cap_value_t cap)
{
	cap_t now = cap_get_proc();
	cap_flag_value_t have = CAP_CLEAR;

	if (now) {
		cap_get_flag(now, cap, CAP_EFFECTIVE, &have);
		cap_free(now);
	}
	return have == CAP_SET;
}

/* The command that gives this very program the right. */
static void setcap_command(char *buf, size_t n)
{
	char exe[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", exe, sizeof(exe) - 1);

	exe[len > 0 ? len : 0] = '\0';
	snprintf(buf, n, "run as root, or: sudo setcap cap_sys_ptrace,cap_dac_read_search+ep %s",
		 len > 0 ? exe : "$(command -v soakd)");
}

static void check_privileges(struct findings *f)
{
	char fix[PATH_MAX + 100];
	bool ptrace = effective(CAP_SYS_PTRACE), search = effective(CAP_DAC_READ_SEARCH);

	if (ptrace && search) {
		found_ok(f, "may read other users' processes (CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH)");
		return;
	}
	setcap_command(fix, sizeof(fix));
	if (geteuid() == 0)
		snprintf(fix, sizeof(fix), "docker run --cap-add SYS_PTRACE, or what your container calls it");
	found(f, FINDING_WARN, "of other users' processes there is no PSS, USS and heap; your own are read in full", fix,
	      "missing: %s%s%s", ptrace ? "" : "CAP_SYS_PTRACE", ptrace || search ? "" : " and ",
	      search ? "" : "CAP_DAC_READ_SEARCH");
}

/* "some avg10=0.00 avg60=0.12 avg300=0.01 total=..": the share of the last five minutes in which somebody waited for memory. */
static void check_pressure(struct findings *f, struct procfs *fs)
{
	const char *p;
	double pct;
	char number[32];
	size_t n;

	if (procfs_read(fs, 0, "pressure/memory", NULL) != SK_OK || !(p = strstr(fs->buf, "avg300="))) {
		found(f, FINDING_WARN, "whether the machine itself is short of memory cannot be told",
		      "add psi=1 to GRUB_CMDLINE_LINUX in /etc/default/grub, sudo update-grub, and boot",
		      "/proc/pressure/memory is missing");
		return;
	}
	p += strlen("avg300=");
	n = strcspn(p, " \n");
	snprintf(number, sizeof(number), "%.*s", (int)(n < sizeof(number) ? n : 0), p);
	if (real_parse(number, &pct, NULL) != SK_OK)
		return;
	if (pct > 5)
		found(f, FINDING_WARN, "figures of resident memory will show what is swapped and reclaimed",
		      "free memory before the run",
		      "the machine is short of memory: somebody waited for it %.0f %% of the last five minutes", pct);
	else
		found_ok(f, "memory is not short (waited for in %.1f %% of the last five minutes)", pct);
}

static void check_nodes(struct findings *f, struct procfs *fs)
{
	size_t n = numa_nodes(fs);

	if (n > 1)
		found_ok(f, "%zu NUMA nodes: at epochs internals.csv has the target's memory by node", n);
	else
		found_ok(f, "one NUMA node");
}

/* The picture is drawn for real, so that fonts are known to be there; names of processes and tables are in any script. */
static void check_picture(struct findings *f, const char *picture)
{
	struct text note = TEXT_INIT;
	struct sk_err err = { 0 };
	struct scene s;

	scene_init(&s);
	s.verdict = sk_strdup("DOCTOR");
	s.headline = sk_strdup("0123456789 +-\xc2\xb7\xe2\x89\xa4 \xe5\x86\x85\xe5\xad\x98");
	s.x1 = 1;
	if (report_draw(&s, picture, &note, &err) != SK_OK)
		found(f, FINDING_WARN, "a run ends without report.png", "sudo apt-get install fonts-dejavu-core", "%s", err.msg);
	else
		found_ok(f, "pictures can be drawn, and the font is here");
	if (note.len)
		found(f, FINDING_WARN, "in pictures each such character of a name is \"?\"",
		      "sudo apt-get install fonts-noto-cjk", "no font has Chinese, Japanese and Korean characters");
	else if (!err.code)
		found_ok(f, "a font has Chinese, Japanese and Korean characters");
	text_release(&note);
	scene_release(&s);
}

/* Helpers are looked for beside soakd and in the libexec folder. */
static void check_helpers(struct findings *f)
{
	char path[PATH_MAX], picture[] = "/tmp/soakd-doctor-XXXXXX.png";
	struct sk_err err = { 0 };
	int fd;

	if (helper_path("soakd-drive", path, sizeof(path), &err) == SK_OK)
		found_ok(f, "the workload's program is %s", path);
	else
		found(f, FINDING_FAIL, "no workload can be driven", "make, or make install", "%s", err.msg);
	fd = mkstemps(picture, (int)strlen(".png"));
	if (fd == -1) {
		found(f, FINDING_WARN, "whether pictures can be drawn was not tried", NULL, "cannot write below /tmp: %s",
		      strerror(errno));
		return;
	}
	close(fd);
	check_picture(f, picture);
	unlink(picture);
}

static void check_room(struct findings *f)
{
	const char *state = getenv("STATE_DIRECTORY"), *dir = state && *state ? state : ".";
	struct statvfs st;
	char free_text[32];
	double free_kb;

	if (access(dir, W_OK) != 0)
		found(f, FINDING_WARN, "a run needs --out with a folder that is yours", "cd to a folder that you may write",
		      "%s: %s", dir, strerror(errno));
	if (statvfs(dir, &st) != 0)
		return;
	free_kb = (double)st.f_bavail * (double)st.f_frsize / 1024;
	fmt_kb(free_text, sizeof(free_text), free_kb);
	if (free_kb < 2 * GIB_KB)
		found(f, FINDING_WARN, "under 2 GiB the workload stops writing, for the target's sake", "free some space",
		      "%s has %s free", dir, free_text);
	else
		found_ok(f, "%s has %s free", strcmp(dir, ".") == 0 ? "this folder" : dir, free_text);
}

void doctor_machine(struct findings *f, struct procfs *fs)
{
	check_kernel(f, fs);
	check_pidfd(f);
	check_privileges(f);
	check_pressure(f, fs);
	check_nodes(f, fs);
	check_helpers(f);
	check_room(f);
}
