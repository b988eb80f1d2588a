/* SPDX-License-Identifier: BSD-2-Clause */
/* A policy as it was read, kept so that a login need not read its text again. Format only, pure; policy_image_store.h keeps it in a file.
 *
 * An image is of certain files as they stood then, and of one build's reading of them: the sources of base/ and conf/ are in POLICY_READER. It says
 * nothing that the text does not say; whoever finds it wanting in any way reads the text. Layout little-endian, documented at the encoder.
 * MUST: what does not fit the format to the bit is no image. */
#ifndef MUTEX_POLICY_IMAGE_H
#define MUTEX_POLICY_IMAGE_H

#include <stdint.h>

#include "policy.h"

#define POLICY_IMAGE_BYTES_MAX (1024 * 1024)
#define POLICY_IMAGE_HEAD_BYTES 80 /* magic, version, length, reader, sum */

/* Three of a known place, then the files of policy.d. */
enum { POLICY_IMAGE_FILE, POLICY_IMAGE_FOLDER, POLICY_IMAGE_EXCEPTIONS, POLICY_IMAGE_OTHERS };
#define POLICY_IMAGE_SOURCES_MAX (POLICY_IMAGE_OTHERS + 64)

/* A file or folder that the policy was read from, and what tells that it is another one now. */
struct policy_image_source {
	const char *path;
	struct policy_image_identity {
		uint64_t device, inode, mode, owner, size, changed_ns, modified_ns; /* all 0: nothing was there */
	} identity;
};

struct policy_image {
	struct policy_image_source sources[POLICY_IMAGE_SOURCES_MAX];
	size_t source_count;
	struct policy policy;
	struct diag_list warnings; /* of the policy; decoding fills the caller's items */
	bool no_exceptions;        /* the folder of exceptions was empty */
};

/* 0 and the length; -EFBIG when size is too small; -EINVAL when a line's file is none of the sources. */
int policy_image_encode(const struct policy_image *image, unsigned char *ret_bytes, size_t size, size_t *ret_len);

/* Strings stay in bytes, the rest goes into arena: both outlive *ret_image, whose warnings the caller has set up. 0 or -EBADMSG; after a failure *ret_image holds nothing of use. */
int policy_image_decode(const unsigned char *bytes, size_t len, struct arena *arena, struct policy_image *ret_image);

/* What an arena for an image of that length must hold. */
#define POLICY_IMAGE_ARENA_BYTES(len) ((len) * 8 + 1024)

/* Writes the head, with the sum, for the body that stands there. Encoding does it; tests that change bytes need it. */
void policy_image_seal(unsigned char *bytes, size_t len);

#endif
