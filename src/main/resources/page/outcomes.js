// What became of this instance's records: totals since its start, of the last minute, and over the last minutes.

import { Sparkline } from './charts.js';
import { arrange, attribute, element, text } from './dom.js';
import { UNKNOWN, count, plural, rate } from './format.js';
import { countedLines } from './history.js';

const LABELS = { counted: 'Counted', duplicate: 'Duplicate', test: 'Test', dead: 'Dead-lettered', lost: 'Lost' };

/** "reason NOT_JSON" is a part of the dead letters, "cause retention" of the losses. */
function label(name) {
  return LABELS[name] ?? name.replace(/^reason /, '').replace(/^cause /, 'to ');
}

class Row {
  constructor(name) {
    this.cells = [element('td', { class: 'number' }), element('td', { class: 'number' })];
    this.canvas = element('div', { class: 'sparkline', role: 'img' });
    this.node = element('tr', { 'data-outcome': name, ...(name in LABELS ? {} : { class: 'part' }) },
      element('th', { scope: 'row' }, label(name)), ...this.cells, element('td', { class: 'trend' }, this.canvas));
  }

  show(name, now, before, series) {
    text(this.cells[0], count(now));
    text(this.cells[1], before === undefined ? UNKNOWN : count(now - before));
    this.node.toggleAttribute('data-bad', name === 'lost' && now > 0);
    const values = series?.columns[1].filter((it) => it !== null) ?? [];
    attribute(this.canvas, 'aria-label', values.length
      ? `records a second: now ${rate(values.at(-1))}, at most ${rate(Math.max(...values))}` : 'not known yet');
    if (!series) {
      return;
    }
    if (this.spark) {
      this.spark.show(series.columns);
    } else {
      this.spark = new Sparkline(this.canvas, series.columns);
    }
  }
}

export class Outcomes {
  constructor() {
    this.body = document.getElementById('outcomes');
    this.recent = document.getElementById('outcomes-recent');
    this.balance = document.getElementById('balance');
    this.rows = new Map();
  }

  /** One line: whether each offset of the group has its outcome. */
  showBalance(balance) {
    this.balance.hidden = balance?.off === undefined || balance.off === null;
    if (this.balance.hidden) {
      return;
    }
    const passed = balance.partitions.reduce((total, it) => total + it.next - it.from, 0);
    const off = balance.partitions.reduce((total, it) => total + Math.abs(it.off), 0);
    text(this.balance, off === 0
      ? `Balance of the group: each of ${plural(passed, 'offset')} has its outcome.`
      : `Balance of the group: off by ${plural(off, 'offset')}, of ${count(passed)}.`);
    this.balance.toggleAttribute('data-bad', off !== 0);
  }

  show({ totals, totalsBefore, totalsSeconds, lines }) {
    const known = totalsSeconds > 0;
    text(this.recent, !known || totalsSeconds >= 55 ? 'last minute' : `last ${totalsSeconds} s`);
    const before = new Map(known ? countedLines(totalsBefore) : []);
    const now = totals ? countedLines(totals) : Object.keys(LABELS).map((name) => [name, undefined]);
    const nodes = now.map(([name, number]) => {
      if (!this.rows.has(name)) {
        this.rows.set(name, new Row(name));
      }
      const row = this.rows.get(name);
      row.show(name, number, known ? before.get(name) ?? 0 : undefined, lines.get(name));
      return row.node;
    });
    arrange(this.body, nodes);
    for (const [name, row] of this.rows) {
      if (!nodes.includes(row.node)) { // after a restart a reason may not have come yet
        row.spark?.close();
        this.rows.delete(name);
      }
    }
  }
}
