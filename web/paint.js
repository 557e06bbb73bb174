// SPDX-License-Identifier: GPL-3.0-or-later
// What is drawn around uPlot's lines: spans and bands behind them, fits, limits and markers over them; and the theme's properties.
"use strict";

let properties = null; // of the page's theme, read once

function property(name) {
	properties = properties || getComputedStyle(document.documentElement);
	return properties.getPropertyValue("--" + name).trim();
}

function dashOf(name) {
	const dash = property(name + "-dash");

	return !dash || dash === "none" ? [] : dash.split(" ").map((n) => Number(n) * 0.7);
}

function themeChanged() {
	properties = null;
}

// The property of a marker's kind: "limit" is that of a line.
function markName(marker) {
	return marker.kind === "limit" ? "limit-reached" : marker.kind;
}

function lineAt(line, x) {
	return line.x1 > line.x0 ? line.y0 + (line.y1 - line.y0) * (x - line.x0) / (line.x1 - line.x0) : line.y0;
}

// Draws what a Chart has: its scene, panel, series, points, lines() and options.
class Painter {
	clip(u, draw) {
		const c = u.ctx;

		c.save();
		c.beginPath();
		c.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
		c.clip();
		draw(c, (x) => u.valToPos(x, "x", true), (y) => u.valToPos(y, "y", true));
		c.restore();
	}

	drawBehind(u) {
		this.clip(u, (c, px, py) => {
			if (this.panel.x === "elapsed")
				this.drawSpans(c, u, px);
			this.points.forEach((p, k) => {
				if (p.spread && this.series[k].band)
					this.drawSpread(c, p, property(this.series[k].role), px, py);
			});
			for (const l of this.lines())
				this.drawBand(c, l, px, py);
		});
	}

	drawSpans(c, u, px) {
		let phases = 0;

		for (const s of this.scene.spans) {
			const x = px(s.x0), w = px(s.x1) - x;

			if (s.kind === "phase" && phases++ % 2 === 1)
				continue;
			c.fillStyle = property(s.kind === "phase" ? "phase" : "warmup");
			c.fillRect(x, u.bbox.top, w, u.bbox.height);
			if (s.kind === "gap")
				this.hatch(c, x, u.bbox.top, w, u.bbox.height);
		}
	}

	// A gap is striped: nothing is known there.
	hatch(c, x, y, w, h) {
		c.save();
		c.beginPath();
		c.rect(x, y, w, h);
		c.clip();
		c.beginPath();
		for (let at = Math.floor((x - h) / 9) * 9; at < x + w; at += 9) {
			c.moveTo(at, y + h);
			c.lineTo(at + h, y);
		}
		c.strokeStyle = property("hatch");
		c.lineWidth = 1;
		c.stroke();
		c.restore();
	}

	// From the least to the most of each block, behind the line of means.
	drawSpread(c, p, colour, px, py) {
		c.fillStyle = colour;
		c.globalAlpha = Number(property("series-band"));
		for (let i = 0; i < p.x.length;) {
			let end = i;

			while (end < p.x.length && p.mean[end] !== null)
				end++;
			c.beginPath();
			for (let k = i; k < end; k++)
				c.lineTo(px(p.x[k]), py(p.max[k]));
			for (let k = end - 1; k >= i; k--)
				c.lineTo(px(p.x[k]), py(p.min[k]));
			c.fill();
			i = end + 1;
		}
		c.globalAlpha = 1;
	}

	drawBand(c, line, px, py) {
		const b = line.band;

		if (!b || b.x.length < 2)
			return;
		c.fillStyle = property(line.limit ? "limit" : "fit");
		c.globalAlpha = Number(property("fit-band"));
		c.beginPath();
		b.x.forEach((x, i) => c.lineTo(px(x), py(b.hi[i])));
		for (let i = b.x.length - 1; i >= 0; i--)
			c.lineTo(px(b.x[i]), py(b.lo[i]));
		c.fill();
		c.globalAlpha = 1;
	}

	// A value between two gaps is a dot, as in the picture: a line of one would not be seen.
	drawLone(c, p, name, px, py) {
		const known = (i) => i >= 0 && i < p.x.length && p.mean[i] !== null;

		c.fillStyle = property(name);
		for (let i = 0; i < p.x.length; i++) {
			if (!known(i) || known(i - 1) || known(i + 1))
				continue;
			c.beginPath();
			c.arc(px(p.x[i]), py(p.mean[i]), 2.5 * devicePixelRatio, 0, 2 * Math.PI);
			c.fill();
		}
	}

	drawOver(u) {
		this.clip(u, (c, px, py) => {
			this.points.forEach((p, k) => this.drawLone(c, p, this.series[k].role, px, py));
			for (const l of this.lines())
				this.drawLine(c, u, l, px, py);
			if (this.panel.x === "elapsed")
				this.drawMarkers(c, u, px);
		});
		if (this.options.utc)
			this.drawNames(u);
	}

	drawLine(c, u, line, px, py) {
		const name = line.limit ? "limit" : "fit";

		c.strokeStyle = property(name);
		c.lineWidth = Number(property(name + "-width")) * 0.65 * devicePixelRatio;
		c.setLineDash(dashOf(name).map((n) => n * devicePixelRatio));
		c.beginPath();
		c.moveTo(line.limit ? u.bbox.left : px(line.x0), py(line.y0));
		c.lineTo(line.limit ? u.bbox.left + u.bbox.width : px(line.x1), py(line.y1));
		c.stroke();
		c.setLineDash([]);
	}

	drawMarkers(c, u, px) {
		for (const m of this.scene.markers) {
			// in a forecast of weeks the events of a night are one line, and the date is what counts
			if (this.ownSpan() && m.kind !== "limit")
				continue;
			const name = markName(m), x = Math.round(px(m.x)) + 0.5;

			c.strokeStyle = property(name);
			c.lineWidth = devicePixelRatio;
			c.setLineDash(dashOf(name).map((n) => n * devicePixelRatio));
			c.beginPath();
			c.moveTo(x, u.bbox.top);
			c.lineTo(x, u.bbox.top + u.bbox.height);
			c.stroke();
		}
		c.setLineDash([]);
	}

	// Names of spans and markers in the lane above the plot, as far as there is room; all are in the list below.
	drawNames(u) {
		const c = u.ctx, ratio = devicePixelRatio, left = u.bbox.left, right = left + u.bbox.width;
		const names = [
			...this.scene.markers.map((m) => ({ x: m.x, label: m.label, ink: markName(m) + "-ink" })),
			...this.scene.spans.map((s) => ({ x: Math.max(s.x0, u.scales.x.min), to: s.x1, label: s.label, ink: "muted" })),
		];
		const taken = [];

		c.save();
		c.font = 12 * ratio + "px system-ui, sans-serif";
		c.textBaseline = "bottom";
		for (const n of names) {
			const at = u.valToPos(n.x, "x", true);

			if (!n.label || at < left || at > right || (n.to !== undefined && n.to < u.scales.x.min))
				continue;
			const text = n.label.length > 40 ? n.label.slice(0, 39) + "\u2026" : n.label;
			const wide = c.measureText(text).width;
			const x = Math.max(left, Math.min(at - (n.to === undefined ? wide / 2 : 0), right - wide));

			if (taken.some(([a, b]) => x < b + 8 * ratio && x + wide > a - 8 * ratio))
				continue;
			taken.push([x, x + wide]);
			c.fillStyle = property(n.ink);
			c.fillText(text, x, u.bbox.top - 3 * ratio);
		}
		c.restore();
	}
}
