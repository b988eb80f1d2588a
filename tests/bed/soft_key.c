/* SPDX-License-Identifier: BSD-2-Clause */
/* A security key in software, for tests only: middleware for OpenSSH (its sk-api) that signs with Ed25519 as a FIDO token would, always touched. The
 * key handle is the secret itself, so nothing is kept. By OpenSSH's PROTOCOL.u2f, "SSH U2F signatures":
 *   signed is SHA-256(application) - flags, one byte - counter, u32, big-endian - SHA-256(message) */
#include <nettle/eddsa.h>
#include <nettle/sha2.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#define API_VERSION 0x000a0000
#define ALGORITHM_ED25519 1
#define ERROR_GENERAL (-1)
#define ERROR_UNSUPPORTED (-2)
#define TOUCHED 1
#define COUNTER 7
#define SIGNED_BYTES (SHA256_DIGEST_SIZE + 1 + 4 + SHA256_DIGEST_SIZE)

struct sk_option;
struct sk_resident_key;
struct sk_enroll_response {
	uint8_t flags;
	uint8_t *public_key;
	size_t public_key_len;
	uint8_t *key_handle;
	size_t key_handle_len;
	uint8_t *signature;
	size_t signature_len;
	uint8_t *attestation_cert;
	size_t attestation_cert_len;
	uint8_t *authdata;
	size_t authdata_len;
};
struct sk_sign_response {
	uint8_t flags;
	uint32_t counter;
	uint8_t *sig_r;
	size_t sig_r_len;
	uint8_t *sig_s;
	size_t sig_s_len;
};

uint32_t sk_api_version(void);
int sk_enroll(uint32_t algorithm, const uint8_t *challenge, size_t challenge_len, const char *application, uint8_t flags, const char *pin,
	      struct sk_option **options, struct sk_enroll_response **ret);
int sk_sign(uint32_t algorithm, const uint8_t *message, size_t message_len, const char *application, const uint8_t *handle, size_t handle_len,
	    uint8_t flags, const char *pin, struct sk_option **options, struct sk_sign_response **ret);
int sk_load_resident_keys(const char *pin, struct sk_option **options, struct sk_resident_key ***ret, size_t *ret_count);

uint32_t sk_api_version(void)
{
	return API_VERSION;
}

int sk_enroll(uint32_t algorithm, const uint8_t *challenge, size_t challenge_len, const char *application, uint8_t flags, const char *pin,
	      struct sk_option **options, struct sk_enroll_response **ret)
{
	struct sk_enroll_response *response = calloc(1, sizeof *response);

	(void)challenge, (void)challenge_len, (void)application, (void)flags, (void)pin, (void)options;
	if (algorithm != ALGORITHM_ED25519)
		return ERROR_UNSUPPORTED;
	if (response == NULL || (response->key_handle = malloc(ED25519_KEY_SIZE)) == NULL || (response->public_key = malloc(ED25519_KEY_SIZE)) == NULL ||
	    (response->signature = calloc(1, 1)) == NULL || getrandom(response->key_handle, ED25519_KEY_SIZE, 0) != ED25519_KEY_SIZE)
		return ERROR_GENERAL;
	response->flags = TOUCHED;
	response->key_handle_len = response->public_key_len = ED25519_KEY_SIZE;
	response->signature_len = 1; /* of the token's maker over the challenge: nobody asks for it */
	ed25519_sha512_public_key(response->public_key, response->key_handle);
	*ret = response;
	return 0;
}

static void add_hash(uint8_t *to, size_t len, const void *bytes)
{
	struct sha256_ctx ctx;

	sha256_init(&ctx);
	sha256_update(&ctx, len, bytes);
	sha256_digest(&ctx, SHA256_DIGEST_SIZE, to);
}

int sk_sign(uint32_t algorithm, const uint8_t *message, size_t message_len, const char *application, const uint8_t *handle, size_t handle_len,
	    uint8_t flags, const char *pin, struct sk_option **options, struct sk_sign_response **ret)
{
	struct sk_sign_response *response = calloc(1, sizeof *response);
	uint8_t public_key[ED25519_KEY_SIZE], whole[SIGNED_BYTES] = {0}, *at = whole;

	(void)flags, (void)pin, (void)options;
	if (algorithm != ALGORITHM_ED25519 || handle_len != ED25519_KEY_SIZE)
		return ERROR_UNSUPPORTED;
	if (response == NULL || (response->sig_r = malloc(ED25519_SIGNATURE_SIZE)) == NULL)
		return ERROR_GENERAL;
	response->flags = TOUCHED;
	response->counter = COUNTER;
	response->sig_r_len = ED25519_SIGNATURE_SIZE;
	add_hash(at, strlen(application), application);
	at += SHA256_DIGEST_SIZE;
	*at = TOUCHED;
	at[4] = COUNTER;
	add_hash(at + 5, message_len, message);
	ed25519_sha512_public_key(public_key, handle);
	ed25519_sha512_sign(public_key, handle, sizeof whole, whole, response->sig_r);
	*ret = response;
	return 0;
}

int sk_load_resident_keys(const char *pin, struct sk_option **options, struct sk_resident_key ***ret, size_t *ret_count)
{
	(void)pin, (void)options, (void)ret, (void)ret_count;
	return ERROR_UNSUPPORTED;
}
