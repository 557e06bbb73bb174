// SPDX-License-Identifier: GPL-3.0-or-later
// Numbers as people read them, and round places for the ticks of an axis: the words are those of plots/axis.c.
"use strict";

// Of each unit of the scene its sizes, ascending: [how many of the axis's unit, suffix].
const SIZES = {
	kib: [[1 / 1024, " B"], [1, " KiB"], [1024, " MiB"], [1024 ** 2, " GiB"], [1024 ** 3, " TiB"], [1024 ** 4, " PiB"]],
	count: [[1, ""], [1e3, " k"], [1e6, " M"], [1e9, " G"], [1e12, " T"]],
	per_s: [[1, "/s"], [1e3, " k/s"], [1e6, " M/s"], [1e9, " G/s"]],
	seconds: [[1e-9, " ns"], [1e-6, " \u00b5s"], [1e-3, " ms"], [1, " s"]],
};

// The largest size of which v is at least one; of counts ten, because 1200 reads better than 1.2 k.
function sizeFor(unit, v) {
	const from = unit === "count" || unit === "per_s" ? 10 : 1;
	let best = SIZES[unit][0];

	for (const size of SIZES[unit])
		if (Math.abs(v) >= size[0] * from)
			best = size;
	return best;
}

// Four significant digits, which is what the pointer can tell apart.
function valueText(unit, v) {
	if (v === null || v === undefined || Number.isNaN(v))
		return "?";
	const [size, suffix] = v === 0 && unit === "kib" ? [1, " KiB"] : sizeFor(unit, v);
	const n = v / size;
	const decimals = n === 0 || Number.isInteger(n) ? 0 : Math.max(0, Math.min(3, 3 - Math.floor(Math.log10(Math.abs(n)))));

	return n.toFixed(decimals) + suffix;
}

// "12 345 operations", with narrow blanks.
function operationsText(n) {
	return Math.round(n).toString().replace(/\B(?=(\d{3})+$)/g, "\u202f") + " operations";
}

function durationText(s) {
	if (!Number.isFinite(s))
		return "?";
	const sign = s < 0 ? "\u2212" : "", t = Math.abs(s);

	if (t < 60)
		return sign + t.toFixed(t < 10 ? 1 : 0) + " s";
	if (t < 3600)
		return sign + Math.floor(t / 60) + " min " + Math.floor(t % 60) + " s";
	if (t < 86400)
		return sign + Math.floor(t / 3600) + " h " + Math.floor(t % 3600 / 60) + " min";
	return sign + Math.floor(t / 86400) + " d " + Math.floor(t % 86400 / 3600) + " h";
}

// "21 Nov 22:14:03"; nothing for what is no date.
function utcText(unix) {
	const d = new Date(unix * 1000);

	return Number.isNaN(d.getTime()) ? "" : d.getUTCDate() + " " + MONTHS[d.getUTCMonth()] + " " + d.toISOString().slice(11, 19);
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

// 1, 2 or 5 times a power of ten, of which at most `most` lie in a span.
function roundStep(span, most) {
	const least = span / Math.max(1, most), power = 10 ** Math.floor(Math.log10(least));

	for (const times of [1, 2, 5])
		if (times * power >= least * (1 - 1e-9))
			return times * power;
	return 10 * power;
}

// Ticks of a value axis: {at: [numbers], text: [words]}, all with the same decimals of one unit.
function valueTicks(unit, lo, hi, most) {
	const [size, suffix] = sizeFor(unit, Math.max(Math.abs(lo), Math.abs(hi)));
	const least = unit === "count" ? 1 : 0;
	let step = roundStep((hi - lo) / size, most);

	// one tick says nothing of the scale
	for (let times = most; times < 4 * most && Math.floor(hi / size / step) - Math.ceil(lo / size / step) < 1; times++)
		step = roundStep((hi - lo) / size, times);
	step = Math.max(step, least / size);
	const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
	const at = [], text = [];

	for (let i = Math.ceil(lo / size / step - 1e-9); i * step * size <= hi * (1 + 1e-12) + 1e-12 && at.length < 50; i++) {
		at.push(i * step * size);
		text.push(i === 0 ? "0" : (i * step).toFixed(decimals) + suffix);
	}
	return { at, text };
}

const TIME_STEPS = [1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10800, 14400, 21600, 43200, 86400, 172800,
	432000, 604800, 1209600, 2592000, 5184000];

function timeStep(span, most) {
	const least = span / Math.max(1, most);

	if (least < 1)
		return roundStep(span, most);
	return TIME_STEPS.find((step) => step >= least) || 31536000;
}

// Ticks of elapsed seconds in the unit of their step: "30 s", "4 h", "12 d".
function elapsedTicks(lo, hi, most) {
	const step = timeStep(hi - lo, most);
	const [size, suffix] = step >= 86400 ? [86400, " d"] : step >= 3600 ? [3600, " h"] : step >= 60 ? [60, " min"] : [1, " s"];
	const decimals = step < 1 ? Math.ceil(-Math.log10(step) - 1e-9) : 0;
	const at = [], text = [];

	for (let i = Math.ceil(lo / step - 1e-9); i * step <= hi + 1e-9 * step && at.length < 50; i++) {
		at.push(i * step);
		text.push(i === 0 ? "0" : (i * step / size).toFixed(decimals) + suffix);
	}
	return { at, text };
}

// Ticks of the same span on round times of the day; midnight is written as its date.
function utcTicks(lo, hi, start, most) {
	const step = Math.max(1, timeStep(hi - lo, most));
	const at = [], text = [];

	for (let i = Math.ceil((start + lo) / step); i * step - start <= hi && at.length < 50; i++) {
		const iso = new Date(i * step * 1000).toISOString();

		at.push(i * step - start);
		text.push(i * step % 86400 === 0 ? Number(iso.slice(8, 10)) + " " + MONTHS[Number(iso.slice(5, 7)) - 1] :
			iso.slice(11, step < 60 ? 19 : 16));
	}
	return { at, text };
}
