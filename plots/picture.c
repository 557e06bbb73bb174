/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measure, draw on the surface of the form, and make its bytes. */
#include "plots/picture.h"

#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <cairo.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/atomic_file.h"
#include "base/mem.h"
#include "plots/draw.h"
#include "plots/picture_svg.h"
#include "plots/png_write.h"
#include "plots/svg_compact.h"

/* Of a page 1600 pixels wide, however high: what an issue tracker still shows at once. Wider ones have more pixels for the same. */
#define PICTURE_BYTES (200.0 * 1024)

bool picture_form_of(const char *path, enum picture_form *form)
{
	static const char *const endings[] = { [PICTURE_PNG] = ".png", [PICTURE_SVG] = ".svg", [PICTURE_PDF] = ".pdf" };
	const char *slash = strrchr(path, '/'), *dot = strrchr(slash ? slash : path, '.');

	for (size_t i = 0; dot && i < sizeof(endings) / sizeof(*endings); i++) {
		if (strcmp(dot, endings[i]) == 0) {
			*form = (enum picture_form)i;
			return true;
		}
	}
	return false;
}

static enum sk_code failed(cairo_status_t status, struct sk_err *err)
{
	return sk_fail(err, status == CAIRO_STATUS_NO_MEMORY ? SK_ENOMEM : SK_EIO, 0, "cannot draw the picture: %s",
		       cairo_status_to_string(status));
}

static enum sk_code draw_on(cairo_surface_t *surface, const struct scene *s, const struct layout *lay, struct type *type,
			    struct sk_err *err)
{
	cairo_t *cr = cairo_create(surface);

	draw_scene(cr, s, lay, type);
	cairo_status_t status = cairo_status(cr); /* sticky: covers every call above */

	cairo_destroy(cr);
	cairo_surface_flush(surface);
	return status == CAIRO_STATUS_SUCCESS ? SK_OK : failed(status, err);
}

/* A denser picture is the same page with more pixels: lines and type grow with it. */
static enum sk_code set_density(struct layout *lay, double dpi, struct sk_err *err)
{
	double k = dpi / SCENE_DPI, w = round(lay->px_width * k), h = round(lay->px_height * k);

	if (!(w >= 1) || !(h >= 1))
		return sk_fail(err, SK_EUSAGE, 0, "a picture cannot have %g dots per inch", dpi);
	if (w * h > MOST_PIXELS || w > INT16_MAX || h > INT16_MAX) /* Cairo's images end at 32767 */
		return sk_fail(err, SK_EUSAGE, 0, "a picture of %.0f x %.0f pixels is too large: take a smaller size or density",
			       w, h);
	lay->scale *= k;
	lay->px_width = (int)w;
	lay->px_height = (int)h;
	return SK_OK;
}

static enum sk_code make_png(const struct scene *s, struct layout *lay, struct type *type, struct text *out, struct sk_err *err)
{
	enum sk_code rc = set_density(lay, s->dpi, err);

	if (rc != SK_OK)
		return rc;
	const size_t width = (size_t)lay->px_width, height = (size_t)lay->px_height; /* MOST_PIXELS at most */
	uint32_t *pixels = sk_large(width * height * sizeof(*pixels));

	if (!pixels)
		return sk_fail(err, SK_ENOMEM, 0, "no memory for the picture");
	cairo_surface_t *image = cairo_image_surface_create_for_data((unsigned char *)pixels, CAIRO_FORMAT_RGB24, lay->px_width,
								     lay->px_height, lay->px_width * (int)sizeof(*pixels));

	rc = draw_on(image, s, lay, type, err);
	if (rc == SK_OK) {
		const struct png_pixels px = {
			.px = pixels,
			.width = width,
			.height = height,
			.stride = width,
			.dpi = s->dpi,
			.most_bytes = (size_t)(PICTURE_BYTES * fmax(1, pow(lay->px_width / PAGE_WIDTH, 2))) - PNG_SEAL,
		};
		size_t begin = out->len;

		rc = png_encode(out, &px, s->meta, s->n_meta, err);
		if (rc == SK_OK && s->n_meta > 0) /* what it says of itself is of these pixels */
			rc = png_seal(out, begin, err);
	}
	cairo_surface_destroy(image);
	free(pixels);
	return rc;
}

static cairo_status_t collect(void *closure, const unsigned char *data, unsigned int n)
{
	struct text *out = closure;

	text_addn(out, (const char *)data, n);
	return out->failed ? CAIRO_STATUS_NO_MEMORY : CAIRO_STATUS_SUCCESS;
}

/* What was drawn arrives in `collect` when the surface is finished. */
static enum sk_code draw_and_finish(cairo_surface_t *surface, const struct scene *s, const struct layout *lay, struct type *type,
				    struct sk_err *err)
{
	enum sk_code rc = draw_on(surface, s, lay, type, err);

	cairo_surface_finish(surface);
	cairo_status_t status = cairo_surface_status(surface);

	cairo_surface_destroy(surface);
	return rc == SK_OK && status != CAIRO_STATUS_SUCCESS ? failed(status, err) : rc;
}

static enum sk_code make_svg(const struct scene *s, struct layout *lay, struct type *type, struct text *out, struct sk_err *err)
{
	struct text plain = TEXT_INIT, compact = TEXT_INIT;
	cairo_surface_t *svg = cairo_svg_surface_create_for_stream(collect, &plain, lay->px_width, lay->px_height);

	cairo_svg_surface_set_document_unit(svg, CAIRO_SVG_UNIT_PX);
	cairo_svg_surface_restrict_to_version(svg, CAIRO_SVG_VERSION_1_1);
	enum sk_code rc = draw_and_finish(svg, s, lay, type, err);

	if (rc == SK_OK)
		svg_compact(&compact, text_str(&plain));
	if (compact.failed)
		rc = sk_fail(err, SK_ENOMEM, 0, "no memory for the picture");
	if (rc == SK_OK)
		rc = svg_describe(out, text_str(&compact), s, err);
	text_release(&plain);
	text_release(&compact);
	return rc;
}

/* Title and Subject for people; Cairo's PDF has no pairs of its own, so that those of the scene are keywords: "soakd:run=...". */
static void describe_pdf(cairo_surface_t *pdf, const struct scene *s)
{
	struct text title = TEXT_INIT, keywords = TEXT_INIT;

	picture_title(&title, s);
	for (size_t i = 0; i < s->n_meta; i++)
		if (s->meta[2 * i] && s->meta[2 * i + 1] && strncmp(s->meta[2 * i], "soakd:", 6) == 0)
			text_addf(&keywords, "%s%s=%s", keywords.len ? ", " : "", s->meta[2 * i], s->meta[2 * i + 1]);
	cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_TITLE, text_str(&title));
	cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_SUBJECT, s->why ? s->why : "");
	cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_KEYWORDS, text_str(&keywords));
	cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_CREATOR, theme.product);
	cairo_pdf_surface_set_metadata(pdf, CAIRO_PDF_METADATA_CREATE_DATE, ""); /* else Cairo writes the time of day */
	text_release(&title);
	text_release(&keywords);
}

static enum sk_code make_pdf(const struct scene *s, struct layout *lay, struct type *type, struct text *out, struct sk_err *err)
{
	const double points = 72 / SCENE_DPI;
	cairo_surface_t *pdf = cairo_pdf_surface_create_for_stream(collect, out, lay->px_width * points, lay->px_height * points);

	describe_pdf(pdf, s);
	lay->scale *= points;
	return draw_and_finish(pdf, s, lay, type, err);
}

static enum sk_code make(const struct scene *s, enum picture_form form, struct type *type, struct text *out, struct sk_err *err)
{
	static enum sk_code (*const forms[])(
		const struct scene *, struct layout *, struct type *, struct text *,
		struct sk_err *) = { [PICTURE_PNG] = make_png, [PICTURE_SVG] = make_svg, [PICTURE_PDF] = make_pdf };
	struct layout lay;

	draw_measure(&lay, s, type);
	return forms[form](s, &lay, type, out, err);
}

/* Names are there as "?": the page once more, with a line about them in its footer. */
static enum sk_code make_with_note(const struct scene *s, enum picture_form form, struct type *type, struct text *note,
				   struct text *out, struct sk_err *err)
{
	struct scene noted = *s;
	uint32_t lacks = type_lacks(type);
	enum sk_code rc;

	text_addf(note, "%s%04X%s%s", theme.lacks, lacks, theme.install, type_package(lacks));
	noted.footer = sk_calloc(s->n_footer + 1, sizeof(*noted.footer));
	if (noted.footer && !note->failed) {
		if (s->n_footer > 0)
			memcpy(noted.footer, s->footer, s->n_footer * sizeof(*noted.footer));
		noted.footer[noted.n_footer++] = note->s;
		rc = make(&noted, form, type, out, err);
	} else {
		rc = sk_fail(err, SK_ENOMEM, 0, "no memory for the picture");
	}
	free(noted.footer);
	return rc;
}

static enum sk_code make_noted(const struct scene *s, enum picture_form form, struct text *note, struct text *out,
			       struct sk_err *err)
{
	struct type *type = NULL;
	size_t before = out->len;
	enum sk_code rc = type_new(&type, err);

	if (rc != SK_OK)
		return rc;
	rc = make(s, form, type, out, err);
	if (rc == SK_OK && type_lacks(type)) {
		out->len = before;
		rc = make_with_note(s, form, type, note, out, err);
	}
	type_free(type);
	return rc;
}

enum sk_code picture_make(const struct scene *s, enum picture_form form, struct text *out, struct sk_err *err)
{
	struct text note = TEXT_INIT;
	enum sk_code rc = make_noted(s, form, &note, out, err);

	text_release(&note);
	return rc;
}

enum sk_code picture_write(const struct scene *s, const char *path, struct text *note, struct sk_err *err)
{
	struct text bytes = TEXT_INIT, own = TEXT_INIT;
	enum picture_form form;

	if (!picture_form_of(path, &form))
		return sk_fail(err, SK_EUSAGE, 0, "%s: the ending says the form of a picture: .png, .svg or .pdf", path);
	enum sk_code rc = make_noted(s, form, &own, &bytes, err);

	if (rc == SK_OK)
		rc = atomic_write(path, bytes.s, bytes.len, err);
	if (rc == SK_OK && note)
		text_add(note, text_str(&own));
	text_release(&own);
	text_release(&bytes);
	return rc;
}
