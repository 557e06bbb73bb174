/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measure, draw on an image surface, encode. */
#include "plots/picture.h"

#include <cairo.h>
#include <stdint.h>

#include "base/atomic_file.h"
#include "plots/draw.h"
#include "plots/png_write.h"

static enum sk_code draw_on(cairo_surface_t *image, const struct scene *s, const struct layout *lay, struct type *type,
			    struct sk_err *err)
{
	cairo_t *cr = cairo_create(image);

	draw_scene(cr, s, lay, type);
	cairo_status_t status = cairo_status(cr); /* sticky: covers every call above */

	cairo_destroy(cr);
	cairo_surface_flush(image);
	if (status == CAIRO_STATUS_SUCCESS)
		return SK_OK;
	return sk_fail(err, status == CAIRO_STATUS_NO_MEMORY ? SK_ENOMEM : SK_EIO, 0, "cannot draw the picture: %s",
		       cairo_status_to_string(status));
}

enum sk_code picture_png(const struct scene *s, struct text *out, struct sk_err *err)
{
	struct type *type = NULL;
	struct layout lay;
	enum sk_code rc = type_new(&type, err);

	if (rc != SK_OK)
		return rc;
	draw_measure(&lay, s, type);
	cairo_surface_t *image = cairo_image_surface_create(CAIRO_FORMAT_RGB24, lay.px_width, lay.px_height);

	rc = draw_on(image, s, &lay, type, err);
	if (rc == SK_OK)
		rc = png_encode(out, (const uint32_t *)(const void *)cairo_image_surface_get_data(image), (size_t)lay.px_width,
				(size_t)lay.px_height, (size_t)cairo_image_surface_get_stride(image) / sizeof(uint32_t), s->meta,
				s->n_meta, err);
	cairo_surface_destroy(image);
	type_free(type);
	return rc;
}

enum sk_code picture_write(const struct scene *s, const char *path, struct sk_err *err)
{
	struct text png = TEXT_INIT;
	enum sk_code rc = picture_png(s, &png, err);

	if (rc == SK_OK)
		rc = atomic_write(path, png.s, png.len, err);
	text_release(&png);
	return rc;
}
