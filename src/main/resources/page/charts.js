// Charts by uPlot, in the colours of the page's theme. A line is told from the others by its dashes too.

import { brief } from './format.js';

const DASHES = [[], [6, 4], [2, 3], [10, 3, 2, 3]];
const SHOWN_SECONDS = 300;
const SHOWN_AT_LEAST_SECONDS = 60;
const SPARKLINE_AT_LEAST_SECONDS = 10;
const minutes = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const seconds = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const scheme = window.matchMedia('(prefers-color-scheme: dark)');
const charts = new Set();

scheme.addEventListener('change', () => charts.forEach((chart) => chart.rebuild()));

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

/** What all charts show: the last minutes, as far as they are known. */
function lastMinutes(plot, atLeast) {
  const [times] = plot.data;
  const last = times.at(-1) ?? Date.now() / 1000;
  const known = last - (times[0] ?? last);
  return [last - Math.min(SHOWN_SECONDS, Math.max(atLeast, known)), last];
}

function clock(plot, splits) {
  return splits.map((split) => (split % 60 === 0 ? minutes : seconds).format(new Date(split * 1000)));
}

function range(plot, low, high) {
  return [0, high > 0 ? high * 1.1 : 1];
}

class Chart {
  constructor(target, data) {
    this.target = target;
    this.data = data;
    charts.add(this);
    this.resizes = new ResizeObserver(() => this.#fit());
  }

  rebuild() {
    this.plot?.destroy();
    this.plot = new uPlot({ ...this.size(), ...this.options() }, this.data, this.target);
    this.plot.root.setAttribute('aria-hidden', 'true');
    this.resizes.observe(this.target);
  }

  size() {
    return { width: Math.max(60, this.target.clientWidth), height: this.target.clientHeight };
  }

  #fit() {
    const { width, height } = this.size();
    if (this.plot && (this.plot.width !== width || this.plot.height !== height)) {
      this.plot.setSize({ width, height });
    }
  }

  show(data) {
    this.data = data;
    this.plot.setData(data);
  }

  close() {
    this.resizes.disconnect();
    this.plot?.destroy();
    charts.delete(this);
  }
}

/** A chart of several lines with axes, and a legend that tells the last values, or those under the pointer. */
export class LineChart extends Chart {
  constructor(target, lines, say, empty = [[], ...lines.map(() => [])]) {
    const legend = document.createElement('ul');
    legend.className = 'legend';
    const canvas = document.createElement('div');
    canvas.className = 'canvas';
    canvas.setAttribute('role', 'img');
    target.append(legend, canvas);
    super(canvas, empty);
    this.lines = lines;
    this.say = say;
    this.values = lines.map((line, index) => {
      const item = document.createElement('li');
      const swatch = document.createElement('span');
      swatch.className = `swatch dash-${index}`;
      swatch.dataset.line = line.colour;
      const value = document.createElement('b');
      item.append(swatch, ` ${line.label} `, value);
      legend.append(item);
      return value;
    });
    this.rebuild();
    this.#tell(null);
  }

  options() {
    const grid = { stroke: colour('--grid'), width: 1 };
    const axis = { stroke: colour('--soft'), grid, ticks: { show: false }, font: '11px system-ui, sans-serif' };
    return {
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false } },
      padding: [8, 38, 0, 0], // room for half of the last time
      scales: { x: { range: (plot) => lastMinutes(plot, SHOWN_AT_LEAST_SECONDS) }, y: { range } },
      axes: [
        { ...axis, size: 24, space: 90, values: clock },
        { ...axis, size: 46, space: 28, values: (plot, splits) => splits.map(brief) },
      ],
      series: [{}, ...this.lines.map((line, index) => ({
        stroke: colour(line.colour), width: 1.75, dash: DASHES[index], points: { show: false }, spanGaps: false,
      }))],
      hooks: { setCursor: [(plot) => this.#tell(plot.cursor.idx)] },
    };
  }

  show(data) {
    super.show(data);
    this.#tell(null);
  }

  #tell(index) {
    const known = this.data.slice(1).map((column) => column[index ?? column.length - 1]);
    known.forEach((value, line) => { this.values[line].textContent = this.say(value); });
    if (index === null) {
      const words = this.lines.map((line, at) => {
        const highest = this.data[at + 1].reduce((high, value) => Math.max(high, value ?? 0), 0);
        return `${line.label} now ${this.say(known[at])}, at most ${this.say(highest)}`;
      });
      this.target.setAttribute('aria-label', `Last minutes: ${words.join('; ')}`);
    }
  }
}

/** A line the size of a word. */
export class Sparkline extends Chart {
  constructor(target, data) {
    super(target, data);
    this.rebuild();
  }

  options() {
    return {
      legend: { show: false },
      cursor: { show: false },
      padding: [2, 0, 2, 0],
      scales: { x: { range: (plot) => lastMinutes(plot, SPARKLINE_AT_LEAST_SECONDS) }, y: { range } },
      axes: [{ show: false }, { show: false }],
      series: [{}, { stroke: colour('--line-1'), fill: colour('--fill-1'), width: 1.5, points: { show: false } }],
    };
  }
}
