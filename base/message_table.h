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
	M(PASSWORD_NOTE_NOBODY, "Judged for nobody in particular: --user names the person.") \
	M(LOGIN_HEADER, "Access is refused:") \
	M(LOGIN_SUSPENDED, "This account is suspended. Ask your administrator to resume it.") \
	M(LOGIN_LOCKED, "Too many failed attempts from here. Try again in {0}; until then even the right answer is refused. If it was not you, tell your administrator.") \
	M(LOGIN_DISABLED, "Too many failed attempts in a row, so this way in stays closed. Ask your administrator to look into it and to run \"mutexctl lockout clear\" with your name.") \
	M(LOGIN_BUSY, "Too many logins are under way from here. Wait a moment and try again.") \
	M(LOGIN_POLICY_BROKEN, "This computer's security policy cannot be read, so nobody gets in from another computer now. Tell your administrator: run \"mutexctl check\" at the computer itself.") \
	M(LOGIN_STATE_UNKNOWN, "Your login record on this computer cannot be read, so this login cannot be checked. Tell your administrator: run \"mutexctl mfa repair\" with your name.") \
	M(LOGIN_STATE_READ_ONLY, "This computer cannot write its login records at present, so this login cannot be checked. Tell your administrator: look at the disk of /var/lib/mutex.") \
	M(LOGIN_NO_VERIFIER, "The service that checks second factors does not answer. Tell your administrator: run \"systemctl status mutex-verify.socket\".") \
	M(LOGIN_NO_FACTOR, "A second factor is needed here, and none that counts is set up for you. Set one up at the computer itself: log in there and run \"mutexctl mfa enrol\", or have your administrator run \"sudo mutexctl mfa enrol\" with your name.") \
	M(LOGIN_NOT_PROVEN, "A second factor is needed here, and none was shown. Use a way in that asks for your code, or ask your administrator.") \
	M(LOGIN_PUBLICKEY_ONLY, "A key alone is not enough here: a second factor is needed, and sshd did not ask for it. Tell your administrator that sshd needs these lines: \"UsePAM yes\", \"KbdInteractiveAuthentication yes\", \"AuthenticationMethods publickey,keyboard-interactive:pam\".") \
	M(LOGIN_FACTOR_NOT_SHOWN, "The second factor was not shown. Try again.") \
	M(LOGIN_FACTOR_FAILED, "The second factor was not accepted. Check the clock of the device that makes the codes, wait for the next code and try again.") \
	M(LOGIN_NOT_ALLOWED, "You are not among the people who may use this computer or this service. Ask your administrator if you need it.") \
	M(LOGIN_BREAK_GLASS, "This account is for emergencies and does not work from here. Use your own account.") \
	M(LOGIN_NOT_ASSIGNED, "This device is assigned to somebody else. Use your own device, or ask your administrator.") \
	M(LOGIN_NOT_GRANTED, "You have not been granted the account {0}. Ask your administrator if you need it.") \
	M(LOGIN_OUT_OF_HOURS, "Logins are possible at these hours only: {0}. Come back then, or ask your administrator.") \
	M(LOGIN_TOO_MANY_SESSIONS, "You are logged in as often as is allowed ({0}). Log out elsewhere first.") \
	M(LOGIN_TWO_PLACES, "Your account is in use from another address too. If that is you, log out there; if not, change your password and tell your administrator at once.") \
	M(LOGIN_POSTURE, "A security control of this computer does not hold: {0}. Put it right, or tell your administrator.") \
	M(LOGIN_POSTURE_GRACE, "A security control of this computer does not hold: {0}. Put it right, or tell your administrator; in {1} logins will be refused.") \
	M(LOGIN_POSTURE_UNKNOWN, "It is not known whether the security controls of this computer hold. Work at the computer itself, and tell your administrator: run \"mutexctl status\".") \
	M(LOGIN_REMIND, "You have no second factor for logging in here. Set one up now at the computer itself, with \"mutexctl mfa enrol\", or have your administrator run \"sudo mutexctl mfa enrol\" with your name.") \
	M(LOGIN_REMIND_DAYS, "You have no second factor for logging in here. Days left to set one up: {0}. At the computer itself run \"mutexctl mfa enrol\", or have your administrator run \"sudo mutexctl mfa enrol\" with your name.") \
	M(LOGIN_ENROL_NOW, "You have no second factor, and it is needed now. You got in here to set one up: run \"mutexctl mfa enrol\", or have your administrator run \"sudo mutexctl mfa enrol\" with your name.") \
	M(LOGIN_BREAK_GLASS_USED, "Emergency access: this login is recorded as such. Set a new password for this account afterwards.") \
	M(LOGIN_ROOT_CONSOLE, "This login breaks the policy. It is let in because it is root's at the console, and it is recorded.") \
	M(STANDING_BAD, "Your password breaks the policy and must be changed within {0} days. Change it with \"passwd\".") \
	M(STANDING_DUE, "Your password breaks the policy and must be changed now.") \
	M(STANDING_DUE_TOLD, "Your password breaks the policy and should have been changed by now. Please change it with \"passwd\".") \
	M(FACTOR_PROMPT, "Code (from your app, or a recovery code): ") \
	M(FACTOR_PROMPT_RECOVERY, "Recovery code: ") \
	M(FACTOR_PROMPT_OR_HOOK, "Code (from your app, or a recovery code; Enter alone for {0}): ") \
	M(MFA_SCAN, "Scan this with the authenticator app of {0}:") \
	M(MFA_SECRET, "Or type this secret into the app by hand (time-based):") \
	M(MFA_ASK_CODE, "Code that the app shows now: ") \
	M(MFA_WRONG_CODE, "That is not the code of now. Check the clock of the phone, wait for the next code and type that one.") \
	M(MFA_ENROLLED, "Enrolled: codes of the app count from now on.") \
	M(MFA_CODES, "These ten recovery codes stand in for the app when the phone is lost; each works once. They are shown only now: write them down and keep them apart from this computer.") \
	M(MFA_SELF_ELSEWHERE, "You can set up a second factor yourself only at the computer itself, in the session that is in front. Elsewhere an administrator does it: \"sudo mutexctl mfa enrol\" with your name.") \
	M(MFA_SELF_FORBIDDEN, "Here administrators set up second factors: \"sudo mutexctl mfa enrol\" with your name.") \
	M(MFA_SELF_ALREADY, "You have a second factor already. An administrator can replace it: \"sudo mutexctl mfa enrol --replace\" with your name.") \
	M(MFA_SELF_STATE, "Nothing was stored: what is known of your logins cannot be read or written. Tell your administrator.") \
	M(MFA_SELF_NOT_PROVEN, "Nothing was stored: it was not shown that this is you.") \
	M(DURATION_SECONDS, "{0} s") \
	M(NOTICE_COUNTDOWN_TITLE, "The screen is about to be locked") \
	M(NOTICE_COUNTDOWN, "Nobody is using this computer, so it is locked in {0}. Press a key or move the mouse to go on.") \
	M(NOTICE_LOCKED_TITLE, "Why the screen was locked") \
	M(LOCK_REASON_IDLE, "Keyboard, mouse and touchscreen were not used for {0}.") \
	M(LOCK_REASON_IDLE_LONG, "Keyboard, mouse and touchscreen were not used for longer than the policy allows.") \
	M(LOCK_REASON_REQUEST, "You, or a program of yours, asked for it.") \
	M(LOCK_REASON_SLEEP, "The computer went to sleep.") \
	M(LOCK_REASON_LID, "The lid was closed.") \
	M(LOCK_REASON_SWITCH, "Another session or terminal came to the front.") \
	M(LOCK_REASON_DEVICE, "A device that your company's policy names was unplugged.") \
	M(LOCK_REASON_ADMINISTRATOR, "Your administrator asked for it.") \
	M(LOCK_REASON_FOUND_LOCKED, "It was locked already when the watcher started.") \
	M(AUTH_NOT_RECOGNISED, "This was not recognised. Try again.") \
	M(AUTH_NO_VERIFIER, "The service that checks passwords does not answer, so this lock cannot be opened. Tell your administrator: run \"systemctl status idlelock-verify.socket\".") \
	M(CONSOLE_LOCKED, "This computer is locked. The session is {0}'s. Press Enter to unlock it.") \
	M(LOCK_STANDALONE, "Watching display {0}: without input it is locked after {1}. This runs with your own rights, so it promises less than idlelockd: your own programs can end it and the locker, it sees only input that reaches the display, and the locker's word alone opens the lock.") \
	M(NOTICE_VIOLATION_TITLE, "This computer needs your attention") \
	M(NOTICE_TAMPER, "Something keeps the screen from being locked, or tried to open the lock: {0}. If it is a program that you run, such as one that keeps the screen awake, end it. This is recorded; if you do not know what it is, tell your administrator.") \
	M(NOTICE_XTEST, "A program presses keys or moves the pointer in your place.") \
	M(NOTICE_IDLE_RESET, "A program keeps saying that the computer is in use.") \
	M(NOTICE_SAVER_OFF, "The display's screen saver was switched off; it was switched on again.") \
	M(NOTICE_DPMS, "The display's power saving was switched off or put off; it was put right.") \
	M(NOTICE_GRAB_BREAKERS, "The keyboard was given a key that breaks screen locks; it was taken away.") \
	M(NOTICE_FOREIGN_GRAB, "A program or an open menu held the keyboard when the screen was to be locked; it had to let go.") \
	M(NOTICE_STRAY_DEVICE, "There is a keyboard or pointer that a screen lock cannot hold.") \
	M(NOTICE_DISPLAY, "Your session names another display than before.") \
	M(NOTICE_TYPE, "Your session names another kind of screen than before.") \
	M(NOTICE_VIRTUAL_INPUT, "A program made an input device: {0}. What it does is not taken for you.") \
	M(NOTICE_WORKER_LOST, "The program that looks after the display was cut off; it is started again.") \
	M(NOTICE_TAMPER_ADVICE, "If a program that you run does this, such as one that keeps the screen awake, end it. This is recorded; if you do not know what it is, tell your administrator.") \
	M(NOTICE_UNPROVEN, "It could not be shown that the screen was locked: {0}. Until this is put right, log out before you leave, and tell your administrator.") \
	M(NOTICE_VIOLATION, "A security control does not hold: {0} ({1}). Put it right, or tell your administrator.") \
	M(NOTICE_CONTROL_TITLE, "Protection of this computer") \
	M(NOTICE_CONTROL_BY_YOU, "{0}: switched off or loosened by you, with the program {1}.") \
	M(NOTICE_CONTROL_BY, "{0}: switched off or loosened by {1}, with the program {2}.") \
	M(NOTICE_CONTROL_BY_NOBODY, "{0}: switched off or loosened; by whom is not known.") \
	M(NOTICE_CONTROL_REPAIR, "It is being put right, and this is recorded.") \
	M(NOTICE_CONTROL_GIVEN_UP, "This happened again and again, so that it is not put right for now. It is recorded; tell your administrator.") \
	M(NOTICE_CONTROL_STAYS, "It is not put right by itself, and this is recorded. Undo it, or tell your administrator.") \
	M(NOTICE_CONTROL_FINE, "{0}: in order again.") \
	M(NOTICE_NAME_FIREWALL, "Firewall") \
	M(NOTICE_NAME_UNITS, "Services that must run") \
	M(NOTICE_NAME_ANTIVIRUS, "Virus protection") \
	M(NOTICE_NAME_AUTH, "Rules for logging in") \
	M(NOTICE_NAME_SELF, "The guard of this computer") \
	M(NOTICE_LEFT_OPEN, "These stores of passwords could not be locked with the screen: {0}. Lock them by hand when you leave.") \
	M(ME_NOBODY_WATCHES, "The watcher that locks the screen does not answer here, so it watches nothing about you.") \
	M(ME_NO_SESSION, "No session of yours is watched.") \
	M(ME_SESSION, "Session {0} ({1}):") \
	M(ME_SOURCE_HARDWARE, "- When a key, the mouse or the touchscreen was last used: the time only, never which key and never what you type.") \
	M(ME_SOURCE_X11, "- When the display last got input: the time only, never which key and never what you type.") \
	M(ME_SOURCE_CONSOLE, "- When this terminal was last used: the time only, never what you type.") \
	M(ME_SOURCE_NONE, "- Nothing: it is not known here when it was last used.") \
	M(ME_LAST_INPUT, "- It was last used {0} ago.") \
	M(ME_AFTER, "- It is locked {0} after it was last used.") \
	M(ME_OBSERVED, "- It would be locked {0} after it was last used; for now this is only recorded.") \
	M(ME_LOCKED, "- It is locked now. {0}") \
	M(ME_UNPROVEN, "- It ought to be locked now, but this could not be shown. {0}") \
	M(ME_EXCUSED, "- No lock for want of use in the next {0}, since you said that you are present, or a program asked for it.") \
	M(ME_PRESENT, "- With \"mutexctl present\" you can put that off for up to {0} more today.") \
	M(ME_INHIBITORS, "- These programs ask that it should not be locked: {0}.") \
	M(ME_RECORDED, "Written down, where your administrator can read it: when the screen was locked and opened, why, how the lock was shown to hold, and attempts to defeat it. Nothing that you type, do or see.") \
	M(PRESENT_GRANTED, "The screen is not locked for want of use in the next {0}. This is recorded. It is still locked when the computer sleeps or when you ask for it.") \
	M(PRESENT_ENDED, "From now on the screen is locked as always.") \
	M(PRESENT_REFUSED, "The policy grants no time without a lock today, or all of it is used up.") \
	M(UNITS_HOLD, "All services, timers and sockets that \"units\" names ({0}) are loaded, enabled and active.") \
	M(UNITS_NONE, "\"units\" of [control units] names nothing.") \
	M(UNITS_UNREACHABLE, "systemd cannot be asked: {0}.") \
	M(UNIT_MISSING, "{0} is not installed.") \
	M(UNIT_BROKEN, "{0} cannot be loaded ({1}).") \
	M(UNIT_MASKED, "{0} is masked: nobody can start it.") \
	M(UNIT_INACTIVE, "{0} is not active ({1}).") \
	M(UNIT_DEAF, "{0} is called active, but nobody listens at {1}.") \
	M(UNIT_FROZEN, "{0} is frozen.") \
	M(UNIT_STOPPED, "{0} is stopped by a signal or held in the freezer: it is there, but does nothing.") \
	M(UNIT_CHANGED, "{0} is changed by {1}, which \"unit_files\" does not name.") \
	M(UNIT_NOT_ENABLED, "{0} is not started at the next boot ({1}).") \
	M(UNIT_NO_ELAPSE, "{0} will not elapse within the next weeks.") \
	M(UNIT_RESTARTS, "{0} is just being restarted.") \
	M(UNITS_REMEDY, "Switch it on: \"systemctl unmask {0}\", \"systemctl enable --now {0}\", \"systemctl thaw {0}\". \"systemctl cat {0}\" shows what changes it; what is missing comes back with its package.") \
	M(UNITS_REMEDY_ASK, "Look whether dbus.service runs (\"systemctl status dbus\"), and ask again as root.") \
	M(SELF_FINE, "All of our own parts are in place.") \
	M(SELF_LINES_OFF, "The PAM lines are not switched on, so logins and passwords are not judged. \"mutexctl apply\" switches them on.") \
	M(SELF_LINES, "The PAM lines are not as \"mutexctl apply\" put them: {0}.") \
	M(SELF_FILE_MISSING, "{0}, which is part of our packages, is not there.") \
	M(SELF_FILE_CHANGED, "{0}, which is part of our packages, was changed.") \
	M(SELF_FILE_ADDED, "{0} changes a service of ours.") \
	M(SELF_SETTING_CHANGED, "{0} is not as \"mutexctl apply\" wrote it.") \
	M(SELF_ADVISORY, "Clause SC-1 is only advice on this computer: {0} can become root (group {1}), and root can switch everything off. Take who works here every day out of the group, or name the administrators in admins of [control auth].") \
	M(SELF_REMEDY, "Services, PAM lines and settings: \"mutexctl apply\". Changed programs: \"apt install --reinstall\" with their package (\"dpkg -S\" names it). Find out who changed them: \"journalctl -t pam_mutex\".") \
	M(AUTH_PAM, "PAM service {0} lets somebody in, or changes a password, past the policy. \"mutexctl stack\" shows how.") \
	M(AUTH_SUDO_NO_PASSWORD, "{0}: sudo asks {1} for no password (NOPASSWD).") \
	M(AUTH_SUDO_SETTING, "{0}: \"{1}\" makes sudo ask less than it should.") \
	M(AUTH_SUDO_EVERYTHING, "{0}: {1} may do everything as root, and is not one of admins of [control auth].") \
	M(AUTH_SSHD, "{0}: \"{1}\" lets in by ssh more than the policy knows of.") \
	M(AUTH_POLKIT, "{0}: this rule of polkit grants {1} without a question.") \
	M(AUTH_POLKIT_ANY, "{0}: this rule of polkit grants any action without a question.") \
	M(AUTH_POLKIT_FIRST, "{0} is asked by polkit before the rules that protect the controls, and can overrule them.") \
	M(AUTH_AUTOMATIC, "{0}: {1} lets somebody in without asking for anything.") \
	M(AUTH_KERNEL, "{0}: the kernel is started with \"{1}\", which leaves the policy out.") \
	M(AUTH_EMPTY_PASSWORD, "{0} has an empty password.") \
	M(AUTH_FOREIGN_PASSWORD, "The password of {0} was set past the rules for passwords (usermod -p, chpasswd -e, an editor).") \
	M(AUTH_KEYS, "{0}: the ssh keys of {1} are not as they were accepted.") \
	M(AUTH_UNREADABLE, "{0} cannot be read.") \
	M(AUTH_MORE, "There is more of the kind: {0}.") \
	M(AUTH_NOTHING_ACCEPTED, "Passwords and ssh keys are not compared yet: \"mutexctl apply\" notes how they are.") \
	M(AUTH_REMEDY, "Find out who did this, and put it right. What is known and may stay, name in accept of [control auth]; changed ssh keys and passwords are taken as they are by \"mutexctl apply --accept\".") \
	M(CLAM_HOLDS, "ClamAV prevents or quarantines: signatures are {0} old, the last whole scan was {1} ago, the live test (\"{2}\") {3} ago.") \
	M(ANTIVIRUS_ABSENT, "No antivirus is installed ({0} is asked for).") \
	M(CLAM_SILENT, "clamd, the scanner, does not answer: {0}.") \
	M(CLAM_NO_CONF, "{0} cannot be read, or others than root can write to it.") \
	M(CLAM_BLIND, "clamonacc runs, but the kernel does not ask it: nothing is watched.") \
	M(CLAM_DETECTS_ONLY, "Malware would be detected, but neither prevented nor quarantined: OnAccessPrevention is not on, and clamonacc moves nothing.") \
	M(CLAM_NO_FOLDER, "clamd.conf has no OnAccessIncludePath: no folder is watched.") \
	M(CLAM_LOOSENED, "clamd.conf loosens the scanner: \"{0}\".") \
	M(CLAM_NO_SIGNATURES, "There are no daily signatures, or their date is in the future.") \
	M(CLAM_OLD_SIGNATURES, "The signatures are {0} old.") \
	M(CLAM_NO_UPDATES, "Signatures are not updated: neither clamav-freshclam.service, nor its timer, nor cron runs freshclam.") \
	M(CLAM_CHECKS, "freshclam never looks for new signatures (Checks {0}).") \
	M(CLAM_NO_SCAN, "There was no whole scan yet.") \
	M(CLAM_OLD_SCAN, "The last whole scan was {0} ago.") \
	M(CLAM_FOUND, "The last scan found {0} infected files, the first of them {1}.") \
	M(CLAM_NO_TEST, "The scanner has not been tried yet with the harmless test file.") \
	M(CLAM_OLD_TEST, "The scanner was last tried with the harmless test file {0} ago.") \
	M(CLAM_TEST_MISSED, "The scanner did not find the harmless test file.") \
	M(CLAM_TEST_DETECTED, "The scanner knows the harmless test file, but it could be opened in a watched folder ({0}).") \
	M(CLAM_TEST_NOWHERE, "clamd knows the harmless test file; more could not be tried, since no folder is watched here.") \
	M(PRODUCT_HOLDS, "{0} says that it protects this computer and is up to date.") \
	M(PRODUCT_SILENT, "{0} does not say how it is: {1}.") \
	M(PRODUCT_UNMET, "{0} does not say \"{1}\".") \
	M(CLAM_REMEDY_INSTALL, "\"apt install clamav-daemon clamav-freshclam\", then see mutex-policy.conf(5), ANTIVIRUS. Or name another product in \"scanners\".") \
	M(CLAM_REMEDY_ON, "\"systemctl enable --now clamav-daemon.socket clamav-daemon.service\"; if it runs already, restart it. \"journalctl -u clamav-daemon\" says why it fails.") \
	M(CLAM_REMEDY_CONF, "In /etc/clamav/clamd.conf: \"OnAccessIncludePath /home\", \"OnAccessPrevention yes\", \"OnAccessExcludeUname clamav\", no other exclusion; then \"systemctl enable --now clamav-clamonacc\" and \"mutexctl antivirus test\".") \
	M(CLAM_REMEDY_UPDATE, "\"systemctl enable --now clamav-freshclam\", and a number above 0 behind Checks in /etc/clamav/freshclam.conf; /var/log/clamav/freshclam.log says why an update fails.") \
	M(CLAM_REMEDY_SCAN, "\"systemctl start mutex-antivirus-scan.service\", or \"mutexctl antivirus scan\" to see it work.") \
	M(CLAM_REMEDY_FOUND, "Take these files away (\"journalctl -u mutex-antivirus-scan\" names them), tell your IT manager, and scan again.") \
	M(CLAM_REMEDY_TEST, "\"mutexctl antivirus test\".") \
	M(PRODUCT_REMEDY, "Ask the product itself what it lacks, and switch it on.") \
	M(FIREWALL_CLOSED, "No new connection from outside gets in but what may: {0} probes were tried against {1} rules.") \
	M(FIREWALL_OPENING, "{0} is open to new connections from {1} on {2}, and the policy does not allow that.") \
	M(FIREWALL_FORWARDED, "{0} is open to new connections from {1} on {2}: a rule sends them on to a container or another computer, past the rules for this computer itself. The policy does not allow that.") \
	M(FIREWALL_UNDECIDED, "Nobody can tell whether {0} is open to new connections from {1} on {2}: it depends on a rule with \"{3}\".") \
	M(FIREWALL_MORE, "There are {0} more such openings.") \
	M(FIREWALL_SAMPLED, "The rules name more addresses and ports than can be tried one by one, so an opening for a single one of them may be missed.") \
	M(FIREWALL_UNFINISHED, "There are too many rules ({0}) to go through all of them.") \
	M(FIREWALL_UNREADABLE, "The rules of the packet filter cannot be read ({0}).") \
	M(FIREWALL_PRODUCT_OFF, "None of the firewalls that the policy names is switched on, or it would not be after a restart: {0}.") \
	M(FIREWALL_PRODUCTS_FIGHT, "More than one firewall is switched on, and each undoes the rules of the other: {0}. Keep one.") \
	M(FIREWALL_HELD, "Until the firewall is back, mutex-guardd keeps out what the policy does not allow.") \
	M(FIREWALL_FLOOR_PROTECTS, "The firewall is not as the policy says, but this computer is protected by the floor (the table mutex_floor of nftables).") \
	M(FIREWALL_FLOOR_STANDS, "The floor (the table mutex_floor of nftables) is in force, and stays so when the firewall is switched off.") \
	M(FIREWALL_FLOOR_OBSERVES, "The floor only observes: since it was laid, {0} packets came in that it would have kept out.") \
	M(FIREWALL_FLOOR_MISSING, "The floor that the policy asks for is not in force: the table mutex_floor of nftables is missing, is not as the policy says, or belongs to another process.") \
	M(FIREWALL_REMEDY_FLOOR, "Run \"systemctl restart mutex-floor.service mutex-guardd.service\", and read what \"journalctl -u mutex-floor -u mutex-guardd\" tells.") \
	M(FIREWALL_REMEDY_ON, "Switch a firewall on: \"ufw enable\", or \"systemctl enable --now firewalld\", or write /etc/nftables.conf and enable nftables.") \
	M(FIREWALL_REMEDY_OPENING, "Take the rule away that lets it in (\"ufw status numbered\", \"firewall-cmd --list-all\", \"nft list ruleset\", \"docker ps\"), or allow it in [control firewall].") \
	M(FIREWALL_REMEDY_READ, "Ask again as root: \"sudo mutexctl status\".")

#endif
