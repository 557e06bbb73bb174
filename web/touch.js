// SPDX-License-Identifier: GPL-3.0-or-later
// Fingers on a chart: two zoom and move it, what they are on stays under them; one draws a zoomed chart sideways, and shows values on a whole one.
"use strict";

const FINGER_DRAWS = 8; // pixels, before a finger that rests is one that draws

class Fingers {
	constructor(page, chart) {
		const over = chart.plot.over;

		this.page = page;
		this.chart = chart;
		this.down = new Map(); // pointer id: { value that it is on, px now, px where it came down }
		over.addEventListener("pointerdown", (e) => e.pointerType === "touch" && this.put(e));
		over.addEventListener("pointermove", (e) => this.down.has(e.pointerId) && this.move(e));
		for (const name of ["pointerup", "pointercancel"])
			over.addEventListener(name, (e) => this.down.delete(e.pointerId));
	}

	place(e) {
		return e.clientX - this.chart.plot.over.getBoundingClientRect().left;
	}

	put(e) {
		const px = this.place(e);

		if (this.down.size === 2)
			return;
		this.chart.plot.over.setPointerCapture(e.pointerId);
		this.down.set(e.pointerId, { px, begin: px });
		for (const f of this.down.values()) // from here on the value under each is held
			f.value = this.chart.plot.posToVal(f.px, "x");
	}

	move(e) {
		const f = this.down.get(e.pointerId), chart = this.chart, width = chart.plot.over.clientWidth;

		f.px = this.place(e);
		if (this.down.size === 2) {
			const [a, b] = [...this.down.values()], perPixel = (b.value - a.value) / (b.px - a.px);

			// fingers that meet or cross say nothing
			if (Number.isFinite(perPixel) && perPixel > 0)
				this.page.zoom(chart, a.value - a.px * perPixel, a.value + (width - a.px) * perPixel);
		} else if (Math.abs(f.px - f.begin) >= FINGER_DRAWS) {
			const s = chart.plot.scales.x, perPixel = (s.max - s.min) / width;

			if (chart.zoomed)
				this.page.zoom(chart, f.value - f.px * perPixel, f.value + (width - f.px) * perPixel);
			else
				this.page.moveTo(chart, chart.plot.posToVal(Math.max(0, Math.min(width, f.px)), "x"));
		}
	}
}
