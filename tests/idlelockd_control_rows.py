# SPDX-License-Identifier: BSD-2-Clause
"""Who controls a session tells logind what it likes of it: that takes no lock away and names no other screen (idlelockd_bed.py)."""
import os
import subprocess
import time

import dbus

from idlelockd_bed import Bed, Rows, Session, wait_for

LOCKER = 'idlelock-xsecurelock@c1.service'


def says(bed, **values):
    session = bed.logind.sessions['c1']
    session.change(session.interface, **values)


def is_held(bed):
    """Still, with its locker, and of the type that it had first."""
    session = bed.sessions().get('c1', {})
    return str(session.get('State')) == 'held' and str(session['Type']) == 'x11' and bed.systemd.units[LOCKER].process is not None


def stays_held(bed):
    return not wait_for(lambda: not is_held(bed), 0.7)


def restart(bed):
    bed.daemon.kill()
    bed.daemon.wait()
    bed.start()
    return wait_for(lambda: is_held(bed), 5)


def restart_logind(bed):
    sessions, units, old = list(bed.logind.sessions.values()), bed.systemd.units, bed.logind
    for played in sessions + [old, bed.systemd]:
        played.remove_from_connection()
    bed.names.clear()
    bed.service_bus.release_name('org.freedesktop.login1')
    bed.service_bus.release_name('org.freedesktop.systemd1')
    bed.play(sessions)
    bed.systemd.units.update(units)
    return wait_for(bed.logind.is_inhibited, 3)


def its_type(bed, rows):
    for name in ('unspecified', 'wayland', 'tty'):
        says(bed, Type=name)
        rows.row('locked, whatever type it names: ' + name, stays_held(bed), bed.state())
    rows.row('recorded: type', len(bed.recorded('type', 'lock-tamper')) == 1, [r.get('MUTEX_REASONS') for r in bed.records])
    rows.row('and by an idlelockd that begins anew', restart(bed) and stays_held(bed), bed.state())
    says(bed, Type='x11')


def its_display(bed, rows):
    says(bed, Display=':99')
    rows.row('recorded: display', wait_for(lambda: bed.recorded('display', 'lock-tamper'), 2), [r.get('MUTEX_REASONS') for r in bed.records])
    rows.row('its first display is kept by an idlelockd that begins anew',
             restart(bed) and str(bed.sessions()['c1']['Display']) == bed.display, bed.state())
    says(bed, Display=bed.display)


def its_end(bed, rows, leader):
    says(bed, State='closing')
    rows.row('it says that it is closing: held', stays_held(bed), bed.state())
    rows.row('logind comes back: held', restart_logind(bed) and stays_held(bed), bed.state())
    rows.row('idlelockd begins anew: held', restart(bed) and stays_held(bed), bed.state())
    bed.stamp()
    rows.row('its person opens it', wait_for(lambda: bed.state() == 'open', 3), bed.state())
    leader.kill()
    leader.wait()
    rows.row('it is over when its leader has ended', wait_for(lambda: bed.state() == 'none', 3), bed.state())


def anothers_display(bed, rows):
    bed.logind.add('r1', Display=bed.display, Seat=('', '/'), Remote=True, RemoteHost='10.0.0.1', Service='sshd')
    wait_for(lambda: bed.state('r1') == 'open')
    bed.ask('Lock', 'r1')
    rows.row('a session from afar names the display of a seat: no locker on it', wait_for(lambda: bed.state('r1') == 'unproven', 12), bed.state('r1'))
    rows.row('and none was begun', 'idlelock-xsecurelock@r1.service' not in bed.systemd.units)
    rows.row('the record says why', any('not this session' in r.get('MUTEX_DETAIL', '') for r in bed.records), bed.records[-2:])
    bed.logind.remove('r1')


def started_on_a_console(bed, rows):
    """sway names its own type; logind gives the console's back when they end."""
    before = len(bed.recorded('type', 'lock-tamper'))
    for name, place in (('t1', {'VTNr': dbus.UInt32(3), 'TTY': 'tty3'}), ('t2', {'Seat': ('', '/'), 'TTY': 'pts/0', 'Remote': True})):
        bed.logind.add(name, Type='tty', Service='login', **place)
        wait_for(lambda n=name: bed.state(n) == 'open')
        session = bed.logind.sessions[name]
        for want in ('wayland', 'tty'):
            session.change(session.interface, Type=want)
            got = wait_for(lambda n=name, w=want: str(bed.sessions()[n]['Type']) == w, 1)
            rows.row('%s: of type %s' % (name, want), bool(got) == (name == 't1' or want == 'tty'), bed.sessions()[name]['Type'])
        bed.logind.remove(name)
    rows.row('recorded of the one from afar only', len(bed.recorded('type', 'lock-tamper')) == before + 1, [r.get('MUTEX_REASONS') for r in bed.records])


def a_busy_logind(bed, rows):
    Session.failures = 2
    bed.logind.add('b1', Type='tty', TTY='pts/0', Seat=('', '/'), Remote=True, RemoteHost='10.0.0.1', Service='sshd')
    rows.row('a session of which logind first tells nothing', wait_for(lambda: bed.state('b1') == 'open', 4), bed.state('b1'))
    Session.failures = 0
    bed.logind.remove('b1')


def main():
    rows = Rows()
    bed = Bed('after = 5min\ntrusted_virtual_inputs = xtest\nladder = locker\n')
    leader = subprocess.Popen(['sleep', '1000'])
    bed.processes.append(leader)
    try:
        bed.start_x()
        bed.start()
        bed.logind.add('c1', Display=bed.display, Leader=dbus.UInt32(leader.pid))
        wait_for(lambda: bed.state() == 'open')
        time.sleep(0.5)
        if os.getuid() == 0:  # else the display's server is the person's own
            anothers_display(bed, rows)
        bed.ask('Lock', 'c1')
        rows.row('locked on request', wait_for(lambda: LOCKER in bed.systemd.units and is_held(bed), 5), bed.state())
        its_type(bed, rows)
        started_on_a_console(bed, rows)
        a_busy_logind(bed, rows)
        its_display(bed, rows)
        its_end(bed, rows, leader)
    finally:
        bed.close()
    rows.end()


main()
