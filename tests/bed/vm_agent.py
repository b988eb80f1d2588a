#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""The test's hand inside the VM: runs commands as root, asked over a virtio-serial port. A system service, so that it makes no session.

Each request is a line of JSON {"id", "command", "limit"} and gets a line {"id", "status", "output"}; {"id", "put", "mode", "data"} writes a file
and {"id", "get"} reads one, in base64. What a command leaves behind in the background lives on.
"""
import base64
import json
import os
import subprocess
import tempfile
import threading
import time

port = os.open("/dev/virtio-ports/bed", os.O_RDWR)
lock = threading.Lock()


def send(answer):
    data = (json.dumps(answer) + "\n").encode()
    with lock:
        while data:
            data = data[os.write(port, data):]


def run(request):
    # A file and not a pipe: what stays in the background may keep it open, and nobody waits for that.
    with tempfile.TemporaryFile() as output:
        try:
            status = subprocess.run(["/bin/bash", "-c", request["command"]], stdin=subprocess.DEVNULL, stdout=output,
                                    stderr=subprocess.STDOUT, timeout=request["limit"], cwd="/").returncode
        except subprocess.TimeoutExpired:
            status = 124
        output.seek(0)
        return {"status": status, "output": output.read().decode(errors="replace")}


def put(request):
    with open(request["put"], "ab" if request.get("append") else "wb") as file:
        file.write(base64.b64decode(request["data"]))
        os.fchmod(file.fileno(), request["mode"])
    return {"status": 0, "output": ""}


def get(request):
    with open(request["get"], "rb") as file:
        return {"status": 0, "output": "", "data": base64.b64encode(file.read()).decode()}


def answer_to(request):
    try:
        answer = put(request) if "put" in request else get(request) if "get" in request else run(request)
    except OSError as error:
        answer = {"status": 125, "output": str(error)}
    send({"id": request["id"], **answer})


def main():
    rest = b""
    while True:
        data = os.read(port, 65536)
        if not data:  # nobody is at the other end
            time.sleep(0.05)
            continue
        *lines, rest = (rest + data).split(b"\n")
        for line in lines:
            try:
                request = json.loads(line)
            except ValueError:  # the rest of a line whose sender went away
                continue
            threading.Thread(target=answer_to, args=(request,), daemon=True).start()


main()
