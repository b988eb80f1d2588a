/* SPDX-License-Identifier: BSD-2-Clause */
/* Every keyword of the policy language: one row each. Struct, parser, dump, completion and man page come from here.
 *
 * K(section, name, KIND, min, max, default, STRICTER, choices, help)
 *   KIND      YESNO bool · NUMBER int64_t · DURATION int64_t seconds · DATE int64_t seconds UTC, 0 = none ·
 *             CHOICE int, index into choices · TEXT const char * · WORDS struct word_list (commas) · PATHS struct word_list (absolute paths)
 *   min, max  range: of the number or the seconds; bytes for TEXT; entries for WORDS and PATHS
 *   STRICTER  which side is stricter: MORE, LESS (0 = off = weakest), LEAST (0 = none at all = strictest), YES, NO, or NONE where it is no
 *             matter of strictness
 *   choices   "auto|ja|en" for CHOICE, else ""
 * The numbers about passwords are our proposal, after NIST SP 800-63B-4; the source policy names none (PW-1). */
#ifndef MUTEX_KEYWORD_H
#define MUTEX_KEYWORD_H

#define DAY_S 86400LL

/* of keywords that nothing asks for yet */
#define KEYWORD_IDLE_LATER "no effect yet (later version)"

#define KEYWORDS(K) \
	K(policy, document, TEXT, 0, 200, "", NONE, "", "name of the written policy that this file carries out") \
	K(policy, version, TEXT, 0, 60, "", NONE, "", "version of the written policy") \
	K(policy, approved_by, TEXT, 0, 120, "", NONE, "", "who approved the written policy") \
	K(policy, approved_on, DATE, 0, 0, "", NONE, "", "day of the approval") \
	K(policy, profile, CHOICE, 0, 3, "company", NONE, "company|nist-800-63b-4|cis-debian12|pci-dss-4", "the set of defaults to start from") \
	K(policy, language, CHOICE, 0, 2, "auto", NONE, "auto|ja|en", "language of messages; auto is the system's") \
	K(policy, ownership, CHOICE, 0, 1, "company", NONE, "company|byod", "who owns the machine; on byod the owner is root and claims are weaker; " \
	  KEYWORD_IDLE_LATER) \
	K(policy, max_exception, DURATION, DAY_S, 366 * DAY_S, "90d", LESS, "", "longest life of an exception (AU-2)") \
	K(password, mode, CHOICE, 0, 1, "enforce", NONE, "observe|enforce", "observe decides and records, but refuses nothing") \
	K(password, observe_until, DATE, 0, 0, "", NONE, "", "end of observe; obligatory with mode = observe") \
	K(password, min_length, NUMBER, 1, 128, "15", MORE, "", "shortest password, in Unicode code points") \
	K(password, min_length_with_mfa, NUMBER, 1, 128, "8", MORE, "", "the same where every login, su, sudo and polkit that takes the password demands a second factor that the person has") \
	K(password, non_ascii, YESNO, 0, 1, "no", NONE, "", "allow characters outside ASCII; they cannot be typed at a console or most lock screens") \
	K(password, min_classes, NUMBER, 0, 4, "0", MORE, "", "how many of lower case, upper case, digits and others must occur; 0 = no rule") \
	K(password, letters_and_digits, YESNO, 0, 1, "no", YES, "", "demand at least one letter (A to Z, a to z) and one digit") \
	K(password, max_repeat, NUMBER, 0, 64, "0", LESS, "", "longest run of one character; 0 = no rule") \
	K(password, max_sequence, NUMBER, 0, 64, "0", LESS, "", "longest run along the alphabet, the digits or a keyboard row (US, JIS); 0 = no rule") \
	K(password, personal_words, YESNO, 0, 1, "yes", YES, "", "refuse what consists of login, name, home, group, host or domain") \
	K(password, company_words, WORDS, 0, 64, "", NONE, "", "names of company and products, refused like personal words") \
	K(password, min_remainder, NUMBER, 0, 64, "8", MORE, "", "code points that must remain when such a word is taken out") \
	K(password, min_difference, NUMBER, 0, 64, "5", MORE, "", "edits (insert, delete, replace, swap) that separate the new password from the old one; 0 = no rule") \
	K(password, common_passwords, YESNO, 0, 1, "yes", YES, "", "refuse the list of common passwords that is built in") \
	K(password, block_lists, PATHS, 0, 16, "", NONE, "", "files of further refused passwords, one a line, root-owned") \
	K(password, breached_filter, PATHS, 0, 1, "", NONE, "", "filter of breached passwords made by mutexctl breached build") \
	K(password, history, NUMBER, 0, 64, "24", MORE, "", "how many earlier passwords may not come back; 0 = no rule") \
	K(password, history_days, NUMBER, 0, 3660, "0", MORE, "", "how many days an earlier password may not come back; 0 = no rule") \
	K(password, max_age, DURATION, 0, 3660 * DAY_S, "0", LESS, "", "age at which a password must be changed; 0 = never, as NIST demands") \
	K(password, min_age, DURATION, 0, 366 * DAY_S, "0", MORE, "", "age before which its owner may not change a password; 0 = no rule") \
	K(password, warn_age, DURATION, 0, 366 * DAY_S, "1w", MORE, "", "how long before max_age a person is reminded") \
	K(password, retry, NUMBER, 1, 10, "3", LESS, "", "how often a new password is asked for before the change fails") \
	K(password, enforce_for_root, YESNO, 0, 1, "yes", YES, "", "bind root too; with no, root is warned and may go on") \
	K(password, comply_by, DURATION, DAY_S, 366 * DAY_S, "2w", LESS, "", "how long a person has to change a password that a login found to break the rules") \
	K(lockout, mode, CHOICE, 0, 1, "enforce", NONE, "observe|enforce", "observe counts and records, but refuses nothing") \
	K(lockout, observe_until, DATE, 0, 0, "", NONE, "", "end of observe; obligatory with mode = observe") \
	K(lockout, attempts, NUMBER, 0, 100, "5", LESS, "", "failures from one source within window that lock this source out; 0 = no rule") \
	K(lockout, window, DURATION, 60, 30 * DAY_S, "15min", MORE, "", "how long a failure counts") \
	K(lockout, duration, DURATION, 60, 30 * DAY_S, "15min", MORE, "", "length of the first lock-out; each further one is twice as long") \
	K(lockout, max_duration, DURATION, 60, 30 * DAY_S, "4h", MORE, "", "longest lock-out") \
	K(lockout, hard_limit, NUMBER, 0, 100, "33", LESS, "", "consecutive failures on one side (local, remote, others who step into the account) that disable the factor there until an administrator clears it (33 on each of the three make 99); 0 = no rule") \
	K(lockout, root_attempts, NUMBER, 0, 100, "5", LESS, "", "attempts, for root") \
	K(lockout, root_duration, DURATION, 10, 30 * DAY_S, "1min", MORE, "", "duration, for root") \
	K(lockout, root_max_duration, DURATION, 10, 30 * DAY_S, "15min", MORE, "", "max_duration, for root") \
	K(mfa, mode, CHOICE, 0, 1, "observe", NONE, "observe|enforce", "observe asks and records, but refuses nothing") \
	K(mfa, observe_until, DATE, 0, 0, "", NONE, "", "end of observe; obligatory where a file says mode = observe") \
	K(mfa, remote, CHOICE, 0, 2, "if-enrolled", MORE, "off|if-enrolled|required", "second factor at logins from another computer (RA-1)") \
	K(mfa, local, CHOICE, 0, 2, "if-enrolled", MORE, "off|if-enrolled|required", "second factor at the computer itself; screen lockers take the password alone unless their [service] says otherwise") \
	K(mfa, su, CHOICE, 0, 2, "if-enrolled", MORE, "off|if-enrolled|required", "second factor for su and polkit") \
	K(mfa, sudo, CHOICE, 0, 2, "if-enrolled", MORE, "off|if-enrolled|required", "second factor for sudo") \
	K(mfa, require, TEXT, 0, 200, "password+totp, password+recovery", NONE, "", "what counts as two factors: + joins what is needed together, a comma separates alternatives") \
	K(mfa, enrol_by, DATE, 0, 0, "", NONE, "", "until then people without a factor get in and are reminded; afterwards they enrol at the local console") \
	K(mfa, remember, DURATION, 0, 7 * DAY_S, "0", LEAST, "", "how long a shown factor holds for the same person, service, source and terminal; 0 = asked each time") \
	K(mfa, trusted_networks, WORDS, 0, 32, "", NONE, "", "addresses such as 10.1.0.0/16 from which remote is treated as local") \
	K(mfa, after_publickey, CHOICE, 0, 1, "code", MORE, "code|password", "what sshd's keyboard-interactive asks for after a public key: the code alone, or the password too") \
	K(mfa, hardware_keys, YESNO, 0, 1, "no", NO, "", "a hardware-backed ssh key (sk-...) counts as two factors, where sshd asks PAM behind a key (mutexctl apply --sshd)") \
	K(mfa, self_enrol, YESNO, 0, 1, "yes", NO, "", "a person who has no second factor sets up the first one without an administrator, at the computer itself") \
	K(mfa, one_line, YESNO, 0, 1, "no", NO, "", "take the code written behind the password where only one question can be asked") \
	K(access, mode, CHOICE, 0, 1, "observe", NONE, "observe|enforce", "observe decides and records, but refuses nothing") \
	K(access, observe_until, DATE, 0, 0, "", NONE, "", "end of observe; obligatory where a file says mode = observe") \
	K(access, allow, WORDS, 0, 64, "", NONE, "", "who may log in here: users, @groups, +netgroups, uid ranges; empty = everybody; root at the console always (AC-4)") \
	K(access, assigned, WORDS, 0, 16, "", NONE, "", "the persons this device belongs to; empty = not said (DV-1)") \
	K(access, become, WORDS, 0, 32, "", NONE, "", "into whose accounts this person may step with su: users, @groups, uid ranges, all; sudo -u is recorded, sudoers grants it (AC-4)") \
	K(access, max_sessions, NUMBER, 0, 64, "0", LESS, "", "most logins of one person at a time; 0 = no rule") \
	K(access, two_places, CHOICE, 0, 2, "report", MORE, "off|report|deny", "use of one account from two addresses at once (PW-2)") \
	K(access, hours, TEXT, 0, 120, "", NONE, "", "when people may log in, such as mon-fri 07:00-22:00; empty = always") \
	K(access, break_glass, WORDS, 0, 4, "", NONE, "", "accounts for emergencies: the local console always lets them in with the password, and says so loudly") \
	K(access, break_glass_from, WORDS, 0, 8, "", NONE, "", "networks from which they may come too, for servers without a console") \
	K(access, posture, CHOICE, 0, 2, "warn", MORE, "off|warn|deny", "what follows from a security control that does not hold") \
	K(access, posture_grace, DURATION, 0, 30 * DAY_S, "1d", LEAST, "", "how long a violated control is only warned of before deny") \
	K(access, unknown_grace, DURATION, 0, 30 * DAY_S, "1d", LEAST, "", "the same while nobody knows whether the controls hold; then only sudo and ssh are denied") \
	K(lock, mode, CHOICE, 0, 1, "enforce", NONE, "observe|enforce", "observe watches and records, but locks nothing") \
	K(lock, observe_until, DATE, 0, 0, "", NONE, "", "end of observe; obligatory with mode = observe") \
	K(lock, after, DURATION, 5, DAY_S, "5min", LESS, "", "time without real input after which a session is locked (LK-1)") \
	K(lock, warn, DURATION, 0, 300, "30s", NONE, "", "how long before that a countdown is shown; 0 = none") \
	K(lock, grace, DURATION, 0, 300, "0", LEAST, "", "how long beyond after the countdown goes on and real input still stops it") \
	K(lock, on_suspend, YESNO, 0, 1, "yes", YES, "", "lock before the computer sleeps, and let it sleep only then (LK-2)") \
	K(lock, on_lid, YESNO, 0, 1, "yes", YES, "", "lock when the lid is closed") \
	K(lock, on_switch, YESNO, 0, 1, "yes", YES, "", "lock a session when another one or another terminal comes to the front") \
	K(lock, on_device_removal, WORDS, 0, 16, "", NONE, "", "lock when such a USB device is pulled: vendor:product or vendor:product:serial, such as 1050:0407") \
	K(lock, console, CHOICE, 0, 1, "vlock", NONE, "vlock|end", "what becomes of an unused text console: locked by vlock, or ended") \
	K(lock, ladder, TEXT, 0, 60, "desktop, locker, console", NONE, "", "what is tried in turn until the lock is proven: desktop, locker, console, terminate") \
	K(lock, keyring, CHOICE, 0, 2, "auto", NONE, "auto|yes|no", "lock the person's keyrings too; auto = where the unlock opens them again without a second question") \
	K(lock, inhibit_max, DURATION, 0, DAY_S, "0", LEAST, "", "how long a day programs that forbid the lock (video, meetings) are obeyed; 0 = never") \
	K(lock, present_max, DURATION, 0, DAY_S, "0", LEAST, "", "how long a day a person may ask for no lock with mutexctl present; 0 = never") \
	K(lock, remote_after, DURATION, 0, 30 * DAY_S, "0", LESS, "", "time without use after which a remote text session is ended; 0 = never") \
	K(lock, trusted_virtual_inputs, WORDS, 0, 16, "", NONE, "", "names of virtual input devices whose events count as a person's; xtest = what X clients make") \
	K(lock, unlock_services, WORDS, 0, 32, "", NONE, "", "the PAM services whose success opens a lock; empty = every login at this computer and every locker") \
	K(service, kind, CHOICE, 0, 7, "auto", NONE, "auto|login|greeter|locker|su|sudo|polkit|account-only", "what the PAM service is; auto = the built-in table, login for one that is not there") \
	K(service, side, CHOICE, 0, 2, "auto", NONE, "auto|local|remote", "where its people sit; auto = by terminal and address") \
	K(service, mfa, CHOICE, 0, 3, "auto", NONE, "auto|off|if-enrolled|required", "second factor for this service; auto = as [mfa] says") \
	K(service, require, TEXT, 0, 200, "", NONE, "", "what counts here; empty = as [mfa] says") \
	K(service, allow, WORDS, 0, 64, "", NONE, "", "who may use this service, besides [access] allow; empty = everybody") \
	K(factor, use, TEXT, 0, 200, "", NONE, "", "totp, recovery, pam:SERVICE (another PAM stack) or exec:/PATH (a helper)") \
	K(factor, user, TEXT, 0, 32, "nobody", NONE, "", "as whom an exec: helper runs; never root") \
	K(factor, timeout, DURATION, 1, 300, "30s", NONE, "", "how long a helper or a stack may take") \
	K(factor, digits, CHOICE, 0, 1, "6", NONE, "6|8", "length of the codes of new enrolments") \
	K(factor, algorithm, CHOICE, 0, 2, "sha1", NONE, "sha1|sha256|sha512", "hash of new enrolments; many phone apps know sha1 only") \
	K(factor, issuer, TEXT, 0, 60, "", NONE, "", "name that an authenticator app shows; empty = the host's name") \
	K(control, mode, CHOICE, 0, 3, "observe", NONE, "observe|off|repair|gate", "observe tells only; off does not look; repair puts it right; gate does so too, and counts as unknown at logins while mutex-guardd does not run") \
	K(control, observe_until, DATE, 0, 0, "", NONE, "", "end of observe; obligatory where a file says mode = observe") \
	K(control, grace, DURATION, 0, 30 * DAY_S, "0", LEAST, "", "how long a violation may last before mutex-guardd puts it right") \
	K(control, repairs, NUMBER, 0, 16, "5", NONE, "", "how often within an hour a control is put right that is switched off again and again; then it stays violated, which is told; 0 = always") \
	K(control, products, WORDS, 0, 3, "", NONE, "", "of the firewall: ufw, firewalld, nftables; one of them must be switched on, and the first that is installed is what repair switches on") \
	K(control, allow, WORDS, 0, 64, "", NONE, "", "of the firewall: what may be open to new connections, such as tcp/22, udp/60000-61000 from 10.0.0.0/8, any on wg0; icmp and answers to DHCP always may") \
	K(control, floor, CHOICE, 0, 2, "off", MORE, "off|observe|on", "of the firewall: a table of nftables that keeps out what allow does not name, whoever switches the product off or kills mutex-guardd; observe only counts what the product lets in and the floor would keep out; on keeps it out, from before the network is there, whatever mode says, but for off") \
	K(control, units, WORDS, 0, 16, "", NONE, "", "of units: the services, timers, sockets and paths of systemd that stay loaded, enabled and active, such as auditd.service") \
	K(control, unit_files, PATHS, 0, 16, "", NONE, "", "of units and antivirus: files of /etc and /run that may change units; any other counts as switching off") \
	K(control, admins, WORDS, 0, 16, "", NONE, "", "of auth, where self reads it too: who may become root, users and @groups; polkit asks nobody else, and sudoers grants ALL to nobody else; empty = as Debian has it, group sudo") \
	K(control, accept, WORDS, 0, 64, "", NONE, "", "of auth: what is known and may stay: files such as /etc/sudoers.d/deploy, accounts, words of the kernel's command line") \
	K(control, scanners, WORDS, 0, 8, "", NONE, "", "of antivirus: the products of which one must protect: clamav, mdatp, falcon; empty = clamav") \
	K(control, signature_age, DURATION, 3600, 366 * DAY_S, "3d", LESS, "", "of antivirus: how old signatures may be (AV-3)") \
	K(control, scan_age, DURATION, 3600, 366 * DAY_S, "9d", LESS, "", "of antivirus: how long ago the last whole scan may be; the timer scans each week (AV-2)") \
	K(control, scan_paths, PATHS, 0, 16, "", NONE, "", "of antivirus: what a scan goes through, with the local file systems below; empty = /") \
	K(control, test_age, DURATION, 3600, 366 * DAY_S, "2d", LESS, "", "of antivirus: how long ago the last live test may be; the timer tests each day (AV-1)") \
	K(control, exclusions, WORDS, 0, 32, "", NONE, "", "of antivirus: lines of clamd.conf that may leave something out, such as ExcludePath ^/srv/build/") \
	K(report, contact, TEXT, 0, 200, "", NONE, "", "whom people turn to; shown with every refusal")

/* S(section, SCOPE, help)
 *   PER_USER  may stand in [users WHO] too · GENERAL may not · NAMED is written [section NAME], once for each NAME, and holds for that name only */
#define SECTIONS(S) \
	S(policy, GENERAL, "the policy as a document, and what holds for all sections") \
	S(password, PER_USER, "rules for passwords (PW-1)") \
	S(lockout, PER_USER, "what follows from failed logins (PW-3)") \
	S(mfa, PER_USER, "where a second factor is demanded (RA-1)") \
	S(access, PER_USER, "who may log in, where and when (AC-4, DV-1, PW-2)") \
	S(lock, PER_USER, "when a session is locked, and by what (LK-1, LK-2, LK-3)") \
	S(service, NAMED, "one PAM service: [service sshd]") \
	S(factor, NAMED, "one more factor for require: [factor NAME]; password, totp and recovery are built in") \
	S(control, NAMED, "one security control that is watched: [control firewall] (FW-1)") \
	S(report, GENERAL, "whom to tell (AU-3)")

#endif
