#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# CPU of a sample of one process: see sample_bench.c.
exec "${O:-build}/tests/bench/sample_bench"
