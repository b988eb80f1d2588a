# SPDX-License-Identifier: BSD-2-Clause
"""systemd as far as the guard's probes ask it about units, on the bus ADDRESS: what FOLDER/NAME holds, lines "Property=value", read anew at each
question; "UnitFileState" is answered by its own call. What has no file is not found. Usage: systemd_stand_in.py ADDRESS FOLDER NAME..."""
import os
import sys

import dbus
import dbus.mainloop.glib
import dbus.service
from gi.repository import GLib

SYSTEMD = 'org.freedesktop.systemd1'
NUMBERS = {'MainPID': dbus.UInt32, 'ActiveExitTimestamp': dbus.UInt64, 'InactiveExitTimestamp': dbus.UInt64, 'NextElapseUSecRealtime': dbus.UInt64}


def properties(name):
    try:
        with open(os.path.join(sys.argv[2], name), encoding='utf-8') as file:
            pairs = [line.rstrip('\n').split('=', 1) for line in file]
    except FileNotFoundError:
        pairs = [('LoadState', 'not-found'), ('ActiveState', 'inactive')]
    told = {key: NUMBERS[key](int(value)) if key in NUMBERS else dbus.String(value) for key, value in pairs}
    for key in ('DropInPaths', 'Triggers'):
        told[key] = dbus.Array(told[key].split() if key in told else [], signature='s')
    return told


class Unit(dbus.service.Object):
    def __init__(self, bus, path, name):
        super().__init__(bus, path)
        self.name = name

    @dbus.service.method(dbus.PROPERTIES_IFACE, in_signature='s', out_signature='a{sv}')
    def GetAll(self, interface):
        return properties(self.name)


class Manager(dbus.service.Object):
    units = {}

    @dbus.service.method(SYSTEMD + '.Manager', in_signature='s', out_signature='o')
    def LoadUnit(self, name):
        if name not in self.units:
            path = '%s/unit/u%d' % (self.path, len(self.units))
            self.units[name] = path, Unit(bus, path, name)
        return dbus.ObjectPath(self.units[name][0])

    @dbus.service.method(SYSTEMD + '.Manager', in_signature='s', out_signature='s')
    def GetUnitFileState(self, name):
        return properties(name).get('UnitFileState', '')

    path = '/org/freedesktop/systemd1'


dbus.mainloop.glib.DBusGMainLoop(set_as_default=True)
bus = dbus.bus.BusConnection(sys.argv[1])
owned = dbus.service.BusName(SYSTEMD, bus)
manager = Manager(bus, Manager.path)
print('ready', flush=True)
GLib.MainLoop().run()
