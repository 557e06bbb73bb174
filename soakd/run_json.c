/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "soakd/run_json.h"

#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/json.h"
#include "base/text.h"
#include "base/units.h"
#include "samplers/cgroup.h"
#include "soakd/host_json.h"
#include "soakd/scrub.h"
#include "version.h"

static json_t *plain_json(const char *s)
{
	json_t *j = s ? json_string(s) : NULL;

	/* bytes that are no UTF-8 have no JSON text; that they were there is still said */
	return j ? j : json_string("(not UTF-8)");
}

static json_t *scrubbed(const char *s)
{
	char *clean = scrub(s);
	json_t *j = plain_json(clean);

	free(clean);
	return j;
}

json_t *run_json_words(int argc, char **argv)
{
	struct text words = TEXT_INIT;
	json_t *j = json_array();
	size_t n = 0;

	for (int i = 0; i < argc; i++)
		text_addn(&words, argv[i], strlen(argv[i]) + 1);
	char *clean = words.failed ? NULL : scrub_words(text_str(&words), words.len, &n);

	for (size_t i = 0; clean && i < n; i += strlen(clean + i) + 1)
		json_array_append_new(j, plain_json(clean + i));
	free(clean);
	text_release(&words);
	return j;
}

/* Drawn anew: two runs of a second, or of two machines on one server, shall not meet. NULL: the kernel has no random numbers. */
static json_t *run_id_json(void)
{
	uint32_t id;

	return getrandom(&id, sizeof(id), 0) == sizeof(id) ? json_sprintf("%08x", id) : NULL;
}

json_t *run_json_new(int argc, char **argv, const struct run_options *o, const char *label, double started_unix)
{
	json_t *j = json_object();
	char id[32];

	json_object_set_new(j, "schema", json_string("soakd.run/1"));
	json_object_set_new(j, "id", json_sprintf("%s-%s", label, fmt_utc_compact(id, sizeof(id), started_unix)));
	json_object_set_new(j, "run_id", run_id_json());
	json_object_set_new(j, "label", json_string(label));
	json_object_set_new(j, "command", run_json_words(argc, argv));
	json_object_set_new(j, "target", o->target ? scrubbed(o->target) : json_string("launch"));
	json_object_set_new(j, "scenario", o->scenario ? json_string(o->scenario) : json_null());
	json_object_set_new(j, "seed", json_integer(o->seed));
	json_object_set_new(j, "interval_s", json_num(o->interval_s));
	json_object_set_new(j, "length_s", json_num(o->length_s));
	json_object_set_new(j, "started_unix", json_num(started_unix));
	json_object_set_new(j, "ended_unix", json_null());
	json_object_set_new(j, "soakd", json_pack("{ssss}", "version", SOAKD_VERSION, "commit", SOAKD_COMMIT));
	json_object_set_new(j, "host", host_json(""));
	json_object_set_new(j, "config", o->config ? json_string(o->config) : json_null());
	json_object_set_new(j, "options", run_options_to_json(o));
	json_object_set_new(j, "segments", json_array());
	if (!isnan(o->length_s))
		json_object_set_new(j, "expected_rows", json_num(floor(o->length_s / o->interval_s + 1e-3) + 1));
	return j;
}

/* The note section's build id in a mapped ELF64 file; every offset is checked, a target's file may be anything. */
static void build_id_of(const unsigned char *m, size_t size, char *buf, size_t n)
{
	const Elf64_Ehdr *h = (const void *)m;

	if (size < sizeof(*h) || memcmp(m, ELFMAG, SELFMAG) != 0 || m[EI_CLASS] != ELFCLASS64 ||
	    h->e_phentsize != sizeof(Elf64_Phdr))
		return;
	for (size_t i = 0; i < h->e_phnum; i++) {
		Elf64_Phdr p;

		if (h->e_phoff > size || size - h->e_phoff < (i + 1) * sizeof(p))
			return;
		memcpy(&p, m + h->e_phoff + i * sizeof(p), sizeof(p));
		if (p.p_type != PT_NOTE || p.p_offset > size || p.p_filesz > size - p.p_offset)
			continue;
		for (size_t at = 0; at + sizeof(Elf64_Nhdr) <= p.p_filesz;) {
			Elf64_Nhdr note;
			const unsigned char *body = m + p.p_offset + at + sizeof(note);

			memcpy(&note, m + p.p_offset + at, sizeof(note));
			size_t name = ((size_t)note.n_namesz + 3) & ~(size_t)3, desc = ((size_t)note.n_descsz + 3) & ~(size_t)3;

			if (name + desc > p.p_filesz - at - sizeof(note))
				break;
			if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 && memcmp(body, "GNU", 4) == 0) {
				for (size_t k = 0; k < note.n_descsz && 2 * k + 3 <= n; k++)
					snprintf(buf + 2 * k, n - 2 * k, "%02x", body[name + k]);
				return;
			}
			at += sizeof(note) + name + desc;
		}
	}
}

void elf_build_id(const char *path, char *buf, size_t n)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	*buf = '\0';
	if (fd == -1)
		return;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0) {
		void *m = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);

		if (m != MAP_FAILED) {
			build_id_of(m, (size_t)st.st_size, buf, n);
			munmap(m, (size_t)st.st_size);
		}
	}
	close(fd);
}

/* Which malloc a process has, by the libraries that it maps: the first that matches, as the dynamic linker would take it. */
static const struct {
	const char *library, *name;
} allocators[] = { { "/libjemalloc", "jemalloc" },
		   { "/libtcmalloc", "tcmalloc" },
		   { "/libmimalloc", "mimalloc" },
		   { "/ld-musl", "musl malloc" },
		   { "/libc.so.6", "glibc malloc" } };
#define N_ALLOCATORS (sizeof(allocators) / sizeof(*allocators))
#define SEAM         16 /* no name is longer: where two chunks meet it is looked for in the last and the first bytes */

struct maps {
	size_t found; /* N_ALLOCATORS: none yet */
	char seam[2 * SEAM];
	size_t tail; /* bytes of the chunk before, at the beginning of seam */
};

static void find_allocator(struct maps *m, const char *s, size_t n)
{
	for (size_t i = 0; i < m->found; i++)
		if (memmem(s, n, allocators[i].library, strlen(allocators[i].library)))
			m->found = i;
}

/* The file is streamed: that of a process with 100 000 mappings has megabytes, which would stay in the reader's buffer. */
static int feed_maps(void *ctx, const char *chunk, size_t n)
{
	struct maps *m = ctx;
	size_t head = n < SEAM ? n : SEAM;

	memcpy(m->seam + m->tail, chunk, head);
	find_allocator(m, m->seam, m->tail + head);
	find_allocator(m, chunk, n);
	m->tail = head;
	memcpy(m->seam, chunk + n - head, head);
	return m->found == 0;
}

/* Of NAME=VALUE words those that change what an allocator does: their names, and the number of arenas. Values may hold anything.
 */
static json_t *allocator_settings(const char *words, size_t n)
{
	json_t *j = json_array();

	for (size_t i = 0; i < n; i += strnlen(words + i, n - i) + 1) {
		const char *word = words + i, *value = memchr(word, '=', strnlen(word, n - i));

		if (!value || (strncmp(word, "MALLOC_", 7) != 0 && strncmp(word, "LD_PRELOAD=", 11) != 0))
			continue;
		if (strncmp(word, "MALLOC_ARENA_MAX=", 17) == 0 && value[1] &&
		    strspn(value + 1, "0123456789") == strlen(value + 1))
			json_array_append_new(j, json_string(word));
		else
			json_array_append_new(j, json_stringn(word, (size_t)(value - word)));
	}
	return j;
}

static void add_allocator(json_t *host, struct procfs *fs, pid_t pid)
{
	struct maps m = { .found = N_ALLOCATORS };

	/* null: linked statically, nothing outside can tell */
	if (host && procfs_stream(fs, pid, "maps", feed_maps, &m, NULL) == SK_OK)
		json_object_set_new(host, "allocator",
				    m.found < N_ALLOCATORS ? json_string(allocators[m.found].name) : json_null());
	if (host && procfs_read(fs, pid, "environ", NULL) == SK_OK)
		json_object_set_new(host, "allocator_settings", allocator_settings(fs->buf, fs->len));
}

/* The words of /proc/PID/cmdline in one line; a process title ends in many NULs. */
static json_t *cmdline_json(const char *words, size_t n)
{
	char *clean;
	json_t *j;

	while (n > 0 && words[n - 1] == '\0')
		n--;
	clean = scrub_words(words, n, &n);
	for (size_t i = 0; clean && i < n; i++)
		if (clean[i] == '\0')
			clean[i] = ' ';
	j = plain_json(clean);
	free(clean);
	return j;
}

void run_json_target(json_t *run, struct procfs *fs, const struct target *t)
{
	char path[PATH_MAX], exe[PATH_MAX], id[80];
	json_t *j = json_object_get(run, "target_info");
	ssize_t n;

	if (t->n == 0)
		return;
	if (!j) {
		j = json_object();
		json_object_set_new(run, "target_info", j);
	}
	snprintf(path, sizeof(path), "%s/%d/exe", fs->root, (int)t->proc[0].pid);
	n = readlink(path, exe, sizeof(exe) - 1);
	if (n > 0) {
		exe[n] = '\0';
		json_object_set_new(j, "comm", scrubbed(t->proc[0].comm));
		json_object_set_new(j, "exe", scrubbed(exe));
		elf_build_id(path, id, sizeof(id));
		json_object_del(j, "build_id"); /* of what it was before an exec */
		if (*id)
			json_object_set_new(j, "build_id", json_string(id));
	}
	if (procfs_read(fs, t->proc[0].pid, "cmdline", NULL) == SK_OK && fs->len > 0) /* a zombie has none */
		json_object_set_new(j, "cmdline", cmdline_json(fs->buf, fs->len));
	add_allocator(json_object_get(run, "host"), fs, t->proc[0].pid);
}

bool run_json_follow(json_t *run, struct procfs *fs, const struct target *t)
{
	const char *comm = json_get_str(json_object_get(run, "target_info"), "comm", NULL);

	if (t->n == 0 || t->proc[0].zombie || (comm && strcmp(comm, t->proc[0].comm) == 0))
		return false;
	run_json_target(run, fs, t);
	return true;
}

static json_t *budgets_json(const struct phase *p)
{
	json_t *all = json_array();
	char words[80];

	for (size_t i = 0; i < p->n_budget; i++)
		json_array_append_new(all, json_string(phase_budget_words(&p->budget[i], words, sizeof(words))));
	return all;
}

void run_json_phases(json_t *run, const struct phase_list *l)
{
	json_t *all = json_array();

	for (size_t i = 0; i < l->n; i++) {
		json_t *one = plan_to_json(&l->phase[i].plan, 1, l->n_work);

		json_object_set_new(json_array_get(one, 0), "budgets", budgets_json(&l->phase[i]));
		json_array_append(all, json_array_get(one, 0));
		json_decref(one);
	}
	json_object_set_new(run, "phases", all);
	json_object_set_new(run, "repeat", json_boolean(l->repeat));
	json_object_set_new(run, "cycle", json_boolean(l->cycle));
}

void run_json_segment(json_t *run, double started_unix, double elapsed_s, const char *reason)
{
	json_array_append_new(json_object_get(run, "segments"), json_pack("{s:o,s:o,s:s}", "started_unix", json_num(started_unix),
									  "elapsed_s", json_num(elapsed_s), "reason", reason));
}

/* The boot that start times count from; "" if the kernel does not say. */
static void boot_id(char *buf, size_t n)
{
	int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
	ssize_t got = fd == -1 ? -1 : read(fd, buf, n - 1);

	if (fd != -1)
		close(fd);
	buf[got > 0 ? got : 0] = '\0';
	buf[strcspn(buf, "\n")] = '\0';
}

static json_t *root_json(const struct target *t)
{
	char boot[64];

	if (t->n == 0)
		return json_null();
	boot_id(boot, sizeof(boot));
	return json_pack("{s:i,s:I,s:s}", "pid", (int)t->proc[0].pid, "starttime", (json_int_t)t->proc[0].starttime, "boot",
			 boot);
}

void run_json_root(json_t *run, const struct target *t)
{
	json_object_set_new(run, "root", root_json(t));
}

bool run_json_same_root(const json_t *run, const struct target *t)
{
	json_t *now = root_json(t), *then = json_object_get(run, "root");
	bool same = !json_is_object(then) || json_equal(now, then);

	json_decref(now);
	return same;
}

double memory_limit_kb(const struct run_options *o, struct procfs *fs, pid_t pid)
{
	double physical = (double)sysconf(_SC_PHYS_PAGES) * (double)sysconf(_SC_PAGESIZE) / 1024;
	double limit;

	if (!isnan(o->limit_bytes))
		return o->limit_bytes / 1024;
	limit = pid > 0 ? cgroup_limit_kb(fs, pid) : NAN;
	return isnan(limit) || limit > physical ? physical : limit;
}
