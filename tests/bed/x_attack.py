# SPDX-License-Identifier: BSD-2-Clause
"""What a program of the session can do to a display with plain Xlib. Usage: x_attack.py WHAT [SECONDS]; $DISPLAY says where.

probe: says "free" or "held": whether another client has keyboard and pointer grabbed (it asks with a window that is not mapped, so takes nothing).
grab: holds both, as a menu does. server: XGrabServer. slots: takes every client slot. kill: XKillClient on every client but itself; says after how
many ms keyboard and pointer were held again. ungrab: loads a keyboard map with the key that breaks grabs, and presses it.
"""
import ctypes
import ctypes.util
import subprocess
import sys
import time

X = ctypes.CDLL('libX11.so.6')
for name, result, arguments in (
        ('XOpenDisplay', ctypes.c_void_p, [ctypes.c_char_p]), ('XDefaultRootWindow', ctypes.c_ulong, [ctypes.c_void_p]),
        ('XCreateSimpleWindow', ctypes.c_ulong, [ctypes.c_void_p, ctypes.c_ulong] + [ctypes.c_int] * 2 + [ctypes.c_uint] * 3 + [ctypes.c_ulong] * 2),
        ('XGrabKeyboard', ctypes.c_int, [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_ulong]),
        ('XGrabPointer', ctypes.c_int, [ctypes.c_void_p, ctypes.c_ulong, ctypes.c_int, ctypes.c_uint, ctypes.c_int, ctypes.c_int, ctypes.c_ulong,
                                        ctypes.c_ulong, ctypes.c_ulong]),
        ('XGrabServer', ctypes.c_int, [ctypes.c_void_p]), ('XSync', ctypes.c_int, [ctypes.c_void_p, ctypes.c_int]),
        ('XKillClient', ctypes.c_int, [ctypes.c_void_p, ctypes.c_ulong]), ('XFree', ctypes.c_int, [ctypes.c_void_p]),
        ('XQueryTree', ctypes.c_int, [ctypes.c_void_p, ctypes.c_ulong] + [ctypes.c_void_p] * 4)):
    function = getattr(X, name)
    function.restype, function.argtypes = result, arguments

ALREADY_GRABBED = 1
HANDLER = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
ignore = HANDLER(lambda display, error: 0)
X.XSetErrorHandler(ignore)

what = sys.argv[1]
seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 0
display = X.XOpenDisplay(None)
if not display:
    sys.exit('cannot open the display')
root = X.XDefaultRootWindow(display)


def grab(window, confine=0):
    return (X.XGrabKeyboard(display, window, 0, 1, 1, 0), X.XGrabPointer(display, window, 0, 0, 1, 1, confine, 0, 0))


def is_held(window):
    return grab(window, window) == (ALREADY_GRABBED, ALREADY_GRABBED)


def windows(parent):
    top, above, children, count = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.POINTER(ctypes.c_ulong)(), ctypes.c_uint()
    if not X.XQueryTree(display, parent, ctypes.byref(top), ctypes.byref(above), ctypes.byref(children), ctypes.byref(count)):
        return []
    return [children[i] for i in range(count.value)]


probe = X.XCreateSimpleWindow(display, root, 0, 0, 1, 1, 0, 0, 0)
if what == 'probe':
    print('held' if is_held(probe) else 'free')
elif what == 'grab':
    end = time.monotonic() + seconds
    print(grab(root), flush=True)
    X.XSync(display, 0)
    time.sleep(max(0, end - time.monotonic()))
elif what == 'server':
    X.XGrabServer(display)
    X.XSync(display, 0)
    time.sleep(seconds)
elif what == 'slots':
    held = []
    for _ in range(300):
        other = X.XOpenDisplay(None)
        if not other:
            break
        held.append(other)
    print(len(held), flush=True)
    time.sleep(seconds)
elif what == 'kill':
    # The overlay window of the Composite extension is a child of the root that XQueryTree does not show; its clients' other windows are.
    begun = time.monotonic()
    for window in windows(root):
        if window != probe:
            X.XKillClient(display, window)
    X.XSync(display, 0)
    while not is_held(probe) and time.monotonic() < begun + 20:
        time.sleep(0.001)
    print(int((time.monotonic() - begun) * 1000) if is_held(probe) else 'never')
elif what == 'ungrab':
    subprocess.run(['setxkbmap', '-option', 'grab:break_actions'], check=True)
    subprocess.run(['xdotool', 'key', 'XF86Ungrab', 'key', 'XF86ClearGrab'], check=False)
