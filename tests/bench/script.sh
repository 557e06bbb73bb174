#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# What a script costs the driver before anything is sent, beside the point select that it makes: 1 us at most. Medians of five.
#   O=build tests/bench/script.sh
cd "$(dirname "$0")/../.." || exit 2
O=${O:-build}
for name in select-only tpcb-like; do
	cpu=$(for _ in 1 2 3 4 5; do "$O/tests/bench/script_bench" $name || exit 1; done | awk '{ print $2 }' | sort -n | sed -n 3p)
	[ -n "$cpu" ] || exit 1
	goal="-"
	[ $name != select-only ] || goal="<= 0.3"
	printf 'script %s, evaluated\t%s\tus\t-\t-\t%s\n' "$name" "$cpu" "$goal"
done
