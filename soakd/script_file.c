/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/script_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/atomic_file.h"
#include "base/mem.h"

static char *read_open(int fd, const char *called, size_t *n, struct sk_err *err)
{
	struct stat st;
	char *text;
	ssize_t got = 1;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		sk_fail(err, SK_EUSAGE, 0, "%s is no file: give the path of a text file", called);
		return NULL;
	}
	if (st.st_size > TEXT_FILE_BYTES) {
		sk_fail(err, SK_EUSAGE, 0, "%s has %lld bytes: it may have %d at most", called, (long long)st.st_size,
			TEXT_FILE_BYTES);
		return NULL;
	}
	text = sk_calloc((size_t)st.st_size + 1, 1);
	if (!text)
		sk_fail(err, SK_ENOMEM, 0, "no memory for %s", called);
	while (text && got > 0 && *n < (size_t)st.st_size) {
		got = read(fd, text + *n, (size_t)st.st_size - *n);
		*n += got > 0 ? (size_t)got : 0;
	}
	if (got >= 0)
		return text;
	sk_fail(err, SK_EIO, errno, "cannot read %s: %s", called, strerror(errno));
	free(text);
	return NULL;
}

char *text_file_read(const char *path, const char *called, size_t *n, struct sk_err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a FIFO must not keep us */
	char *text;

	*n = 0;
	if (fd == -1) {
		sk_fail(err, errno == ENOENT ? SK_ENOTFOUND : SK_EIO, errno, "cannot read %s: %s", called, strerror(errno));
		return NULL;
	}
	text = read_open(fd, called, n, err);
	close(fd);
	return text;
}

static const char *last_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

const char *script_file_stem(const char *path, size_t *n)
{
	const char *name = last_name(path), *dot = strrchr(name, '.');

	*n = dot && dot > name ? (size_t)(dot - name) : strlen(name);
	return name;
}

char *script_kept_path(const char *dir, size_t k, const char *path)
{
	return sk_asprintf("%s/scripts/%zu-%.200s", dir, k + 1, last_name(path));
}

enum sk_code script_keep_folder(const char *dir, struct sk_err *err)
{
	char *folder = sk_asprintf("%s/scripts", dir);
	enum sk_code rc = folder ? SK_OK : sk_fail(err, SK_ENOMEM, 0, "no memory for a path");

	if (folder && mkdir(folder, 0700) != 0 && errno != EEXIST)
		rc = sk_fail(err, SK_EIO, errno, "cannot make the folder %s: %s", folder, strerror(errno));
	free(folder);
	return rc;
}

enum sk_code script_keep(const char *dir, size_t k, const char *path, const char *text, struct sk_err *err)
{
	char *kept = script_kept_path(dir, k, path);
	mode_t mask = umask(077);
	enum sk_code rc = kept ? atomic_write(kept, text, strlen(text), err) : sk_fail(err, SK_ENOMEM, 0, "no memory for a path");

	umask(mask);
	free(kept);
	return rc;
}

void script_unkeep(const char *dir, size_t k, const char *path)
{
	char *kept = script_kept_path(dir, k, path);

	if (kept)
		unlink(kept);
	free(kept);
}

void script_unkeep_folder(const char *dir)
{
	char *folder = sk_asprintf("%s/scripts", dir);

	if (folder)
		rmdir(folder);
	free(folder);
}
