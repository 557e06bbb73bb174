/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The page as text: what it says, that its policy names its own scripts, and that nothing from outside becomes markup. What a browser
 * makes of it is tests/e2e/html.sh. SOAKD_PAGES=DIR keeps the pages, to look at.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/atomic_file.h"
#include "base/base64.h"
#include "base/json.h"
#include "soakd/report_html.h"
#include "soakd/sha256.h"
#include "tests/plots/demo_scenes.h"

static struct text page_of(const struct scene *s, const char *markdown, const char *png)
{
	const struct html_page page = { .scene = s, .markdown = markdown, .png = png, .n_png = png ? strlen(png) : 0 };
	struct text out = TEXT_INIT;
	struct sk_err err;

	assert_int_equal(report_html(&page, &out, &err), SK_OK);
	return out;
}

static size_t count(const char *s, const char *what)
{
	size_t n = 0;

	for (const char *at = strstr(s, what); at; at = strstr(at + 1, what))
		n++;
	return n;
}

/* The text between two marks, from *at on, which moves behind it; to be freed. NULL: there is no more. */
static char *between(const char **at, const char *begin, const char *end)
{
	const char *from = strstr(*at, begin), *to = from ? strstr(from + strlen(begin), end) : NULL;

	if (!to)
		return NULL;
	from += strlen(begin);
	char *s = demo_alloc((size_t)(to - from) + 1, 1);

	memcpy(s, from, (size_t)(to - from));
	*at = to + strlen(end);
	return s;
}

static void assert_allowed(const char *policy, const char *text)
{
	unsigned char digest[SHA256_SIZE];
	struct text hash = TEXT_INIT;
	struct sha256 sha;

	sha256_init(&sha);
	sha256_add(&sha, text, strlen(text));
	sha256_digest(&sha, digest);
	text_add(&hash, "'sha256-");
	base64_add(&hash, digest, sizeof(digest));
	text_add(&hash, "'");
	assert_non_null(strstr(policy, text_str(&hash)));
	text_release(&hash);
}

static json_t *json_in(const char *html, const char *id)
{
	char begin[80];
	json_error_t where;

	snprintf(begin, sizeof(begin), "<script type=\"application/json\" id=\"%s\">", id);
	char *text = between(&html, begin, "</script>");

	assert_non_null(text);
	assert_null(strchr(text, '<'));
	json_t *j = json_loads(text, JSON_DECODE_ANY | JSON_REJECT_DUPLICATES, &where);

	assert_non_null(j);
	free(text);
	return j;
}

static void the_policy_names_each_script_and_the_style(void **state)
{
	struct scene s;
	char *text;

	(void)state;
	demo_leak(&s);
	struct text out = page_of(&s, "# leak", NULL);
	const char *at = text_str(&out), *policy_at = at;
	char *policy = between(&policy_at, "<meta http-equiv=\"Content-Security-Policy\" content=\"", "\">");
	size_t scripts = 0;

	assert_non_null(policy);
	assert_int_equal(strncmp(policy, "default-src 'none'; ", 20), 0);
	assert_null(strstr(policy, "unsafe"));
	assert_null(strstr(policy, "http"));
	text = between(&at, "<style>", "</style>");
	assert_allowed(policy, text);
	free(text);
	for (; (text = between(&at, "<script>", "</script>")); free(text), scripts++)
		assert_allowed(policy, text);
	assert_int_equal(scripts, 6);
	assert_int_equal(count(policy, "'sha256-"), 7);
	free(policy);
	text_release(&out);
	scene_release(&s);
}

/* No address that a browser would fetch: the licence names one in a comment, and SVG's namespace is a name. */
static void nothing_is_fetched(void **state)
{
	struct scene s;

	(void)state;
	demo_page(&s);
	struct text out = page_of(&s, "# leak", "PNG");

	assert_null(strstr(text_str(&out), "src=\"http"));
	assert_null(strstr(text_str(&out), "href=\"http"));
	assert_null(strstr(text_str(&out), "url(http"));
	assert_null(strstr(text_str(&out), "@import"));
	assert_int_equal(count(text_str(&out), " src=\""), 1);
	assert_non_null(strstr(text_str(&out), "src=\"data:image/png;base64,UE5H\""));
	text_release(&out);
	scene_release(&s);
}

static void every_demo_makes_a_page_that_says_its_verdict(void **state)
{
	const char *dir = getenv("SOAKD_PAGES");

	(void)state;
	for (size_t i = 0; i < N_DEMOS; i++) {
		struct scene s;
		char path[512];
		struct sk_err err;

		demos[i].make(&s);
		struct text out = page_of(&s, "# text", NULL), again = page_of(&s, "# text", NULL);

		assert_string_equal(text_str(&out), text_str(&again));
		snprintf(path, sizeof(path), "<h1 id=\"verdict\">%s</h1>", s.verdict);
		assert_non_null(strstr(text_str(&out), path));
		assert_int_equal(count(text_str(&out), "<figure "), s.n_panels);
		assert_int_equal(count(text_str(&out), "</figure>"), s.n_panels);
		json_t *j = json_in(text_str(&out), "scene");

		assert_int_equal(json_array_size(json_object_get(j, "panels")), s.n_panels);
		json_decref(j);
		if (dir) {
			snprintf(path, sizeof(path), "%s/%s.html", dir, demos[i].name);
			assert_int_equal(atomic_write(path, text_str(&out), out.len, &err), SK_OK);
		}
		text_release(&out);
		text_release(&again);
		scene_release(&s);
	}
}

/* Columns of the data against the blocks of the scene: a gap is null, everything else to seven digits. */
static void assert_same_numbers(const json_t *data, const struct scene_series *l)
{
	const json_t *blocks = json_object_get(data, "blocks"), *mean = json_object_get(blocks, "mean");

	assert_int_equal(json_array_size(mean), l->n);
	for (size_t i = 0; i < l->n; i++) {
		const json_t *v = json_array_get(mean, i), *max = json_array_get(json_object_get(blocks, "max"), i);

		bool unknown = l->b[i].n == 0 || !isfinite(l->b[i].mean);

		assert_int_equal(json_is_null(v), unknown);
		if (unknown)
			continue;
		assert_true(fabs(json_number_value(v) - l->b[i].mean) <= 5e-7 * fabs(l->b[i].mean));
		if (max)
			assert_true(fabs(json_number_value(max) - l->b[i].max) <= 5e-7 * fabs(l->b[i].max));
		else
			assert_true(l->b[i].min == l->b[i].mean && l->b[i].max == l->b[i].mean);
	}
}

static void the_numbers_are_those_of_the_scene(void **state)
{
	(void)state;
	for (size_t d = 0; d < N_DEMOS; d++) {
		struct scene s;

		demos[d].make(&s);
		struct text out = page_of(&s, NULL, NULL);
		json_t *j = json_in(text_str(&out), "scene");

		assert_true(fabs(json_number_value(json_object_get(j, "start_unix")) - s.start_unix) <= 0.5);
		text_release(&out);
		for (size_t i = 0; i < s.n_panels; i++) {
			json_t *list = json_object_get(json_array_get(json_object_get(j, "panels"), i), "series");

			assert_int_equal(json_array_size(list), s.panel[i].n_series);
			for (size_t k = 0; k < s.panel[i].n_series; k++)
				assert_same_numbers(json_array_get(list, k), &s.panel[i].series[k]);
		}
		json_decref(j);
		scene_release(&s);
	}
}

static void series_share_their_times(void **state)
{
	struct block a[3] = { { 1, 0, 5, 5, 5, 5 }, { 0, NAN, NAN, NAN, NAN, NAN }, { 1, 2, 0.123456789, 0, 0.1, 0.2 } };
	struct block b[3] = { { 1, 0, 7, 7, 7, 7 }, { 0, NAN, NAN, NAN, NAN, NAN }, { 1, 2, 8, 8, 8, 8 } };
	struct scene_series series[2] = { { .b = a, .n = 3 }, { .b = b, .n = 3 } };
	struct scene_panel panel = { .series = series, .n_series = 2, .x0 = NAN, .x1 = NAN };
	struct scene s = { .panel = &panel, .n_panels = 1, .start_unix = 1795315402.75 };
	struct text out = page_of(&s, NULL, NULL);

	(void)state;
	assert_non_null(strstr(text_str(&out), "\"times\":[[0,null,2]]"));
	assert_non_null(strstr(text_str(&out), "\"start_unix\":1795315403,"));
	assert_non_null(strstr(text_str(&out),
			       "\"blocks\":{\"t\":0,\"mean\":[5,null,0.1234568],\"min\":[5,null,0.1],\"max\":[5,null,0.2]}"));
	assert_non_null(strstr(text_str(&out), "\"blocks\":{\"t\":0,\"mean\":[7,null,8]}"));
	text_release(&out);
}

static const char *const hostile[] = {
	"</script><img src=x onerror=alert(1)>",
	"<!--<script>",
	"\" onfocus=\"alert(1)\" x='",
	"&lt;b&gt;",
	"\342\200\256gnp.live", /* right-to-left override */
	"bad \377\376 bytes",
};

static void replace(char **s, const char *with)
{
	free(*s);
	*s = demo_str(with);
}

static void nothing_from_outside_is_markup(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(hostile) / sizeof(*hostile); i++) {
		struct scene s, plain;

		demo_page(&s);
		demo_page(&plain);
		replace(&s.verdict, hostile[i]);
		replace(&s.headline, hostile[i]);
		replace(&s.why, hostile[i]);
		replace(&s.chip[0], hostile[i]);
		replace(&s.panel[0].title, hostile[i]);
		replace(&s.panel[0].series[0].label, hostile[i]);
		replace(&s.table[0], hostile[i]);
		replace(&s.table[s.n_cols], hostile[i]);
		replace(&s.footer[0], hostile[i]);
		/* report.md is valid UTF-8 whatever it is about */
		struct text out = page_of(&s, strchr(hostile[i], '\377') ? "text" : hostile[i], NULL),
			    usual = page_of(&plain, "text", NULL);

		/* as many elements and attributes as without them */
		assert_int_equal(count(text_str(&out), "<"), count(text_str(&usual), "<"));
		assert_int_equal(count(text_str(&out), "</script"), count(text_str(&usual), "</script"));
		assert_int_equal(count(text_str(&out), " onfocus=\""), 0);
		char *shown = demo_str(text_str(&out));

		*strstr(shown, "<script type=\"application/json\"") = '\0';
		assert_int_equal(count(shown, "\342\200\256"), 0);
		free(shown);
		assert_int_equal(count(text_str(&out), "\377"), 0);
		json_decref(json_in(text_str(&out), "scene"));
		text_release(&out);
		text_release(&usual);
		scene_release(&s);
		scene_release(&plain);
	}
}

static void bars_are_drawn_to_scale(void **state)
{
	struct scene_bar bar[] = {
		{ .label = "start", .text = "100 KiB", .from = 0, .to = 100, .kind = BAR_START },
		{ .label = "heap", .text = "+120 KiB", .from = 100, .to = 220, .kind = BAR_PART },
		{ .label = "unexplained", .text = "-20 KiB", .from = 220, .to = 200, .kind = BAR_UNEXPLAINED },
		{ .label = "end", .text = "200 KiB", .from = 0, .to = 200, .kind = BAR_END },
		{ .label = "unknown", .from = NAN, .to = NAN, .kind = BAR_PART },
	};
	struct scene_panel panel = { .place = PLACE_SIDE, .bar = bar, .n_bars = 5 };
	struct scene s = { .panel = &panel, .n_panels = 1 };
	struct text out = TEXT_INIT;

	(void)state;
	html_panels(&out, &s);
	assert_non_null(strstr(text_str(&out), "<li class=\"bar-start\">"));
	assert_non_null(strstr(text_str(&out), "<rect x=\"0\" width=\"455\" height=\"20\"/>"));
	assert_non_null(strstr(text_str(&out), "<rect x=\"455\" width=\"545\" height=\"20\"/>"));
	assert_non_null(strstr(text_str(&out), "<rect x=\"909\" width=\"91\" height=\"20\"/>"));
	assert_non_null(strstr(text_str(&out), "<rect x=\"0\" width=\"909\" height=\"20\"/>"));
	assert_int_equal(count(text_str(&out), "<rect"), 4); /* what is not known has no bar */
	assert_non_null(strstr(text_str(&out), "<span class=\"value\" dir=\"auto\">?</span>"));
	assert_null(strstr(text_str(&out), "class=\"chart\""));
	text_release(&out);
}

static void without_a_picture_the_page_says_so(void **state)
{
	struct scene s;

	(void)state;
	demo_stable(&s);
	struct text out = page_of(&s, NULL, NULL);

	assert_non_null(strstr(text_str(&out), "soakd report --out report.png"));
	assert_null(strstr(text_str(&out), "id=\"copy\""));
	assert_null(strstr(text_str(&out), "id=\"markdown\""));
	text_release(&out);
	scene_release(&s);
}

/* --theme dark is what the page begins with; otherwise the reader's system decides. */
static void a_theme_that_was_asked_for(void **state)
{
	struct scene s;

	(void)state;
	demo_stable(&s);
	struct text out = page_of(&s, NULL, NULL);

	assert_non_null(strstr(text_str(&out), "<html lang=\"en\">"));
	text_release(&out);
	s.theme = THEME_DARK;
	out = page_of(&s, NULL, NULL);
	assert_non_null(strstr(text_str(&out), "<html lang=\"en\" data-theme=\"dark\">"));
	text_release(&out);
	scene_release(&s);
}

static void a_table_has_scopes(void **state)
{
	char *cells[] = { "series", "start", "verdict", "private", "1 KiB", "leak", "heap", "", "9 of 10" };
	char note[] = "start: of <it>";
	struct scene s = { .table = cells, .n_rows = 3, .n_cols = 3, .width = 1600, .height = 1200, .dpi = 96 };
	struct text plain = page_of(&s, NULL, NULL), out;

	s.table_note = note;
	out = page_of(&s, NULL, NULL);

	(void)state;
	assert_non_null(
		strstr(text_str(&out),
		       "<th scope=\"col\" dir=\"auto\">series</th><th scope=\"col\" class=\"figure\" dir=\"auto\">start</th>"
		       "<th scope=\"col\" dir=\"auto\">verdict</th>"));
	assert_non_null(strstr(text_str(&out), "<th scope=\"row\" dir=\"auto\">heap</th><td class=\"figure\" dir=\"auto\"></td>"
					       "<td dir=\"auto\">9 of 10</td>"));
	assert_non_null(strstr(text_str(&out), "<table>\n<caption>start: of &lt;it&gt;</caption>\n<thead>"));
	assert_null(strstr(text_str(&plain), "<caption>"));
	text_release(&plain);
	text_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_policy_names_each_script_and_the_style),
		cmocka_unit_test(nothing_is_fetched),
		cmocka_unit_test(every_demo_makes_a_page_that_says_its_verdict),
		cmocka_unit_test(the_numbers_are_those_of_the_scene),
		cmocka_unit_test(series_share_their_times),
		cmocka_unit_test(nothing_from_outside_is_markup),
		cmocka_unit_test(bars_are_drawn_to_scale),
		cmocka_unit_test(without_a_picture_the_page_says_so),
		cmocka_unit_test(a_theme_that_was_asked_for),
		cmocka_unit_test(a_table_has_scopes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
