// SPDX-License-Identifier: GPL-3.0-or-later
// One panel of the scene as a chart: what uPlot is told, and what is read at the cursor. uPlot draws axes and lines; the rest is paint.js.
"use strict";

const AXIS_WIDTH = 78; // of every value axis, so that charts under one another have the same time axis
const PAPER_WIDTH = 660; // of a chart: A4 and Letter upright, with their margins, have at least this
const FONT = "12px system-ui, sans-serif";

// A series' blocks as [x, mean, min, max], ascending. An empty block is one null between its neighbours: the line breaks there.
function pointsOf(blocks, times) {
	const t = times[blocks.t], x = [], mean = [], min = [], max = [];
	let gap = false;

	for (let i = 0; i < t.length; i++) {
		if (t[i] === null || blocks.mean[i] === null) {
			gap = x.length > 0;
			continue;
		}
		if (x.length && t[i] <= x[x.length - 1])
			continue;
		if (gap) {
			x.push((x[x.length - 1] + t[i]) / 2);
			mean.push(null);
			min.push(null);
			max.push(null);
			gap = false;
		}
		x.push(t[i]);
		mean.push(blocks.mean[i]);
		min.push(blocks.min ? blocks.min[i] : blocks.mean[i]);
		max.push(blocks.max ? blocks.max[i] : blocks.mean[i]);
	}
	return { x, mean, min, max, spread: !!blocks.min };
}

// The known point next to x; -1 where there is none.
function nearest(points, x) {
	let lo = 0, hi = points.x.length - 1;

	if (hi < 0)
		return -1;
	while (hi - lo > 1) {
		const mid = (lo + hi) >> 1;

		if (points.x[mid] <= x)
			lo = mid;
		else
			hi = mid;
	}
	return Math.abs(points.x[lo] - x) <= Math.abs(points.x[hi] - x) ? lo : hi;
}

class Chart extends Painter {
	// panel, its figure, the scene; only: the one series that an inset shows
	constructor(scene, panel, figure, place, options) {
		super();
		this.scene = scene;
		this.panel = panel;
		this.figure = figure;
		this.options = options;
		this.series = panel.series.filter((s, i) => options.only === undefined || options.only === i);
		this.points = this.series.map((s) => pointsOf(s.blocks, scene.times));
		[this.x0, this.x1] = this.wholeSpan();
		this.values = [...figure.querySelectorAll(".legend .value")];
		this.ranges = this.values.map((v) => v.textContent);
		this.place = place;
		this.plot = new uPlot(this.settings(), this.data(), place);
		this.setSpan(this.x0, this.x1); // of the panel, which may begin before its first value and end behind its last
	}

	// Does its x axis go with the time axis that all share?
	get shared() {
		return this.panel.x === "elapsed" && !this.ownSpan();
	}

	ownSpan() {
		return this.panel.place === "side" && this.panel.x0 !== null && this.panel.x0 < this.panel.x1;
	}

	wholeSpan() {
		if (this.ownSpan())
			return [this.panel.x0, this.panel.x1];
		if (this.panel.x === "elapsed")
			return [this.scene.x0, this.scene.x1];
		const all = this.points.flatMap((p) => p.x);

		return all.length ? [Math.min(...all), Math.max(...all, Math.min(...all) + 1)] : [0, 1];
	}

	data() {
		if (!this.points.some((p) => p.x.length))
			return [[this.x0, this.x1], ...this.series.map(() => [null, null])];
		// 2: a gap goes from value to value, over the times that only others have; else it would be as short as one of theirs
		return uPlot.join(this.points.map((p) => [p.x, p.mean]), this.points.map(() => [0, 2]));
	}

	get zoomed() {
		const s = this.plot && this.plot.scales.x;

		return s && s.min !== null && (s.min > this.x0 || s.max < this.x1);
	}

	// What the y axis covers of what lies within x: as in plots/axis.c for the whole run, all the height for the data when zoomed.
	valueRange(u) {
		const from = u.scales.x.min ?? this.x0, to = u.scales.x.max ?? this.x1;
		let lo = Infinity, hi = -Infinity;
		const include = (v) => {
			if (v !== null && Number.isFinite(v)) {
				lo = Math.min(lo, v);
				hi = Math.max(hi, v);
			}
		};

		const whole = !this.zoomed && this.options.only === undefined, { y0, y1 } = this.panel;
		const cut = whole && y0 !== null && y0 < y1; // single rows far out would make a flat line of the others; a zoom has them

		if (cut) {
			include(y0);
			include(y1);
		}
		this.points.forEach((p, k) => {
			for (let i = 0; !cut && i < p.x.length; i++) {
				if (p.mean[i] === null || p.x[i] < from || p.x[i] > to)
					continue;
				include(p.mean[i]);
				if (this.series[k].band) {
					include(p.min[i]);
					include(p.max[i]);
				}
			}
		});
		for (const l of this.lines()) {
			const a = Math.max(l.x0, from), b = Math.min(l.x1, to);

			if (!l.limit && a <= b) {
				include(lineAt(l, a));
				include(lineAt(l, b));
			}
		}
		if (lo > hi)
			return [0, 1];
		const zero = this.panel.from_zero && whole, data = [lo, hi];

		if (zero)
			include(0);
		for (const l of this.lines()) {
			const far = Math.max(hi, l.y0) - Math.min(lo, l.y0);

			if (l.limit && (zero ? Math.max(Math.abs(data[0]), Math.abs(data[1])) : data[1] - data[0]) * 3 >= far)
				include(l.y0);
		}
		const least = { kib: 4 / 1024, count: 1, per_s: 1, seconds: 1e-6 }[this.panel.unit];
		const span = Math.max(hi - lo, least, 0.0022 * Math.abs(hi)), middle = (lo + hi) / 2;

		if (zero && lo === 0)
			hi = Math.max(hi, span);
		else if (hi - lo < span)
			[lo, hi] = [middle - span / 2, middle + span / 2];
		return [zero && lo === 0 ? 0 : lo - 0.05 * span, zero && hi === 0 ? 0 : hi + 0.07 * span];
	}

	lines() {
		return this.options.only === undefined ? this.panel.lines : [];
	}

	axis(name, ticks, more) {
		return {
			scale: name,
			font: FONT,
			stroke: () => property("muted"),
			grid: { stroke: () => property("grid"), width: 1 },
			ticks: { stroke: () => property("axis"), width: 1, size: 4 },
			splits: (u, i, lo, hi) => ticks(u, lo, hi).at,
			values: (u) => ticks(u, u.scales[name].min, u.scales[name].max).text,
			...more,
		};
	}

	axes() {
		const strip = this.panel.place === "strip", main = this.options.utc, start = this.scene.start_unix;
		const room = (u, px) => Math.max(2, Math.floor(u.bbox.width / devicePixelRatio / px));
		const y = this.axis("y", (u, lo, hi) => valueTicks(this.panel.unit, lo, hi,
			Math.max(2, Math.floor(u.bbox.height / devicePixelRatio / (strip ? 24 : 38)))), { size: AXIS_WIDTH });
		const below = this.panel.x === "count" ?
			this.axis("x", (u, lo, hi) => valueTicks("count", lo, hi, room(u, 80)), { size: 30 }) :
			this.axis("x", (u, lo, hi) => elapsedTicks(lo, hi, room(u, 75)), { size: 30 });

		if (this.options.bare)
			Object.assign(below, { size: 4, values: (u, splits) => splits.map(() => "") });
		if (!main)
			return [below, y];
		// the lane of names of spans and markers is between the plot and the time of day
		const named = [...this.scene.spans, ...this.scene.markers].some((s) => s.label);

		return [below, y, this.axis("x", (u, lo, hi) => utcTicks(lo, hi, start, room(u, 95)),
			{ side: 0, size: named ? 44 : 26, gap: named ? 20 : 4, grid: { show: false }, ticks: { show: false } })];
	}

	settings() {
		return {
			width: this.width(),
			height: this.options.height,
			legend: { show: false },
			scales: { x: { time: false, range: (u, lo, hi) => [lo ?? this.x0, hi ?? this.x1] },
				y: { range: (u) => this.valueRange(u) } },
			axes: this.axes(),
			padding: [8, 22, 0, 0],
			series: [{}, ...this.series.map((s) => ({
				label: s.label || "?",
				stroke: () => property(s.role),
				width: Number(property(s.role + "-width")) * 0.65 || 2,
				dash: dashOf(s.role),
				points: { show: false },
			}))],
			cursor: { y: false, drag: { x: true, y: false, setScale: false, dist: 4 },
				points: { size: 8, fill: (u, i) => property(this.series[i - 1].role) },
				bind: { dblclick: () => () => (this.options.page.reset(this), null) } },
			hooks: {
				drawClear: [(u) => this.drawBehind(u)],
				draw: [(u) => this.drawOver(u)],
				setCursor: [(u) => this.plot &&
					this.options.page.pointed(this, u.cursor.left >= 0 ? u.posToVal(u.cursor.left, "x") : null)],
				setSelect: [(u) => {
					if (u.select.width < 4)
						return;
					const from = u.posToVal(u.select.left, "x");
					const to = u.posToVal(u.select.left + u.select.width, "x");

					u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
					this.options.page.zoom(this, from, to);
				}],
			},
		};
	}

	width() {
		return this.options.page.onPaper ? PAPER_WIDTH : Math.max(200, Math.floor(this.place.clientWidth));
	}

	resize() {
		if (this.plot.width !== this.width())
			this.plot.setSize({ width: this.width(), height: this.options.height });
	}

	// The theme has changed, or the page goes to paper: dashes and widths are of the theme, too.
	restyle() {
		this.series.forEach((s, i) => Object.assign(this.plot.series[i + 1],
			{ width: Number(property(s.role + "-width")) * 0.65 || 2, dash: dashOf(s.role) }));
		this.plot.redraw(false, true);
	}

	setSpan(from, to) {
		this.plot.setScale("x", { min: from, max: to });
	}

	// Moves the cursor to x, elapsed seconds or operations; null: away.
	point(x) {
		const s = this.plot.scales.x, seen = x !== null && x >= s.min && x <= s.max;

		this.plot.setCursor(seen ? { left: this.plot.valToPos(x, "x"), top: 1 } : { left: -10, top: -10 });
	}

	// What is read at x: words for each series, with what its block spans where that is more than one value.
	wordsAt(x) {
		const reach = (this.plot.scales.x.max - this.plot.scales.x.min) / 20;

		return this.points.map((p, k) => {
			const i = nearest(p, x), unit = this.panel.unit;

			if (i < 0 || p.mean[i] === null || Math.abs(p.x[i] - x) > reach)
				return "no samples";
			return valueText(unit, p.mean[i]) + (p.spread && p.max[i] > p.min[i] ?
				" [" + valueText(unit, p.min[i]) + ", " + valueText(unit, p.max[i]) + "]" : "");
		});
	}

	// What happened within a few pixels of x.
	eventsAt(x) {
		const near = (this.plot.scales.x.max - this.plot.scales.x.min) / 120;
		const names = [];

		if (this.panel.x !== "elapsed")
			return names;
		for (const s of this.scene.spans)
			if (s.label && x >= s.x0 && x <= s.x1)
				names.push(s.label);
		for (const m of this.scene.markers)
			if (m.label && Math.abs(m.x - x) <= near && !names.includes(m.label))
				names.push(m.label);
		return names.slice(0, 4);
	}

	// How many operations had been done at x, between two blocks by the line through them; nothing where none were counted.
	totalAt(x) {
		const { t = [], total = [] } = this.scene.operations || {};
		const i = t.findIndex((known) => known >= x);

		if (i < 0 || (i === 0 && t[0] > x))
			return t.length && i < 0 ? [operationsText(total[t.length - 1])] : [];
		if (t[i] === x)
			return [operationsText(total[i])];
		return [operationsText(total[i - 1] + (total[i] - total[i - 1]) * (x - t[i - 1]) / (t[i] - t[i - 1]))];
	}

	whereText(x) {
		if (this.panel.x === "count")
			return operationsText(x);
		return [durationText(x), utcText(this.scene.start_unix + x) + " UTC", ...this.totalAt(x), ...this.eventsAt(x)].join(" \u00b7 ");
	}

	// Values of x into the legend and the title's line; null: what is there without a cursor.
	show(x) {
		const when = this.figure.querySelector(".when");

		if (this.options.only !== undefined)
			return;
		when.textContent = x === null ? "" : this.whereText(x);
		const words = x === null ? this.ranges : this.wordsAt(x);

		this.values.forEach((v, i) => {
			v.textContent = words[i] ?? "";
		});
	}

	spokenAt(x) {
		return this.whereText(x) + ": " + this.wordsAt(x).map((w, i) => this.series[i].label + " " + w).join(", ");
	}

	// The next sample's x in a direction.
	stepFrom(x, by) {
		const known = this.plot.data[0], s = this.plot.scales.x;
		let i = known.findIndex((t) => t >= (x ?? (by > 0 ? s.min : s.max)));

		if (i < 0)
			i = known.length - 1;
		if (x !== null)
			i += by;
		return Math.max(s.min, Math.min(s.max, known[Math.max(0, Math.min(known.length - 1, i))]));
	}
}
