/* SPDX-License-Identifier: BSD-2-Clause */
/* Sends the floor when it changes. */
#include "firewall_floor_run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>

#include "firewall_hold.h"
#include "firewall_hold_run.h"

void firewall_floor_open(struct firewall_floor_seat *ret_seat)
{
	bool given = sd_listen_fds(1) > 0 && sd_is_socket(SD_LISTEN_FDS_START, AF_NETLINK, SOCK_RAW, -1) > 0;

	*ret_seat = (struct firewall_floor_seat){.socket = given ? SD_LISTEN_FDS_START : -1};
	if (given)
		firewall_hold_drain(ret_seat->socket); /* as long as there is something to read, systemd would start us for it */
}

/* 0 where there is one; -ENOENT; or why nobody knows. */
static int find_table(int socket)
{
	uint8_t question[128];
	int r = firewall_hold_send(socket, question, firewall_floor_ask(question));

	if (r == -EBADMSG)
		return 0;
	return r == 0 ? -EAGAIN : r;
}

/* Why it could not be taken away; 0 where there is none. Where the kernel knows no tables, or lets nobody here ask for any, there cannot be one of ours. One
 * that it tells is another's. */
static int weigh_refusal(int socket, int error)
{
	int found;

	if (error == -ENOENT || error == -EOPNOTSUPP)
		return 0;
	if (error != -EPERM)
		return error;
	found = find_table(socket);
	if (found == -ENOENT || found == -EPERM)
		return 0;
	return found == 0 ? -EPERM : found;
}

static int send_changed(struct firewall_floor_seat *seat, const uint8_t *bytes, size_t len, bool wanted)
{
	bool sent = seat->len == len && memcmp(seat->bytes, bytes, len) == 0;
	int r;

	if (seat->socket < 0 && !wanted)
		return 0;
	/* Another may have made one since we took ours away. */
	if (sent && (wanted || find_table(seat->socket) == -ENOENT))
		return 0;
	if (seat->socket < 0)
		return -ENOTSOCK;
	r = firewall_hold_send(seat->socket, bytes, len);
	return r < 0 && !wanted ? weigh_refusal(seat->socket, r) : r;
}

bool firewall_floor_is_wanted(const struct settings *settings)
{
	return settings->control_mode != CONTROL_MODE_OFF && settings->control_floor != CONTROL_FLOOR_OFF;
}

int firewall_floor_set(struct firewall_floor_seat *seat, const struct settings *settings)
{
	bool wanted = firewall_floor_is_wanted(settings);
	uint8_t *bytes = calloc(1, FIREWALL_HOLD_BYTES_MAX);
	size_t len;
	int r;

	if (bytes == NULL)
		return -ENOMEM;
	len = wanted ? firewall_floor_put(&settings->control_allow, settings->control_floor == CONTROL_FLOOR_ON, bytes) : firewall_floor_remove(bytes);
	r = len > 0 ? send_changed(seat, bytes, len, wanted) : -ENOSPC;
	firewall_floor_close(seat);
	if (r < 0) {
		free(bytes);
		return r;
	}
	seat->bytes = bytes;
	seat->len = len;
	return 0;
}

int firewall_floor_keep(struct firewall_floor_seat *seat, const struct policy_loaded *loaded, const struct settings *settings)
{
	return loaded->state == POLICY_BROKEN ? -ECANCELED : firewall_floor_set(seat, settings);
}

const char *firewall_floor_explain(int error)
{
	switch (error) {
	case -ECANCELED:
		return "the policy has errors, and there is no last good one: a floor that stands is left, and none is laid, until \"mutexctl check\" finds none";
	case -ENOTSOCK:
		return "systemd gave no socket; mutex-floor.socket is not active";
	case -EPERM:
		return "the table " FIREWALL_FLOOR_TABLE " belongs to another process, or the kernel lets nobody here change it";
	case -ENOSPC:
		return "allow has too many words";
	default:
		return strerrordesc_np(-error);
	}
}

void firewall_floor_close(struct firewall_floor_seat *seat)
{
	free(seat->bytes);
	seat->bytes = NULL;
	seat->len = 0;
}
