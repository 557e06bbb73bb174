/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SHA-256 against the examples of FIPS 180-4 and NIST's test vectors, and against itself fed in other portions. */
#include "soakd/sha256.h"

#include <stdio.h>
#include <string.h>

#include "soakd/sha256_block.h"
#include "tests/check.h"

static void assert_digest(const char *message, const char *hex)
{
	struct sha256 s;
	char got[SHA256_HEX];

	sha256_init(&s);
	sha256_add(&s, message, strlen(message));
	sha256_hex(&s, got);
	assert_string_equal(got, hex);
}

static void fips_examples(void **state)
{
	(void)state;
	assert_digest("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	assert_digest("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	assert_digest("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
	assert_digest("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstno"
		      "pqrstu",
		      "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
}

static void a_million_a_in_odd_portions(void **state)
{
	char a[997], got[SHA256_HEX];
	struct sha256 s;
	size_t left = 1000000;

	(void)state;
	memset(a, 'a', sizeof(a));
	sha256_init(&s);
	for (size_t n = 1; left > 0; n = n % sizeof(a) + 1) {
		size_t take = n < left ? n : left;

		sha256_add(&s, a, take);
		left -= take;
	}
	sha256_hex(&s, got);
	assert_string_equal(got, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* The digests above are made by one of the two; here both say the same of blocks that look random. */
static void instructions_and_plain_agree(void **state)
{
	unsigned char p[64 * 9];
	uint32_t a[8], b[8], seed = 1;

	(void)state;
	if (!sha256_has_instructions())
		skip();
	for (size_t i = 0; i < sizeof(p); i++)
		p[i] = (unsigned char)((seed = seed * 1664525 + 1013904223) >> 24);
	for (size_t i = 0; i < 8; i++)
		a[i] = b[i] = seed = seed * 1664525 + 1013904223;
	for (size_t blocks = 0; blocks <= 9; blocks++) {
		sha256_plain(a, p, blocks);
		sha256_instructions(b, p, blocks);
		assert_memory_equal(a, b, sizeof(a));
	}
}

static void plain_has_the_example(void **state)
{
	static const unsigned char abc[64] = { 'a', 'b', 'c', 0x80, [63] = 24 };
	uint32_t h[8] = { 0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19 };

	(void)state;
	sha256_plain(h, abc, 1);
	assert_int_equal(h[0], 0xba7816bf);
	assert_int_equal(h[7], 0xf20015ad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fips_examples),
		cmocka_unit_test(a_million_a_in_odd_portions),
		cmocka_unit_test(instructions_and_plain_agree),
		cmocka_unit_test(plain_has_the_example),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
