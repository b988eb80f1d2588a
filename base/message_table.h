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
	M(REASON_COMMON, "It is easy to guess: one of the most used passwords, or built from common words, names, dates or keyboard patterns. Take several words that have nothing to do with each other.") \
	M(REASON_BLOCKED, "It is on your company's list of refused passwords.") \
	M(REASON_TOO_SHORT, "It has {0} characters; at least {1} are needed. Several words in a row are easy to remember.") \
	M(REASON_NON_ASCII, "It contains characters that cannot be typed at every login and lock screen. Use letters, digits and signs of a US keyboard.") \
	M(REASON_SAME, "It is the password that you have now.") \
	M(REASON_HISTORY, "You have used it before; the last {0} passwords may not come back.") \
	M(REASON_HISTORY_DAYS, "You have used it within the last {0} days; it may not come back yet.") \
	M(REASON_SIMILAR, "It is too close to your present password. Start afresh instead of changing it a little.") \
	M(REASON_PERSONAL_WORD, "It is built around \"{0}\", which others know about you or this computer. Leave it out, or add at least {1} other characters.") \
	M(REASON_COMPANY_WORD, "It is built around the company word \"{0}\". Leave it out, or add at least {1} other characters.") \
	M(REASON_CLASSES, "It has {0} of the four kinds of characters (lower case, upper case, digits, others); {1} are needed.") \
	M(REASON_LETTERS_DIGITS, "It needs at least one letter (A to Z) and one digit.") \
	M(REASON_REPEAT, "It repeats one character more than {0} times in a row.") \
	M(REASON_SEQUENCE, "It contains more than {0} characters in alphabetical, number or keyboard order.") \
	M(REASON_TOO_YOUNG, "The present password may be changed again in {0}.") \
	M(PASSWORD_HEADER_REFUSED, "This password cannot be used:") \
	M(PASSWORD_HEADER_OBSERVED, "This password is taken for now, but the policy will refuse it once it is enforced:") \
	M(PASSWORD_HEADER_ROOT, "This password breaks the policy and is taken because root asks:") \
	M(PASSWORD_HEADER_WAIVED, "This password breaks the policy and is taken under exception {0}:") \
	M(PASSWORD_REMEDY, "Good: four or more words that have nothing to do with each other, or what a password manager makes.") \
	M(PASSWORD_CONTACT, "Questions: {0}") \
	M(PASSWORD_RULE_LENGTH, "Password: at least {0} characters, best several unrelated words.") \
	M(PASSWORD_RULE_CLASSES, "Use {0} of: lower case, upper case, digits, others.") \
	M(PASSWORD_RULE_LETTERS_DIGITS, "Use letters (A to Z) and digits.") \
	M(PASSWORD_RULE_ASCII, "Only US-keyboard characters.") \
	M(PASSWORD_RULE_REPEAT, "No character more than {0} times in a row.") \
	M(PASSWORD_RULE_SEQUENCE, "No more than {0} characters in alphabet, number or keyboard order.") \
	M(PASSWORD_RULE_COMMON, "Refused: common or breached passwords.") \
	M(PASSWORD_RULE_WORDS, "Refused: names of you, this computer or the company.") \
	M(PASSWORD_RULE_SIMILAR, "Refused: your present one slightly changed.") \
	M(PASSWORD_RULE_HISTORY, "Refused: your last {0}.") \
	M(PASSWORD_RULE_HISTORY_DAYS, "Refused: those of the last {0} days.") \
	M(CAUSE_NOT_ROOT, "the program does not run as root") \
	M(CAUSE_HISTORY, "password history") \
	M(CAUSE_SHADOW, "shadow file") \
	M(CAUSE_LISTS, "list of refused passwords") \
	M(CAUSE_MEMORY, "too little memory") \
	M(AGE_DUE, "Your password is {0} days old and must be changed now; it may be {1} days old at most.") \
	M(AGE_DUE_TOLD, "Your password is {0} days old; the policy asks for a new one after {1} days. Please change it with \"passwd\".") \
	M(AGE_SOON, "Days left until your password must be changed: {0}. Change it with \"passwd\".") \
	M(DURATION_DAYS, "{0} days") \
	M(DURATION_HOURS, "{0} hours") \
	M(DURATION_MINUTES, "{0} min") \
	M(PASSWORD_ACCEPTED, "This password keeps to the policy.") \
	M(PASSWORD_NOTE_HISTORY, "Not compared with earlier passwords: only root can read them.") \
	M(PASSWORD_NOTE_SIMILAR, "Not compared with the present password: --old asks for it.") \
	M(PASSWORD_NOTE_NOBODY, "Judged for nobody in particular: --user names the person.")

#endif
