#!/usr/bin/python3
# SPDX-License-Identifier: BSD-2-Clause
"""A person at LightDM's login screen: answers its prompts from /run/bed/answers, writes all that it shows to /run/bed/seen."""
import gi

gi.require_version("LightDM", "1")
from gi.repository import GLib, LightDM  # noqa: E402

lines = open("/run/bed/answers", encoding="utf-8").read().splitlines()
user, answers = lines[0], lines[1:]
seen = open("/run/bed/seen", "w", encoding="utf-8", buffering=1)
loop = GLib.MainLoop()
greeter = LightDM.Greeter()


def show_message(_greeter, text, _kind):
    seen.write(text + "\n")


def show_prompt(_greeter, text, _kind):
    seen.write(text + "\n")
    if answers:
        greeter.respond(answers.pop(0))
    else:
        seen.write("NO ANSWER LEFT\n")
        loop.quit()


def complete(_greeter):
    seen.write("AUTHENTICATED\n" if greeter.get_is_authenticated() else "REFUSED\n")
    loop.quit()


greeter.connect("show-message", show_message)
greeter.connect("show-prompt", show_prompt)
greeter.connect("authentication-complete", complete)
greeter.connect_to_daemon_sync()
greeter.authenticate(user)
loop.run()
seen.write("END\n")
