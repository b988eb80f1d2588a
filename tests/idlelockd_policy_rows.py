# SPDX-License-Identifier: BSD-2-Clause
"""A running idlelockd (idlelockd_bed.py) takes each edit of the policy, however the file is written, without a signal, and tells of whom it does not know."""
import os
import shutil
import threading
import time

import dbus

from idlelockd_bed import Bed, PERSON, Rows, wait_for


def is_taken(bed, edit, seconds=4.0):
    """Whether another policy holds soon after the edit."""
    before = bed.property('PolicyHash')
    edit()
    return wait_for(lambda: bed.property('PolicyHash') != before, seconds)


def replace(bed, minutes):
    """As editors and `mutexctl` do: another file takes its name."""
    name = bed.path('etc/mutex/policy.conf')
    with open(name) as old, open(name + '.new', 'w') as new:
        new.write(old.read().partition('after')[0] + 'after = %dmin\n' % minutes)
    os.rename(name + '.new', name)


def add_part(bed, name, line):
    os.makedirs(bed.path('etc/mutex/policy.d'), exist_ok=True)
    time.sleep(0.7)  # that the folder came is one edit
    with open(bed.path('etc/mutex/policy.d/' + name), 'w') as f:
        f.write('[lock]\n' + line)


def busy_folder(bed, stop):
    while not stop.wait(0.2):
        with open(bed.path('var/lib/mutex/noise'), 'w'):
            pass


def unknown_person(bed, rows):
    def add(name, uid):
        path = dbus.ObjectPath('/org/freedesktop/login1/user/_x')
        bed.logind.add(name, Type='tty', TTY='pts/999', Seat=('', '/'), Remote=True, User=dbus.Struct((dbus.UInt32(uid), path), signature='uo'))
        return wait_for(lambda: name in bed.sessions())

    rows.row('sessions come', add('c1', PERSON) and add('c2', 4999), bed.sessions())
    rows.row('a person whom nobody knows is recorded', wait_for(lambda: bed.recorded('person-unknown'), 3), bed.records)
    rows.row('and nobody else is', [r['MESSAGE'] for r in bed.recorded('person-unknown') if 'c2' not in r['MESSAGE']] == [], bed.records)


def main():
    rows, bed = Rows(), Bed('warn = 2s\n')
    try:
        bed.start()
        for minutes in (6, 7, 8):
            rows.row('another file takes its place: %d' % minutes, is_taken(bed, lambda: replace(bed, minutes)))
        rows.row('written in place', is_taken(bed, lambda: bed.set_policy('warn = 3s\n')))
        rows.row('a part is added', is_taken(bed, lambda: add_part(bed, '50-a.conf', 'grace = 1s\n')))
        rows.row('the folder of parts goes', is_taken(bed, lambda: shutil.rmtree(bed.path('etc/mutex/policy.d'))))
        rows.row('a part in a folder that is new', is_taken(bed, lambda: add_part(bed, '50-b.conf', 'grace = 2s\n')))
        unknown_person(bed, rows)
        stop = threading.Event()
        noise = threading.Thread(target=busy_folder, args=(bed, stop))
        noise.start()
        rows.row('among other files that are written all the time', is_taken(bed, lambda: bed.set_policy('warn = 4s\n')))
        stop.set()
        noise.join()
    finally:
        bed.close()
    rows.end()


main()
