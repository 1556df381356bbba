// Keeps what was read while the page is open, so that charts can show the last minutes.

const KEPT_SECONDS = 600;
const RATE_SECONDS = 10;
// Longer without a reading (a hidden tab, a lost contact), and nothing is said of the time between.
const GAP_SECONDS = 30;

/** Values over time in columns, as the chart library takes them: seconds first. */
export class Series {
  constructor(width) {
    this.columns = Array.from({ length: width + 1 }, () => []);
  }

  add(seconds, ...values) {
    const [times] = this.columns;
    if (times.length && seconds < times.at(-1) - GAP_SECONDS) {
      this.columns.forEach((column) => column.splice(0)); // the service's clock was set back
    }
    if (times.length && seconds <= times.at(-1)) {
      return;
    }
    [seconds, ...values].forEach((value, index) => this.columns[index].push(value ?? null));
    while (times[0] < seconds - KEPT_SECONDS) {
      this.columns.forEach((column) => column.shift());
    }
  }
}

/** Ends the lines of a series, so that the next value begins new ones. */
function breakOff(series) {
  if (series.columns[0].length) {
    series.columns.forEach((column, index) => column.push(index === 0 ? column.at(-1) + 0.001 : null));
  }
}

function sum(samples, name, matches) {
  return samples.filter((it) => it.name === name && matches(it.labels)).reduce((total, it) => total + it.value, 0);
}

/** What a scrape says of this instance's records since its start. */
export function outcomes(samples) {
  const records = (outcome) => sum(samples, 'intake_records_total', (labels) => labels.outcome === outcome);
  const by = (name, label) => {
    const totals = {};
    samples.filter((it) => it.name === name).forEach((it) => {
      totals[it.labels[label]] = (totals[it.labels[label]] ?? 0) + it.value;
    });
    return totals;
  };
  return {
    start: samples.find((it) => it.name === 'process_start_time_seconds')?.value ?? 0,
    counted: records('counted'),
    duplicate: records('duplicate'),
    test: records('test'),
    dead: records('dead_letter'),
    reasons: by('intake_dead_letters_total', 'reason'),
    causes: by('intake_records_lost_total', 'cause'),
    lost: sum(samples, 'intake_records_lost_total', () => true),
  };
}

/** Everything that the outcomes count, by the names of their lines: reasons and causes that never came are left out. */
export function countedLines(totals) {
  const parts = (kind, numbers) => Object.entries(numbers).filter(([, number]) => number > 0).sort()
    .map(([name, number]) => [`${kind} ${name}`, number]);
  return [
    ...['counted', 'duplicate', 'test', 'dead'].map((name) => [name, totals[name]]),
    ...parts('reason', totals.reasons),
    ['lost', totals.lost],
    ...parts('cause', totals.causes),
  ];
}

const key = (partition) => `${partition.topic}-${partition.partition}`;

/** Records written and committed in the group between two samples of the lag. */
function flow(before, after) {
  const old = new Map(before.partitions.map((it) => [key(it), it]));
  let written = 0;
  let read = 0;
  for (const now of after.partitions) {
    // A partition that is new has been written to, and read, from its first record on.
    const was = old.get(key(now)) ?? { logEnd: now.logStart, committed: now.logStart };
    if (now.logEnd !== null && was.logEnd !== null) {
      written += Math.max(0, now.logEnd - was.logEnd);
    }
    if (now.committed !== null) {
      read += Math.max(0, now.committed - (was.committed ?? now.logStart ?? now.committed));
    }
  }
  return { written, read };
}

export class History {
  constructor() {
    this.lag = new Series(1);
    this.flow = new Series(2);
    this.outcomes = new Series(4);
    this.partitions = new Map();
    this.lines = new Map();
    this.scrapes = [];
    this.lags = [];
    this.answers = [];
    this.offset = null;
    this.lostAt = null;
    this.unownedSince = null;
    this.written = null;
    this.read = null;
  }

  add(reading) {
    if (reading.at - (this.answers.at(-1)?.at ?? reading.at) > GAP_SECONDS * 1000) {
      this.#skip();
    }
    this.answers = this.answers.filter((it) => it.at >= reading.at - 60_000);
    this.answers.push({ at: reading.at, instance: reading.assignment.instance });
    this.#addLag(reading.lag);
    if (reading.counters) {
      // By the service's clock, as the lag is; the header tells whole seconds only, so the difference is taken once.
      this.offset ??= (reading.serverNow - reading.at) / 1000;
      this.#addScrape(reading.at / 1000 + this.offset, outcomes(reading.counters));
    }
  }

  /** Nothing is made up of the time that was not seen. */
  #skip() {
    this.lags = [];
    this.scrapes = [];
    this.written = null;
    this.read = null;
    this.unownedSince = null;
    [this.lag, this.flow, this.outcomes, ...this.partitions.values(), ...this.lines.values()].forEach(breakOff);
  }

  #addLag(lag) {
    const measured = lag.measuredAt === null ? null : Date.parse(lag.measuredAt) / 1000;
    if (measured === null || this.lags.at(-1)?.measured === measured) {
      return;
    }
    const sample = { measured, partitions: lag.partitions, total: lag.totalLag };
    const before = this.lags.find((it) => it.measured >= measured - RATE_SECONDS) ?? this.lags.at(-1);
    this.lags = this.lags.filter((it) => it.measured < measured && it.measured >= measured - 60);
    this.lags.push(sample);
    this.lag.add(measured, lag.totalLag);
    if (before && before.measured < measured) {
      const { written, read } = flow(before, sample);
      const seconds = measured - before.measured;
      this.written = written / seconds;
      this.read = read / seconds;
      this.flow.add(measured, this.written, this.read);
    }
    if (!(lag.unownedPartitions > 0)) {
      this.unownedSince = null;
    } else {
      this.unownedSince ??= measured;
    }
    const seen = new Set();
    for (const partition of lag.partitions) {
      const name = key(partition);
      seen.add(name);
      if (!this.partitions.has(name)) {
        this.partitions.set(name, new Series(1));
      }
      this.partitions.get(name).add(measured, partition.lag);
    }
    [...this.partitions.keys()].filter((name) => !seen.has(name)).forEach((name) => this.partitions.delete(name));
  }

  #addScrape(clock, totals) {
    if (this.scrapes.length && this.scrapes.at(-1).totals.start !== totals.start) {
      this.scrapes = []; // the service was restarted, its counters begin anew
    }
    this.scrapes = this.scrapes.filter((it) => it.clock >= clock - 60);
    const before = this.scrapes.find((it) => it.clock >= clock - RATE_SECONDS);
    if (this.totals !== null && totals.lost > this.totals.lost) {
      this.lostAt = clock * 1000;
    }
    this.scrapes.push({ clock, totals });
    if (before) {
      const rates = ['counted', 'duplicate', 'test', 'dead']
        .map((name) => (totals[name] - before.totals[name]) / (clock - before.clock));
      this.outcomes.add(clock, ...rates);
      const old = new Map(countedLines(before.totals));
      for (const [name, number] of countedLines(totals)) {
        if (!this.lines.has(name)) {
          this.lines.set(name, new Series(1));
        }
        this.lines.get(name).add(clock, (number - (old.get(name) ?? 0)) / (clock - before.clock));
      }
    }
  }

  /** Totals of this instance since its start, or null. */
  get totals() {
    return this.scrapes.at(-1)?.totals ?? null;
  }

  /** Totals about a minute ago, or as far back as is known. */
  get totalsBefore() {
    return this.scrapes[0]?.totals ?? null;
  }

  /** How many seconds lie between the two. */
  get totalsSeconds() {
    return this.scrapes.length ? Math.round(this.scrapes.at(-1).clock - this.scrapes[0].clock) : 0;
  }

  /** Instances that answered within a minute, if they took turns; one that was restarted under a new name does not. */
  get instances() {
    const turns = this.answers.filter((it, index) => index > 0 && it.instance !== this.answers[index - 1].instance);
    return turns.length < 2 ? [] : [...new Set(this.answers.map((it) => it.instance))].sort();
  }

  /** By how many records a second the group's lag grows (below 0: shrinks); null while that can't be told. */
  get trend() {
    const known = this.lags.filter((it) => it.total !== null);
    const first = known[0];
    const last = known.at(-1);
    return known.length >= 3 && last.measured - first.measured >= 5
      ? (last.total - first.total) / (last.measured - first.measured)
      : null;
  }
}
