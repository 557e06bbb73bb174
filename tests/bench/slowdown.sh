#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Is a target of 10 GiB slower while it is sampled each 10 s? Phases without and with, in turn: see slowdown.c. What the machine does meanwhile is
# in the spread of the pairs; the goal is a median within it of nothing.
set -u
O=${O:-build}
case $O in /*) ;; *) O=$PWD/$O ;; esac
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
trap 'exit 1' INT TERM
cd "$tmp" || exit 1
"$O/tests/bench/slowdown" "${PHASE_S:-12}" "${PAIRS:-5}" "$O/soakd" >figures || { cat soakd.log >&2; exit 1; }
awk -F'\t' '{
	printf "slowdown/of a target of %s GiB, a row each 10 s\t%s\t%%\tnone (pairs %s to %s)\t-\t<= 1\n", $1, $2, $3, $4
	printf "slowdown/longest turn of mmap, touch, munmap\t%s\tms\tthe same unwatched\t%s\t<= 2\n", $6, $5
}' figures
