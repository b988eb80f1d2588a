# SPDX-License-Identifier: BSD-2-Clause
"""Real packets for it_firewall.sh.

serve PORT/PROTO...   accepts TCP and echoes UDP on those ports, IPv4 and IPv6, until it is ended; says "ready" first
probe                 for each line of standard input "4|6 tcp|udp SOURCE SOURCE-PORT DESTINATION DESTINATION-PORT INTERFACE EXPECTED"
                      whether a connection was made or an answer came: "open" or "closed"; SOURCE-PORT below 1024 is really used.
                      What is expected to be open has more time for it, since a busy computer answers late
"""
import select
import socket
import sys
import time

WAIT_S = 0.4  # two namespaces of one computer answer in well under a millisecond
WAIT_EXPECTED_S = 8


def bound(family, kind, address, port):
    s = socket.socket(family, kind)
    s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        s.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    s.bind((address, port))
    return s


def serve(words):
    sockets = []
    for word in words:
        port, proto = word.split('/')
        for family, address in ((socket.AF_INET, '0.0.0.0'), (socket.AF_INET6, '::')):
            s = bound(family, socket.SOCK_STREAM if proto == 'tcp' else socket.SOCK_DGRAM, address, int(port))
            if proto == 'tcp':
                s.listen(64)
            sockets.append(s)
    print('ready', flush=True)
    while True:
        for s in select.select(sockets, [], [])[0]:
            if s.type == socket.SOCK_STREAM:
                s.accept()[0].close()
            else:
                data, peer = s.recvfrom(100)
                s.sendto(data, peer)


class Attempt:
    def __init__(self, line):
        family, proto, source, source_port, destination, port, _, expected = line.split()
        family = socket.AF_INET if family == '4' else socket.AF_INET6
        self.tcp = proto == 'tcp'
        self.open = None
        self.expected = expected == 'open'
        source_port = int(source_port) if int(source_port) < 1024 else 0
        self.socket = bound(family, socket.SOCK_STREAM if self.tcp else socket.SOCK_DGRAM, source, source_port)
        self.socket.setblocking(False)
        try:
            self.socket.connect((destination, int(port)))
            if not self.tcp:
                self.socket.send(b'?')
        except BlockingIOError:
            pass
        except OSError:
            self.open = False

    def look(self):
        try:
            if self.tcp:
                self.open = self.socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
            else:
                self.open = self.socket.recv(100) == b'?'
        except OSError:
            self.open = False


def probe():
    attempts = [Attempt(line) for line in sys.stdin]
    start = time.monotonic()
    while True:
        waiting_for = [a for a in attempts if a.open is None]
        end = start + (WAIT_EXPECTED_S if any(a.expected for a in waiting_for) else WAIT_S)
        if not waiting_for or time.monotonic() >= end:
            break
        waiting = {a.socket: a for a in waiting_for}
        readable, writable, _ = select.select([s for s, a in waiting.items() if not a.tcp], [s for s, a in waiting.items() if a.tcp], [],
                                              max(0, end - time.monotonic()))
        for s in readable + writable:
            waiting[s].look()
    for a in attempts:
        print('open' if a.open else 'closed')


if sys.argv[1] == 'serve':
    serve(sys.argv[2:])
else:
    probe()
