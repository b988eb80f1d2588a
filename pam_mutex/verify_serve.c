/* SPDX-License-Identifier: BSD-2-Clause */
/* One person at a screen lock: the peer's own account is authenticated by the service mutex-verify, and the result said. */
#include "verify_serve.h"

#include <errno.h>
#include <security/pam_appl.h>
#include <string.h>
#include <syslog.h>

#include "clock.h"
#include "person_load.h"
#include "policy_load.h"
#include "service.h"
#include "text.h"
#include "verify_enrol.h"
#include "verify_peer.h"
#include "verify_relay.h"

#define NS_PER_MS INT64_C(1000000)

struct visit {
	const struct verify_serve *serve;
	struct verify_channel channel;
	struct verify_relay relay;
	struct verify_peer peer;
	struct verify_start start;
	struct person_loaded person;
};

static void visit_end(struct visit *v)
{
	verify_channel_close(&v->channel);
	person_unload(&v->person);
}
#define VISIT_ENDED __attribute__((cleanup(visit_end)))

/* --- who comes --- */

static int receive_start(struct visit *v)
{
	struct verify_message m VERIFY_MESSAGE_WIPED = {0}, hello = {.kind = VERIFY_TELL, .style = VERIFY_INFO};
	uid_t uid;
	pid_t pid;
	int r = verify_channel_peer(&v->channel, &uid, &pid);

	if (r < 0)
		return r;
	verify_peer_gather(v->serve->paths, uid, pid, &v->peer);
	r = verify_channel_receive(&v->channel, &m, v->relay.deadline_ns);
	if (r == 0)
		r = verify_start_read(&m, &v->start);
	if (r == 0)
		r = verify_channel_send(&v->channel, &hello, v->relay.deadline_ns);
	return r < 0 ? r : person_load_uid(v->peer.uid, &v->person);
}

/* The peer's word about its service is taken only when it names a screen lock, which gets what any program of this person gets. */
static int settle_service(struct visit *v)
{
	struct policy_loaded policy;
	const char *service;
	struct text t;

	if (policy_load(v->serve->paths, &policy) < 0)
		return -ENOMEM;
	service = service_believed(&policy.policy, v->start.service);
	if (service != v->start.service) {
		TEXT_INTO(&t, v->start.service);
		text_add(&t, service);
	}
	policy_unload(&policy);
	return 0;
}

/* --- what PAM is told --- */

static int put(pam_handle_t *pamh, const char *name, const char *value)
{
	char line[512];
	struct text t;

	TEXT_INTO(&t, line);
	text_add(&t, name);
	text_add_char(&t, '=');
	text_add(&t, value);
	return text_end(&t) < 0 ? PAM_BUF_ERR : pam_putenv(pamh, line);
}

static int set(pam_handle_t *pamh, int item, const char *value)
{
	return value[0] != '\0' ? pam_set_item(pamh, item, value) : PAM_SUCCESS;
}

/* pam_mutex.so reads these where the service is mutex-verify. */
static int describe_peer(pam_handle_t *pamh, const struct visit *v)
{
	char pid[24];
	struct text t;
	int code = put(pamh, "MUTEX_PEER_SERVICE", v->start.service);

	TEXT_INTO(&t, pid);
	text_add_int(&t, v->peer.pid);
	if (code == PAM_SUCCESS)
		code = put(pamh, "MUTEX_PEER_PID", pid);
	if (code == PAM_SUCCESS)
		code = put(pamh, "MUTEX_PEER_SEAT", v->peer.seat);
	if (code == PAM_SUCCESS)
		code = put(pamh, "MUTEX_PEER_TTY", v->peer.tty);
	if (code == PAM_SUCCESS)
		code = put(pamh, "MUTEX_PEER_DISPLAY", v->peer.display);
	if (code == PAM_SUCCESS)
		code = set(pamh, PAM_TTY, v->peer.tty);
	if (code == PAM_SUCCESS)
		code = set(pamh, PAM_XDISPLAY, v->peer.display);
	return code == PAM_SUCCESS ? set(pamh, PAM_RHOST, v->peer.rhost) : code;
}

/* No setcred and no session: nobody logs in, somebody shows that he is still there. An expired password does not keep the person's own
 * screen shut: behind it the desktop runs on, a lock cannot ask for a new one, and the next login will. */
static int prove(struct visit *v)
{
	struct pam_conv conversation = {.conv = verify_relay_converse, .appdata_ptr = &v->relay};
	pam_handle_t *pamh = NULL;
	int code = pam_start_confdir(SERVICE_VERIFIER, v->person.person.name, &conversation, v->serve->confdir, &pamh);

	if (code != PAM_SUCCESS)
		return code;
	code = describe_peer(pamh, v);
	if (code == PAM_SUCCESS)
		code = pam_authenticate(pamh, PAM_DISALLOW_NULL_AUTHTOK);
	if (code == PAM_SUCCESS) {
		code = pam_acct_mgmt(pamh, PAM_DISALLOW_NULL_AUTHTOK);
		if (code == PAM_NEW_AUTHTOK_REQD) /* said in authentication it would be no success, and skip the account */
			code = PAM_SUCCESS;
	}
	(void)pam_end(pamh, code);
	return code;
}

/* --- the visit --- */

static int say_result(struct visit *v, int code)
{
	struct verify_message m;
	int r = v->relay.error;

	/* A caller that broke off is told nothing, whatever the modules made of it. */
	if (r == 0)
		r = verify_channel_check_quiet(&v->channel);
	if (r < 0)
		return r;
	verify_result_write(code, &m);
	return verify_channel_send(&v->channel, &m, v->relay.deadline_ns);
}

static int receive(struct visit *v)
{
	int r = receive_start(v), code;
	bool enrols = r == 0 && strcmp(v->start.service, VERIFY_SERVICE_ENROL) == 0;

	if (r == 0)
		r = settle_service(v);
	if (r < 0)
		return r;
	code = prove(v);
	if (code == PAM_SUCCESS && enrols)
		code = verify_enrol(&(struct verify_enrol){
			.paths = v->serve->paths, .peer = &v->peer, .person = &v->person.person, .relay = &v->relay});
	return say_result(v, code);
}

int verify_serve(const struct verify_serve *serve, int fd)
{
	struct visit v VISIT_ENDED = {.serve = serve};
	int r;

	verify_channel_init(&v.channel, fd);
	v.relay = (struct verify_relay){.channel = &v.channel, .deadline_ns = clock_monotonic_ns() + serve->limit_ms * NS_PER_MS};
	r = receive(&v);
	/* A caller that goes away is usual: a locker was ended, a person pressed Escape. */
	if (r < 0)
		syslog(LOG_AUTHPRIV | (r == -ECONNRESET || r == -ETIMEDOUT ? LOG_INFO : LOG_WARNING), "a caller was not served to the end: %s",
		       strerrordesc_np(-r));
	return r;
}
