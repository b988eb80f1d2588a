/* SPDX-License-Identifier: BSD-2-Clause */
/* Every text that people read, in English: one row each. po/ja.po holds the Japanese. M(ID, english) */
#ifndef MUTEX_MESSAGE_TABLE_H
#define MUTEX_MESSAGE_TABLE_H

#define MESSAGES(M) \
	M(REASON_POLICY_BROKEN, "This computer's security policy cannot be read, so no password can be changed now. Tell your administrator: run \"mutexctl check\".") \
	M(REASON_CANNOT_CHECK, "The new password could not be checked ({0}), so it was not taken. Your old password still holds. Tell your administrator.") \
	M(REASON_EMPTY, "No password was given.") \
	M(REASON_TOO_LONG, "It is longer than {0} bytes, which this system cannot store.") \
	M(REASON_INVALID_UTF8, "It is not valid UTF-8 text. Check the keyboard or terminal settings.") \
	M(REASON_CONTROL, "It contains a control character, such as Tab or Escape, that many login screens cannot take.") \
	M(REASON_BREACHED, "It is known from a data breach, so attackers try it first. If you use it anywhere else, change it there too.") \
	M(REASON_COMMON, "It is, or is built from, one of the most used passwords.") \
	M(REASON_BLOCKED, "It is on your company's list of refused passwords.") \
	M(REASON_TOO_SHORT, "It has {0} characters; at least {1} are needed. Several words in a row are easy to remember.") \
	M(REASON_NON_ASCII, "It contains characters that cannot be typed at every login and lock screen. Use letters, digits and signs of a US keyboard.") \
	M(REASON_SAME, "It is the password that you have now.") \
	M(REASON_HISTORY, "You have used it before; the last {0} passwords may not come back.") \
	M(REASON_SIMILAR, "It is too close to your present password.") \
	M(REASON_PERSONAL_WORD, "It is built around \"{0}\", which others know about you or this computer.") \
	M(REASON_COMPANY_WORD, "It is built around the company word \"{0}\".") \
	M(REASON_CLASSES, "It has {0} of the four kinds of characters (lower case, upper case, digits, others); {1} are needed.") \
	M(REASON_REPEAT, "It repeats one character more than {0} times in a row.") \
	M(REASON_SEQUENCE, "It contains more than {0} characters in alphabetical, number or keyboard order.") \
	M(REASON_TOO_YOUNG, "The present password may be changed again in {0}.")

#endif
