/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scripts of requests: not taken yet. */
#ifdef HAVE_LIBCURL
#include "scenarios/http.h"

enum sk_code http_script_begin(struct http *h, struct sk_err *err)
{
	for (size_t i = 0; i < h->d->job->n_work; i++)
		if (h->d->job->work[i].script)
			return sk_fail(err, SK_EUSAGE, 0, "the scenario http takes no scripts: give it a profile");
	return SK_OK;
}

bool http_script_step(struct http_conn *c, int64_t now_ns)
{
	(void)c;
	(void)now_ns;
	return false;
}

void http_script_failed(struct http_conn *c)
{
	c->in_script = false;
}

void http_script_release(struct http *h)
{
	(void)h;
}
#endif
