# SPDX-License-Identifier: BSD-2-Clause
"""What the person at the screen sees and can do, with idlelockd on a computer of its own (idlelockd_bed.py)."""
import os
import subprocess

import dbus
import dbus.service

from idlelockd_bed import Bed, Rows, wait_for

POLICY = 'after = 5s\nwarn = 3s\ntrusted_virtual_inputs = xtest\nladder = locker\nkeyring = yes\npresent_max = 30min\n'
NAME = 'org.freedesktop.Notifications'
UID = os.getuid()


class Notifications(dbus.service.Object):
    """The desktop's: keeps what is shown."""

    def __init__(self, bus):
        super().__init__(bus, '/org/freedesktop/Notifications')
        self.name = dbus.service.BusName(NAME, bus)
        self.shown, self.closed = [], []

    @dbus.service.method(NAME, in_signature='susssasa{sv}i', out_signature='u')
    def Notify(self, program, replaces, icon, title, body, actions, hints, timeout):
        self.shown.append((int(replaces) or len(self.shown) + 1, str(body)))
        return dbus.UInt32(self.shown[-1][0])

    @dbus.service.method(NAME, in_signature='u')
    def CloseNotification(self, number):
        self.closed.append(int(number))

    def has(self, words):
        return [n for n, body in self.shown if words in body]


class Person:
    def __init__(self, bed):
        self.bed = bed
        self.environment = dict(os.environ, DBUS_SYSTEM_BUS_ADDRESS=bed.address)
        self.session_bus = dbus.bus.BusConnection(os.environ['DBUS_SESSION_BUS_ADDRESS'])
        self.desktop = Notifications(self.session_bus)
        self.agent = None

    def start_agent(self):
        self.agent = subprocess.Popen([self.bed.build + '/idlelock/idlelock-agent'], env=self.environment)
        self.bed.processes.append(self.agent)
        return wait_for(lambda: self.session_bus.name_has_owner('org.pammutex.IdlelockAgent1'))

    def mutexctl(self, *arguments):
        r = subprocess.run([self.bed.build + '/mutexctl/mutexctl', '--root', self.bed.root, *arguments], env=self.environment, check=False,
                           stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        return r.returncode, r.stdout.decode()

    def open_keyring(self):
        subprocess.run(['gnome-keyring-daemon', '--unlock', '--components=secrets'], input=b'right horse', stdout=subprocess.DEVNULL, check=True)
        subprocess.run(['secret-tool', 'store', '--label=test', 'place', 'harbour'], input=b'swordfish', check=True, timeout=20)

    def is_keyring_locked(self):
        proxy = self.session_bus.get_object('org.freedesktop.secrets', '/org/freedesktop/secrets/collection/login', introspect=False)
        return bool(dbus.Interface(proxy, 'org.freedesktop.DBus.Properties').Get('org.freedesktop.Secret.Collection', 'Locked', timeout=10))


def countdown(bed, person, rows):
    bed.x('xdotool', 'mousemove_relative', '5', '5')
    rows.row('a countdown is shown', wait_for(lambda: person.desktop.has('it is locked in'), 10), person.desktop.shown)
    bed.x('xdotool', 'mousemove_relative', '5', '5')
    rows.row('input takes it away', wait_for(lambda: person.desktop.closed, 3), bed.signals)
    rows.row('and nothing is locked', bed.state() == 'open', bed.state())


def presence(bed, person, rows):
    status, said = person.mutexctl('present', '10min')
    rows.row('present is granted', status == 0 and 'in the next 10 min' in said, said)
    shown = len(person.desktop.shown)
    rows.row('then nothing locks', not wait_for(lambda: bed.state() != 'open' or len(person.desktop.shown) > shown, 6), bed.sessions())
    status, said = person.mutexctl('status', '--me')
    rows.row('status --me says so', status == 0 and 'No lock for want of use' in said and 'never which key' in said, said)
    status, said = person.mutexctl('present', '--end')
    rows.row('present ends', status == 0, said)


def idle(bed, person, rows):
    rows.row('then it locks', wait_for(lambda: bed.state() == 'held', 12), bed.sessions())
    rows.row('the keyring with it', wait_for(person.is_keyring_locked, 20))
    rows.row('status --me says why', 'were not used for 5 s' in person.mutexctl('status', '--me')[1], person.mutexctl('status', '--me')[1])
    bed.stamp(uid=UID)
    rows.row('a stamp opens it', wait_for(lambda: bed.state() == 'open', 3), bed.state())
    rows.row('the person is told why', wait_for(lambda: person.desktop.has('were not used for 5 s'), 3), person.desktop.shown)


def on_request(bed, person, rows):
    status, said = person.mutexctl('lock')
    rows.row('mutexctl lock locks', status == 0 and wait_for(lambda: bed.state() == 'held', 5), said)
    status, said = person.mutexctl('lock', 'c77')
    rows.row('a session that is none', status == 1, said)
    person.agent.kill()
    person.agent.wait()
    rows.row('without its agent it stays locked', not wait_for(lambda: bed.state() != 'held', 1), bed.state())


def main():
    rows, bed = Rows(), Bed(POLICY)
    person = Person(bed)
    try:
        bed.start_x()
        bed.start()
        rows.row('the agent starts', person.start_agent())
        person.open_keyring()
        rows.row('the keyring is open', not person.is_keyring_locked())
        bed.logind.add('c1', Display=bed.display, User=dbus.Struct((dbus.UInt32(UID), dbus.ObjectPath('/org/freedesktop/login1/user/_x')), signature='uo'))
        rows.row('the session is watched', wait_for(lambda: bed.state() == 'open' and bed.systemd.units.get('idlelock-x11@c1.service')), bed.sessions())
        countdown(bed, person, rows)
        presence(bed, person, rows)
        idle(bed, person, rows)
        on_request(bed, person, rows)
    finally:
        bed.close()
    rows.end()


main()
