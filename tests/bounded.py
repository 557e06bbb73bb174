#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a test for so many seconds at most: bounded.py SECONDS COMMAND...

When the time is over the command is ended with everything that it started. What is still there after an end in time is
ended too, and named: a test leaves nothing behind. Both are found however they have hidden, in sessions and groups of their
own: orphans come to this process (PR_SET_CHILD_SUBREAPER), so that all are its descendants.
Exit status: the command's, 128 and the signal's number, 124 when time was over, 125 when something was left behind."""

import ctypes
import os
import signal
import sys
import time

PR_SET_CHILD_SUBREAPER = 36
GRACE = 10  # seconds for what is ending when the command has ended: nobody waits where nothing is left
SIGNALS = signal.SIGALRM, signal.SIGINT, signal.SIGTERM, signal.SIGHUP


class Over(Exception):
    """Time is over, or somebody ends us."""


def hear_no_more():
    for number in SIGNALS:  # who ends us twice, at whatever moment, would leave all of them behind
        signal.signal(number, signal.SIG_IGN)


def stop(number, _frame):
    hear_no_more()
    raise Over(number)


def descendants():
    """{pid: name} of all that live below us."""
    parent, name = {}, {}
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/stat", errors="replace") as f:
                head, _, tail = f.read().rpartition(")")
        except OSError:
            continue  # it has just gone
        state, ppid = tail.split()[:2]
        if state not in "ZX":
            parent[int(pid)], name[int(pid)] = int(ppid), head.partition("(")[2]
    below = {os.getpid()}
    while more := {p for p in parent if parent[p] in below} - below:
        below |= more
    return {p: name[p] for p in below - {os.getpid()} if p in name}


def tell(number):
    for pid in descendants():
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass


def wait_for_nobody(seconds, number=0):
    """Reaps until nobody is left, which is True, or so many seconds have passed; sends all of them the signal meanwhile."""
    end = time.monotonic() + seconds
    over = False
    while not over:
        over = time.monotonic() >= end  # one more look then: it may be we who stood still
        try:
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass
        except ChildProcessError:
            return True
        if number:
            tell(number)
        time.sleep(0.02)
    return False


def end_all():
    tell(signal.SIGTERM)  # once: what their ends start shall run
    wait_for_nobody(10) or wait_for_nobody(10, signal.SIGKILL)


def start(command):
    child = os.fork()
    if child == 0:
        for number in SIGNALS:
            signal.signal(number, signal.SIG_DFL)
        for number in signal.SIGPIPE, signal.SIGXFSZ:  # which Python ignores, and the command would too
            signal.signal(number, signal.SIG_DFL)
        try:
            os.execvp(command[0], command)
        except OSError as e:
            print(f"# cannot run {command[0]}: {e.strerror}", flush=True)
        os._exit(127)
    return child


def status_of(child):
    pid = status = None
    while pid != child:
        pid, status = os.waitpid(-1, 0)
    code = os.waitstatus_to_exitcode(status)
    return code if code >= 0 else 128 - code


def run(seconds, command):
    try:
        for number in SIGNALS:
            signal.signal(number, stop)
        signal.alarm(seconds)
        code = status_of(start(command))
        signal.alarm(0)
        if wait_for_nobody(GRACE):
            return code
    except Over as e:
        if e.args[0] != signal.SIGALRM:
            end_all()
            return 128 + e.args[0]
        print(f"# not at its end after {seconds} s: ended, with {', '.join(sorted(descendants().values()))}", flush=True)
        end_all()
        return 124
    hear_no_more()
    print(f"# left behind: {', '.join(f'{name} ({pid})' for pid, name in descendants().items())}", flush=True)
    end_all()
    return code or 125


ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
sys.exit(run(int(sys.argv[1]), sys.argv[2:]))
