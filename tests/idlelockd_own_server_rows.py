# SPDX-License-Identifier: BSD-2-Clause
"""A person's own X server, as startx begins it: known by logind's controller alone, also behind the end of a worker and of an idlelockd.

In a mount namespace of its own, since what logind keeps in /run is played too.
"""
import os
import subprocess

from idlelockd_bed import Bed, PERSON, Rows, wait_for

STATES = '/run/systemd/sessions'
WORKER = 'idlelock-x11@c1.service'
FAILED = "the display that it names is not this session's"
# The bus knows who connected, whatever it runs later.
SERVER = '''import dbus, os, sys
bus = dbus.bus.BusConnection(sys.argv[1])
with open(1, 'w', closefd=False) as f:
    f.write(bus.get_unique_name() + '\\n')
for fd in map(int, os.listdir('/proc/self/fd')):
    try:
        os.set_inheritable(fd, True)
    except OSError:
        pass  # the listing's own
os.execvp('Xvfb', ['Xvfb', '-displayfd', '1', '-screen', '0', '800x600x24', '-nolisten', 'tcp'])
'''


def start_own_server(bed):
    """Returns its name on the bus."""
    bed.server = subprocess.Popen(['setpriv', '--reuid=%d' % PERSON, '--clear-groups', '/usr/bin/python3', '-c', SERVER, bed.persons_address],
                                  stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    name = bed.server.stdout.readline().decode().strip()
    bed.display = ':' + bed.server.stdout.readline().decode().strip()
    return name


def name_controller(name):
    with open(STATES + '/c1.new', 'w') as f:
        f.write('UID=%d\nCONTROLLER=%s\n' % (PERSON, name))
    os.rename(STATES + '/c1.new', STATES + '/c1')


def is_held(bed):
    return bed.state() == 'held'


def failures(bed):
    return [r['MUTEX_DETAIL'] for r in bed.recorded('rung-failed')]


def is_proven(bed, times):
    return wait_for(lambda: len(bed.recorded('proven')) == times and is_held(bed), 8)


def main():
    rows = Rows()
    bed = Bed('after = 1h\nladder = locker\n')
    try:
        subprocess.run(['mount', '-t', 'tmpfs', '-o', 'mode=755', 'tmpfs', STATES], check=True)
        controller = start_own_server(bed)
        name_controller(controller)
        bed.start()
        bed.logind.add('c1', Display=bed.display, Service='login')
        rows.row('its worker comes', wait_for(lambda: WORKER in bed.systemd.units and bed.state() == 'open', 10), bed.state())
        wait_for(lambda: False, 0.5)
        bed.ask('Lock', 'c1')
        rows.row('it is locked', is_proven(bed, 1), bed.sessions())
        wait_for(lambda: False, 0.2)  # so soon behind a look there is no other one
        bed.systemd.units[WORKER].process.kill()
        rows.row('its worker dies: it is proven anew', is_proven(bed, 2), bed.sessions())
        rows.row('and no locker failed', not failures(bed), failures(bed))
        before = len(failures(bed))
        bed.daemon.kill()
        bed.daemon.wait()
        bed.start()
        rows.row('another idlelockd proves it anew', is_proven(bed, 3), bed.sessions())
        rows.row('and no locker failed either', len(failures(bed)) == before, failures(bed))
        before = len(failures(bed))
        name_controller(bed.service_bus.get_unique_name())
        bed.systemd.units[WORKER].process.kill()
        rows.row('a server that is no controller any more is refused', wait_for(lambda: any(FAILED in f for f in failures(bed)[before:]), 5), failures(bed))
        rows.row('and nothing is proven by it', not is_proven(bed, 4) and not is_held(bed), bed.sessions())
    finally:
        bed.close()
        rows.end()


main()
