/* SPDX-License-Identifier: BSD-2-Clause */
/* A progress bar with rate and time left. */
#include "progress.h"

#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "clock.h"
#include "text.h"

enum { COLUMNS_DEFAULT = 80, COLUMNS_MAX = 200, BAR_MIN = 10 };

#define REDRAW_NS INT64_C(100000000)
#define HOURS_LEFT_MAX 100

/* "999", "1.5 k", "12.3 M" */
static void add_count(struct text *t, double count)
{
	static const char *const units[] = {"", " k", " M", " G", " T"};
	size_t unit = 0;

	for (; count >= 999.5 && unit + 1 < sizeof units / sizeof units[0]; unit++)
		count /= 1000;
	text_add_format(t, unit == 0 || count >= 99.95 ? "%.0f%s" : "%.1f%s", count, units[unit]);
}

static void add_time(struct text *t, double seconds)
{
	const int64_t s = (int64_t)(seconds + 0.5);

	if (s >= 3600)
		text_add_format(t, "%d:%02d:%02d", (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
	else
		text_add_format(t, "%d:%02d", (int)(s / 60), (int)(s % 60));
}

static void add_figures(struct text *t, const struct progress_state *s, double part)
{
	text_add(t, "  ");
	add_count(t, (double)s->keys);
	text_add(t, " keys");
	/* The first moments tell nothing about the rate. */
	if (s->elapsed_s < 0.5)
		return;
	text_add(t, "  ");
	add_count(t, (double)s->keys / s->elapsed_s);
	text_add(t, "/s");
	if (part > 0 && s->elapsed_s / part < HOURS_LEFT_MAX * 3600.0) {
		text_add(t, "  ");
		add_time(t, s->elapsed_s / part * (1 - part));
		text_add(t, " left");
	}
}

static void add_bar(struct text *t, double part, size_t width)
{
	const size_t filled = (size_t)((double)width * part);

	text_add(t, " [");
	for (size_t i = 0; i < width; i++)
		text_add_char(t, i < filled ? '=' : i == filled ? '>' : ' ');
	text_add_char(t, ']');
}

void progress_format(const char *what, const struct progress_state *state, size_t columns, struct text *t)
{
	const double part = state->total == 0 ? 0 : state->done >= state->total ? 1 : (double)state->done / (double)state->total;
	char buf[COLUMNS_MAX];
	struct text figures;
	size_t used;

	TEXT_INTO(&figures, buf);
	add_figures(&figures, state, part);
	text_add(t, what);
	if (state->total != 0)
		text_add_format(t, " %3d %%", (int)(part * 100));
	used = t->len + figures.len + strlen(" []");
	if (state->total != 0 && used + BAR_MIN <= columns)
		add_bar(t, part, columns - used);
	if (t->len + figures.len <= columns)
		text_add(t, figures.buf);
}

static size_t terminal_columns(void)
{
	struct winsize size;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) < 0 || size.ws_col < 2)
		return COLUMNS_DEFAULT;
	/* One less: a cursor behind the last column may wrap. */
	return size.ws_col < COLUMNS_MAX ? size.ws_col - 1U : COLUMNS_MAX - 1U;
}

void progress_start(struct progress *p, const char *what)
{
	const int64_t now_ns = clock_monotonic_ns();

	*p = (struct progress){.what = what, .shown = isatty(STDERR_FILENO) == 1, .start_ns = now_ns, .next_ns = now_ns};
}

void progress_update(struct progress *p, uint64_t done, uint64_t total, uint64_t keys)
{
	const int64_t now_ns = p->shown ? clock_monotonic_ns() : 0;
	char buf[COLUMNS_MAX];
	struct text t;

	if (!p->shown || now_ns < p->next_ns)
		return;
	p->next_ns = now_ns + REDRAW_NS;
	TEXT_INTO(&t, buf);
	progress_format(
		p->what,
		&(struct progress_state){.done = done, .total = total, .keys = keys, .elapsed_s = (double)(now_ns - p->start_ns) / 1e9},
		terminal_columns(), &t);
	fprintf(stderr, "\r%s\033[K", t.buf);
}

void progress_end(struct progress *p)
{
	if (p->shown)
		fputs("\r\033[K", stderr);
}
