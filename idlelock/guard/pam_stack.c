/* SPDX-License-Identifier: BSD-2-Clause */
/* Reads a service's PAM configuration as libpam does: lines, words, controls, includes. */
#include "pam_stack.h"

#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <string.h>

#include "caseless.h"
#include "number.h"
#include "text.h"

static const char *const PHASE_NAMES[PAM_PHASE_MAX] = {
	[PAM_PHASE_AUTH] = "auth",
	[PAM_PHASE_ACCOUNT] = "account",
	[PAM_PHASE_PASSWORD] = "password",
	[PAM_PHASE_SESSION] = "session",
};

static const char *const CODE_NAMES[PAM_CODE_MAX] = {
#define CODE_NAME(name) [PAM_CODE_##name] = #name,
	PAM_CODES(CODE_NAME)
#undef CODE_NAME
};
static_assert(PAM_CODE_MAX == 32, "libpam has 32 return codes");

/* Index is the negated action. "reset" is last so that PAM_ACTION_UNSET is no word. */
static const char *const ACTION_NAMES[] = {"ignore", "ok", "done", "bad", "die", "reset"};
#define ACTION_NAME_COUNT (sizeof ACTION_NAMES / sizeof ACTION_NAMES[0])

#define PHASE_ANY PAM_PHASE_MAX
#define READ_LINES_MAX 2048

/* While one service is read. */
struct reader {
	const struct pam_files *files;
	struct arena *arena;
	struct diag_list *diags;
	struct pam_service *service;
	struct pam_chain *phases; /* where lines go: the service's or those of "other" */
	size_t capacity[PAM_PHASE_MAX];
	unsigned read_lines; /* so far: files that include each other twice grow without end */
};

/* Where a line stands, for problems. */
struct place {
	const char *file;
	unsigned line;
};

/* One file being read. */
struct scan {
	const char *at, *end;
	const char *path;
	unsigned line;      /* of what is at `at` */
	unsigned start;     /* first line of what was assembled */
};

enum assembled { ASSEMBLED_END, ASSEMBLED_LINE, ASSEMBLED_BROKEN };

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\t';
}

/* isspace() of the C locale, which libpam uses inside controls. */
static bool is_space(char c)
{
	return is_blank(c) || c == '\v' || c == '\f' || c == '\r';
}

static void problem(struct reader *r, struct place at, const char *what)
{
	diag_add(r->diags, DIAG_ERROR, at.file, at.line, 0, "%s", what);
}

static void doubt(struct reader *r, struct place at, const char *what)
{
	r->service->doubtful = true;
	problem(r, at, what);
}

/* The next physical line without its newline. */
static bool scan_line(struct scan *s, const char **ret_start, size_t *ret_len, bool *ret_newline)
{
	const char *newline;

	if (s->at == s->end)
		return false;
	newline = memchr(s->at, '\n', (size_t)(s->end - s->at));
	*ret_start = s->at;
	*ret_newline = newline != NULL;
	*ret_len = (size_t)((newline != NULL ? newline : s->end) - s->at);
	s->at = newline != NULL ? newline + 1 : s->end;
	s->line++;
	return true;
}

/* What counts of a physical line: behind leading blanks, before '#'. Sets *ret_more when a backslash joins the next line. */
static void trim_line(const char **start, size_t *len, bool *ret_more)
{
	const char *hash;
	size_t used;

	while (*len > 0 && is_blank(**start)) {
		(*start)++;
		(*len)--;
	}
	*ret_more = false;
	hash = memchr(*start, '#', *len);
	if (hash != NULL) {
		*len = (size_t)(hash - *start);
		return;
	}
	for (used = *len; used > 0 && is_blank((*start)[used - 1]); used--)
		;
	if (used > 0 && (*start)[used - 1] == '\\') {
		*len = used - 1;
		*ret_more = true;
	}
}

/* Joins continued lines, as _pam_assemble_line() of 1.5.2 and _pam_line_assemble() of 1.7. Where the two differ, the service is in doubt. */
static enum assembled assemble(struct reader *r, struct scan *s, struct text *t)
{
	const char *start;
	size_t len;
	bool newline, more, joined = false;

	for (;;) {
		struct place at = {s->path, s->line + 1};

		if (!scan_line(s, &start, &len, &newline))
			return joined ? ASSEMBLED_BROKEN : ASSEMBLED_END;
		if (memchr(start, '\0', len) != NULL)
			doubt(r, at, "a NUL byte stands in this line; what libpam reads behind it is not defined: remove it");
		if (len > PAM_LINE_BYTES_MAX)
			doubt(r, at, "this line is longer than libpam of Debian 12 reads in one piece: shorten it");
		trim_line(&start, &len, &more);
		if (len == 0 && !more) {
			if (joined)
				doubt(r, at, "a continued line is followed by an empty line or a comment, which libpam's "
					     "versions read differently: join the lines");
			continue;
		}
		if (!joined)
			s->start = at.line;
		text_add_bytes(t, start, len);
		if (!more)
			break;
		text_add_char(t, ' ');
		joined = true;
	}
	if (t->overflow || t->len > PAM_LINE_BYTES_MAX) {
		doubt(r, (struct place){s->path, s->start}, "this line is longer than libpam of Debian 12 reads: shorten it");
		return t->overflow ? ASSEMBLED_BROKEN : ASSEMBLED_LINE;
	}
	return ASSEMBLED_LINE;
}

/* libpam's tokenizer, works in place: words at blanks, "[...]" is one word without its brackets, "\]" in it is "]". */
static char *next_word(char **next)
{
	char *from = *next, *end;

	if (from == NULL)
		return NULL;
	while (is_blank(*from))
		from++;
	if (*from == '\0')
		return *next = NULL;
	if (*from == '[') {
		char *to = ++from;

		for (end = from; *end != '\0' && *end != ']'; to++, end++) {
			if (*end == '\\' && end[1] == ']')
				end++;
			*to = *end;
		}
		if (to != end)
			*to = '\0';
	} else {
		for (end = from; *end != '\0' && !is_blank(*end); end++)
			;
	}
	if (*end != '\0')
		*end++ = '\0';
	*next = *end != '\0' ? end : NULL;
	return from;
}

static void set_default(int *actions, int action)
{
	for (size_t i = 0; i < PAM_CODE_MAX; i++) {
		if (actions[i] == PAM_ACTION_UNSET)
			actions[i] = action;
	}
}

static const char *skip_space(const char *s)
{
	while (is_space(*s))
		s++;
	return s;
}

/* The word of the list that s begins with. Returns its index or count. */
static size_t prefix_of(const char *s, const char *const *words, size_t count, size_t *ret_len)
{
	for (size_t i = 0; i < count; i++) {
		*ret_len = strlen(words[i]);
		if (strncmp(words[i], s, *ret_len) == 0)
			return i;
	}
	return count;
}

static bool parse_action(const char **s, int *ret_action)
{
	size_t len, index = prefix_of(*s, ACTION_NAMES, ACTION_NAME_COUNT, &len);
	int64_t jump;

	if (index < ACTION_NAME_COUNT) {
		*ret_action = -(int)index;
		*s += len;
		return true;
	}
	len = strspn(*s, "0123456789");
	while (len > 1 && **s == '0') {
		(*s)++;
		len--;
	}
	if (number_parse(*s, len, 1, INT_MAX, &jump) != 0)
		return false;
	*ret_action = (int)jump;
	*s += len;
	return true;
}

/* "success=ok default=ignore". An error makes every code bad, as in libpam. */
static bool parse_control(const char *s, int *actions)
{
	for (s = skip_space(s); *s != '\0'; s = skip_space(s)) {
		size_t len, code = prefix_of(s, CODE_NAMES, PAM_CODE_MAX, &len);
		int action;

		if (code == PAM_CODE_MAX) {
			len = strlen("default");
			if (strncmp(s, "default", len) != 0)
				return false;
		}
		s = skip_space(s + len);
		if (*s != '=')
			return false;
		s = skip_space(s + 1);
		if (!parse_action(&s, &action))
			return false;
		if (code == PAM_CODE_MAX)
			set_default(actions, action);
		else
			actions[code] = action;
	}
	return true;
}

/* The four plain controls: on success and new_authtok_reqd, on ignore, else. */
static const struct plain_control {
	const char *name;
	int on_success, on_ignore, otherwise;
} PLAIN_CONTROLS[] = {
	{"required", PAM_ACTION_OK, PAM_ACTION_IGNORE, PAM_ACTION_BAD},
	{"requisite", PAM_ACTION_OK, PAM_ACTION_IGNORE, PAM_ACTION_DIE},
	{"optional", PAM_ACTION_OK, PAM_ACTION_IGNORE, PAM_ACTION_IGNORE},
	{"sufficient", PAM_ACTION_DONE, PAM_ACTION_IGNORE, PAM_ACTION_IGNORE},
};

static void set_control(struct reader *r, struct place at, const char *control, int *actions)
{
	for (size_t i = 0; i < sizeof PLAIN_CONTROLS / sizeof PLAIN_CONTROLS[0]; i++) {
		const struct plain_control *plain = &PLAIN_CONTROLS[i];

		if (!caseless_equal(plain->name, control))
			continue;
		actions[PAM_CODE_success] = actions[PAM_CODE_new_authtok_reqd] = plain->on_success;
		actions[PAM_CODE_ignore] = plain->on_ignore;
		set_default(actions, plain->otherwise);
		return;
	}
	if (!parse_control(control, actions)) {
		for (size_t i = 0; i < PAM_CODE_MAX; i++)
			actions[i] = PAM_ACTION_BAD;
		diag_add(r->diags, DIAG_ERROR, at.file, at.line, 0,
			 "libpam does not understand the control \"%s\", so the line makes every call fail", control);
	}
	set_default(actions, PAM_ACTION_BAD);
}

/* A zeroed line at the end of the phase's chain, or NULL (arena). Beyond PAM_LINES_MAX the last one is used again, in doubt. */
static struct pam_line *add_line(struct reader *r, enum pam_phase phase, struct place at)
{
	struct pam_chain *chain = &r->phases[phase];
	struct pam_line *bigger;

	if (chain->count == PAM_LINES_MAX) {
		doubt(r, at, "this service has too many lines to be followed");
		return &chain->lines[PAM_LINES_MAX - 1];
	}
	if (chain->count == r->capacity[phase]) {
		size_t capacity = chain->count == 0 ? 8 : chain->count * 2;

		bigger = ARENA_NEW(r->arena, struct pam_line, capacity);
		if (bigger == NULL)
			return NULL;
		if (chain->count > 0)
			memcpy(bigger, chain->lines, chain->count * sizeof *bigger);
		chain->lines = bigger;
		r->capacity[phase] = capacity;
	}
	return &chain->lines[chain->count++];
}

static int add_args(struct reader *r, struct pam_line *line, char *rest)
{
	size_t len = rest != NULL ? strlen(rest) : 0;
	const char **args;
	char *word;

	if (len == 0)
		return 0;
	args = ARENA_NEW(r->arena, const char *, len / 2 + 2);
	if (args == NULL)
		return -ENOMEM;
	while ((word = next_word(&rest)) != NULL)
		args[line->arg_count++] = word;
	line->args = args;
	return 0;
}

/* One configuration line, taken apart. Strings lie in the arena. */
struct words {
	char *phase, *control, *module, *rest;
	char *raw_control;
	struct place at;
};

static int read_file(struct reader *r, enum pam_place place, const char *name, enum pam_phase wanted, int depth, int level);

/* libpam of Debian looks for included names in /etc/pam.d only. 0; -ENOENT when it cannot be loaded; -ECANCELED dead; -ENOMEM. */
static int include(struct reader *r, const struct words *w, enum pam_phase phase, int depth, int level)
{
	int error;

	if (w->module == NULL) {
		problem(r, w->at, "an include without a file name crashes the program that uses libpam: name a file");
		return -ECANCELED;
	}
	if (depth + 1 >= PAM_INCLUDES_MAX) {
		doubt(r, w->at, "files include each other in a loop, or more than 16 deep: break the loop");
		return -ENOENT;
	}
	error = read_file(r, w->module[0] == '/' ? PAM_PLACE_ABSOLUTE : PAM_PLACE_ETC, w->module, phase, depth + 1, level);
	if (error == -ENOENT)
		diag_add(r->diags, DIAG_ERROR, w->at.file, w->at.line, 0,
			 "the included file \"%s\" cannot be read, so the line fails", w->module);
	return error;
}

/* A line that stands for what libpam could not load or understand. */
static int add_failure(struct reader *r, const struct words *w, enum pam_phase phase, int level, const int *actions)
{
	struct pam_line *line = add_line(r, phase, w->at);

	if (line == NULL)
		return -ENOMEM;
	*line = (struct pam_line){.kind = PAM_LINE_MUST_FAIL, .level = level, .file = w->at.file, .line = w->at.line, .module = "",
				  .control = w->control != NULL ? w->raw_control : ""};
	if (w->module != NULL)
		line->module = w->module;
	memcpy(line->actions, actions, sizeof line->actions);
	return 0;
}

static int load_include(struct reader *r, const struct words *w, enum pam_phase phase, int depth, int level, bool substack)
{
	int actions[PAM_CODE_MAX], error;

	for (size_t i = 0; i < PAM_CODE_MAX; i++)
		actions[i] = PAM_ACTION_BAD;
	if (substack) {
		struct pam_line *line = add_line(r, phase, w->at);

		if (line == NULL)
			return -ENOMEM;
		*line = (struct pam_line){.kind = PAM_LINE_SUBSTACK, .level = level, .control = "substack",
					  .module = w->module != NULL ? w->module : "", .file = w->at.file, .line = w->at.line};
		if (level + 1 >= PAM_INCLUDES_MAX) {
			problem(r, w->at, "substacks are nested more than 16 deep");
			return add_failure(r, w, phase, level, actions);
		}
	}
	error = include(r, w, phase, depth, level + substack);
	if (error != -ENOENT && error != -ECANCELED)
		return error;
	/* A failing @include of all phases has no phase to stand in: libpam gives up. */
	if (phase == PHASE_ANY || w->module == NULL)
		return -ECANCELED;
	/* Debian's @include jumps past the setting of the actions: the failing line gets those of whatever came before. */
	if (w->control == NULL)
		doubt(r, w->at, "what libpam does at this failing @include within an include is not defined: name a file that is there");
	return add_failure(r, w, phase, level, actions);
}

static bool find_phase(const char *word, enum pam_phase *ret_phase)
{
	for (int i = 0; i < PAM_PHASE_MAX; i++) {
		if (caseless_equal(word, PHASE_NAMES[i])) {
			*ret_phase = (enum pam_phase)i;
			return true;
		}
	}
	return false;
}

/* libpam refuses a module whose file name is empty or "?". */
static bool module_has_name(const char *module)
{
	const char *slash = strrchr(module, '/');
	const char *base = slash != NULL ? slash + 1 : module;
	const char *dot = strrchr(base, '.');
	size_t len = dot != NULL ? (size_t)(dot - base) : strlen(base);

	return len > 0 && !(len == 1 && *base == '?');
}

static int add_module(struct reader *r, struct words *w, enum pam_phase phase, int level, const int *actions)
{
	struct pam_line *line;

	if (!module_has_name(w->module)) {
		problem(r, w->at, "the module has no name, so libpam gives up on the whole service");
		return -ECANCELED;
	}
	line = add_line(r, phase, w->at);
	if (line == NULL)
		return -ENOMEM;
	*line = (struct pam_line){.kind = PAM_LINE_MODULE, .level = level, .control = w->raw_control, .module = w->module,
				  .file = w->at.file, .line = w->at.line};
	memcpy(line->actions, actions, sizeof line->actions);
	return add_args(r, line, w->rest);
}

/* Finds the phase of a line. False: the line is of another phase than the wanted one. */
static bool line_phase(struct reader *r, struct words *w, enum pam_phase wanted, enum pam_phase *ret_phase, bool *ret_known)
{
	*ret_known = find_phase(w->phase, ret_phase);
	if (!*ret_known) {
		diag_add(r->diags, DIAG_ERROR, w->at.file, w->at.line, 0,
			 "\"%s\" is none of auth, account, password, session, @include; libpam makes it a failing %s line", w->phase,
			 PHASE_NAMES[wanted != PHASE_ANY ? wanted : PAM_PHASE_AUTH]);
		*ret_phase = wanted != PHASE_ANY ? wanted : PAM_PHASE_AUTH;
	}
	return wanted == PHASE_ANY || wanted == *ret_phase;
}

/* 0; -ECANCELED when libpam gives up; -ENOMEM. */
static int read_words(struct reader *r, struct words *w, char *rest, enum pam_phase wanted, int depth, int level)
{
	int actions[PAM_CODE_MAX];
	enum pam_phase phase;
	bool known;

	if (*w->phase == '-')
		w->phase++;
	if (caseless_equal(w->phase, "@include")) {
		w->module = next_word(&rest);
		return load_include(r, w, wanted, depth, level, false);
	}
	if (!line_phase(r, w, wanted, &phase, &known))
		return 0;
	for (size_t i = 0; i < PAM_CODE_MAX; i++)
		actions[i] = PAM_ACTION_UNSET;
	w->control = next_word(&rest);
	w->raw_control = w->control;
	w->module = next_word(&rest);
	w->rest = rest;
	if (w->control == NULL || w->module == NULL) {
		bool including = w->control != NULL && (caseless_equal(w->control, "include") || caseless_equal(w->control, "substack"));

		if (including)
			return load_include(r, w, phase, depth, level, false);
		problem(r, w->at, w->control == NULL ? "no control stands in this line, so it fails" : "no module stands in this line, so it fails");
		if (w->control != NULL)
			set_control(r, w->at, w->control, actions);
		set_default(actions, PAM_ACTION_BAD);
		return add_failure(r, w, phase, level, actions);
	}
	if (caseless_equal(w->control, "include") || caseless_equal(w->control, "substack"))
		return load_include(r, w, phase, depth, level, caseless_equal(w->control, "substack"));
	set_control(r, w->at, w->control, actions);
	if (!known)
		return add_failure(r, w, phase, level, actions);
	return add_module(r, w, phase, level, actions);
}

static int read_lines(struct reader *r, const struct pam_file *file, enum pam_phase wanted, int depth, int level)
{
	struct scan s = {.at = file->bytes, .end = file->bytes + file->len, .path = file->path};
	int error = 0;

	while (error == 0) {
		char line[PAM_LINE_BYTES_MAX * 4];
		struct words w = {0};
		enum assembled what;
		struct text t;
		char *copy;

		TEXT_INTO(&t, line);
		what = assemble(r, &s, &t);
		if (what == ASSEMBLED_END)
			return 0;
		if (what == ASSEMBLED_BROKEN) {
			problem(r, (struct place){s.path, s.line}, "libpam gives up on the service at this unfinished line");
			return -ECANCELED;
		}
		if (r->read_lines++ == READ_LINES_MAX) {
			doubt(r, (struct place){s.path, s.start}, "this service includes too many lines to be followed");
			return -ECANCELED;
		}
		copy = arena_copy(r->arena, line, t.len);
		if (copy == NULL)
			return -ENOMEM;
		w.at = (struct place){s.path, s.start};
		w.phase = next_word(&copy);
		/* Only a NUL leaves nothing here; libpam makes that a failing line. */
		if (w.phase == NULL)
			w.phase = line + t.len;
		error = read_words(r, &w, copy, wanted, depth, level);
	}
	return error;
}

static int read_file(struct reader *r, enum pam_place place, const char *name, enum pam_phase wanted, int depth, int level)
{
	struct pam_file file;

	if (r->files->read(r->files->context, place, name, &file) != 0)
		return -ENOENT;
	return read_lines(r, &file, wanted, depth, level);
}

/* /etc/pam.d, then the vendor's folder. */
static int read_service(struct reader *r, const char *name)
{
	int error = read_file(r, PAM_PLACE_ETC, name, PHASE_ANY, 0, 0);

	return error == -ENOENT ? read_file(r, PAM_PLACE_VENDOR, name, PHASE_ANY, 0, 0) : error;
}

int pam_stack_read(const struct pam_files *files, const char *service, struct arena *arena, struct diag_list *diags,
		   struct pam_service *ret_service)
{
	struct pam_service read = {.name = service};
	struct pam_chain other[PAM_PHASE_MAX] = {0};
	struct reader r = {.files = files, .arena = arena, .diags = diags, .service = &read, .phases = read.phases};
	struct diag_list unheard = {0}; /* problems of "other" are told once, at "other" */
	int error;

	error = read_service(&r, service);
	read.found = error != -ENOENT;
	if (error == -ENOMEM)
		return error;
	read.dead = error == -ECANCELED;
	r = (struct reader){.files = files, .arena = arena, .diags = &unheard, .service = &read, .phases = other};
	error = read_service(&r, "other");
	if (error == -ENOMEM)
		return error;
	read.dead = read.dead || error == -ECANCELED || (error == -ENOENT && !read.found);
	for (size_t i = 0; i < PAM_PHASE_MAX; i++) {
		if (read.phases[i].count > 0)
			continue;
		read.phases[i] = other[i];
		read.phases[i].from_other = true;
	}
	*ret_service = read;
	return 0;
}

/* /lib/security, /usr/lib/security and their multiarch folders: where pam_mutex.so and Debian's modules are. */
static bool is_module_folder(const char *path, size_t len)
{
	static const char *const starts[] = {"/usr/lib/", "/lib/"};
	static const char end[] = "security";
	const size_t end_len = sizeof end - 1;

	for (size_t i = 0; i < sizeof starts / sizeof starts[0]; i++) {
		size_t start_len = strlen(starts[i]);

		if (len < start_len + end_len || strncmp(path, starts[i], start_len) != 0)
			continue;
		if (strncmp(path + len - end_len, end, end_len) != 0)
			continue;
		path += start_len;
		len -= start_len + end_len;
		if (len == 0)
			return true;
		/* One folder between them: the architecture, which has a '-' and no dots. */
		return path[len - 1] == '/' && memchr(path, '/', len - 1) == NULL && memchr(path, '.', len) == NULL;
	}
	return false;
}

const char *pam_stack_module(const struct pam_line *line, char (*name)[64])
{
	const char *base = strrchr(line->module, '/');
	size_t len;

	if (line->kind != PAM_LINE_MODULE)
		return NULL;
	if (base != NULL && !is_module_folder(line->module, (size_t)(base - line->module)))
		return NULL;
	base = base != NULL ? base + 1 : line->module;
	len = strlen(base);
	if (len < 3 || strcmp(base + len - 3, ".so") != 0 || len - 3 >= sizeof *name)
		return NULL;
	memcpy(*name, base, len - 3);
	(*name)[len - 3] = '\0';
	return *name;
}

const char *pam_stack_option(const struct pam_line *line, const char *option)
{
	size_t len = strlen(option);

	for (size_t i = 0; i < line->arg_count; i++) {
		if (strncmp(line->args[i], option, len) != 0)
			continue;
		if (line->args[i][len] == '=')
			return line->args[i] + len + 1;
		if (line->args[i][len] == '\0')
			return line->args[i];
	}
	return NULL;
}

const char *pam_stack_phase_name(enum pam_phase phase)
{
	return PHASE_NAMES[phase];
}

const char *pam_stack_code_name(enum pam_code code)
{
	return CODE_NAMES[code];
}

void pam_stack_add_action(struct text *t, int action)
{
	if (action > 0)
		text_add_format(t, "jumps over %d", action);
	else
		text_add(t, ACTION_NAMES[-action < (int)ACTION_NAME_COUNT ? -action : 0]);
}
