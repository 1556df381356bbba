// What does not work, by the health endpoint and the state of this instance: findings for the verdict.

import { since } from './format.js';

/** Outages by the names that health's "intake" gives them: what does not work, for a person. */
const OUTAGES = {
  TOPIC: 'a topic does not exist',
  MEMBERS: 'another instance is in the group, and the embedded database serves one only',
  POSITIONS: 'it cannot be told where the partitions start',
  LOSSES: 'it cannot be told what was deleted unread',
  POLL: 'polling Kafka fails',
  RECORDS: 'records cannot be taken further',
  REBALANCE: 'a rebalance of the group does not end',
  DEAD_LETTERS: 'dead letters cannot be published',
  PROCESSOR: 'the processor takes no exposures',
  SINK: 'results cannot be stored',
};

/** What holds up nothing but itself. */
const ALONE = {
  TOPIC: 'Topics that exist are consumed; this one is read from its first record once it exists.',
  REBALANCE: 'Records are counted and nothing is lost; new partitions wait.',
};

/** Parts of health that say what is said here anyway. */
const OURS = ['kafka', 'sink', 'processor', 'deadLetters', 'intake', 'consumer', 'livenessState', 'readinessState'];

/** All that does not work now, what began first before the others. */
function outages(reading) {
  const parts = reading.health?.components ?? {};
  const kafka = parts.kafka?.details ?? {};
  const found = [];
  if (kafka.since && !kafka.attempts) { // the watch's; an outage of a stage counts its attempts
    found.push({ what: 'Kafka does not answer', ...kafka });
  }
  const details = parts.intake?.details ?? {};
  const components = { SINK: parts.sink, PROCESSOR: parts.processor, MEMBERS: parts.sink, DEAD_LETTERS: parts.deadLetters, POSITIONS: parts.kafka, POLL: parts.kafka };
  Object.keys(OUTAGES).filter((stage) => details[stage] !== undefined).forEach((stage) => {
    // A component shows one of its stages only; that of another has another cause.
    const shown = components[stage]?.details;
    found.push({ stage, what: OUTAGES[stage], cause: details[stage], since: shown?.cause === details[stage] ? shown.since : undefined });
  });
  return found.sort((a, b) => new Date(a.since ?? 8.64e15) - new Date(b.since ?? 8.64e15));
}

export function stopped(reading) {
  const consumer = reading.health?.components?.consumer;
  const cause = consumer?.details?.cause;
  return reading.assignment.state === 'STOPPED' || consumer?.status === 'DOWN'
    ? { level: 'bad', word: 'Stopped', number: 'reads nothing', sentence: cause ?? 'The consumer is stopped.' }
    : null;
}

export function retrying(reading) {
  const found = outages(reading);
  if (found.length === 0 && reading.assignment.state === 'RETRYING') {
    return [{ level: 'bad', word: 'Retrying', number: 'nothing is read', sentence: 'Nothing is skipped: the records wait until it works.' }];
  }
  const paused = reading.assignment.state === 'PAUSED';
  return found.map(({ stage, what, cause, since: began }) => {
    const alone = ALONE[stage];
    const further = paused ? 'It is not tried again until this instance is resumed.' : 'Nothing is skipped: the records wait until it works.';
    return {
      level: paused || alone ? 'warn' : 'bad',
      word: paused || alone ? `${what[0].toUpperCase()}${what.slice(1)}` : `Retrying: ${what}`,
      number: began ? since(began, reading.serverNow) : alone ? '' : 'nothing is read',
      sentence: `${cause ? `${cause}. ` : ''}${alone ?? further}`,
    };
  });
}

/** What else is down by Boot's own checks; or only that something is, where details are hidden. */
export function unhealthy({ health }) {
  if (!health) {
    return null;
  }
  const others = Object.entries(health.components ?? {})
    .filter(([name, part]) => !OURS.includes(name) && !['UP', 'UNKNOWN'].includes(part.status)).map(([name]) => name);
  if (others.length === 0 && (health.components || health.status === 'UP')) {
    return null;
  }
  return {
    level: 'warn',
    word: `Health is ${health.status}`,
    number: others.join(', '),
    sentence: others.length ? 'The endpoint health has the details.' : 'The endpoint health hides what is down.',
  };
}
