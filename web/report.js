// SPDX-License-Identifier: GPL-3.0-or-later
// The page: charts into their figures, one span of time and one cursor for all of them, keys, theme, copying.
"use strict";

const page = {
	scene: JSON.parse(document.getElementById("scene").textContent),
	charts: [],
	onPaper: false,
	busy: false, // a cursor that is moved by another's must not move it back

	// Charts whose span goes with this one's.
	partners(chart) {
		return chart.shared ? this.charts.filter((c) => c.shared) : this.charts.filter((c) => c.figure === chart.figure);
	},

	zoom(chart, from, to) {
		const whole = chart.x1 - chart.x0, least = whole / 2000, middle = (from + to) / 2;
		let span = Math.min(Math.max(to - from, least), whole);

		from = Math.max(chart.x0, Math.min(middle - span / 2, chart.x1 - span));
		this.partners(chart).forEach((c) => c.setSpan(from, from + span));
		document.body.dataset.span = from + " " + (from + span);
	},

	// factor below 1: nearer; around the cursor, else the middle.
	zoomBy(chart, factor) {
		const s = chart.plot.scales.x, x = this.at ?? (s.min + s.max) / 2;
		const inside = chart.shared && this.at !== null && x >= s.min && x <= s.max ? x : (s.min + s.max) / 2;

		this.zoom(chart, inside - (inside - s.min) * factor, inside + (s.max - inside) * factor);
	},

	reset(chart) {
		this.zoom(chart, chart.x0, chart.x1);
	},

	at: null, // elapsed seconds under the cursor

	pointed(chart, x) {
		if (this.busy || !this.charts.includes(chart))
			return;
		this.busy = true;
		if (chart.panel.x === "elapsed") {
			this.at = x;
			for (const c of this.charts) {
				if (c.panel.x !== "elapsed")
					continue;
				if (c !== chart)
					c.point(x);
				c.show(x !== null && x >= c.plot.scales.x.min && x <= c.plot.scales.x.max ? x : null);
			}
		} else {
			chart.show(x);
		}
		chart.pointedAt = x;
		this.busy = false;
	},

	say(text) {
		clearTimeout(this.saying);
		this.saying = setTimeout(() => {
			document.getElementById("spoken").textContent = text;
		}, 120); // who holds a key down hears where it stops
	},

	moveBy(chart, by) {
		const x = chart.stepFrom(chart.panel.x === "elapsed" ? this.at : chart.pointedAt ?? null, by);

		this.moveTo(chart, x);
	},

	moveTo(chart, x) {
		chart.point(x);
		chart.pointedAt = x;
		this.pointed(chart, x);
		this.say(chart.spokenAt(x));
	},

	key(chart, event) {
		const far = event.shiftKey ? 10 : 1, s = chart.plot.scales.x;
		const actions = {
			ArrowLeft: () => this.moveBy(chart, -far),
			ArrowRight: () => this.moveBy(chart, far),
			Home: () => this.moveTo(chart, s.min),
			End: () => this.moveTo(chart, s.max),
			"+": () => this.zoomBy(chart, 0.5),
			"=": () => this.zoomBy(chart, 0.5),
			"-": () => this.zoomBy(chart, 2),
			PageUp: () => this.zoom(chart, s.min - (s.max - s.min) / 2, s.max - (s.max - s.min) / 2),
			PageDown: () => this.zoom(chart, s.min + (s.max - s.min) / 2, s.max + (s.max - s.min) / 2),
			Escape: () => {
				this.reset(chart);
				this.pointed(chart, null);
				chart.point(null);
			},
		};

		if (event.ctrlKey || event.metaKey || event.altKey || !actions[event.key])
			return;
		event.preventDefault();
		actions[event.key]();
	},
};

const HEIGHTS = { strip: 62, side: 210 };

function heightOf(panel, first) {
	return first ? 380 : HEIGHTS[panel.place] || Math.max(130, Math.min(300, 120 * panel.weight || 130));
}

// Strips have no time axis of their own, except the last of them: it is that of the chart above.
function isBare(panels, i) {
	return panels[i].place === "strip" && panels.slice(i + 1).some((p) => p.place === "strip");
}

function makeCharts() {
	const panels = page.scene.panels, first = panels.findIndex((p) => p.place === "main");

	panels.forEach((panel, i) => {
		const figure = document.getElementById("panel-" + i), place = figure.querySelector(".chart");

		if (!place)
			return;
		const bare = isBare(panels, i);
		const extra = panel.place === "strip" && !bare ? 26 : 0;
		const chart = new Chart(page.scene, panel, figure, place,
			{ page, utc: i === first, bare, height: heightOf(panel, i === first) + extra });

		page.charts.push(chart);
		new Fingers(page, chart);
		if (panel.inset > 0 && panel.inset <= panel.series.length)
			addInset(panel, figure);
		figure.addEventListener("keydown", (event) => page.key(chart, event));
		figure.dataset.drawn = "yes";
	});
}

// A line whose change is small beside its level, once more with an axis of its own.
function addInset(panel, figure) {
	const title = figure.appendChild(document.createElement("p")), place = figure.appendChild(document.createElement("div"));

	title.className = "inset";
	title.textContent = (panel.series[panel.inset - 1].label || "?") + ", on an axis of its own that does not begin at 0";
	place.className = "chart";
	page.charts.push(new Chart(page.scene, panel, figure, place, { page, only: panel.inset - 1, height: 140 }));
}

const dark = matchMedia("(prefers-color-scheme: dark)");

function isDark() {
	const chosen = document.documentElement.dataset.theme;

	return chosen ? chosen === "dark" : dark.matches;
}

function restyle() {
	themeChanged();
	document.getElementById("theme").textContent = isDark() ? "Light" : "Dark";
	page.charts.forEach((c) => c.restyle());
}

function copyText(text) {
	const done = (how) => {
		document.getElementById("copied").textContent = how;
	};
	// where there is no clipboard for a local file: the old way, by a field that is selected
	const byField = () => {
		const field = document.body.appendChild(document.createElement("textarea"));

		field.className = "unseen";
		field.value = text;
		field.select();
		done(document.execCommand("copy") ? "Copied." : "This browser does not let a page copy: report.md has the text.");
		field.remove();
	};

	if (navigator.clipboard)
		navigator.clipboard.writeText(text).then(() => done("Copied."), byField);
	else
		byField();
}

function listen() {
	const click = (id, action) => document.getElementById(id)?.addEventListener("click", action);
	const focused = () => page.charts.find((c) => c.figure === document.activeElement) || page.charts[0];

	click("zoom-in", () => page.zoomBy(focused(), 0.5));
	click("zoom-out", () => page.zoomBy(focused(), 2));
	click("reset", () => page.charts.forEach((c) => page.reset(c)));
	click("theme", () => {
		document.documentElement.dataset.theme = isDark() ? "light" : "dark";
		restyle();
	});
	click("copy", () => copyText(JSON.parse(document.getElementById("markdown").textContent)));
	dark.addEventListener("change", restyle);
	// what is drawn before the page is laid out for paper knows nothing of paper: its width and its colours are told
	let chosen;
	const toPaper = (paper) => {
		const data = document.documentElement.dataset;

		if (paper && !page.onPaper)
			[chosen, data.theme] = [data.theme, "light"];
		else if (!paper && chosen)
			data.theme = chosen;
		else if (!paper)
			delete data.theme;
		page.onPaper = paper;
		page.charts.forEach((c) => c.resize());
		restyle();
	};

	addEventListener("beforeprint", () => toPaper(true));
	addEventListener("afterprint", () => toPaper(false));
	new ResizeObserver(() => page.charts.forEach((c) => c.resize())).observe(document.getElementById("charts"));
}

document.getElementById("tools").hidden = false;
makeCharts();
listen();
restyle();
