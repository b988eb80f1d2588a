/* SPDX-License-Identifier: BSD-2-Clause */
/* Finds the cheapest way to guess a password, piece by piece, from its first character to its last. Pure. */
#include "guess.h"

#include <stdint.h>
#include <string.h>

#include "common_passwords.h"
#include "fold.h"
#include "keyboard.h"
#include "secret.h"
#include "utf8.h"

/* Costs, in units of 1 / COMMON_BIT bit. The sort of a piece costs the more, the rarer that sort is: so no random text looks cheap only because
 * it can be read in many ways. */
#define WORD_COST 8
#define WORD_JOIN_COST 24     /* a word beside others: the classes share out what is likely, so none may claim it whole */
#define WORD_CASE_COST 4      /* Capital, CAPITALS */
#define WORD_MIXED_COST 4     /* each further letter that stands out */
#define SUBSTITUTION_COST 6   /* each character that stands for another */
#define BACKWARDS_COST 24
#define OTHER_COST 20         /* which of the signs it is, beyond that it is one */
#define USUAL_OTHER_COST 6    /* of ! . _ - @ * # $ and blank */
#define CHARACTER_COST_MAX 52 /* of 94, without any knowledge */
#define FOREIGN_COST 80       /* a character outside ASCII */
#define CAPITAL_COST 8        /* a single capital letter */
#define WALK_COST 28
#define WALK_START_COST 38
#define WALK_CORNER_COST 12   /* starts at 1 q a z or 0 p l m */
#define WALK_ON_COST 6
#define WALK_TURN_COST 24
#define WALK_SHIFT_COST 8
#define SEQUENCE_COST 28
#define SEQUENCE_ON_COST 4
#define DATE_COST 24
#define YEAR_CHOICE_COST (4 * 8)
#define DAY_CHOICE_COST (9 * 8)
#define DAY_AND_YEAR_CHOICE_COST (14 * 8)
#define COPY_COST 28
#define COPY_PERIOD_COST 1    /* each character of the period */
#define DECORATION_COST 8     /* all of the digits and signs behind a word */

#define WORD_BYTES_MAX 40     /* common_passwords.sh drops longer ones */
#define PERIOD_MAX 32
#define DECORATED_WORD_MIN 5
#define STEPS_MAX 25000       /* through the word list, for one password; a usual one needs a thousand */

struct guess {
	size_t len;
	unsigned limit;           /* dearer ways are not followed */
	size_t decoration;        /* from here on only digits and signs */
	size_t reached;           /* the furthest place that any way came to */
	unsigned steps_left;      /* a bound in time for texts of many meanings: behind it words are no longer looked for */
	uint16_t cost[SECRET_SIZE]; /* cheapest way to each place */
	char bytes[SECRET_SIZE];
	char lower[SECRET_SIZE];
	size_t copied_to[PERIOD_MAX + 1]; /* for each period: how far the text repeats itself */
};

static void guess_wipe(struct guess *g)
{
	explicit_bzero(g, sizeof(*g));
}

static void reach(struct guess *g, size_t from, size_t to, unsigned cost)
{
	unsigned total = g->cost[from] + cost;

	if (total > g->limit || total >= g->cost[to])
		return;
	g->cost[to] = (uint16_t)total;
	if (to > g->reached)
		g->reached = to;
}

static unsigned symbol_before(const struct guess *g, size_t at, size_t back)
{
	return common_passwords_symbol(at >= back ? (unsigned char)g->bytes[at - back] : -1);
}

/* One character, by how likely it is behind the two before it. */
static void take_character(struct guess *g, size_t at)
{
	unsigned char c = (unsigned char)g->bytes[at];
	unsigned cost = common_passwords_symbol_cost(symbol_before(g, at, 2), symbol_before(g, at, 1), common_passwords_symbol(c));

	if (c >= 'A' && c <= 'Z')
		cost += CAPITAL_COST;
	else if (c >= 0xc0)
		cost = FOREIGN_COST;
	else if (c >= 0x80)
		cost = 0;
	else if (strchr("!._-@*#$ ", c))
		cost += USUAL_OTHER_COST;
	else if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')))
		cost += OTHER_COST;
	reach(g, at, at + 1, c < 0x80 && cost > CHARACTER_COST_MAX ? CHARACTER_COST_MAX : cost);
}

/* A walk through the word list along the password, in one direction. */
struct walk {
	struct guess *g;
	size_t start;
	int direction; /* 1 forwards, -1 backwards: from start - 1 down */
	unsigned letters, capitals, substitutions;
	bool first_capital, last_capital;
};

static unsigned case_cost(const struct walk *w)
{
	unsigned rest = w->letters - w->capitals;
	unsigned odd = w->capitals < rest ? w->capitals : rest;

	if (w->capitals == 0)
		return 0;
	if (rest == 0 || (odd == 1 && (w->first_capital || w->last_capital)))
		return WORD_CASE_COST;
	return WORD_CASE_COST + odd * WORD_MIXED_COST;
}

/* Nothing but decoration behind the first word, and not more of it than word: then it is that word. */
static bool is_decorated(const struct walk *w, size_t len)
{
	const struct guess *g = w->g;

	return w->direction > 0 && w->start == 0 && len >= DECORATED_WORD_MIN && len >= g->decoration && g->len - len <= len;
}

static void word_ends(const struct walk *w, size_t len, unsigned cost)
{
	cost += WORD_COST + case_cost(w) + w->substitutions * SUBSTITUTION_COST;
	if (len < w->g->len && is_decorated(w, len))
		reach(w->g, 0, w->g->len, cost + DECORATION_COST);
	if (len < w->g->len)
		cost += WORD_JOIN_COST;
	if (w->direction > 0)
		reach(w->g, w->start, w->start + len, cost);
	else
		reach(w->g, w->start - len, w->start, cost + BACKWARDS_COST);
}

static void follow_words(struct walk w, uint32_t node, size_t len);

static void follow_as(const struct walk *before, uint32_t node, size_t len, char c, bool substituted, bool capital)
{
	struct walk w = *before;
	struct common_passwords_step step;

	if (w.g->steps_left == 0)
		return;
	w.g->steps_left--;
	if (!common_passwords_next(node, c, &step))
		return;
	w.letters += c >= 'a' && c <= 'z';
	w.capitals += capital;
	w.last_capital = capital;
	w.first_capital = len == 0 ? capital : w.first_capital;
	w.substitutions += substituted;
	if (step.cost > 0)
		word_ends(&w, len + 1, step.cost);
	if (step.next != 0 && len + 1 < WORD_BYTES_MAX)
		follow_words(w, step.next, len + 1);
}

/* Depth is bounded by the longest word of the list. */
static void follow_words(struct walk w, uint32_t node, size_t len)
{
	size_t room = w.direction > 0 ? w.g->len - w.start : w.start;
	size_t at = w.direction > 0 ? w.start + len : w.start - len - 1;
	const char *meant;

	if (len >= room)
		return;
	follow_as(&w, node, len, w.g->lower[at], false, w.g->lower[at] != w.g->bytes[at]);
	for (meant = fold_substitution(w.g->bytes[at]); *meant != '\0'; meant++)
		follow_as(&w, node, len, *meant, true, false);
}

static bool is_corner(unsigned char c)
{
	return c != '\0' && strchr("1qaz0plm!QAZP9", c);
}

/* Along neighbouring keys, turning or not, from three keys on. */
static void take_keyboard_walk(struct guess *g, size_t at, enum keyboard keyboard)
{
	struct key last = keyboard_find(keyboard, (unsigned char)g->bytes[at]);
	unsigned cost = WALK_COST + (unsigned)(is_corner((unsigned char)g->bytes[at]) ? WALK_CORNER_COST : WALK_START_COST) +
			(last.shift ? WALK_SHIFT_COST : 0);
	int last_down = 9, last_right = 9;

	for (size_t i = at + 1; i < g->len && last.row >= 0 && cost <= g->limit; i++) {
		struct key key = keyboard_find(keyboard, (unsigned char)g->bytes[i]);
		int down = key.row - last.row, right = key.column - last.column;

		if (key.row < 0 || down < -1 || down > 1 || right < -1 || right > 1 || (down == 0 && right == 0))
			return;
		cost += down == last_down && right == last_right ? WALK_ON_COST : WALK_TURN_COST;
		cost += key.shift != last.shift ? WALK_SHIFT_COST : 0;
		last = key;
		last_down = down;
		last_right = right;
		if (i >= at + 2)
			reach(g, at, i + 1, cost);
	}
}

/* abcd, 9876. */
static void take_sequence(struct guess *g, size_t at)
{
	unsigned char first = (unsigned char)g->lower[at];
	unsigned cost = SEQUENCE_COST + (unsigned)(first == 'a' || first == '1' || first == '0' || first == '9' ? WALK_CORNER_COST : WALK_START_COST);
	int step;

	if (at + 1 >= g->len)
		return;
	step = g->lower[at + 1] - g->lower[at];
	if (step != 1 && step != -1)
		return;
	for (size_t i = at + 1; i < g->len && g->lower[i] - g->lower[i - 1] == step && cost <= g->limit; i++) {
		cost += SEQUENCE_ON_COST;
		if (i >= at + 2)
			reach(g, at, i + 1, cost);
	}
}

static bool digits_at(const struct guess *g, size_t at, size_t count, unsigned *ret_number)
{
	*ret_number = 0;
	if (at + count > g->len)
		return false;
	for (size_t i = at; i < at + count; i++) {
		if (g->bytes[i] < '0' || g->bytes[i] > '9')
			return false;
		*ret_number = *ret_number * 10 + (unsigned)(g->bytes[i] - '0');
	}
	return true;
}

static bool is_day(unsigned number)
{
	unsigned high = number / 100, low = number % 100;

	return (high >= 1 && high <= 12 && low >= 1 && low <= 31) || (low >= 1 && low <= 12 && high >= 1 && high <= 31);
}

static bool is_year(unsigned number)
{
	return number >= 1900 && number < 2060;
}

/* A year; a day and month; a date of six or eight digits in any usual order. */
static void take_date(struct guess *g, size_t at)
{
	unsigned n;

	if (!digits_at(g, at, 4, &n))
		return;
	if (is_year(n))
		reach(g, at, at + 4, DATE_COST + YEAR_CHOICE_COST);
	if (is_day(n))
		reach(g, at, at + 4, DATE_COST + DAY_CHOICE_COST);
	if (digits_at(g, at, 6, &n) && (is_day(n / 100) || is_day(n % 10000)))
		reach(g, at, at + 6, DATE_COST + DAY_AND_YEAR_CHOICE_COST);
	if (digits_at(g, at, 8, &n) && ((is_day(n / 10000) && is_year(n % 10000)) || (is_year(n / 10000) && is_day(n % 10000))))
		reach(g, at, at + 8, DATE_COST + DAY_AND_YEAR_CHOICE_COST);
}

/* What stands before it, again and again: one piece as far as it goes. */
static void take_copies(struct guess *g, size_t at)
{
	for (size_t period = 1; period <= PERIOD_MAX && period <= at; period++) {
		size_t end = g->copied_to[period] > at ? g->copied_to[period] : at;
		size_t times;

		while (end < g->len && g->lower[end] == g->lower[end - period])
			end++;
		g->copied_to[period] = end;
		times = (end - at) / period;
		if (times > 0)
			reach(g, at, at + times * period, COPY_COST + COPY_PERIOD_COST * (unsigned)period);
	}
}

static void take_pieces(struct guess *g, size_t at)
{
	take_character(g, at);
	follow_words((struct walk){.g = g, .start = at, .direction = 1}, common_passwords_root(), 0);
	for (int keyboard = 0; keyboard < KEYBOARD_MAX; keyboard++)
		take_keyboard_walk(g, at, (enum keyboard)keyboard);
	take_sequence(g, at);
	take_date(g, at);
	take_copies(g, at);
}

static size_t decoration_start(const char *lower, size_t len)
{
	while (len > 0 && (unsigned char)lower[len - 1] < 0x80 && !(lower[len - 1] >= 'a' && lower[len - 1] <= 'z'))
		len--;
	return len;
}

static void guess_init(struct guess *g, const char *password, size_t len, unsigned limit)
{
	memset(g, 0, sizeof(*g));
	memset(g->cost, 0xff, sizeof(g->cost));
	g->cost[0] = 0;
	g->len = len;
	g->limit = limit;
	g->steps_left = STEPS_MAX;
	memcpy(g->bytes, password, len);
	fold_ascii(password, len, g->lower);
	g->decoration = decoration_start(g->lower, len);
}

/* The cost of the whole, or limit + 1. Any way within the limit will do when it need not be the cheapest. */
static unsigned guess_cost(const char *password, size_t len, unsigned limit, bool cheapest)
{
	__attribute__((cleanup(guess_wipe))) struct guess g;

	if (len >= SECRET_SIZE || limit >= UINT16_MAX)
		return limit + 1;
	guess_init(&g, password, len, limit);
	for (size_t at = 0; at <= len; at++) {
		if (g.cost[len] <= limit && !cheapest)
			break;
		if (at > g.reached + WORD_BYTES_MAX) /* not even a word backwards leads here */
			break;
		if (at > 0)
			follow_words((struct walk){.g = &g, .start = at, .direction = -1}, common_passwords_root(), 0);
		if (at < len && g.cost[at] <= limit)
			take_pieces(&g, at);
	}
	return g.cost[len] <= limit ? g.cost[len] : limit + 1;
}

unsigned guess_bits(const char *password, size_t len, unsigned limit_bits)
{
	return (guess_cost(password, len, limit_bits * COMMON_BIT, true) + COMMON_BIT - 1) / COMMON_BIT;
}

/* A phrase or password of the lists, written with blanks or signs between its words. */
static bool is_spaced_phrase(const char *password, size_t len)
{
	struct secret phrase SECRET_WIPED = {.len = 0};

	for (size_t i = 0; i < len; i++)
		if (!strchr(" -_.,", password[i]) || password[i] == '\0')
			phrase.bytes[phrase.len++] = password[i];
	if (phrase.len == len)
		return false;
	fold_ascii(phrase.bytes, phrase.len, phrase.bytes);
	return common_passwords_contains(phrase.bytes, phrase.len) || common_passwords_lists(phrase.bytes, phrase.len);
}

bool guess_is_easy(const char *password, size_t len)
{
	unsigned limit = GUESS_EASY_BITS * COMMON_BIT;
	size_t characters;

	if (len >= SECRET_SIZE || utf8_count(password, len, &characters) < 0)
		return false;
	if (characters * GUESS_EASY_EIGHTHS_PER_CHARACTER < limit)
		limit = (unsigned)characters * GUESS_EASY_EIGHTHS_PER_CHARACTER;
	return common_passwords_lists(password, len) || guess_cost(password, len, limit, false) <= limit || is_spaced_phrase(password, len);
}
