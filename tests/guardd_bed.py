# SPDX-License-Identifier: BSD-2-Clause
"""systemd as far as mutex-guardd asks it, on the bus of DBUS_SYSTEM_BUS_ADDRESS: commands are run in earnest, units are only noted.

Prints each call as a line: "unmask UNIT", "start UNIT", "run COMMAND...". Usage: guardd_bed.py MUTEX-GUARDD BUS [ROOT]; files of commands lie below ROOT.
"""
import subprocess
import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

MANAGER = 'org.freedesktop.systemd1.Manager'
ROOT = ['--root', sys.argv[3]] if len(sys.argv) > 3 else []


def say(*words):
    print(*words, flush=True)


class Systemd(dbus.service.Object):
    jobs = 0

    def job(self, unit, command=None):
        Systemd.jobs += 1
        path = dbus.ObjectPath('/org/freedesktop/systemd1/job/%d' % Systemd.jobs)
        number = Systemd.jobs

        def end(result):
            self.JobRemoved(dbus.UInt32(number), path, unit, result)
            return False

        if command is None:
            GLib.idle_add(end, 'done')
        else:
            child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
            GLib.child_watch_add(child.pid, lambda pid, status: end('done' if status == 0 else 'failed'))
        return path

    @dbus.service.method(MANAGER)
    def Subscribe(self):
        say('subscribe')

    @dbus.service.method(MANAGER, out_signature='a(usssoo)')
    def ListJobs(self):
        return dbus.Array([], signature='(usssoo)')

    @dbus.service.method(MANAGER, in_signature='asb', out_signature='a(sss)')
    def UnmaskUnitFiles(self, units, runtime):
        say('unmask', *units)
        return dbus.Array([], signature='(sss)')

    @dbus.service.method(MANAGER, in_signature='asbb', out_signature='ba(sss)')
    def EnableUnitFiles(self, units, runtime, force):
        say('enable', *units)
        return True, dbus.Array([], signature='(sss)')

    @dbus.service.method(MANAGER)
    def Reload(self):
        say('reload')

    @dbus.service.method(MANAGER, in_signature='s')
    def ThawUnit(self, unit):
        say('thaw', unit)

    @dbus.service.method(MANAGER, in_signature='ss', out_signature='o')
    def StartUnit(self, unit, mode):
        say('start', unit)
        return self.job(unit)

    @dbus.service.method(MANAGER, in_signature='ssa(sv)a(sa(sv))', out_signature='o')
    def StartTransientUnit(self, unit, mode, properties, auxiliary):
        command = [str(word) for name, value in properties if name == 'ExecStart' for word in value[0][1]]
        if command[0] == '/usr/libexec/mutex-guardd':
            command = [sys.argv[1]] + ROOT + command[1:]
        command[1:] = [ROOT[1] + word if ROOT and word.startswith('/etc/') and ROOT[0] not in command else word for word in command[1:]]
        say('run', *command)
        return self.job(unit, command)

    @dbus.service.signal(MANAGER, signature='uoss')
    def JobRemoved(self, number, job, unit, result):
        pass


dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.bus.BusConnection(sys.argv[2])
name = dbus.service.BusName('org.freedesktop.systemd1', bus)
systemd = Systemd(bus, '/org/freedesktop/systemd1')
say('ready')
GLib.MainLoop().run()
