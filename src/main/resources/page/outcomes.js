// What became of this instance's records: totals since its start, and of the last minute.

import { arrange, element, text } from './dom.js';
import { UNKNOWN, count } from './format.js';

const ROWS = [['counted', 'Counted'], ['duplicate', 'Duplicate'], ['test', 'Test exposure'], ['dead', 'Dead-lettered']];

export class Outcomes {
  constructor() {
    this.body = document.getElementById('outcomes');
    this.recent = document.getElementById('outcomes-recent');
    this.rows = new Map();
  }

  show({ totals, totalsBefore, totalsSeconds }) {
    this.known = totalsSeconds > 0;
    text(this.recent, !this.known || totalsSeconds >= 55 ? 'last minute' : `last ${totalsSeconds} s`);
    const lines = ROWS.map(([name, label]) => [name, label, totals?.[name], totalsBefore?.[name]]);
    // All reasons are counted from 0; those that never came are left out.
    Object.entries(totals?.reasons ?? {}).filter(([, number]) => number > 0).sort().forEach(([reason, number]) => {
      lines.push([`reason ${reason}`, reason, number, totalsBefore.reasons[reason] ?? 0]);
    });
    lines.push(['lost', 'Lost', totals?.lost, totalsBefore?.lost]);
    Object.entries(totals?.causes ?? {}).filter(([, number]) => number > 0).sort().forEach(([cause, number]) => {
      lines.push([`cause ${cause}`, `to ${cause}`, number, totalsBefore.causes[cause] ?? 0]);
    });
    arrange(this.body, lines.map(([name, label, now, before]) => this.#row(name, label, now, before)));
  }

  #row(name, label, now, before) {
    if (!this.rows.has(name)) {
      const cells = [element('th', { scope: 'row' }, label), element('td', { class: 'number' }), element('td', { class: 'number' })];
      const node = element('tr', { 'data-outcome': name, ...(name.includes(' ') ? { class: 'part' } : {}) }, ...cells);
      this.rows.set(name, { node, cells });
    }
    const { node, cells } = this.rows.get(name);
    text(cells[1], count(now));
    text(cells[2], now === undefined || !this.known ? UNKNOWN : count(now - before));
    node.toggleAttribute('data-bad', name === 'lost' && now > 0);
    return node;
  }
}
