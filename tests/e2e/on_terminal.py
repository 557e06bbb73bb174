#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs COMMAND on a pseudo terminal of COLUMNS columns and writes what it would show to standard output, byte for byte.

    on_terminal.py COLUMNS COMMAND...

Standard output and error are both the terminal. The exit status is the command's. No variable COLUMNS is passed on.
"""
import fcntl
import os
import pty
import struct
import sys
import termios

columns, command = int(sys.argv[1]), sys.argv[2:]
pid, master = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 50, columns, 0, 0))
    os.environ.pop("COLUMNS", None)
    os.execvp(command[0], command)
while True:
    try:
        data = os.read(master, 65536)
    except OSError:  # the other end was closed
        break
    if not data:
        break
    os.write(1, data)
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
