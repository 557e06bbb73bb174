/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/base64.h"

#include <stdint.h>

void base64_add(struct text *out, const void *data, size_t n)
{
	static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *b = data;

	if (!text_reserve(out, (n + 2) / 3 * 4))
		return;
	for (size_t i = 0; i < n; i += 3) {
		uint32_t three =
			(uint32_t)b[i] << 16 | (uint32_t)(i + 1 < n ? b[i + 1] : 0) << 8 | (uint32_t)(i + 2 < n ? b[i + 2] : 0);

		text_addc(out, digit[three >> 18]);
		text_addc(out, digit[three >> 12 & 63]);
		text_addc(out, i + 1 < n ? digit[three >> 6 & 63] : '=');
		text_addc(out, i + 2 < n ? digit[three & 63] : '=');
	}
}
