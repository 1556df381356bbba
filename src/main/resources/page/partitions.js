// The table of the whole group's partitions. What only the owner knows (position, start) is shown for this instance's own.

import { Sparkline } from './charts.js';
import { arrange, attribute, element, text } from './dom.js';
import { UNKNOWN, count, duration, partitionsOf, plural, secondsBetween, time } from './format.js';

const NEW_FOR_SECONDS = 1800;
const BEHIND_SECONDS = 15;
const COLUMNS = [
  ['partition', 'Partition'], ['owner', 'Owner'], ['number position', 'Position'], ['number committed', 'Committed'],
  ['number end', 'Log end'], ['number lag', 'Lag'], ['number behind', 'Behind'], ['trend', 'Lag, last minutes'],
  ['start', 'Start']];

const STARTS = {
  RESUMED: 'Resumed',
  NEW_PARTITION: 'From its first record',
  FIRST_START: 'First start',
  TOPIC_RECREATED: 'Topic re-created: from its first record',
  LOST_TO_RETENTION: 'From the first record left by retention',
  TRUNCATED: 'Log was cut',
};

/** What became of a partition's offsets, in words. */
function accountOf({ from, next, processed, duplicate, test, deadLetter, lost, noRecord, off }) {
  const parts = [[processed, 'processed'], [duplicate, 'duplicate'], [test, 'test'], [deadLetter, 'dead-lettered'], [lost, 'lost'],
    [noRecord, 'without a record'], [off, 'not accounted for']];
  return `Offsets ${count(from)} to ${count(next)}: `
    + (parts.filter(([number]) => number !== 0).map(([number, name]) => `${count(number)} ${name}`).join(', ') || 'none yet');
}

/** When a new partition was found, and after how long it was read. */
function found(partition) {
  const read = partition.firstRecordAt
    ? `first record after ${duration(secondsBetween(partition.discoveredAt, partition.firstRecordAt))}`
    : `owned after ${duration(secondsBetween(partition.discoveredAt, partition.assignedAt))}, no record yet`;
  return `Found ${time(partition.discoveredAt)}, ${read}`;
}

/** One line for each partition that lag or assignment knows, so that none is hidden by an old sample. */
function join(reading) {
  const { assignment, lag, serverNow } = reading;
  const key = (it) => `${it.topic}-${it.partition}`;
  const rows = new Map(lag.partitions.map((it) => [key(it), { key: key(it), ...it, inLag: true }]));
  const sightings = assignment.events.filter((it) => it.type === 'NEW_PARTITION');
  for (const event of sightings) {
    for (const sighted of partitionsOf(event)) {
      const row = rows.get(key(sighted)) ?? { key: key(sighted), ...sighted };
      // It is the age of the sighting that counts, not that of a sighting before the topic was deleted.
      rows.set(row.key, { ...row, foundAt: event.at });
    }
  }
  for (const account of reading.balance?.partitions ?? []) {
    const row = rows.get(key(account));
    if (row) {
      row.account = account;
    }
  }
  for (const own of assignment.partitions) {
    const row = rows.get(key(own)) ?? { key: key(own), topic: own.topic, partition: own.partition };
    // Where there is a sample, all but the position is of its moment, so that the figures of a row fit together.
    rows.set(row.key, row.inLag ? { ...row, own } : { ...row, own, committed: own.committed });
  }
  return [...rows.values()].filter((row) => row.inLag || row.own || secondsBetween(row.foundAt, serverNow) < 60)
    .map((row) => {
      const since = row.own?.startReason === 'NEW_PARTITION' ? row.own.discoveredAt : row.foundAt;
      return {
        ...row,
        unowned: row.inLag === true && !row.own && row.owner === null,
        isNew: since !== undefined && secondsBetween(since, serverNow) < NEW_FOR_SECONDS,
      };
    });
}

const SHOWN = {
  all: () => true,
  mine: (row) => row.own !== undefined,
  others: (row) => !row.own && row.inLag && !row.unowned,
  unowned: (row) => row.unowned,
  lagging: (row) => row.lag > 0,
  new: (row) => row.isNew,
};

const byPartition = (a, b) => a.topic.localeCompare(b.topic) || a.partition - b.partition;
const most = (name) => (a, b) => (b[name] ?? -1) - (a[name] ?? -1) || byPartition(a, b);
const ORDERS = {
  // What nobody reads comes first in any order.
  partition: byPartition,
  lag: most('lag'),
  behind: most('behindSeconds'),
};

class Row {
  constructor(key) {
    this.key = key;
    this.node = element('tr', { role: 'row', 'data-partition': key });
    this.cells = COLUMNS.map(([classes, label], index) => {
      const cell = element(index === 0 ? 'th' : 'td',
        { role: index === 0 ? 'rowheader' : 'cell', class: classes, 'data-label': label });
      if (index === 0) {
        cell.setAttribute('scope', 'row');
      }
      this.node.append(cell);
      return cell;
    });
    this.badge = element('span', { class: 'badge' }, 'new');
    this.name = element('span', { class: 'name' }, key);
    this.off = element('span', { class: 'badge off' });
    this.cells[0].append(this.name, this.badge, this.off);
    this.canvas = element('div', { class: 'sparkline', role: 'img' });
    this.cells[7].append(this.canvas);
    this.spark = null;
  }

  show(row, history) {
    const { own } = row;
    attribute(this.node, 'data-unowned', row.unowned ? '' : null);
    attribute(this.node, 'data-behind', row.behindSeconds >= BEHIND_SECONDS ? '' : null);
    attribute(this.node, 'data-mine', own ? '' : null);
    this.badge.hidden = !row.isNew;
    this.off.hidden = !row.account?.off;
    text(this.off, `off by ${count(row.account?.off ?? 0)}`);
    attribute(this.cells[0], 'title', row.account ? accountOf(row.account) : null);
    const [, owner, position, committed, end, lag, behind, , start] = this.cells;
    text(owner, row.unowned ? '⚠ nobody' : own ? `this instance${own.paused ? ', not reading' : ''}` : row.owner ?? UNKNOWN);
    attribute(owner, 'title', own ? own.consumer : row.owner ?? null);
    text(position, count(own?.position));
    text(committed, count(row.committed));
    text(end, count(row.logEnd));
    text(lag, count(row.lag));
    text(behind, duration(row.behindSeconds));
    text(start, this.#start(row));
    this.series = history.partitions.get(row.key)?.columns;
    const values = this.series?.[1].filter((it) => it !== null) ?? [];
    attribute(this.canvas, 'aria-label', values.length
      ? `from ${count(values[0])} to ${count(values.at(-1))}, at most ${count(Math.max(...values))}` : 'not known yet');
    this.draw();
  }

  #start({ own, isNew, foundAt }) {
    if (!own) {
      return isNew && foundAt ? `Found ${time(foundAt)}` : UNKNOWN;
    }
    if (own.startReason === null) {
      return 'Being decided';
    }
    if (isNew && own.startReason === 'NEW_PARTITION') {
      return found(own);
    }
    return `${STARTS[own.startReason] ?? own.startReason}, from ${count(own.startOffset)} at ${time(own.assignedAt)}`;
  }

  /** Charts are drawn only where they are seen: hundreds of them would cost the browser. */
  draw() {
    if (!this.visible || !this.series) {
      return;
    }
    if (!this.spark) {
      this.spark = new Sparkline(this.canvas, this.series);
    } else {
      this.spark.show(this.series);
    }
  }

  seen(visible) {
    this.visible = visible;
    if (visible) {
      this.draw();
    } else {
      this.hide();
    }
  }

  hide() {
    this.spark?.close();
    this.spark = null;
  }
}

export class Partitions {
  constructor() {
    this.body = document.getElementById('rows');
    this.none = document.getElementById('no-rows');
    this.total = document.getElementById('partitions-count');
    this.show_ = document.getElementById('show');
    this.order = document.getElementById('order');
    this.rows = new Map();
    this.eyes = new IntersectionObserver((entries) => entries.forEach((entry) => {
      this.rows.get(entry.target.dataset.partition)?.seen(entry.isIntersecting);
    }), { rootMargin: '200px' });
    [this.show_, this.order].forEach((select) => select.addEventListener('change', () => this.#render()));
  }

  show(reading, history) {
    this.reading = reading;
    this.history = history;
    this.#render();
  }

  #render() {
    if (!this.reading) {
      return;
    }
    const all = join(this.reading);
    const first = (a, b) => Number(b.unowned) - Number(a.unowned);
    const shown = all.filter(SHOWN[this.show_.value]).sort((a, b) => first(a, b) || ORDERS[this.order.value](a, b));
    const known = new Set(all.map((row) => row.key));
    for (const [key, row] of this.rows) {
      if (!known.has(key)) {
        this.eyes.unobserve(row.node);
        row.hide();
        this.rows.delete(key);
      }
    }
    const nodes = shown.map((data) => {
      let row = this.rows.get(data.key);
      if (!row) {
        row = new Row(data.key);
        this.rows.set(data.key, row);
        this.eyes.observe(row.node);
      }
      row.show(data, this.history);
      return row.node;
    });
    arrange(this.body, nodes);
    this.none.hidden = shown.length > 0;
    const { ageSeconds } = this.reading.lag;
    text(this.total, (shown.length === all.length
      ? `${plural(all.length, 'partition')} of the group` : `${count(shown.length)} of ${count(all.length)}`)
      + (ageSeconds === null ? '; not measured yet' : `; position of now, the rest measured ${duration(ageSeconds)} before`));
  }
}
