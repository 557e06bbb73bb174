/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The load on a Redis, beside the connection that observes it (redis.h), which reaches the server first, says which process it
 * is, answers the epochs, and cleans up at the end.
 *
 *   redis_load.c     its beginning and end; losses are told once for all
 *   redis_work.c     what is due goes to whoever has room
 *   redis_link.c     one connection of the load: logs in, sends, counts answers, is lost and comes back
 *   redis_reply.c    answers looked at without building objects
 *   redis_script.c   the user's own scripts
 *   redis_room.c     whether there is room for the keys beside those of others
 *   redis_setup.c    the key space is filled first and removed last
 *   redis_command.c  commands and profiles
 *
 * All keys begin with "soakd:" and the run's id. Answers come in the order of the commands: a link keeps a ring of what was sent. What a wake
 * brings is counted together (tally), so that the shared page is not touched for each answer.
 */
#ifndef SCENARIOS_REDIS_LOAD_H
#define SCENARIOS_REDIS_LOAD_H

#include <hiredis/hiredis.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/text.h"
#include "scenarios/redis.h"
#include "scenarios/redis_command.h"
#include "scenarios/script.h"

#define REDIS_DEEP            16                  /* commands under way on a connection at full speed */
#define REDIS_RING            (JOB_MAX_DEPTH + 2) /* room for a script's text beside the commands */
#define REDIS_CONNECTING_MOST 64                  /* at once: a server's queue of new connections is short */
#define REDIS_IN              (1 << 16)           /* bytes read at once */

/* One answer, as far as anybody wants to know. */
struct redis_seen {
	bool error, nil, message;
	uint64_t bytes; /* of strings in it */
	char text[256]; /* of an error */
};

/* One operation that was sent. */
struct redis_slot {
	uint64_t id;
	int64_t start_ns;
	uint8_t op;   /* enum redis_op */
	uint8_t left; /* answers still to come */
	bool failed;  /* one of them was an error */
	bool again;   /* sent a second time, behind the script that the server did not have */
	bool seed;    /* of the set-up: not counted */
};

/* A user's script on a connection. */
struct redis_script {
	struct script_run *run; /* NULL: the job has no scripts */
	size_t work;            /* which */
	bool runs, failed;
	bool pipelines; /* the next command needs no answer before it */
	bool ends;      /* nothing more to send: the answers are awaited */
	bool sleeps;    /* until wake_ns */
	int64_t start_ns, wake_ns;
	uint64_t bytes;
};

struct redis_link {
	redisContext *c;
	enum redis_phase phase;
	bool listens; /* SUBSCRIBE, and no operations */
	bool parked;  /* closed on purpose: its next operation connects it */
	bool renew;   /* to be closed and made again when nothing is under way */
	bool lost;    /* it was up and is not */
	bool loading; /* a SCRIPT LOAD is under way */
	bool unsent;  /* output waits for the socket */
	bool first;   /* an operation waits for the login */
	unsigned login_asked, login_answered;
	struct text out;
	size_t sent;               /* bytes of it */
	struct redis_slot *ring;   /* REDIS_RING */
	size_t head, n;            /* the oldest; how many */
	struct redis_slot waiting; /* what goes first */
	struct redis_script script;
	struct redis_seen seen; /* the answer that is being read */
	int64_t try_ns, deadline_ns;
	double backoff_s;
};

/* Operations of a kind that took as long as each other. */
struct redis_tally {
	uint64_t ops, rows, bytes, ns;
};

struct redis_next {
	bool drawn;
	size_t phase; /* of the plan: another one has other weights */
	size_t work;
	enum redis_op op; /* REDIS_RUN: the script of `work` */
	uint64_t id;
};

/* Where filling the key space is. */
struct redis_seeding {
	size_t work, share;
	unsigned round;
	uint64_t id;
	int64_t again_ns; /* the server was loading its own data: begin again then; 0: it was not */
};

struct redis_load {
	struct redis *r;
	struct drive *d;
	struct redis_words words;
	char *pool, *in;
	struct redis_link *link;
	struct redis_slot *slots;
	size_t n_link, n_worker, n_connecting, turn; /* workers come first, listeners after them */
	const struct redis_profile *profile[JOB_MAX_WORK];
	struct script *script[JOB_MAX_WORK]; /* NULL: a profile */
	unsigned kind[REDIS_OPS], script_kind[JOB_MAX_WORK], message_kind;
	struct text word; /* of a script's command */
	struct redis_tally tally[DRIVE_OP_KINDS];
	uint64_t rng, jitter;
	struct redis_next next;
	struct redis_seeding seeding;
	bool room_asked, room_known;
	bool wrote;  /* there may be keys of ours */
	bool losing; /* an event said that connections are lost; the next one says that all are back */
	char cursor[24];
	char refusal[512];                     /* why the set-up failed: said when its keys are gone; "": it did not */
	int64_t lost_ns, answers_ns, final_ns; /* the loss; the ends of patience with answers and with the cleaning */
};

/* redis_load.c. *out NULL: the job only observes. SK_EUSAGE: it cannot be. load_run() returns when to come again. */
enum sk_code redis_load_open(struct redis *r, struct redis_load **out, struct sk_err *err);
void redis_load_close(struct redis_load *l);
size_t redis_load_fds(const struct redis_load *l, struct pollfd *fds, size_t max);
int64_t redis_load_run(struct redis_load *l, const struct pollfd *fds, size_t n, int64_t now_ns);
bool redis_load_busy(const struct redis_load *l);
void redis_load_renew(struct redis_load *l);
/* A link is up; an operation has all its answers (the link has forgotten it); one was lost with its connection. */
void redis_load_up(struct redis_load *l, struct redis_link *c);
void redis_load_ended(struct redis_load *l, struct redis_link *c, const struct redis_slot *s, int64_t now_ns);
void redis_load_dropped(struct redis_load *l, const struct redis_slot *s);
void redis_load_refused(struct redis_load *l, const struct redis_slot *s, const char *why);
void redis_load_did(struct redis_load *l, unsigned kind, int64_t start_ns, uint64_t bytes, int64_t now_ns); /* a script */
void redis_load_park(struct redis_load *l, struct redis_link *c); /* its next operation has a connection of its own */
void redis_load_message(struct redis_load *l, uint64_t bytes);
/* Connections are lost, the observer's included: at the start the end of it, later one event. And: look whether all are back. */
void redis_load_tell_lost(struct redis_load *l, const char *why, int64_t now_ns);
void redis_load_tell_back(struct redis_load *l);

/* redis_work.c: sends what is due; returns when more is. */
int64_t redis_work(struct redis_load *l, int64_t now_ns);

/* redis_link.c */
bool redis_link_idle(const struct redis_link *c); /* nothing is under way on it */
void redis_link_start(struct redis_load *l, struct redis_link *c, int64_t now_ns);
void redis_link_ready(struct redis_load *l, struct redis_link *c, short revents, int64_t now_ns); /* 0: only the time has come */
short redis_link_events(const struct redis_link *c);
int64_t redis_link_wake_ns(const struct redis_load *l, const struct redis_link *c);
void redis_link_put(struct redis_load *l, struct redis_link *c, struct redis_slot s); /* redis_link_flush() lets it go */
void redis_link_flush(struct redis_load *l, struct redis_link *c, int64_t now_ns);
void redis_link_close(struct redis_load *l, struct redis_link *c);
void redis_link_release(struct redis_link *c);

/* redis_script.c: begin on a connection that is up; an answer to one of its commands, still seen; the time may have come. */
enum sk_code redis_scripts_open(struct redis_load *l, struct sk_err *err);
void redis_scripts_close(struct redis_load *l);
void redis_script_begin(struct redis_load *l, struct redis_link *c, size_t work, int64_t start_ns, int64_t now_ns);
void redis_script_answer(struct redis_load *l, struct redis_link *c, const struct redis_seen *a, int64_t now_ns);
void redis_script_wake(struct redis_load *l, struct redis_link *c, int64_t now_ns);

/* redis_reply.c: for a reader whose privdata is a struct redis_seen; each answer is then only a mark that it is whole. */
extern redisReplyObjectFunctions redis_look;

/* redis_room.c: asks before the first write; the answer fails the driver where keys of others would be evicted. */
void redis_room_ask(struct redis_load *l);
void redis_room_answer(struct redis_load *l, const redisReply *reply);

/* redis_setup.c: seed fills on, drive_ready() when full; clean is called until it says done, answer is the observer's. */
int64_t redis_seed_run(struct redis_load *l, int64_t now_ns);
void redis_seed_refused(struct redis_load *l, const char *why, int64_t now_ns);
int64_t redis_clean_run(struct redis_load *l, int64_t now_ns);
void redis_clean_answer(struct redis_load *l, enum redis_question q, const redisReply *reply);

#endif
