#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""wide.py FILE: the columns of the widest line of what a terminal was sent; escape sequences take none, CJK two."""
import re
import sys
import unicodedata

text = re.sub("\x1b\\[[0-9;]*[A-Za-z]", "", open(sys.argv[1], encoding="utf-8", newline="").read())


def columns(line):
    return sum(0 if unicodedata.combining(c) else 2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in line)


print(max(columns(line) for line in re.split("[\r\n]+", text)))
