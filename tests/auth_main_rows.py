# SPDX-License-Identifier: BSD-2-Clause
"""idlelock-auth between the two it speaks to: xsecurelock's dialogue on its standard descriptors, and the verifier on its socket. Prints rows."""
import os
import socket
import subprocess
import sys
import threading

PROGRAM = os.environ['BUILD'] + '/idlelock/idlelock-auth'
SOCKET = '/run/idlelock-verify.socket'
RIGHT = 'marble trumpet'
START, PROMPT, TELL, ANSWER, RESULT = 1, 2, 3, 4, 5
PROVEN, AUTH_ERR = b'0', b'7'
LIMIT = 10
bad = 0


def row(name, fine, detail=''):
    global bad
    print('ok %s' % name if fine else 'not ok %s [%s]' % (name, detail))
    bad += not fine


class Verifier:
    """Asks each visitor for a password and judges the answer."""

    def __init__(self):
        self.visits = 0
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.listener.bind(SOCKET)
        self.listener.listen()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        while True:
            visitor, _ = self.listener.accept()
            visitor.recv(1024)
            self.visits += 1
            self.send(visitor, TELL, b'', 2)
            self.send(visitor, PROMPT, b'Password: ', 0)
            answer = visitor.recv(1024)
            if answer:
                self.send(visitor, RESULT, PROVEN if answer[4:] == RIGHT.encode() else AUTH_ERR)
            visitor.close()

    @staticmethod
    def send(visitor, kind, text, style=0):
        try:
            visitor.send(bytes([kind, style]) + len(text).to_bytes(2, 'little') + text)
        except BrokenPipeError:
            pass


class Auth(subprocess.Popen):
    """The program, and the dialogue's end of it."""

    def __init__(self, *arguments):
        super().__init__([PROGRAM, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)

    def hears(self):
        """The next packet, as (type, text); None at the end."""
        header = b''
        while not header.endswith(b'\n'):
            byte = self.stdout.read(1)
            if not byte:
                return None
            header += byte
        kind, length = header.decode().split()
        text = b''
        while len(text) < int(length) + 1:
            text += self.stdout.read(int(length) + 1 - len(text))
        return kind, text[:-1].decode()

    def says(self, packet):
        try:
            self.stdin.write(packet)
        except BrokenPipeError:
            pass

    def answers(self, word):
        self.says(b'p %d\n%s\n' % (len(word), word.encode()))

    def end(self):
        return self.wait(LIMIT)


def wrong_ones(verifier):
    auth = Auth()
    row('it asks for what the verifier asks', auth.hears() == ('P', 'Password: '))
    limits = open('/proc/%d/limits' % auth.pid).read()
    row('no core is left of it', 'Max core file size        0                    0' in limits, limits)
    auth.answers('wrong one')
    said = auth.hears()
    row('a wrong password is told', said[0] == 'e', said)
    again = auth.hears()
    row('and asked for again', again == ('P', 'Password: '), again)
    auth.answers(RIGHT)
    row('the right one is proven', auth.end() == 0)

    before = verifier.visits
    auth = Auth()
    for _ in range(3):
        auth.hears()
        auth.answers('wrong one')
        auth.hears()
    row('three wrong ones end it', auth.hears() is None and auth.end() == 1 and verifier.visits == before + 3, verifier.visits - before)


def other_answers(verifier):
    for name, packet in (
            ('cancelled', b'x 0\n\n'),
            ('what is no answer', b'q 3\nabc\n'),
            ('a header without an end', b'p 123456789'),
            ('a length that is none', b'p -5\nmarble\n'),
            ('longer than any password', b'p 600\n'),
            ('a NUL in it', b'p %d\n%s\0x\n' % (len(RIGHT) + 2, RIGHT.encode())),
            ('no newline behind it', b'p %d\n%sx' % (len(RIGHT), RIGHT.encode()))):
        before = verifier.visits
        auth = Auth()
        auth.hears()
        auth.says(packet)
        row('%s proves nothing' % name, auth.end() == 1 and verifier.visits == before + 1, auth.returncode)
    auth = Auth()
    auth.hears()
    auth.stdin.close()
    row('a dialogue that is gone proves nothing', auth.end() == 1)
    auth = Auth()
    auth.hears()
    for byte in b'p %d\n%s\n' % (len(RIGHT), RIGHT.encode()):
        auth.says(bytes([byte]))
    row('an answer may come byte by byte', auth.end() == 0)
    auth = Auth()
    auth.hears()
    auth.says(b'p %d\n%s\nx 0\n\n' % (len(RIGHT), RIGHT.encode()))
    row('what comes behind it is not read', auth.end() == 0)


def without_a_verifier():
    os.unlink(SOCKET)
    auth = Auth()
    said = auth.hears()
    row('without a verifier that is told', said is not None and said[0] == 'e' and auth.hears() is None, said)
    row('and nothing is proven', auth.end() == 1)
    row('other words than its own are refused', Auth('--consoles').end() == 2 and Auth('x', 'y').end() == 2)


# What a locker does the first, second ... time that it is begun, and what comes of it: our status, and how often it was begun.
LOCKERS = (
    ('an unlock ends it', 'exit 0', 0, 1),
    ('one that is ended is begun anew', '[ "$n" -gt 1 ] || kill -9 $$; exit 0', 0, 2),
    ('whatever its status', '[ "$n" -gt 2 ] || exit 3; exit 0', 0, 3),
    ('but not when it ends at once, again and again', 'exit 1', 1, 3),
    ('unless it lived for a while between', '[ "$n" -ne 3 ] || sleep 1.1; [ "$n" -le 4 ] || exit 0; exit 1', 0, 5),
)


def holding():
    for name, words, status, times in LOCKERS:
        open('/run/count', 'w').close()
        manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        manager.bind('\0bed-notify.%d' % os.getpid())
        manager.settimeout(0.1)
        script = 'echo x >>/run/count; n=$(wc -l </run/count); ' + words
        held = subprocess.run([PROGRAM, '--hold', '/bin/bash', '-c', script], env={'NOTIFY_SOCKET': '@bed-notify.%d' % os.getpid()}, timeout=LIMIT, check=False)
        begun = len(open('/run/count').read().split())
        row(name, (held.returncode, begun) == (status, times), (held.returncode, begun))
        told = []
        try:
            while True:
                told.append(manager.recv(100))
        except TimeoutError:
            pass
        row('%s: it is told how often' % name, told == [b'STATUS=begun anew %d' % (i + 1) for i in range(times - 1)], told)
        manager.close()
    script = 'echo x >>/run/count; if [ $(wc -l </run/count) = 1 ]; then setsid sleep 1000 & echo $! >/run/left; exit 1; fi; ! kill -0 $(cat /run/left)'
    open('/run/count', 'w').close()
    held = subprocess.run([PROGRAM, '--hold', '/bin/bash', '-c', script], stderr=subprocess.DEVNULL, timeout=LIMIT, check=False)
    row('what it left is ended before it is begun anew', held.returncode == 0, held.returncode)
    row('a locker that is not there', subprocess.run([PROGRAM, '--hold', '/run/none'], timeout=LIMIT, check=False).returncode == 1)


visited = Verifier()
wrong_ones(visited)
other_answers(visited)
without_a_verifier()
holding()
sys.exit(1 if bad else 0)
