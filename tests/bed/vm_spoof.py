#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""What programs do to look like a person, or to keep the screen from locking: inside the VM, for ten minutes or until killed.

Usage: spoof xtest | warp | reset | off | suspend | inhibit | uinput (as the session's user), spoof remap (as root, a remapper of the keyboard).
"""
import ctypes
import subprocess
import sys
import time

END = time.monotonic() + 600


def again(gap_s, *commands):
    while time.monotonic() < END:
        for command in commands:
            subprocess.run(command, check=True)
        time.sleep(gap_s)


def suspend():
    """A client that suspends the saver, and lets go of it every few seconds, which resets X's idle time."""
    x, saver = ctypes.CDLL("libX11.so.6"), ctypes.CDLL("libXss.so.1")
    x.XOpenDisplay.restype = ctypes.c_void_p
    display = ctypes.c_void_p(x.XOpenDisplay(None))
    while time.monotonic() < END:
        for state in (1, 0):
            saver.XScreenSaverSuspend(display, state)
            x.XSync(display, 0)
            time.sleep(1)


def inhibit():
    subprocess.run(["systemd-inhibit", "--what=idle:sleep:handle-lid-switch", "--who=player", "--why=a long video", "sleep", "600"], check=True)


def uinput():
    import evdev
    made = evdev.UInput({evdev.ecodes.EV_KEY: [evdev.ecodes.KEY_LEFTSHIFT]}, name="jiggler")
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
    print("grabbed", flush=True)
    for event in real.read_loop():
        made.write_event(event)
        print("passed", event, flush=True)


VERBS = {
    "xtest": lambda: again(0.5, ["xdotool", "key", "shift"], ["xdotool", "mousemove_relative", "--", "3", "-3"]),
    "warp": lambda: again(0.5, ["xdotool", "mousemove", "100", "100"], ["xdotool", "mousemove", "200", "200"]),
    "reset": lambda: again(0.5, ["xset", "s", "reset"]),
    "off": lambda: again(1, ["xset", "s", "off", "-dpms"]),
    "suspend": suspend, "inhibit": inhibit, "uinput": uinput, "remap": remap,
}
VERBS[sys.argv[1]]()
