/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Answers of the load, looked at while hiredis' reader goes through them: no object is made, nothing is allocated. What the
 * reader takes for objects is one mark for all.
 */
#ifdef HAVE_HIREDIS
#include <string.h>

#include "scenarios/redis_load.h"

static char mark;

/* Its word for a number of elements was an int before version 1. */
#if HIREDIS_MAJOR >= 1
typedef size_t elements;
#else
typedef int elements;
#endif

/* The first error is the one that is told. */
static void keep_error(struct redis_seen *a, const char *s, size_t n)
{
	size_t kept = n < sizeof(a->text) ? n : sizeof(a->text) - 1;

	if (a->error)
		return;
	a->error = true;
	memcpy(a->text, s, kept);
	a->text[kept] = '\0';
}

static void *look_string(const redisReadTask *task, char *s, size_t n)
{
	struct redis_seen *a = task->privdata;

	if (task->type == REDIS_REPLY_ERROR) {
		keep_error(a, s, n);
	} else if (task->type == REDIS_REPLY_STRING) {
		a->bytes += n;
		if (task->parent && task->idx == 0 && n == 7 && memcmp(s, "message", 7) == 0)
			a->message = true;
	}
	return &mark;
}

static void *look_array(const redisReadTask *task, elements n)
{
	(void)task;
	(void)n;
	return &mark;
}

static void *look_integer(const redisReadTask *task, long long n)
{
	(void)task;
	(void)n;
	return &mark;
}

static void *look_nil(const redisReadTask *task)
{
	struct redis_seen *a = task->privdata;

	a->nil |= !task->parent;
	return &mark;
}

static void look_no_more(void *object)
{
	(void)object;
}

redisReplyObjectFunctions redis_look = {
	.createString = look_string,
	.createArray = look_array,
	.createInteger = look_integer,
	.createNil = look_nil,
	.freeObject = look_no_more,
};
#endif
