// Whether all is well, in words: the worst problem, the number that matters, and what else is worth knowing.
// A pure function of one reading and what is known of the minutes before.

import { count, duration, partitionsOf, plural, secondsBetween, since, time } from './format.js';
import { retrying, stopped, unhealthy } from './health.js';

// A group that keeps up is behind by up to a sample of the lag, which is 5 s by default.
const BEHIND_SECONDS = 15;
// What the alert LagTimeHigh waits for.
const LATE_SECONDS = 300;
// A new partition has an owner sooner than this.
const OWNED_WITHIN_SECONDS = 15;
const SAMPLE_STALE_SECONDS = 60;
const RECENT_LOSS_SECONDS = 3600;
const GROWTH_SHOWN_SECONDS = 900;
const DEAD_LETTER_RATIO = 0.01;
const DEAD_LETTERS_AT_LEAST = 10;

const GLYPHS = { ok: '✓', idle: '…', warn: '!', bad: '✕', unknown: '?' };

const worst = (levels) => ['bad', 'warn', 'idle'].find((level) => levels.includes(level)) ?? 'ok';

function lost(reading, history) {
  const totals = history.totals;
  const events = reading.assignment.events.filter((event) => event.type === 'RECORDS_LOST'
    || (event.type === 'TRUNCATED' && totals?.causes.truncation > 0));
  if (!(totals?.lost > 0) && (totals || events.length === 0)) {
    return null;
  }
  // The events are a hundred, and a rebalance may push one out: then what was seen of the counter has to do.
  const lastAt = Math.max(events.length ? Date.parse(events.at(-1).at) : 0, history.lostAt ?? 0);
  const recent = lastAt > 0 && secondsBetween(lastAt, reading.serverNow) < RECENT_LOSS_SECONDS;
  const causes = Object.entries(totals?.causes ?? {}).filter(([, number]) => number > 0)
    .map(([cause, number]) => `${count(number)} to ${cause}`).join(', ');
  return {
    level: recent ? 'bad' : 'warn',
    word: 'Records lost',
    number: totals ? plural(totals.lost, 'record') : 'see the events',
    sentence: `Gone from Kafka before this instance read them${causes ? ` (${causes})` : ''}`
      + `${lastAt > 0 ? `, last at ${time(lastAt)}` : ''}.`,
  };
}

/** That the database had lost what was stored in it. */
function wentBack(reading) {
  const last = reading.assignment.events.filter((event) => event.type === 'POSITIONS_WENT_BACK').at(-1);
  return last ? {
    level: secondsBetween(last.at, reading.serverNow) < RECENT_LOSS_SECONDS ? 'bad' : 'warn',
    word: 'The database went back',
    number: `at ${time(last.at)}`,
    sentence: 'It held older positions than were stored in it. The records from there on are counted again, so the counts stay right.',
  } : null;
}

/** That it is not known what became of some offsets, or that something was done to the stored positions. */
function balanceOff({ balance }) {
  const off = balance?.partitions.filter((it) => it.off !== 0) ?? [];
  if (off.length === 0) {
    return null;
  }
  const partitions = off.map((it) => `${it.topic}-${it.partition}`);
  return {
    level: 'bad',
    word: 'Balance off',
    number: plural(off.reduce((total, it) => total + Math.abs(it.off), 0), 'offset'),
    sentence: `What became of them is not known: ${partitions.slice(0, 3).join(', ')}`
      + `${partitions.length > 3 ? ` and ${count(partitions.length - 3)} more` : ''}. See docs/runbook.md#balanceoff.`,
  };
}

function unowned(reading, history) {
  const { lag } = reading;
  if (!(lag.unownedPartitions > 0)) {
    return null;
  }
  const seconds = secondsBetween(history.unownedSince * 1000, lag.measuredAt);
  const waits = lag.partitions.filter((it) => it.owner === null).reduce((total, it) => total + (it.lag ?? 0), 0);
  // Records that wait there for longer tell that nobody came, also to a page that was opened just now.
  const waited = lag.partitions.some((it) => it.owner === null && it.behindSeconds > OWNED_WITHIN_SECONDS);
  return {
    level: waited || seconds > OWNED_WITHIN_SECONDS ? 'bad' : 'warn',
    word: 'Partitions without owner',
    number: plural(lag.unownedPartitions, 'partition'),
    sentence: `Nobody in the group reads them${seconds >= 1 ? `, for ${duration(seconds)} or longer` : ''};`
      + ` ${plural(waits, 'record')} wait there.`,
  };
}

function paused(reading) {
  if (reading.assignment.state !== 'PAUSED') {
    return null;
  }
  const at = reading.assignment.events.filter((event) => event.type === 'PAUSED').at(-1)?.at;
  const mine = new Set(reading.assignment.partitions.map((it) => `${it.topic}-${it.partition}`));
  const waits = reading.lag.partitions.filter((it) => mine.has(`${it.topic}-${it.partition}`))
    .reduce((total, it) => total + (it.lag ?? 0), 0);
  // What waits for the pause alone is no finding of its own.
  const late = reading.lag.partitions.filter((it) => it.behindSeconds >= LATE_SECONDS);
  const explains = late.length > 0 && late.every((it) => mine.has(`${it.topic}-${it.partition}`));
  return {
    level: explains ? 'bad' : 'warn',
    glyph: '‖',
    word: 'Paused',
    number: at ? since(at, reading.serverNow) : plural(waits, 'record'),
    sentence: `An operator paused this instance; it keeps ${plural(mine.size, 'partition')}, where`
      + ` ${plural(waits, 'record')} wait.`,
  };
}

function starting(reading) {
  const { state } = reading.assignment;
  if (state !== 'SEEDING' && state !== 'JOINING') {
    return null;
  }
  return {
    level: 'idle',
    word: 'Starting',
    number: state === 'SEEDING' ? 'finds out where to start' : 'joins the group',
    sentence: state === 'SEEDING'
      ? 'Prepares the store of the results and pins where the group starts; no record is read before.'
      : 'Waits for the group to give it its partitions.',
  };
}

function blind(reading) {
  const { lag } = reading;
  if (lag.measuredAt === null) {
    return starting(reading) ? null : {
      level: 'warn',
      word: 'Lag not known yet',
      number: 'no sample so far',
      sentence: 'The cluster was not asked yet, or did not answer.',
    };
  }
  return lag.ageSeconds > SAMPLE_STALE_SECONDS
    ? { level: 'warn', word: 'Lag not known', number: `last sample ${duration(lag.ageSeconds)} ago`,
      sentence: 'The cluster does not tell log ends or commits; the lag below is of that sample.' }
    : null;
}

function tendency(lag, trend) {
  if (trend === null) {
    return '';
  }
  if (Math.abs(trend) < 1) {
    return ' Neither catching up nor falling further behind.';
  }
  if (trend < 0 && lag.totalLag > 0) {
    return ` Catching up by ${count(-trend)} records/s: about ${duration(Math.ceil(lag.totalLag / -trend))} left.`;
  }
  return ` Falling behind by ${count(trend)} records/s.`;
}

function leaderless({ lag }) {
  const number = lag.partitions.filter((it) => it.logEnd === null).length;
  return number === 0 ? null : {
    level: number === lag.partitions.length ? 'bad' : 'warn',
    word: 'Partitions without leader',
    number: plural(number, 'partition'),
    sentence: 'Kafka tells nothing of their logs: they can be neither written nor read, and their lag is not known.',
  };
}

function behind(reading, history) {
  const { lag } = reading;
  // A delay that began before the instance did is not known, and may be the longest.
  const undated = lag.partitions.filter((it) => it.lag > 0 && it.behindSeconds === null)
    .reduce((total, it) => total + it.lag, 0);
  const unknown = lag.totalLag > 0 && (lag.maxBehindSeconds === null || undated > lag.totalLag / 2);
  if (!unknown && !(lag.maxBehindSeconds >= BEHIND_SECONDS)) {
    return null;
  }
  return {
    level: lag.maxBehindSeconds >= LATE_SECONDS ? 'bad' : 'warn',
    word: 'Behind',
    number: unknown ? `by ${plural(lag.totalLag, 'record')}` : `by ${duration(lag.maxBehindSeconds)}`,
    sentence: `${plural(lag.totalLag, 'record')} of the group wait${unknown ? ', since when is not known' : ''}.`
      + tendency(lag, history.trend),
  };
}

function deadLetters(history) {
  const now = history.totals;
  const before = history.totalsBefore;
  if (!now) {
    return null;
  }
  const dead = now.dead - before.dead;
  const all = ['counted', 'duplicate', 'test', 'dead'].reduce((total, name) => total + now[name] - before[name], 0);
  return dead >= DEAD_LETTERS_AT_LEAST && dead > all * DEAD_LETTER_RATIO
    ? { level: 'warn', word: 'Many dead letters', number: `${Math.round((100 * dead) / all)} % of the last ${history.totalsSeconds >= 55 ? 'minute' : `${history.totalsSeconds} s`}`,
      sentence: `${plural(dead, 'record')} held no usable exposure; they are whole in the dead-letter topic.` }
    : null;
}

/** That a topic has grown, for as long as somebody may still look for it; never the verdict itself. */
function growth({ assignment, serverNow }) {
  const recent = (instant) => secondsBetween(instant, serverNow) < GROWTH_SHOWN_SECONDS;
  const found = new Map(); // by the events of all partitions, and by this instance's own, which no other event pushes out
  assignment.events.filter((it) => it.type === 'NEW_PARTITION' && recent(it.at))
    .forEach((event) => partitionsOf(event).forEach((it) => found.set(`${it.topic}-${it.partition}`, event.at)));
  assignment.partitions.filter((it) => it.startReason === 'NEW_PARTITION' && recent(it.discoveredAt))
    .forEach((it) => found.set(`${it.topic}-${it.partition}`, it.discoveredAt));
  if (found.size === 0) {
    return null;
  }
  const times = [...found.values()].map((it) => Date.parse(it));
  const [first, last] = [time(Math.min(...times)), time(Math.max(...times))];
  const read = assignment.partitions.filter((it) => found.has(`${it.topic}-${it.partition}`) && it.firstRecordAt);
  const slowest = Math.max(...read.map((it) => secondsBetween(it.discoveredAt, it.firstRecordAt)));
  return {
    level: 'idle',
    glyph: '★',
    word: 'Topic has grown',
    number: plural(found.size, 'new partition'),
    sentence: `Found at ${first === last ? first : `${first} to ${last}`}`
      + `${read.length ? `; ${count(read.length)} read here, after ${duration(slowest)} at the latest` : ''}.`,
  };
}

/** A note only: behind a load balancer each request may go to another instance, and the figures of "this" one mix. */
function mixed(history) {
  const names = history.instances;
  return names.length < 2 ? null : {
    level: 'warn',
    word: 'Several instances answer at this address',
    number: names.join(', '),
    sentence: 'What is said of this instance is of whichever answered last. To see one of them, open the port of its pod.',
  };
}

function running(reading) {
  const { lag } = reading;
  return {
    level: 'ok',
    word: 'Running',
    number: lag.maxBehindSeconds === null ? 'lag not known' : `${duration(lag.maxBehindSeconds)} behind`,
    sentence: lag.maxBehindSeconds === null ? 'How far the group is behind is not known.' : reading.assignment.partitions.length === 0
      ? 'The group keeps up. This instance owns no partition and stands by.'
      : 'The group keeps up with what is written.',
  };
}

/**
 * The verdict: {level, glyph, word, number, sentence, notes}, where notes are lesser verdicts that hold at the same time.
 * level is ok, idle, warn or bad.
 */
export function verdict(reading, history) {
  const broken = retrying(reading);
  const pause = paused(reading);
  const findings = [
    stopped(reading),
    ...(pause ? [] : broken),
    lost(reading, history),
    wentBack(reading),
    balanceOff(reading),
    unowned(reading, history),
    ...(pause ? [pause, ...broken] : []),
    starting(reading),
    blind(reading),
    leaderless(reading),
    behind(reading, history),
    deadLetters(history),
    unhealthy(reading),
  ].filter(Boolean);
  // An old loss must not hide what is wrong now; among equals the order above decides.
  const level = worst(findings.map((it) => it.level));
  const main = findings.find((it) => it.level === level) ?? running(reading);
  return { glyph: GLYPHS[main.level], ...main, notes: [...findings.filter((it) => it !== main), mixed(history), growth(reading)].filter(Boolean) };
}

export { GLYPHS };
