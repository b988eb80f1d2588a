# SPDX-License-Identifier: BSD-2-Clause
"""Tries again and again to connect to a port that must stay closed, and notes when that changes: "SECONDS open", "SECONDS closed".

guard_probe.py listen PORT: the other side. guard_probe.py ADDRESS PORT FILE [SECONDS]: the one who tries, so often.
"""
import socket
import sys
import time

EACH = float(sys.argv[4]) if len(sys.argv) > 4 else 0.02


def listen(port):
    with socket.socket(socket.AF_INET6) as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        s.bind(('::', port))
        s.listen(128)
        while True:
            s.accept()[0].close()


def is_open(address, port):
    with socket.socket(socket.AF_INET) as s:
        s.settimeout(EACH)
        try:
            s.connect((address, port))
            return True
        except OSError:
            return False


def watch(address, port, file):
    before = None
    with open(file, 'w', buffering=1, encoding='ascii') as out:
        while True:
            now = is_open(address, port)
            if now != before:
                out.write('%.3f %s\n' % (time.time(), 'open' if now else 'closed'))
                before = now
            if now:
                time.sleep(EACH)


if sys.argv[1] == 'listen':
    listen(int(sys.argv[2]))
else:
    watch(sys.argv[1], int(sys.argv[2]), sys.argv[3])
