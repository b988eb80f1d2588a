#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""Talks to a running VM: to its agent (vm_agent.py) and to QEMU (QMP), by the two sockets in FOLDER. For vm.sh, which says what each does.

Usage: vm_talk.py FOLDER run LIMIT COMMAND | put FROM TO MODE | get FROM TO | keys TEXT | key COMBINATION... | down KEY... | up KEY... | hold FILE
       | mouse DX DY | click BUTTON | shot FILE | share COLOUR | save FILE | load FILE | plug DRIVER ID [NAME=VALUE...] | unplug ID | qmp COMMAND [JSON]
"""
import base64
import json
import os
import socket
import sys
import time

NAMES = {" ": "spc", "\n": "ret", "-": "minus", "=": "equal", "/": "slash", ".": "dot", ",": "comma", ";": "semicolon", "'": "apostrophe",
         "`": "grave_accent", "[": "bracket_left", "]": "bracket_right", "\\": "backslash", "\t": "tab", "enter": "ret", "super": "meta_l"}
SHIFTED = dict(zip("~!@#$%^&*()_+{}|:\"<>?", "`1234567890-=[]\\;',./"))
GAP_S = float(os.environ.get("VM_KEY_GAP_S", "0.03"))
PIECE = 192 * 1024
SLOWEST = 20  # so many of our seconds may one of the VM's take
folder = sys.argv[1]


def connect(name, tries=100):
    while True:
        try:
            peer = socket.socket(socket.AF_UNIX)
            peer.connect(f"{folder}/{name}")
            return peer
        except OSError:
            tries -= 1
            if tries == 0:
                raise
            time.sleep(0.05)


class Qmp:
    def __init__(self):
        self.file = connect("qmp").makefile("rw")
        self.file.readline()
        self.call("qmp_capabilities")

    def call(self, command, **arguments):
        self.file.write(json.dumps({"execute": command, "arguments": arguments}) + "\n")
        self.file.flush()
        while True:
            answer = json.loads(self.file.readline())
            if "error" in answer:
                sys.exit(f"{command}: {answer['error']['desc']}")
            if "return" in answer:
                return answer["return"]

    def wait_while(self, command, busy):
        """Returns the first status that is none of these."""
        while True:
            status = self.call(command)["status"]
            if status not in busy:
                return status
            time.sleep(0.03)


def input_event(qmp, kind, **data):
    qmp.call("input-send-event", events=[{"type": kind, "data": data}])


def press(qmp, name, down):
    input_event(qmp, "key", down=down, key={"type": "qcode", "data": NAMES.get(name, name)})
    time.sleep(GAP_S)


def stroke(qmp, names):
    for name in names:
        press(qmp, name, True)
    for name in reversed(names):
        press(qmp, name, False)


def ask(**request):
    """One request to the agent; answers to others, who went away before theirs came, are passed over."""
    peer = connect("agent")
    peer.settimeout(SLOWEST * request.get("limit", 60) + 30)
    request["id"] = f"{os.getpid()}-{time.monotonic_ns()}"
    # The first newline ends what another left unfinished.
    peer.sendall(("\n" + json.dumps(request) + "\n").encode())
    for line in peer.makefile(errors="replace"):
        try:
            answer = json.loads(line)
        except ValueError:
            continue
        if answer.get("id") == request["id"]:
            return answer
    sys.exit("the agent is gone")


def keyboard_reads():
    """How many bytes of the keyboard the kernel in there has read: an interrupt for each."""
    lines = base64.b64decode(ask(get="/proc/interrupts")["data"]).decode().splitlines()
    return sum(int(word) for line in lines if line.split()[0] == "1:" for word in line.split()[1:] if word.isdecimal())


def type_text(qmp, text):
    """No faster than it is read: the keyboard keeps 16 bytes, two of a key, and loses what comes then."""
    read = keyboard_reads()
    for char in text:
        names = ["shift", char.lower()] if char.isupper() else ["shift", SHIFTED[char]] if char in SHIFTED else [char]
        stroke(qmp, names)
        read += 2 * len(names)
        end = time.monotonic() + SLOWEST * 10
        while keyboard_reads() < read:
            if time.monotonic() > end:
                sys.exit(f"nobody reads the keyboard: {char!r} of {text!r}")
            time.sleep(0.02)


def run(limit, command):
    answer = ask(command=command, limit=float(limit))
    sys.stdout.write(answer["output"])
    sys.exit(answer["status"])


def put(source, target, mode):
    with open(source, "rb") as file:
        data = file.read()
    for start in range(0, max(len(data), 1), PIECE):
        answer = ask(put=target, mode=int(mode, 8), append=start > 0, data=base64.b64encode(data[start:start + PIECE]).decode())
        if answer["status"] != 0:
            sys.exit(answer["output"])


def get(source, target):
    answer = ask(get=source)
    if answer["status"] != 0:
        sys.exit(answer["output"])
    with open(target, "wb") as file:
        file.write(base64.b64decode(answer["data"]))


def save(qmp, path):
    qmp.call("stop")
    qmp.call("migrate-set-parameters", **{"max-bandwidth": 10 ** 11})
    qmp.call("migrate", uri=f"exec:cat > '{path}'")
    status = qmp.wait_while("query-migrate", ("setup", "active", "device"))
    if status != "completed":
        sys.exit(f"saving: {status}")


def load(qmp, path):
    qmp.call("migrate-incoming", uri=f"exec:cat '{path}'")
    qmp.wait_while("query-status", ("inmigrate",))
    qmp.call("cont")


def hold(path):
    """A hand on the keyboard, once a second until the file is gone. Others may talk to QEMU in between."""
    while os.path.exists(path):
        stroke(Qmp(), ["shift"])
        time.sleep(1)


def mouse(qmp, dx, dy):
    axes = [{"type": "rel", "data": {"axis": axis, "value": int(value)}} for axis, value in (("x", dx), ("y", dy))]
    qmp.call("input-send-event", events=axes)


def click(qmp, button):
    for down in (True, False):
        input_event(qmp, "btn", down=down, button=button)
        time.sleep(GAP_S)


def share(qmp, colour):
    """The percentage of the screen's pixels with this colour."""
    path = f"{folder}/share.ppm"
    qmp.call("screendump", filename=path)
    with open(path, "rb") as file:
        size = [file.readline() for _ in range(3)][1].split()  # P6, width and height, 255
        pixels = file.read()
    count = sum(pixels[at:at + 3] == bytes.fromhex(colour) for at in range(0, len(pixels), 3))
    print(round(100 * count / (int(size[0]) * int(size[1]))))


def plug(qmp, driver, name, *properties):
    qmp.call("device_add", driver=driver, id=name, **dict(pair.split("=", 1) for pair in properties))


def main():
    verb, arguments = sys.argv[2], sys.argv[3:]
    if verb in ("run", "put", "get"):
        {"run": run, "put": put, "get": get}[verb](*arguments)
        return
    if verb == "hold":
        hold(*arguments)
        return
    qmp = Qmp()
    if verb == "keys":
        type_text(qmp, arguments[0])
    elif verb == "key":
        for combination in arguments:
            stroke(qmp, combination.split("-"))
    elif verb in ("down", "up"):
        for name in arguments:
            press(qmp, name, verb == "down")
    elif verb == "shot":
        qmp.call("screendump", filename=arguments[0], format="png")
    elif verb == "unplug":
        qmp.call("device_del", id=arguments[0])
    elif verb == "qmp":
        print(json.dumps(qmp.call(arguments[0], **json.loads(arguments[1] if len(arguments) > 1 else "{}"))))
    else:
        {"save": save, "load": load, "mouse": mouse, "click": click, "plug": plug, "share": share}[verb](qmp, *arguments)


main()
