/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Changing the user: see identity.h. */
#include "scenarios/identity.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <pwd.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CLIENT_FILE_MAX (1 << 20) /* a password or service file beyond this is none */

enum sk_code identity_die_with(pid_t parent, struct sk_err *err)
{
	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0)
		return sk_fail(err, SK_EIO, errno, "the driver cannot tie itself to its monitor: %s", strerror(errno));
	if (getppid() != parent) /* it died before prctl() could tell the kernel */
		return sk_fail(err, SK_EGONE, 0, "the monitor has gone");
	return SK_OK;
}

/* The file's content in memory, readable by uid alone; -1 if there is no such file to read. */
static int copy_to_memory(const char *path, uid_t uid, gid_t gid)
{
	int in = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), out = -1;
	struct stat st;

	if (in == -1)
		return -1;
	/* libpq ignores a password file that others may read, with a warning: so do we, by leaving it where it is */
	if (fstat(in, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= CLIENT_FILE_MAX)
		out = memfd_create("soakd-client-file", MFD_CLOEXEC);
	if (out != -1) {
		ssize_t n = sendfile(out, in, NULL, (size_t)st.st_size);

		if (n != st.st_size || fchmod(out, st.st_mode & 0777) != 0 || fchown(out, uid, gid) != 0) {
			close(out);
			out = -1;
		}
	}
	close(in);
	return out;
}

static void keep_client_file(const char *variable, const char *in_home, uid_t uid, gid_t gid)
{
	const char *given = getenv(variable), *home = getenv("HOME");
	char path[PATH_MAX], ours[32];
	int fd;

	if (given && *given)
		snprintf(path, sizeof(path), "%s", given);
	else if (home && *home)
		snprintf(path, sizeof(path), "%s/%s", home, in_home);
	else
		return;
	fd = copy_to_memory(path, uid, gid);
	if (fd == -1)
		return;
	snprintf(ours, sizeof(ours), "/proc/self/fd/%d", fd);
	setenv(variable, ours, 1);
}

static enum sk_code become(uid_t uid, gid_t gid, struct sk_err *err)
{
	const struct passwd *pw = getpwuid(uid);
	int rc = pw ? initgroups(pw->pw_name, gid) : setgroups(1, &gid);

	if (rc != 0 || setresgid(gid, gid, gid) != 0 || setresuid(uid, uid, uid) != 0)
		return sk_fail(err, SK_EPERM, errno, "the driver cannot become user %u, group %u: %s", (unsigned)uid,
			       (unsigned)gid, strerror(errno));
	/* libpq looks for certificates in HOME, and a HOME that may not be entered is an error to it */
	setenv("HOME", pw && pw->pw_dir ? pw->pw_dir : "/", 1);
	return SK_OK;
}

static enum sk_code drop_capabilities(struct sk_err *err)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

	if (syscall(SYS_capset, &head, none) != 0)
		return sk_fail(err, SK_EPERM, errno, "the driver cannot drop its capabilities: %s", strerror(errno));
	prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0); /* a kernel without ambient capabilities has none to clear */
	return SK_OK;
}

enum sk_code identity_take(int64_t uid, int64_t gid, struct sk_err *err)
{
	if (uid >= 0 && (uid_t)uid != geteuid()) {
		const struct passwd *pw = getpwuid((uid_t)uid);
		gid_t group = gid >= 0 ? (gid_t)gid : pw ? pw->pw_gid : getegid();
		enum sk_code rc;

		keep_client_file("PGPASSFILE", ".pgpass", (uid_t)uid, group);
		keep_client_file("PGSERVICEFILE", ".pg_service.conf", (uid_t)uid, group);
		rc = become((uid_t)uid, group, err);
		if (rc != SK_OK)
			return rc;
	}
	return drop_capabilities(err);
}
