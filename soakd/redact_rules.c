/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Each rule looks at one place of a text where a word begins, and says how many bytes it takes and which of them go. The order of
 * the table is the order of asking: an address with a user before the path that it contains.
 */
#include "soakd/redact_rules.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

#define DIGITS "0123456789"
#define HEX    DIGITS "abcdefABCDEF"
#define LETTER "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define ENDS   " \t\r\n'\"`,;()<>[]{}|" /* no path or address of ours goes over these */

#define HEX_SECRET  32 /* so many digits are a key, or a digest: of digests those that we write are no free text */
#define BASE_SECRET 20

static void part(struct found *f, size_t at, size_t n, enum redact_kind kind, bool everywhere)
{
	if (n > 0 && f->n_parts < FOUND_PARTS)
		f->part[f->n_parts++] = (struct found_part){ at, n, kind, everywhere };
}

/* All n bytes are one thing. */
static bool whole(struct found *f, size_t n, enum redact_kind kind, bool everywhere)
{
	f->n = n;
	part(f, 0, n, kind, everywhere);
	return n > 0;
}

/* Without the full stop or the colon of the sentence. */
static size_t trim(const char *s, size_t n)
{
	while (n > 0 && strchr(".:-!?", s[n - 1]))
		n--;
	return n;
}

static bool starts(const char *s, const char *with)
{
	return strncasecmp(s, with, strlen(with)) == 0;
}

size_t redact_token(const char *s)
{
	size_t n = strspn(s, LETTER DIGITS "_.-/+");

	return n > 0 ? n : 1;
}

/* ---- paths ------------------------------------------------------------------------------------------------------------- */

static const char *const homes[] = { "/home/", "/Users/", "C:\\Users\\", "D:\\Users\\", "~" };

size_t redact_person_from(const char *s)
{
	for (size_t i = 0; i < COUNT(homes); i++)
		if (starts(s, homes[i]))
			return strlen(homes[i]);
	return 0;
}

size_t redact_person(const char *s)
{
	size_t from = redact_person_from(s), n = from ? strcspn(s + from, "/\\ :" ENDS) : 0;

	return n > 0 ? from + n : 0;
}

/* The same on every machine. */
static bool is_system(const char *s)
{
	static const char *const folders[] = { "/usr/bin/",       "/usr/sbin/",      "/usr/lib/", "/usr/lib64/", "/usr/libexec/",
					       "/usr/local/bin/", "/usr/local/lib/", "/bin/",     "/sbin/",      "/lib/",
					       "/lib64/",         "/proc/",          "/sys/",     "/dev/zero",   "/dev/null",
					       "/SYSV",           "/memfd:",         "/[aio]" };

	for (size_t i = 0; i < COUNT(folders); i++)
		if (strncmp(s, folders[i], strlen(folders[i])) == 0)
			return true;
	return false;
}

/* A path may hold blanks: what comes behind one belongs to it as long as a '/' follows within three words. */
static size_t path_length(const char *s, char slash)
{
	size_t n = strcspn(s, ENDS);

	for (size_t word = n, words = 0; s[word] == ' ' && words < 3; words++) {
		size_t k = strcspn(s + word + 1, ENDS);
		const char *at = memchr(s + word + 1, slash, k);

		word += 1 + k;
		if (at == s + word - k || s[word - k] == '~') /* a path of its own */
			break;
		if (at) {
			n = word;
			words = 0;
		}
	}
	return trim(s, n);
}

static bool rule_path(const char *s, struct found *f)
{
	bool cut = strncmp(s, "...", 3) == 0 && strcspn(s, "/") < strcspn(s, ENDS); /* the end of a long one */
	bool home = *s == '~' && (s[1] == '/' || isalpha((unsigned char)s[1]));
	bool drive = isalpha((unsigned char)s[0]) && s[1] == ':' && (s[2] == '\\' || (s[2] == '/' && s[3] != '/'));
	bool share = s[0] == '\\' && s[1] == '\\' && isalnum((unsigned char)s[2]);
	bool absolute = *s == '/' && s[1] && (isalnum((unsigned char)s[1]) || (s[1] & 0x80) || strchr("._~@%+-[", s[1]));

	if (absolute && is_system(s)) {
		f->n = strcspn(s, ENDS); /* as it is: no rule shall see a host in its name */
		return true;
	}
	return (absolute || cut || home || drive || share) &&
	       whole(f, path_length(s, drive || share ? '\\' : '/'), REDACT_PATH, false);
}

/* ---- addresses --------------------------------------------------------------------------------------------------------- */

/* What stays: it is the same machine everywhere. */
static bool is_loopback(const char *s, size_t n)
{
	static const char *const same[] = { "localhost", "::1", "[::1]", "0.0.0.0", "::", "[::]", "*", "localhost.localdomain" };

	for (size_t i = 0; i < COUNT(same); i++)
		if (strlen(same[i]) == n && strncasecmp(s, same[i], n) == 0)
			return true;
	return n > 4 && strncmp(s, "127.", 4) == 0 && strspn(s, DIGITS ".") >= n;
}

static size_t ipv4(const char *s)
{
	size_t n = 0;

	for (int i = 0; i < 4; i++) {
		size_t digits = strspn(s + n, DIGITS);

		if (digits < 1 || digits > 3 || (i < 3 && s[n + digits] != '.'))
			return 0;
		n += digits + (i < 3);
	}
	return isalpha((unsigned char)s[n]) || s[n] == '_' || s[n] == '-' || (s[n] == '.' && isdigit((unsigned char)s[n + 1]))
		       ? 0
		       : n;
}

/* IPv6, with or without "::", and the six pairs of a network card; times of day have three groups and are neither. */
static size_t ipv6(const char *s)
{
	size_t n = strspn(s, HEX ":"), groups = 0, pairs = 0;
	const char *gap = strstr(s, "::");
	bool digit = strcspn(s, DIGITS) < n, shortened = gap && gap < s + n;

	if (n >= 4 && s[n] == '.' && ipv4(s + n - strspn(s, DIGITS))) /* ::ffff:1.2.3.4 is seen by its end */
		return 0;
	for (size_t i = 0; i < n; i += s[i] == ':') {
		size_t k = strspn(s + i, HEX);

		if (k > 4)
			return 0;
		groups += k > 0;
		pairs += k == 2;
		i += k;
	}
	if (isalnum((unsigned char)s[n]) || s[n] == '_')
		return 0;
	while (n > 2 && s[n - 1] == ':' && s[n - 2] != ':')
		n--;
	return (shortened && digit && groups >= 1) || groups == 8 || (groups == 6 && pairs == 6) ? n : 0;
}

static bool rule_ip(const char *s, struct found *f)
{
	bool bracket = *s == '[';
	size_t n = bracket ? 0 : ipv4(s), end;

	if (n == 0)
		n = ipv6(s + bracket);
	if (n == 0)
		return false;
	end = n + bracket + (bracket && s[n + 1] == ']');
	if (s[end] == '%') /* an IPv6 address's interface */
		end += 1 + strspn(s + end + 1, LETTER DIGITS);
	if (s[end] == '/' && isdigit((unsigned char)s[end + 1]))
		end += 1 + strspn(s + end + 1, DIGITS);
	if (is_loopback(s + bracket, n)) {
		f->n = end;
		return true;
	}
	return whole(f, end, REDACT_ADDRESS, false);
}

/* What looks like a host's name and is that of a file, a unit or a library. */
static bool is_file_ending(const char *s, size_t n)
{
	static const char *const endings[] = { "so",    "png",   "csv",    "json",  "md",   "conf",   "service", "log",
					       "txt",   "sql",   "py",     "sh",    "xml",  "html",   "svg",     "pdf",
					       "slice", "scope", "socket", "timer", "cfg",  "ini",    "yaml",    "sqlite",
					       "db",    "pid",   "sock",   "tmp",   "c",    "h",      "js",      "jar",
					       "cpp",   "max",   "high",   "stat",  "peak", "events", "current" };

	for (size_t i = 0; i < COUNT(endings); i++)
		if (strlen(endings[i]) == n && strncmp(s, endings[i], n) == 0)
			return true;
	return false;
}

static size_t host_length(const char *s)
{
	size_t n = strspn(s, LETTER DIGITS "-._");

	return trim(s, n);
}

/* A whole name of a host with its domain: two dots, or one and an ending that domains have and files have not. */
static bool is_domain(const char *s, size_t n)
{
	static const char *const domains[] = { "com",  "org",    "net",   "io",   "dev",     "local",  "internal", "lan", "corp",
					       "home", "intern", "cloud", "edu",  "gov",     "de",     "fr",       "uk",  "eu",
					       "ch",   "at",     "nl",    "us",   "jp",      "cn",     "ru",       "in",  "au",
					       "ca",   "info",   "biz",   "test", "example", "invalid" };
	size_t dots = 0, last = n;

	for (size_t i = 0; i < n; i++)
		dots += s[i] == '.';
	while (last > 0 && s[last - 1] != '.')
		last--;
	if (dots == 0 || n - last < 2 || strspn(s + last, LETTER) < n - last || is_file_ending(s + last, n - last))
		return false;
	for (size_t i = 0; dots == 1 && i < COUNT(domains); i++)
		if (strlen(domains[i]) == n - last && strncasecmp(s + last, domains[i], n - last) == 0)
			return true;
	return dots > 1 && strspn(s, DIGITS ".") < last;
}

static bool rule_host(const char *s, struct found *f)
{
	size_t n = host_length(s);

	return n > 0 && is_domain(s, n) && !is_loopback(s, n) && whole(f, n, REDACT_HOST, true);
}

/* alice@example.com; alice@db1, as ssh has it. Units (getty@tty1.service) and weights (tx.sql@3) are neither. */
static bool rule_email(const char *s, struct found *f)
{
	size_t user = strspn(s, LETTER DIGITS "._%+-"), host = s[user] == '@' ? host_length(s + user + 1) : 0, dot = 0;

	if (user == 0 || host == 0 || strspn(s + user + 1, DIGITS ".") >= host)
		return false;
	for (size_t i = 0; i < host; i++)
		dot = s[user + 1 + i] == '.' ? i + 1 : dot;
	if (dot && is_file_ending(s + user + 1 + dot, host - dot))
		return false;
	if (dot)
		return whole(f, user + 1 + host, REDACT_EMAIL, false);
	f->n = user + 1 + host;
	part(f, 0, user, REDACT_USER, true);
	if (!is_loopback(s + user + 1, host))
		part(f, user + 1, host, REDACT_HOST, true);
	return true;
}

/* scheme://user@host:port/path: scheme and port stay. */
static bool rule_url(const char *s, struct found *f)
{
	size_t scheme = isalpha((unsigned char)*s) ? strspn(s, LETTER DIGITS "+.-") : 0, at, end, host;

	if (scheme == 0 || strncmp(s + scheme, "://", 3) != 0)
		return false;
	at = scheme + 3;
	end = at + strcspn(s + at, "/?#" ENDS);
	if (s[at] == '[' || (memchr(s + at, '@', end - at) && s[end] == '['))
		end += strcspn(s + end, "/?# \t'\"`");
	for (size_t i = at; i < end; i++) {
		if (s[i] != '@')
			continue;
		part(f, at, strcspn(s + at, ":@"), REDACT_USER, true);
		at = i + 1;
	}
	host = s[at] == '[' ? strcspn(s + at, "]") + 1 : strcspn(s + at, ":/?#" ENDS);
	if (at + host > end)
		host = end - at;
	if (!is_loopback(s + at, host))
		part(f, at, host, REDACT_HOST, true);
	f->n = end + strcspn(s + end, " \t\r\n'\"`<>,;)");
	f->n = end + trim(s + end, f->n - end);
	if (f->n > end + 1)
		part(f, end + (s[end] == '/'), f->n - end - (s[end] == '/'), REDACT_PATH, false);
	return true;
}

/* ---- names ------------------------------------------------------------------------------------------------------------- */

/* Words whose value, behind '=', or in quotes behind a blank, is a name: those of libpq, and of servers' messages. */
static const struct {
	const char *word;
	enum redact_kind kind;
	bool quoted; /* "role "alice" does not exist" */
} keys[] = {
	{ "hostaddr", REDACT_ADDRESS, false },  { "hostname", REDACT_HOST, true },
	{ "host", REDACT_HOST, true },          { "servername", REDACT_HOST, false },
	{ "server", REDACT_HOST, true },        { "username", REDACT_USER, true },
	{ "user", REDACT_USER, true },          { "role", REDACT_USER, true },
	{ "owner", REDACT_USER, true },         { "dbname", REDACT_NAME, false },
	{ "database", REDACT_NAME, true },      { "db", REDACT_NAME, false },
	{ "schema", REDACT_NAME, true },        { "relation", REDACT_NAME, true },
	{ "table", REDACT_NAME, true },         { "column", REDACT_NAME, true },
	{ "index", REDACT_NAME, true },         { "constraint", REDACT_NAME, true },
	{ "function", REDACT_NAME, true },      { "application_name", REDACT_NAME, false },
	{ "cluster_name", REDACT_NAME, false }, { "sequence", REDACT_NAME, true },
	{ "statement", REDACT_NAME, true },
};

static bool rule_key(const char *s, struct found *f)
{
	for (size_t i = 0; i < COUNT(keys); i++) {
		size_t n = strlen(keys[i].word), value = n + 1, length;
		char quote;

		if (!starts(s, keys[i].word) ||
		    (s[n] != '=' && !(s[n] == ' ' && keys[i].quoted && (s[n + 1] == '"' || s[n + 1] == '\''))))
			continue;
		quote = s[value] == '"' || s[value] == '\'' ? s[value] : '\0';
		value += quote != '\0';
		length = quote ? strcspn(s + value, quote == '"' ? "\"" : "'") : strcspn(s + value, " \t&,;)'\"");
		if (length == 0 || is_loopback(s + value, length) || strncmp(s + value, "***", 3) == 0)
			return false;
		f->n = value + length;
		part(f, value, length, s[value] == '/' ? REDACT_PATH : keys[i].kind,
		     keys[i].kind != REDACT_ADDRESS && s[value] != '/');
		return true;
	}
	return false;
}

/* A statement, to the end: it has quotes of its own. In small letters its second word must be one of SQL as well. */
static bool rule_query(const char *s, struct found *f)
{
	static const struct {
		const char *word, *then;
	} statements[] = { { "select ", " from " },    { "insert into ", " " }, { "update ", " set " },
			   { "delete from ", " " },    { "with ", " as (" },    { "create table ", " " },
			   { "create index ", " " },   { "create ", " as " },   { "alter table ", " " },
			   { "alter role ", " " },     { "drop table ", " " },  { "copy ", " to " },
			   { "copy ", " from " },      { "grant ", " to " },    { "truncate ", " " },
			   { "merge into ", " " },     { "prepare ", " as " },  { "explain ", " select " },
			   { "declare ", " cursor " }, { "select ", "(" } };

	for (size_t i = 0; i < COUNT(statements); i++) {
		size_t n = strlen(statements[i].word);
		bool capitals = isupper((unsigned char)s[0]) && isupper((unsigned char)s[1]);
		const char *then;

		if (!starts(s, statements[i].word))
			continue;
		then = strcasestr(s + n - 1, statements[i].then);
		if (capitals || then)
			return whole(f, trim(s, strlen(s)), REDACT_QUERY, false);
	}
	return false;
}

/* ---- secrets that nobody announced ------------------------------------------------------------------------------------- */

struct letters {
	size_t upper, lower, digit;
};

static struct letters count_letters(const char *s, size_t n)
{
	struct letters c = { 0, 0, 0 };

	for (size_t i = 0; i < n; i++) {
		c.upper += isupper((unsigned char)s[i]) != 0;
		c.lower += islower((unsigned char)s[i]) != 0;
		c.digit += isdigit((unsigned char)s[i]) != 0;
	}
	return c;
}

/*
 * Capitals, small letters and digits mixed in one piece: nobody calls anything so. Names of functions and of memory contexts are
 * words, and have joints between them.
 */
static bool is_mixed(const char *s, size_t n)
{
	for (size_t i = 0, piece; i < n; i += piece + 1) {
		piece = strspn(s + i, LETTER DIGITS);
		struct letters c = count_letters(s + i, piece);

		if (piece >= BASE_SECRET - 4 && c.upper >= 3 && c.lower >= 3 && c.digit >= 2)
			return true;
	}
	return false;
}

static bool rule_secret(const char *s, struct found *f)
{
	size_t n = strspn(s, LETTER DIGITS "+/_=-"), hex = strspn(s, HEX);
	struct letters c = count_letters(s, n);
	bool amazon = (n == BASE_SECRET && strncmp(s, "AKIA", 4) == 0) ||
		      (n == 40 && c.upper >= 8 && c.lower >= 8 && c.digit > 0 && strcspn(s, "_-") >= n);

	if (starts(s, "eyJ") && n > 10) /* a JSON Web Token: three parts, each base64 */
		return whole(f, strspn(s, LETTER DIGITS "._-"), REDACT_SECRET, false);
	if ((hex >= HEX_SECRET && hex == n) || amazon || (n >= BASE_SECRET && is_mixed(s, n)))
		return whole(f, n, REDACT_SECRET, false);
	return false;
}

/* In quotes a path goes to the second of them, whatever it holds, and a statement to the last: it may have more. */
static void to_the_quote(const char *s, size_t i, bool statement, struct found *f)
{
	char quote = i > 0 && (s[i - 1] == '\'' || s[i - 1] == '"' || s[i - 1] == '`') ? s[i - 1] : '\0';
	const char *end = !quote ? NULL : statement ? strrchr(s + i, quote) : strchr(s + i, quote);

	if (!end || f->n_parts == 0)
		return;
	f->n = (size_t)(end - (s + i));
	f->part[0].n = f->n;
}

/* A word begins at s[i]: not within another, nor behind what joins words. */
static bool word_begins(const char *s, size_t i)
{
	char before = i > 0 ? s[i - 1] : ' ';

	if (s[i] == '.' || s[i] == '\\') /* "...", "\\server" */
		return before != '.' && before != '\\' && !isalnum((unsigned char)before);
	if (s[i] == '/' || s[i] == '~' || s[i] == '[')
		return !isalnum((unsigned char)before) && !strchr("/._~-])", before);
	return !isalnum((unsigned char)before) && before != '_' && (before & 0x80) == 0;
}

bool redact_rule(const char *s, size_t i, struct found *out)
{
	static bool (*const rules[])(const char *, struct found *) = { rule_url,   rule_query, rule_key,  rule_path,
								       rule_email, rule_ip,    rule_host, rule_secret };

	if (!word_begins(s, i))
		return false;
	for (size_t k = 0; k < COUNT(rules); k++) {
		memset(out, 0, sizeof(*out));
		if (!rules[k](s + i, out))
			continue;
		if (rules[k] == rule_path || rules[k] == rule_query)
			to_the_quote(s, i, rules[k] == rule_query, out);
		return true;
	}
	return false;
}
