/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/script_value.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/units.h"

static const char *type_name(enum value_type t)
{
	static const char *const names[] = { "null", "an integer", "a double", "a boolean" };

	return names[t];
}

bool value_truth(const struct value *v)
{
	switch (v->type) {
	case VALUE_INT:
		return v->i != 0;
	case VALUE_DOUBLE:
		return v->d != 0;
	case VALUE_BOOL:
		return v->b;
	default:
		return false;
	}
}

bool value_to_int(struct evaluation *v, const struct value *from, int64_t *out)
{
	double whole;

	if (from->type == VALUE_INT) {
		*out = from->i;
		return true;
	}
	if (from->type != VALUE_DOUBLE)
		return VALUE_WRONG(v, "%s is not an integer", type_name(from->type));
	whole = rint(from->d);
	if (!(whole >= -0x1p63 && whole < 0x1p63))
		return VALUE_WRONG(v, "the double %g does not fit into an integer", from->d);
	*out = (int64_t)whole;
	return true;
}

bool value_to_double(struct evaluation *v, const struct value *from, double *out)
{
	if (from->type != VALUE_INT && from->type != VALUE_DOUBLE)
		return VALUE_WRONG(v, "%s is not a number", type_name(from->type));
	*out = from->type == VALUE_INT ? (double)from->i : from->d;
	return true;
}

bool value_to_bool(struct evaluation *v, const struct value *from, bool *out)
{
	if (from->type != VALUE_BOOL)
		return VALUE_WRONG(v, "%s is not a boolean", type_name(from->type));
	*out = from->b;
	return true;
}

bool value_set_int(struct value *out, int64_t i)
{
	*out = (struct value){ .type = VALUE_INT, .i = i };
	return true;
}

bool value_set_double(struct value *out, double d)
{
	*out = (struct value){ .type = VALUE_DOUBLE, .d = d };
	return true;
}

bool value_set_bool(struct value *out, bool b)
{
	*out = (struct value){ .type = VALUE_BOOL, .b = b };
	return true;
}

static bool begins(const char *word, const char *text)
{
	return strncasecmp(word, text, strlen(text)) == 0;
}

bool value_from_text(const char *text, struct value *out)
{
	int64_t i;
	double d;

	if (!*text)
		return false;
	if (strcasecmp(text, "null") == 0)
		*out = (struct value){ .type = VALUE_NULL };
	else if (begins("true", text) || begins("yes", text) || strcasecmp(text, "on") == 0)
		value_set_bool(out, true);
	else if (begins("false", text) || begins("no", text) || strcasecmp(text, "off") == 0 || strcasecmp(text, "of") == 0)
		value_set_bool(out, false);
	else if (int_parse(text, &i, NULL) == SK_OK)
		value_set_int(out, i);
	else if (real_parse(text, &d, NULL) == SK_OK)
		value_set_double(out, d);
	else
		return false;
	return true;
}
