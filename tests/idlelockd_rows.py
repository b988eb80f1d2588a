# SPDX-License-Identifier: BSD-2-Clause
"""idlelockd on a computer of its own (idlelockd_bed.py): locks in time, proves it, holds it, opens to a stamp alone, outlives everything."""
import os
import re
import signal
import subprocess
import time

import dbus

from idlelockd_bed import Bed, OURS, PERSON, PROPERTIES, Rows, monotonic, wait_for

POLICY = 'after = 5s\nwarn = 2s\ntrusted_virtual_inputs = xtest\nladder = locker\n'


def is_locked(bed, name='c1'):
    return bed.state(name) == 'held'


def lock_and_open(bed, rows):
    bed.start_x()
    bed.start()
    bed.logind.add('c1', Display=bed.display)
    rows.row('a session is watched', wait_for(lambda: bed.state() == 'open'), bed.state())
    rows.row('its worker is asked for', wait_for(lambda: 'idlelock-x11@c1.service' in bed.systemd.units))
    def last_input():
        return int(bed.sessions()['c1']['LastInput']) / 1e9

    def is_seen():
        before = monotonic()
        return touch(bed) and wait_for(lambda: last_input() > before - 0.2, 0.5)
    rows.row('input is seen, once the worker looks', wait_for(is_seen, 10))
    touched = last_input()
    rows.row('a warning comes', wait_for(lambda: bed.said('Warning'), 5))
    rows.row('it is locked', wait_for(lambda: is_locked(bed), 8), bed.sessions())
    s = bed.sessions()['c1']
    late = int(s['Asked']) / 1e9 - touched - 5
    rows.row('asked 5 s after the last input, +-0.2 s', abs(late) < 0.2, late)
    latency = (int(s['FirstProven']) - int(s['Asked'])) / 1e9
    rows.row('proven within 0.5 s', 0 < latency < 0.5, latency)
    print('asked %+.3f s, proven after %.3f s, by %s (%s)' % (late, latency, s['Locker'], s['Strength']))
    rows.row('people are told', wait_for(lambda: bed.said('Locked') == [('Locked', 'c1')], 2) and bed.sessions()['c1']['Reason'] == 'idle', bed.signals)
    rows.row('everybody on the bus hears of sessions, and nothing more', all(s[1:] == ('c1',) for s in bed.signals), bed.signals)
    rows.row('logind knows', wait_for(lambda: bed.logind.sessions['c1'].table[bed.logind.sessions['c1'].interface]['LockedHint']))
    rows.row('recorded: asked', bed.recorded('asked'), bed.records)
    rows.row('recorded: proven', bed.recorded('proven'), bed.records)
    facts = open(bed.path('run/mutex/sessions/c1')).read()
    rows.row('others can read it', 'locked_since_ns=%d' % int(s['Asked']) in facts, facts)


def huge_calls(bed, rows):
    """Everybody may send what the bus lets through, and it is kept until the bus has said who it was."""
    words = ('import dbus, dbus.lowlevel, sys, time\n'
             'bus = dbus.bus.BusConnection(sys.argv[1])\n'
             'for i in range(8):\n'
             '    m = dbus.lowlevel.MethodCallMessage("%s", "/org/pammutex/Idlelock1", "%s", "Lock")\n'
             '    m.append("x" * (30 << 20))\n'
             '    bus.send_message(m)\n'
             'bus.flush()\n'
             'time.sleep(1)\n' % (OURS, OURS))
    subprocess.run(['/usr/bin/python3', '-c', words, bed.address], check=True, timeout=120)
    peak = int(re.search(r'VmHWM:\s+(\d+)', open('/proc/%d/status' % bed.daemon.pid).read()).group(1)) >> 10
    if os.environ.get('VARIANT', 'release') != 'release':
        print('skip huge calls fit into its memory: a sanitizer keeps what was freed (%d MiB)' % peak)
        return
    rows.row('huge calls fit into its memory', peak < 100 and bed.daemon.poll() is None and wait_for(bed.sessions, 30), '%d MiB' % peak)


def only_a_stamp_opens(bed, rows):
    bed.logind.sessions['c1'].Unlock()
    bed.logind.sessions['c1'].SetLockedHint(False)
    bed.stamp(uid=PERSON + 1)
    bed.stamp(seat='seat1')
    bed.stamp(display=':99')
    time.sleep(0.3)
    rows.row('neither a hint nor another stamp opens it', is_locked(bed), bed.state())
    bed.systemd.units['idlelock-xsecurelock@c1.service'].process.kill()
    time.sleep(0.02)
    rows.row('a locker that dies is back', wait_for(lambda: bed.systemd.units['idlelock-xsecurelock@c1.service'].restarts >= 1 and is_locked(bed), 3),
             bed.state())
    rows.row('recorded: lost', wait_for(lambda: bed.recorded('lost'), 2), [r.get('MUTEX_REASONS') for r in bed.records])
    bed.stamp()
    rows.row('the right stamp opens it', wait_for(lambda: bed.state() == 'open', 2), bed.state())
    rows.row('the locker is gone', wait_for(lambda: bed.systemd.units['idlelock-xsecurelock@c1.service'].process is None, 2))
    rows.row('recorded: opened', wait_for(lambda: bed.recorded('opened'), 2))
    rows.row('Opened is said', wait_for(lambda: bed.said('Opened'), 2))
    bed.ask('Lock', 'c1')
    rows.row('locked on request', wait_for(lambda: is_locked(bed), 3), bed.state())
    rows.row('why: asked for', bed.ask('Why', 'c1') in ('request', 'administrator'))


def begin_anew(bed):
    bed.daemon.kill()
    bed.daemon.wait()
    begun = monotonic()
    bed.start()
    wait_for(lambda: bed.state() != 'none')
    return begun


def nothing_dies_open(bed, rows, times):
    open_at = []
    for i in range(times):
        bed.daemon.kill()
        bed.daemon.wait()
        bed.start()
        if not wait_for(lambda: is_locked(bed), 5):
            open_at.append((i, bed.state()))
            break
        if bed.systemd.units['idlelock-xsecurelock@c1.service'].process is None:
            open_at.append((i, 'no locker'))
    rows.row('killed with -9 %d times, it is locked each time' % times, not open_at, open_at)
    sessions = list(bed.logind.sessions.values())
    for session in sessions + [bed.logind]:
        session.remove_from_connection()
    bed.names.clear()
    bed.service_bus.release_name('org.freedesktop.login1')
    bed.service_bus.release_name('org.freedesktop.systemd1')
    rows.row('logind goes: still held', is_locked(bed))
    units = bed.systemd.units
    bed.systemd.remove_from_connection()
    bed.play(sessions)
    bed.systemd.units.update(units)
    rows.row('logind comes back: held', wait_for(lambda: is_locked(bed), 3) and not wait_for(lambda: not is_locked(bed), 0.5), bed.state())
    rows.row('sleep is inhibited anew', wait_for(bed.logind.is_inhibited, 3))


def the_bus_dies(bed, rows):
    sessions, units, names = list(bed.logind.sessions.values()), bed.systemd.units, bed.names
    bed.bus_daemon.kill()
    bed.bus_daemon.wait()
    time.sleep(0.3)
    facts = open(bed.path('run/mutex/sessions/c1')).read()
    rows.row('the bus dies: nothing is opened', 'locked_since_ns=0' not in facts, facts)
    bed.start_bus()
    bed.play(sessions)
    bed.systemd.units.update(units)
    rows.row('it comes back: held', wait_for(lambda: is_locked(bed), 12) and not wait_for(lambda: not is_locked(bed), 0.5), bed.state())
    rows.row('by the same idlelockd', bed.daemon.poll() is None)
    bed.old_names = names  # whose end would ask the bus that is gone


def sleep(bed, rows, times):
    bad = []
    for i in range(times):
        bed.stamp()
        wait_for(lambda: bed.state() == 'open', 3)
        wait_for(bed.logind.is_inhibited, 3)
        bed.logind.PrepareForSleep(True)
        if not wait_for(lambda: not bed.logind.is_inhibited(), 14):
            bad.append((i, 'not let go'))
        released = monotonic()
        s = bed.sessions()['c1']
        if str(s['State']) != 'held' or int(s['FirstProven']) / 1e9 > released:
            bad.append((i, str(s['State'])))
        bed.logind.PrepareForSleep(False)
        if not wait_for(bed.logind.is_inhibited, 3):
            bad.append((i, 'not inhibited again'))
    rows.row('proof before sleep, %d times' % times, not bad, bad)
    bed.stamp()
    wait_for(lambda: bed.state() == 'open', 3)
    bed.refuses = True
    start = monotonic()
    bed.logind.PrepareForSleep(True)
    rows.row('with a locker that refuses, sleep comes at the end of the ladder', wait_for(lambda: not bed.logind.is_inhibited(), 14), bed.state())
    rows.row('and that is within 10 s', monotonic() - start < 10.5, monotonic() - start)
    told = bed.sessions()['c1']
    rows.row('told as unproven', bed.recorded('unproven') and ('Violation', 'c1') in bed.signals and told['Violation'] == 'lock-unproven'
             and told['ViolationDetail'], (bed.signals, told))
    rows.row('the posture says so', 'state=violated' in open(bed.path('run/mutex/posture')).read())
    bed.refuses = False
    bed.systemd.units['idlelock-xsecurelock@c1.service'].process.kill()
    bed.logind.PrepareForSleep(False)
    rows.row('and is locked when it can be', wait_for(lambda: is_locked(bed), 15), bed.state())
    rows.row('the posture is fine again', wait_for(lambda: 'state=ok' in open(bed.path('run/mutex/posture')).read(), 2))


def others_are_refused(bed, rows):
    properties = (bed.property('Version'), bed.property('PolicyHash'), int(bed.property('Wakeups')), int(bed.property('Sessions')))
    rows.row('properties', properties[0] and len(properties[1]) == 64 and properties[2] > 0 and properties[3] == 1, properties)
    proxy = bed.service_bus.get_object(OURS, '/org/pammutex/Idlelock1', introspect=False)
    everything = dbus.Interface(proxy, PROPERTIES).GetAll(OURS)
    rows.row('all of them at once', {k: type(v).__name__ for k, v in everything.items()} ==
             {'Version': 'String', 'PolicyHash': 'String', 'Wakeups': 'UInt64', 'Sessions': 'UInt32'} and everything['Sessions'] == 1, everything)
    for arguments in (('Lock', 'zz'), ('Why', 'zz')):
        try:
            bed.ask(*arguments)
            rows.row('no such session: ' + arguments[0], False)
        except Exception as e:
            rows.row('no such session: ' + arguments[0], 'NoSuchSession' in e.get_dbus_name(), e)


def polkit_is_asked(bed, rows):
    """A stranger's questions: only polkit's yes opens others' sessions to them."""
    stranger = PERSON + 1
    for says in ('absent', False):
        polkit = None if says == 'absent' else bed.play_polkit(says)
        bed.ask_as(stranger, 'Lock', 's', 'c1')
        bed.ask_as(stranger, 'LockAll')
        rows.row('polkit %s: nothing is locked' % says, not wait_for(lambda: bed.state() != 'open', 0.5), bed.state())
        rows.row('polkit %s: no reason is told' % says, bed.ask_as(stranger, 'Why', 's', 'c1') == '')
        rows.row('polkit %s: no session is told' % says, bed.ask_as(stranger, 'GetSessions') == 'aa{sv} 0')
        rows.row('polkit %s: no time is granted' % says, bed.ask_as(stranger, 'Present', 'u', '60') == '')
        if polkit is not None:
            rows.row('it was asked', {'org.pammutex.idlelock.lock', 'org.pammutex.idlelock.read'} == set(polkit.asked), polkit.asked)
            polkit.bus.close()
    before = len(bed.recorded('keyring'))
    bed.ask_as(stranger, 'KeyringDone', 'sbas', 'c1', 'true', '0')
    rows.row('nobody speaks for others\' keyrings', len(bed.recorded('keyring')) == before)
    polkit = bed.play_polkit(True)
    rows.row('polkit yes: sessions are told', bed.ask_as(stranger, 'GetSessions').startswith('aa{sv} 1'))
    bed.ask_as(stranger, 'Lock', 's', 'c1')
    rows.row('polkit yes: it is locked', wait_for(lambda: is_locked(bed), 3), bed.state())
    rows.row('as the administrator\'s wish', bed.ask_as(stranger, 'Why', 's', 'c1') == 's "administrator"')
    polkit.bus.close()


def keyrings(bed, rows):
    """The agent's word counts once for each lock."""
    def words():
        return [r['MUTEX_REASONS'] for r in bed.recorded('keyring')]
    set_policy(bed, 'keyring = yes\n')
    open_again(bed)
    before = len(words())
    for _ in range(3):
        bed.ask_as_person('KeyringDone', 'sbas', 'c1', 'true', '0')
    rows.row('an agent that nobody asked is not recorded', len(words()) == before, words())
    bed.ask_as_person('Lock', 's', '')
    rows.row('the agent is asked', wait_for(lambda: bed.said('LockKeyring'), 2))
    for _ in range(3):
        bed.ask_as_person('KeyringDone', 'sbas', 'c1', 'true', '0')
    rows.row('its answer is recorded once', wait_for(lambda: words()[before:] == ['keyring,locked'], 2), words())
    open_again(bed)
    bed.ask_as_person('Lock', 's', '')
    rows.row('locked again', wait_for(lambda: is_locked(bed), 3))
    open_again(bed)
    rows.row('an agent that says nothing is recorded too', wait_for(lambda: words()[before:] == ['keyring,locked', 'keyring,no-answer'], 2), words())
    set_policy(bed, '')


def questions_without_end(bed, rows):
    """Somebody whose polkit agent never answers asks and asks: the lock comes all the same."""
    touched = open_again(bed)
    polkit = bed.play_polkit(None)
    floods = [bed.flood_as(PERSON + 1 + i, 200) for i in range(2)]
    late = time_of_lock(bed, touched, 9)
    rows.row('it is locked in time', late is not None and late < 5.5, late)
    rows.row('and held by our locker', wait_for(lambda: is_locked(bed), 3) and bed.systemd.units['idlelock-xsecurelock@c1.service'].process, bed.state())
    rows.row('polkit was asked little', 0 < len(polkit.asked) <= 4, len(polkit.asked))
    for flood in floods:
        flood.kill()
        flood.wait()
        flood.stdout.close()
    polkit.bus.close()
    rows.row('afterwards others are answered', open_again(bed) and bed.ask_as_person('Why', 's', '') != '')


def many(bed, rows):
    def pss():
        return int(next(line for line in open('/proc/%d/smaps_rollup' % bed.daemon.pid) if line.startswith('Pss:')).split()[1])
    before = pss()
    for i in range(50):
        bed.logind.add('t%d' % i, Type='tty', TTY='pts/%d' % i, Seat=('', '/'), Remote=True, RemoteHost='10.0.0.1', Service='sshd')
    rows.row('50 more sessions', wait_for(lambda: int(bed.property('Sessions')) == 51, 10), bed.property('Sessions'))
    each = (pss() - before) / 50
    rows.row('each costs less than 32 KiB', each < 32, each)
    print('PSS %d KiB before, %.1f KiB for each session' % (before, each))
    for i in range(50):
        bed.logind.remove('t%d' % i)
    rows.row('and they go', wait_for(lambda: int(bed.property('Sessions')) == 1, 10))
    bed.logind.add('lost', Type='tty', TTY='pts/99', Seat=('', '/'), Remote=True, RemoteHost='10.0.0.1', Service='sshd')
    rows.row('one more', wait_for(lambda: int(bed.property('Sessions')) == 2, 10))
    lost = bed.logind.forget('lost')
    rows.row('one that logind has lost is watched on', not wait_for(lambda: int(bed.property('Sessions')) == 1, 0.5))
    bed.daemon.kill()
    bed.daemon.wait()
    bed.start()
    rows.row('by the next idlelockd too', wait_for(lambda: bed.sessions() and int(bed.property('Sessions')) == 2, 10), bed.property('Sessions'))
    other = bed.logind.add('lost', User=dbus.Struct((dbus.UInt32(PERSON + 1), dbus.ObjectPath('/')), signature='uo'), Type='tty', TTY='pts/98', Seat=('', '/'), Remote=True, RemoteHost='10.0.0.1', Service='sshd')
    rows.row('another person\'s of that name is told', wait_for(lambda: bed.recorded('name', 'lock-tamper'), 5), bed.records[-2:])
    bed.logind.forget('lost')
    other.leader.kill()
    other.leader.wait()
    rows.row('and is not that one', not wait_for(lambda: int(bed.property('Sessions')) == 1, 0.5))
    lost.leader.kill()
    lost.leader.wait()
    rows.row('until its leader ends', wait_for(lambda: int(bed.property('Sessions')) == 1, 10))
    bed.logind.add('kde', Type='wayland', Desktop='KDE', Active=False, LockedHint=True)
    rows.row('the desktop\'s own lock', wait_for(lambda: bed.state('kde') == 'held', 10), bed.state('kde'))
    lost = bed.logind.forget('kde')
    rows.row('is not believed once logind has lost the session', wait_for(lambda: bed.state('kde') != 'held', 10), bed.state('kde'))
    lost.leader.kill()
    lost.leader.wait()
    rows.row('and goes with its leader', wait_for(lambda: int(bed.property('Sessions')) == 1, 10))


def touch(bed):
    bed.x('xdotool', 'mousemove_relative', '5', '5')
    return monotonic()


def set_policy(bed, more):
    bed.set_policy(POLICY + more)
    bed.daemon.send_signal(signal.SIGHUP)
    wait_for(lambda: False, 0.3)


def open_again(bed):
    touch(bed)
    if not wait_for(lambda: bed.state() == 'open', 0.5):
        bed.stamp()
    return wait_for(lambda: bed.state() == 'open', 3) and touch(bed)


def time_of_lock(bed, since, seconds):
    """How long after `since` it was asked for; None when it was not."""
    if not wait_for(lambda: is_locked(bed), seconds):
        return None
    return int(bed.sessions()['c1']['Asked']) / 1e9 - since


def programs_that_forbid_the_lock(bed, rows):
    def forbid(*whose):
        bed.logind.block_idleness(*whose)
        return wait_for(lambda: list(bed.sessions()['c1']['Inhibitors']) == ['vlc: plays a film'] * whose.count(PERSON), 2)

    touched = open_again(bed)
    rows.row('they are told', forbid(PERSON, PERSON + 1), bed.sessions())
    late = time_of_lock(bed, touched, 8)
    rows.row('by default they do not count', late is not None and late < 5.5, late)
    rows.row('and the record says so', wait_for(lambda: 'forbids it: vlc: plays a film' in bed.recorded('asked')[-1].get('MUTEX_DETAIL', ''), 2),
             bed.recorded('asked')[-1])
    set_policy(bed, 'inhibit_max = 8s\n')
    forbid(PERSON + 1)
    late = time_of_lock(bed, open_again(bed), 8)
    rows.row('nobody else is kept open by them', late is not None and late < 5.5, late)
    opened = open_again(bed)
    started = monotonic()
    forbid(PERSON)
    rows.row('recorded: inhibited', wait_for(lambda: len(bed.recorded('inhibited', 'exception-changed')) == 1, 2), bed.records[-2:])
    rows.row('they are obeyed', not wait_for(lambda: bed.state() != 'open', opened + 5.2 - monotonic()), bed.state())
    rows.row('a warning comes before their time is over', wait_for(lambda: bed.state() == 'warned', 3), bed.state())
    late = time_of_lock(bed, started, 5)
    rows.row('their time of the day ends', late is not None and 7.5 < late < 8.5, late)
    late = time_of_lock(bed, open_again(bed), 8)
    rows.row('and does not begin anew after an unlock', late is not None and late < 5.5, late)
    rows.row('they are gone', forbid(), bed.sessions())
    set_policy(bed, '')


def people_who_are_present(bed, rows):
    try:
        set_policy(bed, 'present_max = 60s\n')
        touched = open_again(bed)
        rows.row('what is left is granted', bed.ask_as_person('Present', 'u', '3600') == 'u 60')
        rows.row('then it is not locked', not wait_for(lambda: bed.state() != 'open', touched + 6 - monotonic()), bed.state())
        begun = begin_anew(bed)
        rows.row('nor by an idlelockd that begins anew', not wait_for(lambda: bed.state() != 'open', begun + 6 - monotonic()), bed.state())
        left = int(bed.sessions()['c1']['PresentLeft'])
        rows.row('which grants no more time', 44 <= left <= 49, left)
        warnings, taken = len(bed.said('Warning')), monotonic()
        rows.row('it is taken back', bed.ask_as_person('Present', 'u', '0') == 'u 0')
        late = time_of_lock(bed, taken, 5)
        rows.row('nobody is locked out without a warning', late is not None and 1.8 < late < 2.5 and len(bed.said('Warning')) > warnings, late)
        left = int(bed.sessions()['c1']['PresentLeft'])
        rows.row('what was not used comes back', 40 <= left <= 46, left)
        bed.logind.add('t9', Type='tty', TTY='tty9')
        wait_for(lambda: 't9' in bed.sessions(), 3)
        rows.row('another login is no more time', int(bed.sessions()['t9']['PresentLeft']) <= left, bed.sessions()['t9']['PresentLeft'])
        bed.logind.remove('t9')
        open_again(bed)
        bed.ask_as_person('Present', 'u', '3600')
        bed.ask_as_person('Lock', 's', '')
        rows.row('a lock on demand comes as ever', wait_for(lambda: is_locked(bed), 3), bed.state())
        late = time_of_lock(bed, open_again(bed), 8)
        rows.row('and ends it', late is not None and late < 5.5, late)
    finally:
        set_policy(bed, '')


def a_stricter_policy(bed, rows):
    bed.set_policy(POLICY.replace('5s', '1h'))
    bed.daemon.send_signal(signal.SIGHUP)
    touched = open_again(bed)
    rows.row('with an hour, it is open after 6 s', not wait_for(lambda: bed.state() != 'open', touched + 6 - monotonic()), bed.state())
    changed, warnings = monotonic(), len(bed.said('Warning'))
    bed.set_policy(POLICY)
    bed.daemon.send_signal(signal.SIGHUP)
    late = time_of_lock(bed, changed, 8)
    rows.row('with 5 s, a warning comes first', late is not None and 1.8 < late < 3.5 and len(bed.said('Warning')) > warnings, late)


def screen_keyboards(bed, rows):
    bed.set_policy('after = 1h\nladder = locker\n')
    bed.daemon.send_signal(signal.SIGHUP)
    opened = open_again(bed)  # the newest input that counts
    wait_for(lambda: False, 1)
    touch(bed)
    wait_for(lambda: False, 1)
    rows.row('what programs type while a hand is at work is no tampering', not bed.recorded('xtest', 'lock-tamper'), bed.records[-1])
    wait_for(lambda: False, opened + 10.5 - monotonic())
    touch(bed)
    rows.row('later it is', wait_for(lambda: bed.recorded('xtest', 'lock-tamper'), 3), bed.records[-1])
    rows.row('and keeps nothing open', int(bed.sessions()['c1']['LastInput']) / 1e9 <= opened + 0.3, bed.sessions())
    set_policy(bed, '')
    wait_for(lambda: is_locked(bed), 8)  # nobody was there for longer than that


def shells_from_afar(bed, rows):
    terminals = {}
    for name, idle in (('r1', 600), ('r2', 0)):
        terminals[name] = os.openpty()
        tty = os.ttyname(terminals[name][1])
        os.utime(tty, (time.time() - idle, time.time()))
        bed.logind.add(name, Type='tty', TTY=tty[len('/dev/'):], Seat=('', '/'), Remote=True, RemoteHost='10.0.0.1', Service='sshd')
    rows.row('shells from afar are known', wait_for(lambda: {'r1', 'r2'} <= set(bed.sessions()), 5))
    rows.row('by default they may stay', not wait_for(lambda: ('TerminateSession', 'r1') in bed.logind.calls, 0.5))
    bed.set_policy(POLICY + 'remote_after = 5min\n')
    bed.daemon.send_signal(signal.SIGHUP)
    rows.row('one that nobody uses is ended', wait_for(lambda: ('TerminateSession', 'r1') in bed.logind.calls, 15), bed.logind.calls)
    rows.row('recorded: remote-idle', wait_for(lambda: len(bed.recorded('remote-idle')) == 1, 3), bed.records[-3:])
    rows.row('one that is used stays', not wait_for(lambda: ('TerminateSession', 'r2') in bed.logind.calls, 0.5), bed.logind.calls)
    bed.set_policy(POLICY)
    bed.daemon.send_signal(signal.SIGHUP)
    bed.logind.remove('r2')
    rows.row('and both are forgotten', wait_for(lambda: int(bed.property('Sessions')) == 1, 10))
    for ends in terminals.values():
        for fd in ends:
            os.close(fd)


def main():
    rows = Rows()
    times = int(os.environ.get('IDLELOCKD_TIMES', '5'))
    bed = Bed(POLICY)
    try:
        lock_and_open(bed, rows)
        only_a_stamp_opens(bed, rows)
        nothing_dies_open(bed, rows, times)
        others_are_refused(bed, rows)
        many(bed, rows)
        the_bus_dies(bed, rows)
        programs_that_forbid_the_lock(bed, rows)
        people_who_are_present(bed, rows)
        a_stricter_policy(bed, rows)
        screen_keyboards(bed, rows)
        keyrings(bed, rows)
        if os.getuid() == 0:  # only root can be several people
            polkit_is_asked(bed, rows)
            questions_without_end(bed, rows)
        shells_from_afar(bed, rows)
        sleep(bed, rows, times)
        huge_calls(bed, rows)
    finally:
        bed.close()
        rows.end()


main()
