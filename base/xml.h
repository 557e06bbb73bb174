/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Strings from outside within XML and HTML: any bytes give well-formed content, as base/plain.h says. */
#ifndef BASE_XML_H
#define BASE_XML_H

#include "base/text.h"

void add_xml(struct text *out, const char *s);       /* element content or an attribute in double quotes */
void add_xml_lines(struct text *out, const char *s); /* the same of element content that may have several lines */

#endif
