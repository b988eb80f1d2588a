# SPDX-License-Identifier: BSD-2-Clause
"""A computer for idlelockd: a private bus with logind and systemd as far as it asks them, a real X server, real lockers, a journal.

logind and systemd are played here and in a thread; idlelockd, idlelock-x11, Xvfb and xsecurelock are the real ones.
"""
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time

import dbus
import dbus.lowlevel
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

LOGIND = 'org.freedesktop.login1'
SYSTEMD = 'org.freedesktop.systemd1'
POLKIT = 'org.freedesktop.PolicyKit1'
OURS = 'org.pammutex.Idlelock1'
PROPERTIES = 'org.freedesktop.DBus.Properties'
PERSON = os.getuid() or 4242  # whoever is not root sees none but the own sessions; root's are nobody's of this computer


def monotonic():
    return time.clock_gettime(time.CLOCK_MONOTONIC)


def wait_for(what, seconds=15.0):
    end = monotonic() + seconds
    while monotonic() < end:
        value = what()
        if value:
            return value
        time.sleep(0.005)
    return None


class Object(dbus.service.Object):
    """GetAll and PropertiesChanged over a table of interfaces."""
    failures = 0  # of GetAll, before it answers

    def __init__(self, bus, path):
        super().__init__(bus, path)
        self.path = path
        self.table = {}

    @dbus.service.method(PROPERTIES, in_signature='s', out_signature='a{sv}')
    def GetAll(self, interface):
        if self.failures > 0:
            self.failures -= 1
            raise dbus.exceptions.DBusException('too busy', name='org.freedesktop.DBus.Error.NoReply')
        return dbus.Dictionary(self.table.get(interface, {}), signature='sv')

    @dbus.service.signal(PROPERTIES, signature='sa{sv}as')
    def PropertiesChanged(self, interface, changed, invalidated):
        pass

    def change(self, interface, **values):
        self.table.setdefault(interface, {}).update(values)
        self.PropertiesChanged(interface, dbus.Dictionary(values, signature='sv'), dbus.Array([], signature='s'))


class Polkit(dbus.service.Object):
    """says: True, False, or None for one that never answers."""

    def __init__(self, bus, says):
        super().__init__(bus, '/org/freedesktop/PolicyKit1/Authority')
        self.says = says
        self.asked = []

    @dbus.service.method(POLKIT + '.Authority', in_signature='(sa{sv})sa{ss}us', out_signature='(bba{ss})', async_callbacks=('answer', 'fail'))
    def CheckAuthorization(self, subject, action, details, flags, cancellation, answer, fail):
        self.asked.append(str(action))
        if self.says is not None:
            answer(dbus.Struct((self.says, False, dbus.Dictionary({}, signature='ss')), signature='bba{ss}'))


class Session(Object):
    interface = LOGIND + '.Session'

    def __init__(self, bus, name, **values):
        super().__init__(bus, '/org/freedesktop/login1/session/' + name)
        self.name = name
        self.leader = None
        if 'Leader' not in values:
            self.leader = subprocess.Popen(['setpriv', '--pdeathsig', 'KILL', 'sleep', '100000'])
            values['Leader'] = dbus.UInt32(self.leader.pid)
        table = {
            'Id': name, 'User': dbus.Struct((dbus.UInt32(PERSON), dbus.ObjectPath('/org/freedesktop/login1/user/_4242')), signature='uo'),
            'Name': 'alice', 'VTNr': dbus.UInt32(0), 'Seat': dbus.Struct(('seat0', dbus.ObjectPath('/org/freedesktop/login1/seat/seat0')), signature='so'),
            'TTY': '', 'Display': '', 'Remote': False, 'RemoteHost': '', 'Service': 'lightdm', 'Desktop': '', 'Scope': 'session-%s.scope' % name,
            'Type': 'x11', 'Class': 'user', 'Active': True, 'State': 'active', 'LockedHint': False,
            'IdleHint': False,
        }
        table.update(values)
        self.table[self.interface] = table

    @dbus.service.method(LOGIND + '.Session', in_signature='b')
    def SetLockedHint(self, locked):
        self.change(self.interface, LockedHint=bool(locked))

    @dbus.service.signal(LOGIND + '.Session')
    def Lock(self):
        pass

    @dbus.service.signal(LOGIND + '.Session')
    def Unlock(self):
        pass


class Logind(Object):
    interface = LOGIND + '.Manager'

    def __init__(self, bus):
        super().__init__(bus, '/org/freedesktop/login1')
        self.bus = bus
        self.sessions = {}
        self.inhibitors = []  # our ends
        self.blockers = []  # (what, who, why, mode, uid, pid)
        self.calls = []

    @dbus.service.method(LOGIND + '.Manager', out_signature='a(susso)')
    def ListSessions(self):
        return dbus.Array([(n, dbus.UInt32(PERSON), 'alice', 'seat0', dbus.ObjectPath(s.path)) for n, s in self.sessions.items()],
                          signature='(susso)')

    @dbus.service.method(LOGIND + '.Manager', in_signature='ssss', out_signature='h')
    def Inhibit(self, what, who, why, mode):
        ours, theirs = os.pipe()
        self.inhibitors.append(ours)
        self.calls.append(('Inhibit', what, mode))
        fd = dbus.types.UnixFd(theirs)
        os.close(theirs)
        return fd

    @dbus.service.method(LOGIND + '.Manager', out_signature='a(ssssuu)')
    def ListInhibitors(self):
        return dbus.Array([('sleep', 'idlelockd', 'first', 'delay', 0, 1)] + self.blockers, signature='(ssssuu)')

    def block_idleness(self, *whose):
        """Programs of these users forbid that idleness has consequences."""
        self.blockers = [('idle', 'vlc', 'plays a film', 'block', uid, 1) for uid in whose]
        self.change(self.interface, BlockInhibited='idle' if whose else '')

    @dbus.service.method(LOGIND + '.Manager', in_signature='s')
    def LockSession(self, name):
        self.calls.append(('LockSession', str(name)))
        self.sessions[name].Lock()

    @dbus.service.method(LOGIND + '.Manager', in_signature='s')
    def TerminateSession(self, name):
        self.calls.append(('TerminateSession', str(name)))
        self.remove(name)

    @dbus.service.signal(LOGIND + '.Manager', signature='so')
    def SessionNew(self, name, path):
        pass

    @dbus.service.signal(LOGIND + '.Manager', signature='so')
    def SessionRemoved(self, name, path):
        pass

    @dbus.service.signal(LOGIND + '.Manager', signature='b')
    def PrepareForSleep(self, begins):
        pass

    def add(self, name, **values):
        session = Session(self.bus, name, **values)
        self.sessions[name] = session
        self.SessionNew(name, dbus.ObjectPath(session.path))
        return session

    def remove(self, name):
        """As at a logout: the program that logged the person in ends, too."""
        session = self.forget(name)
        if session.leader:
            session.leader.kill()
            session.leader.wait()

    def forget(self, name):
        session = self.sessions.pop(str(name))
        self.SessionRemoved(name, dbus.ObjectPath(session.path))
        session.remove_from_connection()
        return session

    def is_inhibited(self):
        """Some inhibitor's other end is still open."""
        held = False
        for fd in list(self.inhibitors):
            poll = __import__('select').poll()
            poll.register(fd, 0)
            if poll.poll(0):
                os.close(fd)
                self.inhibitors.remove(fd)
            else:
                held = True
        return held


class Unit(Object):
    """One unit: a process that is started again until it ends with status 0 or is stopped."""

    def __init__(self, systemd, name, start):
        super().__init__(systemd.bus, '/org/freedesktop/systemd1/unit/' + re.sub('[^A-Za-z0-9]', lambda m: '_%02x' % ord(m.group()), name))
        self.systemd, self.name, self.start = systemd, name, start
        self.process, self.wanted, self.restarts = None, False, 0
        self.tell('inactive')

    def tell(self, state, code=0, status=0, result='success'):
        self.change(SYSTEMD + '.Service', NRestarts=dbus.UInt32(self.restarts), ExecMainCode=dbus.Int32(code), ExecMainStatus=dbus.Int32(status),
                    Result=result, StatusText='')
        self.change(SYSTEMD + '.Unit', ActiveState=state)

    def begin(self):
        self.wanted = True
        if self.process is None:
            self.spawn()

    def spawn(self):
        self.process = self.start(self)
        if self.process is None:
            self.tell('failed', result='exit-code')
            self.systemd.JobRemoved(dbus.UInt32(1), dbus.ObjectPath('/org/freedesktop/systemd1/job/1'), self.name, 'failed')
            return
        GLib.timeout_add(5, self.look)

    def look(self):
        if self.process is None:
            return False
        end = self.process.poll()
        if end is None:
            return True
        self.process = None
        clean = end == 0
        code, status = (1, end) if end >= 0 else (2, -end)
        if self.wanted and not clean:
            self.restarts += 1
            self.tell('activating', code, status, 'exit-code' if end >= 0 else 'signal')
            self.spawn()
        else:
            self.tell('inactive', code, status, 'success' if clean or not self.wanted else 'signal')
        return False

    def end(self):
        self.wanted = False
        if self.process is not None:
            self.process.terminate()


class Systemd(Object):
    interface = SYSTEMD + '.Manager'

    def __init__(self, bus, starts):
        super().__init__(bus, '/org/freedesktop/systemd1')
        self.bus, self.starts, self.units = bus, starts, {}

    @dbus.service.method(SYSTEMD + '.Manager')
    def Subscribe(self):
        pass

    def run(self, name):
        start = next((s for prefix, s in self.starts if name.startswith(prefix)), None)
        if start is None:
            raise dbus.exceptions.DBusException('no such unit', name=SYSTEMD + '.NoSuchUnit')
        if name not in self.units:
            self.units[name] = Unit(self, name, start)
        self.units[name].begin()
        return dbus.ObjectPath('/org/freedesktop/systemd1/job/1')

    @dbus.service.method(SYSTEMD + '.Manager', in_signature='ss', out_signature='o')
    def StartUnit(self, name, mode):
        return self.run(str(name))

    @dbus.service.method(SYSTEMD + '.Manager', in_signature='ssa(sv)a(sa(sv))', out_signature='o')
    def StartTransientUnit(self, name, mode, properties, more):
        return self.run(str(name))

    @dbus.service.method(SYSTEMD + '.Manager', in_signature='ss', out_signature='o')
    def StopUnit(self, name, mode):
        if name not in self.units:
            raise dbus.exceptions.DBusException('not loaded', name=SYSTEMD + '.NoSuchUnit')
        self.units[str(name)].end()
        return dbus.ObjectPath('/org/freedesktop/systemd1/job/1')

    @dbus.service.method(SYSTEMD + '.Manager', in_signature='s')
    def ResetFailedUnit(self, name):
        pass

    @dbus.service.signal(SYSTEMD + '.Manager', signature='uoss')
    def JobRemoved(self, number, job, unit, result):
        pass


class Bed:
    def __init__(self, policy, lines_on=True):
        self.build = os.environ['BUILD']
        self.root = os.path.join(os.environ.get('TMPDIR', '/tmp'), 'idlelockd.%d' % os.getpid())
        self.processes, self.records, self.signals, self.bus_daemon, self.server = [], [], [], None, None
        self.refuses = False  # lockers that do not lock
        self.xsecurelock = shutil.which('xsecurelock')
        for folder in ('etc/mutex/policy.d', 'etc/mutex/exceptions.d', 'var/lib/mutex', 'run/systemd/journal', 'dev'):
            os.makedirs(os.path.join(self.root, folder), mode=0o755, exist_ok=True)
        for path, _, _ in os.walk(self.root):
            os.chmod(path, 0o755)
        self.set_policy(policy)
        if lines_on:
            open(self.path('var/lib/mutex/lines-on'), 'w').close()
        self.invent_people()
        self.open_journal()
        self.open_bus()

    def path(self, name):
        return os.path.join(self.root, name)

    def set_policy(self, policy):
        with open(self.path('etc/mutex/policy.conf'), 'w') as f:
            f.write('[policy]\ndocument = Security policy\n[report]\ncontact = it@example.com\n[lock]\n' + policy)

    def invent_people(self):
        with open(self.path('etc/passwd'), 'w') as f:
            f.write('root:x:0:0::/root:/bin/sh\nalice:x:%d:%d::/nonexistent:/bin/sh\n_idlelock:x:%d:%d::/nonexistent:/bin/false\n'
                    % (PERSON, PERSON, os.getuid(), os.getgid()))
            for i in (1, 2):  # strangers
                f.write('mallory%d:x:%d:%d::/nonexistent:/bin/sh\n' % (i, PERSON + i, PERSON + i))
        with open(self.path('etc/group'), 'w') as f:
            f.write('root:x:0:\nalice:x:%d:\n' % PERSON)
        # a sanitizer of the daemon's wants to be loaded first
        needed = subprocess.run(['ldd', self.build + '/idlelock/idlelockd'], stdout=subprocess.PIPE, check=True).stdout.decode()
        preload = ':'.join(re.findall(r'=> (\S*/libasan\S*)', needed) + ['libnss_wrapper.so'])
        self.peopled = dict(os.environ, NSS_WRAPPER_PASSWD=self.path('etc/passwd'), NSS_WRAPPER_GROUP=self.path('etc/group'), LD_PRELOAD=preload)

    # --- the journal ---

    def open_journal(self):
        journal = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        journal.bind(self.path('run/systemd/journal/socket'))

        def read():
            while True:
                fields = {}
                for line in journal.recv(65536).decode(errors='replace').splitlines():
                    key, _, value = line.partition('=')
                    fields[key] = value
                fields['at'] = monotonic()
                self.records.append(fields)
        threading.Thread(target=read, daemon=True).start()

    def recorded(self, reason, kind='lock', since=0):
        return [r for r in self.records[since:] if r.get('MUTEX_KIND') == kind and reason in r.get('MUTEX_REASONS', '').split(',')]

    # --- the bus ---

    def start_bus(self):
        with open(self.path('run/bus.conf'), 'w') as f:
            f.write('<busconfig><listen>%s</listen><listen>%s</listen><policy context="default"><allow user="*"/><allow own="*"/>'
                    '<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/></policy>'
                    '<limit name="max_replies_per_connection">128</limit></busconfig>' % (self.address, self.persons_address))
        self.bus_daemon = subprocess.Popen(['dbus-daemon', '--config-file=' + self.path('run/bus.conf'), '--nofork', '--nopidfile', '--print-address=1'],
                                           stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=self.peopled)
        self.bus_daemon.stdout.readline()

    def connect(self):
        bus = dbus.bus.BusConnection(self.address)
        bus.set_exit_on_disconnect(False)
        return bus

    def open_bus(self):
        self.address = 'unix:path=' + self.path('run/bus')
        self.persons_address = 'unix:abstract=idlelockd.%d' % os.getpid()  # our folder is closed to others
        self.start_bus()
        dbus.mainloop.glib.threads_init()
        dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
        self.play()
        threading.Thread(target=GLib.MainLoop().run, daemon=True).start()

    def play(self, sessions=()):
        """logind and systemd come to the bus."""
        self.service_bus = self.connect()
        self.logind = Logind(self.service_bus)
        for old in sessions:
            self.logind.sessions[old.name] = Session(self.service_bus, old.name, **old.table[Session.interface])
        self.systemd = Systemd(self.service_bus, [('idlelock-x11@', self.start_worker), ('idlelock-xsecurelock@', self.start_locker),
                                                  ('idlelock-i3lock@', self.start_locker)])
        self.names = [dbus.service.BusName(LOGIND, self.service_bus), dbus.service.BusName(SYSTEMD, self.service_bus)]
        self.service_bus.add_signal_receiver(lambda *a, **k: self.signals.append((k['member'],) + tuple(map(str, a))), dbus_interface=OURS,
                                             member_keyword='member')

    def play_polkit(self, says):
        """says None: a polkit that waits for somebody for ever. Whoever calls takes the answer's .bus.close() as its end."""
        bus = self.connect()
        polkit = Polkit(bus, says)
        polkit.name = dbus.service.BusName(POLKIT, bus)
        polkit.bus = bus
        return polkit

    def said(self, name):
        return [s for s in self.signals if s[0] == name]

    def ask(self, method, *arguments, bus=None):
        proxy = (bus or self.service_bus).get_object(OURS, '/org/pammutex/Idlelock1', introspect=False)
        return getattr(dbus.Interface(proxy, OURS), method)(*arguments, timeout=10)

    def ask_as(self, uid, *call):
        """busctl's words; what it says, or nothing when it is refused."""
        become = ['setpriv', '--reuid=%d' % uid, '--clear-groups'] if os.getuid() == 0 else []
        return subprocess.run(become + ['busctl', '--address=' + self.persons_address, 'call', OURS, '/org/pammutex/Idlelock1', OURS] + list(call),
                              stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout.decode().strip()

    def ask_as_person(self, *call):
        return self.ask_as(PERSON, *call)

    def flood_as(self, uid, count):
        """So many questions at once, none of which waits for its answer; the asker stays on the bus. Only for root."""
        words = ('import dbus, sys, time\n'
                 'bus = dbus.bus.BusConnection(sys.argv[1])\n'
                 'for i in range(int(sys.argv[2])):\n'
                 '    m = dbus.lowlevel.MethodCallMessage("%s", "/org/pammutex/Idlelock1", "%s", "LockAll")\n'
                 '    m.set_no_reply(True)\n'
                 '    bus.send_message(m)\n'
                 'bus.flush()\n'
                 'print("sent", flush=True)\n'
                 'time.sleep(60)\n' % (OURS, OURS))
        flood = subprocess.Popen(['setpriv', '--reuid=%d' % uid, '--clear-groups', '/usr/bin/python3', '-c', 'import dbus.lowlevel\n' + words,
                                  self.persons_address, str(count)], stdout=subprocess.PIPE)
        flood.stdout.readline()
        return flood

    def property(self, name):
        proxy = self.service_bus.get_object(OURS, '/org/pammutex/Idlelock1', introspect=False)
        return dbus.Interface(proxy, PROPERTIES).Get(OURS, name, timeout=10)

    def sessions(self):
        try:
            return {str(s['Session']): s for s in self.ask('GetSessions')}
        except dbus.exceptions.DBusException:
            return {}

    def state(self, name='c1'):
        return str(self.sessions().get(name, {}).get('State', 'none'))

    # --- programs ---

    def start_worker(self, unit):
        name = unit.name.split('@')[1].split('.')[0]
        wire = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            wire.connect(self.path('run/mutex-idlelock.socket'))
        except OSError:
            time.sleep(0.05)
            return subprocess.Popen(['false'])
        with wire:
            return subprocess.Popen([self.build + '/idlelock/idlelock-x11', '--fd', str(wire.fileno()), name], pass_fds=[wire.fileno()])

    def start_locker(self, unit):
        name = unit.name.split('@')[1].split('.')[0]
        environment = {'PATH': '/usr/bin:/bin', 'XSECURELOCK_SAVER': 'saver_blank'}
        try:
            with open(self.path('run/mutex/lockers/%s.env' % unit.name)) as f:
                for line in f.read().splitlines():
                    key, _, value = line.partition('=')
                    environment[key] = value.strip('"')
        except FileNotFoundError:
            return None
        if self.refuses:
            return subprocess.Popen(['sleep', '1000'])
        ready = self.path('run/ready-%d' % unit.restarts)
        process = subprocess.Popen([self.xsecurelock, '--', 'touch', ready], env=environment, stderr=subprocess.DEVNULL)

        def look():
            if os.path.exists(ready):
                os.unlink(ready)
                unit.tell('active')
                return False
            return process.poll() is None
        GLib.timeout_add(5, look)
        return process

    def start_x(self):
        cookie = os.urandom(16)
        with open(self.path('run/xauth'), 'wb') as f:
            for part in (b'\xff\xff', b'\0\0', b'\0\0', b'\0\x12MIT-MAGIC-COOKIE-1', b'\0\x10' + cookie):
                f.write(part)
        os.chmod(self.path('run/xauth'), 0o600)
        read, write = os.pipe()
        self.server = subprocess.Popen(['Xvfb', '-displayfd', str(write), '-screen', '0', '800x600x24', '-auth', self.path('run/xauth'), '-nolisten', 'tcp'],
                                       pass_fds=[write], stderr=subprocess.DEVNULL)
        os.close(write)
        with os.fdopen(read) as f:
            self.display = ':' + f.readline().strip()
        self.x_environment = dict(os.environ, DISPLAY=self.display, XAUTHORITY=self.path('run/xauth'))

    def x(self, *command):
        return subprocess.run(command, env=self.x_environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False).stdout.decode()

    def start(self, wait=True):
        program = [self.build + '/idlelock/idlelockd', '--root', self.root, '--bus', self.address]
        self.daemon = subprocess.Popen(program, env=self.peopled)
        self.processes.append(self.daemon)
        if wait:
            assert wait_for(lambda: self.service_bus.name_has_owner(OURS)), 'idlelockd does not come to the bus'

    def stamp(self, uid=PERSON, service='xsecurelock', seat='seat0', display=None):
        """What `finish` writes when somebody is proven."""
        lines = ['mutex-stamp 1', 'boot_id=' + open('/proc/sys/kernel/random/boot_id').read().strip(), 'time_ns=%d' % int(monotonic() * 1e9), 'uid=%d' % uid,
                 'service=' + service, 'seat=' + seat, 'tty=', 'display=' + (self.display if display is None else display), 'pid=%d' % os.getpid(),
                 'pid_start=%d' % int(open('/proc/self/stat').read().rpartition(')')[2].split()[19]), 'factors=password', 'end', '']
        name = self.path('run/mutex/stamps/%d' % uid)
        with open(name + '.new-1', 'w') as f:
            os.fchmod(f.fileno(), 0o600)
            f.write('\n'.join(lines))
        os.rename(name + '.new-1', name)

    def close(self):
        for unit in self.systemd.units.values():
            unit.end()
        for process in self.processes + [self.server, self.bus_daemon]:
            if process is not None:
                process.kill()
                process.wait()
        time.sleep(0.05)
        for unit in self.systemd.units.values():
            if unit.process is not None:
                unit.process.kill()
        shutil.rmtree(self.root, ignore_errors=True)


class Rows:
    """ok NAME, not ok NAME why: as tests/run counts them."""

    def __init__(self):
        self.failed = 0

    def row(self, name, passed, why=''):
        self.failed += not passed
        print(('ok ' if passed else 'not ok ') + name + ((' ' + str(why)) if why != '' and not passed else ''), flush=True)
        return passed

    def end(self):
        sys.stdout.flush()
        os._exit(1 if self.failed else 0)
