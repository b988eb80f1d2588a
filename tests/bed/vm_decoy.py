#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A compositor without a screen, for what locks the session to lock instead of the one that is seen: inside the VM, as the session's user.

Usage: decoy beside   next to the real one, under a name that comes before its
       decoy console  on a text console, which it says is a Wayland session's and goes on to use
"""
import fcntl
import os
import shutil
import sys
import time

KDSETMODE, KD_TEXT = 0x4B3A, 0
KDSKBMODE, K_UNICODE = 0x4B45, 3
runtime = f"/run/user/{os.getuid()}"


def compositor(folder):
    with open("/tmp/decoy.conf", "w") as file:
        file.write("xwayland disable\n")
    os.environ.update(XDG_RUNTIME_DIR=folder, WLR_BACKENDS="headless", WLR_RENDERER="pixman", WLR_LIBINPUT_NO_DEVICES="1")
    os.execvp("sway", ["sway", "--config", "/tmp/decoy.conf"])


def beside():
    folder = runtime + "/decoy"
    os.makedirs(folder, mode=0o700)
    if os.fork() == 0:
        os.setsid()
        compositor(folder)
    while not os.path.exists(folder + "/wayland-1"):
        time.sleep(0.1)
    shutil.move(folder + "/wayland-1", runtime + "/wayland-0")
    os.symlink(runtime + "/wayland-0", folder + "/wayland-1")


def console():
    """logind's controller is this very process, whatever it runs later; it keeps the bus open for that."""
    import dbus
    bus = dbus.SystemBus()
    session = dbus.Interface(bus.get_object("org.freedesktop.login1", "/org/freedesktop/login1/session/auto"), "org.freedesktop.login1.Session")
    session.TakeControl(False)
    session.SetType("wayland")
    fcntl.ioctl(0, KDSETMODE, KD_TEXT)
    fcntl.ioctl(0, KDSKBMODE, K_UNICODE)
    for fd in map(int, os.listdir("/proc/self/fd")):
        try:
            os.set_inheritable(fd, True)
        except OSError:
            pass  # the listing's own, closed meanwhile
    os.environ.pop("WAYLAND_DISPLAY", None)
    compositor(runtime)


{"beside": beside, "console": console}[sys.argv[1]]()
