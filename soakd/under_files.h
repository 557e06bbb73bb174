/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a file that massif, dhat or heaptrack wrote is whole: each ends in its own way, and one whose writer was killed does
 * not. Nothing more is read of them here. Pure functions of the bytes, given piece by piece or, where the end is enough, at once.
 */
#ifndef SOAKD_UNDER_FILES_H
#define SOAKD_UNDER_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* massif: text; its last line belongs to a snapshot's tree. The first bytes of the file and the last ones. */
bool massif_is_whole(const char *head, size_t n_head, const char *tail, size_t n_tail);

/* dhat: one JSON object; `*d` zeroed before the first piece. */
struct dhat_check {
	char head[20]; /* its first bytes */
	size_t n_head;
	unsigned depth;
	bool in_string, escaped, begun, ended, bad;
};
void dhat_feed(struct dhat_check *d, const char *bytes, size_t n);
bool dhat_is_whole(const struct dhat_check *d);

/*
 * heaptrack: compressed by zstd (RFC 8878, frames of blocks) or gzip (RFC 1952). `*z` zeroed before the first piece. Of zstd the
 * frames are walked to their end.
 * Of gzip, which has no lengths on the way, only the beginning is looked at, and that there is an end.
 */
enum pressed_state { PRESSED_MAGIC, PRESSED_FRAME, PRESSED_BLOCK, PRESSED_GZIP, PRESSED_BAD };
struct pressed_check {
	uint64_t at;      /* bytes so far */
	uint64_t skip;    /* of them still to be skipped */
	uint8_t part[18]; /* a header that is being collected */
	size_t have, want;
	enum pressed_state state;
	bool last_block, checksum;
	uint64_t frames;
};
void pressed_feed(struct pressed_check *z, const uint8_t *bytes, size_t n);
bool pressed_is_whole(const struct pressed_check *z);

#endif
