// Whether all is well, in words: the worst that is the case, the number that matters, and what else is worth knowing.
// A pure function of one reading and what is known of the minutes before.

import { count, duration, plural, secondsBetween, time } from './format.js';

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

/** Outages by the names that health's "intake" gives them: what does not work, for a person. */
const OUTAGES = {
  MEMBERS: 'another instance is in the group, and the embedded database serves one only',
  POSITIONS: 'it cannot be told where the partitions start',
  LOSSES: 'it cannot be told what was deleted unread',
  POLL: 'polling Kafka fails',
  DEAD_LETTERS: 'dead letters cannot be published',
  SINK: 'the database takes no writes',
};

const GLYPHS = { ok: '✓', idle: '…', warn: '!', bad: '✕', unknown: '?' };

const worst = (levels) => ['bad', 'warn', 'idle'].find((level) => levels.includes(level)) ?? 'ok';

function since(instant, serverNow) {
  return `since ${time(instant)}, ${duration(secondsBetween(instant, serverNow))}`;
}

function outage(reading) {
  const parts = reading.health?.components ?? {};
  if (parts.kafka?.details?.since && !parts.kafka.details.attempts) {
    return { what: 'Kafka does not answer', ...parts.kafka.details };
  }
  const details = parts.intake?.details ?? {};
  const stage = Object.keys(OUTAGES).find((name) => details[name] !== undefined);
  if (!stage) {
    return null;
  }
  const component = { SINK: parts.sink, MEMBERS: parts.sink, DEAD_LETTERS: parts.deadLetters }[stage] ?? parts.kafka;
  return { what: OUTAGES[stage], cause: details[stage], ...component?.details };
}

function stopped(reading) {
  const cause = reading.health?.components?.consumer?.details?.cause;
  return reading.assignment.state === 'STOPPED' || cause
    ? { level: 'bad', word: 'Stopped', number: 'reads nothing', sentence: cause ?? 'The consumer is stopped.' }
    : null;
}

function retrying(reading) {
  const found = outage(reading);
  if (reading.assignment.state !== 'RETRYING' && !found) {
    return null;
  }
  if (reading.assignment.state === 'PAUSED') {
    return {
      level: 'warn',
      word: `${found.what[0].toUpperCase()}${found.what.slice(1)}`,
      number: found.since ? since(found.since, reading.serverNow) : 'before the pause',
      sentence: `${found.cause ? `${found.cause}. ` : ''}It is not tried again until this instance is resumed.`,
    };
  }
  return {
    level: 'bad',
    word: found ? `Retrying: ${found.what}` : 'Retrying',
    number: found?.since ? since(found.since, reading.serverNow) : 'nothing is read',
    sentence: `${found?.cause ? `${found.cause}. ` : ''}Nothing is skipped: the records wait until it works.`,
  };
}

function lost(reading, totals) {
  if (!totals || totals.lost === 0) {
    return null;
  }
  const last = reading.assignment.events.filter((event) => event.type === 'RECORDS_LOST').at(-1);
  const recent = last && secondsBetween(last.at, reading.serverNow) < RECENT_LOSS_SECONDS;
  const causes = Object.entries(totals.causes).filter(([, number]) => number > 0)
    .map(([cause, number]) => `${count(number)} to ${cause}`).join(', ');
  return {
    level: recent ? 'bad' : 'warn',
    word: 'Records lost',
    number: plural(totals.lost, 'record'),
    sentence: `Gone from Kafka before this instance read them (${causes})${last ? `, last at ${time(last.at)}` : ''}.`,
  };
}

function unowned(reading, history) {
  const { lag } = reading;
  if (!(lag.unownedPartitions > 0)) {
    return null;
  }
  const seconds = secondsBetween(history.unownedSince * 1000, lag.measuredAt);
  const waits = lag.partitions.filter((it) => it.owner === null).reduce((total, it) => total + (it.lag ?? 0), 0);
  return {
    level: seconds > OWNED_WITHIN_SECONDS ? 'bad' : 'warn',
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
  return {
    level: 'warn',
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
      ? 'Prepares the database and pins where the group starts; no record is read before.'
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
  if (trend < 0 && lag.totalLag > 0) {
    return ` Catching up by ${count(-trend)} records/s: about ${duration(Math.ceil(lag.totalLag / -trend))} left.`;
  }
  return trend > 0 ? ` Falling behind by ${count(trend)} records/s.` : ' Neither catching up nor falling further behind.';
}

function behind(reading, history) {
  const { lag } = reading;
  const unknown = lag.maxBehindSeconds === null && lag.totalLag > 0;
  if (!unknown && !(lag.maxBehindSeconds >= BEHIND_SECONDS)) {
    return null;
  }
  return {
    level: lag.maxBehindSeconds >= LATE_SECONDS ? 'bad' : 'warn',
    word: 'Behind',
    number: unknown ? `by ${plural(lag.totalLag, 'record')}` : `by ${duration(lag.maxBehindSeconds)}`,
    sentence: `${plural(lag.totalLag, 'record')} of the group wait${unknown ? ', since when is not known yet' : ''}.`
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
    ? { level: 'warn', word: 'Many dead letters', number: `${Math.round((100 * dead) / all)} % of the last minute`,
      sentence: `${plural(dead, 'record')} held no usable exposure; they are whole in the dead-letter topic.` }
    : null;
}

/** That a topic has grown, for as long as somebody may still look for it; never the verdict itself. */
function growth({ assignment, serverNow }) {
  const found = assignment.events
    .filter((event) => event.type === 'NEW_PARTITION' && secondsBetween(event.at, serverNow) < GROWTH_SHOWN_SECONDS);
  if (found.length === 0) {
    return null;
  }
  const names = new Set(found.map((it) => `${it.topic}-${it.partition}`));
  const read = assignment.partitions.filter((it) => names.has(`${it.topic}-${it.partition}`) && it.firstRecordAt);
  const slowest = Math.max(...read.map((it) => secondsBetween(it.discoveredAt, it.firstRecordAt)));
  return {
    level: 'idle',
    glyph: '★',
    word: 'Topic has grown',
    number: plural(names.size, 'new partition'),
    sentence: `Found at ${time(found.at(-1).at)}`
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
    number: lag.maxBehindSeconds === null ? '' : `${duration(lag.maxBehindSeconds)} behind`,
    sentence: reading.assignment.partitions.length === 0
      ? 'The group keeps up. This instance owns no partition and stands by.'
      : 'The group keeps up with what is written.',
  };
}

/**
 * The verdict: {level, glyph, word, number, sentence, notes}, where notes are lesser verdicts that hold at the same time.
 * level is ok, idle, warn or bad.
 */
export function verdict(reading, history) {
  const outages = retrying(reading);
  const pause = paused(reading);
  const findings = [
    stopped(reading),
    ...(pause ? [] : [outages]),
    lost(reading, history.totals),
    unowned(reading, history),
    ...(pause ? [pause, outages] : []),
    starting(reading),
    blind(reading),
    behind(reading, history),
    deadLetters(history),
  ].filter(Boolean);
  // An old loss must not hide what is wrong now; among equals the order above decides.
  const level = worst(findings.map((it) => it.level));
  const main = findings.find((it) => it.level === level) ?? running(reading);
  return { glyph: GLYPHS[main.level], ...main, notes: [...findings.filter((it) => it !== main), mixed(history), growth(reading)].filter(Boolean) };
}

export { GLYPHS };
