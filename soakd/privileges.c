/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/privileges.h"

#include <errno.h>
#include <string.h>
#include <sys/capability.h>

enum sk_code privileges_drop(bool others_files, struct sk_err *err)
{
	static const cap_value_t wanted[] = { CAP_SYS_PTRACE, CAP_DAC_READ_SEARCH, CAP_SETUID, CAP_SETGID,
					      CAP_KILL,       CAP_DAC_OVERRIDE };
	size_t n = sizeof(wanted) / sizeof(*wanted) - (others_files ? 0 : 1);
	cap_t now = cap_get_proc(), keep = cap_init();
	enum sk_code rc = SK_OK;

	if (!now || !keep) {
		rc = sk_fail(err, SK_ENOMEM, errno, "cannot read our own capabilities: %s", strerror(errno));
		goto out;
	}
	for (size_t i = 0; i < n; i++) {
		cap_flag_value_t have = CAP_CLEAR;

		cap_get_flag(now, wanted[i], CAP_PERMITTED, &have);
		if (have == CAP_SET) {
			cap_set_flag(keep, CAP_PERMITTED, 1, &wanted[i], CAP_SET);
			cap_set_flag(keep, CAP_EFFECTIVE, 1, &wanted[i], CAP_SET);
		}
	}
	if (cap_set_proc(keep) != 0)
		rc = sk_fail(err, SK_EPERM, errno, "cannot drop capabilities: %s", strerror(errno));
out:
	if (now)
		cap_free(now);
	if (keep)
		cap_free(keep);
	return rc;
}
