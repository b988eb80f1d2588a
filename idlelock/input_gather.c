/* SPDX-License-Identifier: BSD-2-Clause */
/* Seats and their evdev nodes: found by udev, read when somebody wants to know. */
#include "input_gather.h"

#include <errno.h>
#include <fcntl.h>
#include <libudev.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>

#include "clock.h"
#include "file.h"
#include "input_device.h"
#include "input_node_gather.h"
#include "input_remapper_gather.h"
#include "lid_gather.h"
#include "text.h"

#define NS_PER_S INT64_C(1000000000)
#define SEAT_DEFAULT "seat0"
#define FAKED_AGAIN_NS (60 * NS_PER_S)
#define GRAB_AGAIN_NS (10 * NS_PER_S)

struct device {
	struct device *next;
	struct input *input;
	char node[64];             /* "/dev/input/event5" */
	char sysfs[256], maker[32]; /* of the device; "input12" */
	char seat[32];
	struct input_node about;
	enum input_trust trust;
	int fd;
	int64_t last_ns;           /* newest activity; 0 = none */
	int64_t faked_ns;          /* told last */
	int64_t free_ns;           /* nobody held it grabbed then; 0 = not known */
	bool may_be_hand;          /* virtual now, but its maker has hardware open and may take it */
	bool armed;
};

/* What hangs on USB: udev has forgotten vendor and serial by the time it is unplugged. */
struct plug {
	struct plug *next;
	char sysfs[256], usb[160]; /* "1050:0407:SERIAL" */
};

struct input {
	struct loop *loop;
	struct input_hooks hooks;
	const struct word_list *trusted;
	struct udev *udev;
	struct udev_monitor *monitor;
	struct device *devices;
	struct lids *lids;
	struct plug *plugs;
};

static const char *or_empty(const char *s)
{
	return s != NULL ? s : "";
}

static bool copy_name(char *to, size_t size, const char *from)
{
	struct text t;

	text_init(&t, to, size);
	text_add(&t, from);
	return text_end(&t) == 0;
}

static bool is_hand(const struct device *d)
{
	return d->trust == INPUT_HARDWARE || d->trust == INPUT_REMAPPED || d->trust == INPUT_TRUSTED;
}

/* --- devices --- */

static struct device *find(const struct input *input, const char *node)
{
	for (struct device *d = input->devices; d != NULL; d = d->next)
		if (strcmp(d->node, node) == 0)
			return d;
	return NULL;
}

static void free_device(struct device *d)
{
	if (d->armed)
		loop_remove(d->input->loop, d->fd);
	for (struct device **link = &d->input->devices; *link != NULL; link = &(*link)->next)
		if (*link == d) {
			*link = d->next;
			break;
		}
	file_close(&d->fd);
	free(d);
}

struct question {
	const struct input *input;
	int64_t now_ns;
};

static bool is_hardware_node(const char *node, void *data)
{
	const struct question *question = data;
	const struct device *d = find(question->input, node);

	return d != NULL && d->trust == INPUT_HARDWARE;
}

static bool is_grabbed_node(const char *node, void *data)
{
	const struct question *question = data;
	struct device *d = find(question->input, node);

	if (d == NULL || d->trust != INPUT_HARDWARE || (d->free_ns != 0 && question->now_ns < d->free_ns + GRAB_AGAIN_NS))
		return false;
	if (input_node_is_grabbed(d->fd)) {
		d->free_ns = 0;
		return true;
	}
	d->free_ns = question->now_ns;
	return false;
}

static struct input_device_facts facts_of(const struct device *d)
{
	return (struct input_device_facts){.sysfs = d->sysfs, .name = d->about.name, .has_keys = d->about.has_keys,
					   .has_relative = d->about.has_relative, .has_lid = d->about.has_lid};
}

static void judge(struct device *d)
{
	struct input_device_facts facts = facts_of(d);
	struct question question = {.input = d->input};

	facts.a_root_process_grabs = d->trust == INPUT_REMAPPED;
	d->trust = input_device_judge(&facts, d->input->trusted);
	d->may_be_hand = d->trust == INPUT_VIRTUAL && input_remapper_made(d->maker, is_hardware_node, &question);
}

/* One that is in use: whose it is may have changed since, for a remapper makes its device first and takes the hardware then. */
static void judge_used(struct device *d, int64_t now_ns)
{
	struct input_device_facts facts = facts_of(d);
	struct question question = {.input = d->input, .now_ns = now_ns};

	facts.a_root_process_grabs = input_remapper_made(d->maker, is_grabbed_node, &question);
	d->trust = input_device_judge(&facts, d->input->trusted);
}

static bool is_lid(const struct device *d)
{
	struct input_device_facts facts = facts_of(d);

	return input_device_is_lid(&facts, d->input->trusted);
}

/* The seat stands on the device or on what it hangs on. */
static const char *seat_of(struct udev_device *device)
{
	const char *seat = udev_device_get_property_value(device, "ID_SEAT");

	for (struct udev_device *at = device; (seat == NULL || seat[0] == '\0') && at != NULL; at = udev_device_get_parent(at))
		seat = udev_device_get_property_value(at, "ID_SEAT");
	return seat != NULL && seat[0] != '\0' ? seat : SEAT_DEFAULT;
}

static bool fill(struct device *d, struct udev_device *device)
{
	struct udev_device *parent = udev_device_get_parent(device);
	const char *sysfs = or_empty(udev_device_get_syspath(device));

	if (strncmp(sysfs, "/sys/", 5) == 0)
		sysfs += 4;
	return copy_name(d->node, sizeof d->node, or_empty(udev_device_get_devnode(device))) && copy_name(d->sysfs, sizeof d->sysfs, sysfs) &&
	       copy_name(d->maker, sizeof d->maker, parent != NULL ? or_empty(udev_device_get_sysname(parent)) : "") &&
	       copy_name(d->seat, sizeof d->seat, seat_of(device)) && strncmp(d->node, "/dev/input/event", strlen("/dev/input/event")) == 0;
}

static void add_device(struct input *input, struct udev_device *device)
{
	struct device *d = calloc(1, sizeof *d);

	if (d == NULL)
		return;
	*d = (struct device){.input = input, .fd = -1};
	if (!fill(d, device) || find(input, d->node) != NULL) {
		free(d);
		return;
	}
	d->fd = input_node_open(d->node);
	if (d->fd < 0 || !input_node_describe(d->fd, &d->about)) {
		file_close(&d->fd);
		free(d);
		return;
	}
	d->next = input->devices;
	input->devices = d;
	judge(d);
	if (is_lid(d))
		(void)lids_add(input->lids, d->node, d->seat);
	if (d->trust == INPUT_IGNORED)
		free_device(d);
}

static void remove_device(struct input *input, const char *node)
{
	struct device *d = find(input, node);

	if (d != NULL)
		free_device(d);
}

/* --- reading --- */

static int64_t newest_hand(const struct input *input, const char *seat)
{
	int64_t newest = 0;

	for (const struct device *d = input->devices; d != NULL; d = d->next)
		if (is_hand(d) && strcmp(d->seat, seat) == 0 && d->last_ns > newest)
			newest = d->last_ns;
	return newest;
}

static void drain_seat(struct input *input, const char *seat, int64_t now_ns)
{
	struct device *next;

	for (struct device *d = input->devices; d != NULL; d = next) {
		bool used = false;

		next = d->next;
		if (strcmp(d->seat, seat) != 0)
			continue;
		if (input_node_drain(d->fd, now_ns, &d->last_ns, &used) < 0) {
			remove_device(input, d->node);
			continue;
		}
		if (used && (d->trust == INPUT_VIRTUAL || d->trust == INPUT_REMAPPED))
			judge_used(d, now_ns);
	}
}

/* Told once in a while, and only where it would have kept the screen open. */
static void tell_faked(struct input *input, const char *seat, int64_t hand_ns, int64_t now_ns)
{
	for (struct device *d = input->devices; d != NULL; d = d->next) {
		if (d->trust != INPUT_VIRTUAL || strcmp(d->seat, seat) != 0 || d->last_ns <= hand_ns + INPUT_TOGETHER_NS)
			continue;
		if (d->faked_ns != 0 && (d->last_ns <= d->faked_ns || now_ns < d->faked_ns + FAKED_AGAIN_NS))
			continue;
		d->faked_ns = now_ns;
		input->hooks.faked(seat, d->about.name, input->hooks.data);
	}
}

int64_t input_last(struct input *input, const char *seat, int64_t now_ns)
{
	int64_t hand_ns;

	drain_seat(input, seat, now_ns);
	hand_ns = newest_hand(input, seat);
	tell_faked(input, seat, hand_ns, now_ns);
	return hand_ns;
}

bool input_is_without_hardware(const struct input *input, const char *seat)
{
	for (const struct device *d = input->devices; d != NULL; d = d->next)
		if (d->trust == INPUT_HARDWARE && strcmp(d->seat, seat) == 0)
			return false;
	return true;
}

bool input_lid_is_closed(const struct input *input, const char *seat)
{
	return lids_is_closed(input->lids, seat);
}

/* --- waking --- */

static void disarm(struct input *input, const char *seat)
{
	for (struct device *d = input->devices; d != NULL; d = d->next)
		if (d->armed && strcmp(d->seat, seat) == 0) {
			loop_remove(input->loop, d->fd);
			d->armed = false;
		}
}

/* What woke us may be no activity (a lamp, a switch, a program's device): then we sleep on. */
static void woken(int fd, uint32_t events, void *data)
{
	struct device *d = data;
	struct input *input = d->input;
	int64_t now_ns = clock_monotonic_ns(), before_ns, last_ns;
	char seat[32];

	(void)fd;
	(void)events;
	(void)copy_name(seat, sizeof seat, d->seat);
	before_ns = newest_hand(input, seat);
	last_ns = input_last(input, seat, now_ns);
	if (last_ns <= before_ns)
		return;
	disarm(input, seat);
	input->hooks.used(seat, last_ns, input->hooks.data);
}

void input_arm(struct input *input, const char *seat, bool on)
{
	if (!on) {
		disarm(input, seat);
		return;
	}
	for (struct device *d = input->devices; d != NULL; d = d->next) {
		if (d->armed || strcmp(d->seat, seat) != 0)
			continue;
		if (d->trust == INPUT_VIRTUAL)
			judge(d);
		if (is_hand(d) || d->may_be_hand)
			d->armed = loop_add(input->loop, d->fd, EPOLLIN, woken, d) == 0;
	}
}

/* One that comes while its seat is waited for. */
static void arm_new(struct input *input, const char *node)
{
	const struct device *added = find(input, node);

	for (const struct device *d = input->devices; added != NULL && d != NULL; d = d->next)
		if (d->armed && strcmp(d->seat, added->seat) == 0) {
			input_arm(input, d->seat, true);
			return;
		}
}

/* --- udev --- */

static void add_small(struct text *t, const char *s)
{
	for (; *s != '\0'; s++)
		text_add_char(t, *s >= 'A' && *s <= 'Z' ? (char)(*s - 'A' + 'a') : *s);
}

static bool usb_name(struct udev_device *device, char *ret_usb, size_t size)
{
	const char *vendor = udev_device_get_property_value(device, "ID_VENDOR_ID"), *model = udev_device_get_property_value(device, "ID_MODEL_ID");
	struct text t;

	if (vendor == NULL || model == NULL)
		return false;
	text_init(&t, ret_usb, size);
	add_small(&t, vendor);
	text_add_char(&t, ':');
	add_small(&t, model);
	text_add_char(&t, ':');
	text_add(&t, or_empty(udev_device_get_property_value(device, "ID_SERIAL_SHORT")));
	return text_end(&t) == 0;
}

static struct plug **find_plug(struct input *input, const char *sysfs)
{
	struct plug **link = &input->plugs;

	while (*link != NULL && strcmp((*link)->sysfs, sysfs) != 0)
		link = &(*link)->next;
	return link;
}

static void add_plug(struct input *input, struct udev_device *device)
{
	const char *sysfs = or_empty(udev_device_get_syspath(device));
	struct plug *plug;

	if (*find_plug(input, sysfs) != NULL)
		return;
	plug = calloc(1, sizeof *plug);
	if (plug == NULL || !copy_name(plug->sysfs, sizeof plug->sysfs, sysfs) || !usb_name(device, plug->usb, sizeof plug->usb)) {
		free(plug);
		return;
	}
	plug->next = input->plugs;
	input->plugs = plug;
}

static void tell_pulled(struct input *input, struct udev_device *device)
{
	struct plug **link = find_plug(input, or_empty(udev_device_get_syspath(device))), *plug = *link;

	if (plug == NULL)
		return;
	*link = plug->next;
	input->hooks.pulled(plug->usb, input->hooks.data);
	free(plug);
}

static void take(struct input *input, struct udev_device *device)
{
	const char *action = or_empty(udev_device_get_action(device)), *node = udev_device_get_devnode(device);

	if (strcmp(or_empty(udev_device_get_subsystem(device)), "usb") == 0) {
		if (strcmp(action, "remove") == 0)
			tell_pulled(input, device);
		else
			add_plug(input, device);
		return;
	}
	if (node == NULL)
		return;
	if (strcmp(action, "remove") == 0)
		remove_device(input, node);
	else if (strcmp(action, "add") == 0) {
		add_device(input, device);
		arm_new(input, node);
	}
}

static void noticed(int fd, uint32_t events, void *data)
{
	struct input *input = data;
	struct udev_device *device;

	(void)fd;
	(void)events;
	while ((device = udev_monitor_receive_device(input->monitor)) != NULL) {
		take(input, device);
		(void)udev_device_unref(device);
	}
}

/* Before listing: what comes in between is heard twice, and found to be there. */
static int listen_for_devices(struct input *input)
{
	input->monitor = udev_monitor_new_from_netlink(input->udev, "udev");
	if (input->monitor == NULL)
		return -ENOMEM;
	if (udev_monitor_filter_add_match_subsystem_devtype(input->monitor, "input", NULL) < 0 ||
	    udev_monitor_filter_add_match_subsystem_devtype(input->monitor, "usb", "usb_device") < 0 ||
	    udev_monitor_enable_receiving(input->monitor) < 0)
		return -EIO;
	return loop_add(input->loop, udev_monitor_get_fd(input->monitor), EPOLLIN, noticed, input);
}

static void add_listed(struct input *input, struct udev_device *device)
{
	if (strcmp(or_empty(udev_device_get_subsystem(device)), "usb") == 0)
		add_plug(input, device);
	else if (udev_device_get_devnode(device) != NULL)
		add_device(input, device);
}

static int list_devices(struct input *input)
{
	struct udev_enumerate *list = udev_enumerate_new(input->udev);
	struct udev_list_entry *entry;
	int r = list == NULL ? -ENOMEM : udev_enumerate_add_match_subsystem(list, "input");

	if (r >= 0)
		r = udev_enumerate_add_match_subsystem(list, "usb");
	if (r >= 0)
		r = udev_enumerate_scan_devices(list);
	if (r >= 0) {
		udev_list_entry_foreach(entry, udev_enumerate_get_list_entry(list)) {
			struct udev_device *device = udev_device_new_from_syspath(input->udev, udev_list_entry_get_name(entry));

			if (device != NULL)
				add_listed(input, device);
			(void)udev_device_unref(device);
		}
	}
	(void)udev_enumerate_unref(list);
	return r < 0 ? r : 0;
}

int input_open(struct loop *loop, const struct input_hooks *hooks, const struct word_list *trusted, struct input **ret_input)
{
	struct input *input = calloc(1, sizeof *input);
	int r = -ENOMEM;

	if (input == NULL)
		return -ENOMEM;
	*input = (struct input){.loop = loop, .hooks = *hooks, .trusted = trusted, .udev = udev_new()};
	input->lids = lids_new(loop, hooks->lid_closed, hooks->data);
	if (input->udev != NULL && input->lids != NULL)
		r = listen_for_devices(input);
	if (r == 0)
		r = list_devices(input);
	if (r < 0) {
		input_close(input);
		return r;
	}
	*ret_input = input;
	return 0;
}

void input_close(struct input *input)
{
	if (input == NULL)
		return;
	while (input->devices != NULL)
		free_device(input->devices);
	lids_free(input->lids);
	while (input->plugs != NULL) {
		struct plug *plug = input->plugs;

		input->plugs = plug->next;
		free(plug);
	}
	if (input->monitor != NULL)
		loop_remove(input->loop, udev_monitor_get_fd(input->monitor));
	(void)udev_monitor_unref(input->monitor);
	(void)udev_unref(input->udev);
	free(input);
}

void input_trust(struct input *input, const struct word_list *trusted)
{
	input->trusted = trusted;
	for (struct device *d = input->devices; d != NULL; d = d->next)
		judge(d);
}
