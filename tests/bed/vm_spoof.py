#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What programs do to look like a person, or to keep the screen from locking: inside the VM, for ten minutes or until killed. Says when it has begun.

Usage: spoof xtest | warp | reset | off | suspend | inhibit | uinput (as the session's user), spoof remap (as root, a remapper of the keyboard).
"""
import ctypes
import subprocess
import sys
import time

END = time.monotonic() + 600


def begun():
    print("begun", flush=True)


def again(gap_s, *commands):
    first = True
    while time.monotonic() < END:
        for command in commands:
            subprocess.run(command, check=True)
        if first:
            begun()
        first = False
        time.sleep(gap_s)


def suspend():
    """A client that suspends the saver, and lets go of it every few seconds, which resets X's idle time."""
    x, saver = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXss.so.1")
    x.XOpenDisplay.restype = ctypes.c_void_p
    display = ctypes.c_void_p(x.XOpenDisplay(None))
    begun()
    while time.monotonic() < END:
        for state in (1, 0):
            saver.XScreenSaverSuspend(display, state)
            x.XSync(display, 0)
            time.sleep(2)


def inhibit():
    import dbus
    session = dbus.SessionBus()
    try:
        saver = session.get_object("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver")
        saver.Inhibit("player", "a long video", dbus_interface="org.freedesktop.ScreenSaver")
    except dbus.DBusException as error:
        print(error)  # not every desktop offers it
    begun()
    subprocess.run(["systemd-inhibit", "--what=idle:sleep:handle-lid-switch", "--who=player", "--why=a long video", "sleep", "600"], check=True)


def uinput():
    import evdev
    made = evdev.UInput({evdev.ecodes.EV_KEY: [evdev.ecodes.KEY_LEFTSHIFT]}, name="jiggler")
    begun()
    while time.monotonic() < END:
        for value in (1, 0):
            made.write(evdev.ecodes.EV_KEY, evdev.ecodes.KEY_LEFTSHIFT, value)
            made.syn()
        time.sleep(1)


def remap():
    import evdev
    real = next(device for device in map(evdev.InputDevice, evdev.list_devices()) if "AT Translated" in device.name)
    made = evdev.UInput.from_device(real, name="remapper keyboard")
    real.grab()
    begun()
    for event in real.read_loop():
        made.write_event(event)
        print("passed", event, flush=True)


VERBS = {
    "xtest": lambda: again(2, ["xdotool", "key", "shift"], ["xdotool", "mousemove_relative", "--", "3", "-3"]),
    "warp": lambda: again(2, ["xdotool", "mousemove", "100", "100"], ["xdotool", "mousemove", "200", "200"]),
    "reset": lambda: again(2, ["xset", "s", "reset"]),
    "off": lambda: again(2, ["xset", "s", "off", "-dpms"]),
    "suspend": suspend, "inhibit": inhibit, "uinput": uinput, "remap": remap,
}
VERBS[sys.argv[1]]()
