# SPDX-License-Identifier: BSD-2-Clause
"""An X server that runs as its person, as gdm's does. In a session of logind's, as that person. Usage: x_rootless.py own|other DISPLAY SERVER...

Controls the session, names the display, and begins the server there, with a cookie. own: the server controls the session, as Xorg does. other: this
process does, and has no screen; the server is any that its person likes.
"""
import os
import secrets
import struct
import subprocess
import sys

from gi.repository import Gio, GLib

auth = os.path.expanduser('~/.bed-auth')
whose, display = sys.argv[1], sys.argv[2]
server = sys.argv[3:] + [display, '-auth', auth]
session = Gio.DBusProxy.new_for_bus_sync(Gio.BusType.SYSTEM, Gio.DBusProxyFlags.DO_NOT_LOAD_PROPERTIES, None, 'org.freedesktop.login1',
                                         '/org/freedesktop/login1/session/auto', 'org.freedesktop.login1.Session', None)


def call(method, *arguments):
    session.call_sync(method, GLib.Variant(*arguments) if arguments else None, Gio.DBusCallFlags.NONE, -1, None)


def field(value):
    return struct.pack('>H', len(value)) + value


with open(auth, 'wb') as f:  # any family, any display
    f.write(b'\xff\xff' + field(b'') + field(b'') + field(b'MIT-MAGIC-COOKIE-1') + field(secrets.token_bytes(16)))
os.chmod(auth, 0o600)
call('TakeControl', '(b)', (False,))
call('SetDisplay', '(s)', (display,))
if whose == 'own':
    call('ReleaseControl')  # Xorg takes it
    os.execv(server[0], server)
sys.exit(subprocess.call(server))
