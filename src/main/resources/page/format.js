// How figures are said: in the reader's own number format and time zone. What is unknown is null and is shown as a dash.

const counts = new Intl.NumberFormat();
const tenths = new Intl.NumberFormat(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const short = new Intl.NumberFormat(undefined, { notation: 'compact', maximumFractionDigits: 1 });
const clock = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

export const UNKNOWN = '–';

/** A whole number, grouped. */
export function count(value) {
  return value === null || value === undefined ? UNKNOWN : counts.format(Math.round(value));
}

/** As a whole number, or in a few characters where it would be too long for a tile. */
export function compact(value) {
  return value >= 1e9 ? short.format(value) : count(value);
}

/** A number in a few characters, for axes. */
export function brief(value) {
  return short.format(value);
}

/** Records a second: tenths only where they matter. */
export function rate(value) {
  if (value === null || value === undefined) {
    return UNKNOWN;
  }
  return value > 0 && value < 10 ? tenths.format(value) : count(value);
}

/** How long something takes or took, from seconds. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined) {
    return UNKNOWN;
  }
  if (seconds < 9.95) {
    return `${tenths.format(seconds)} s`;
  }
  const whole = Math.round(seconds);
  if (whole < 60) {
    return `${whole} s`;
  }
  if (whole < 3600) {
    return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  }
  if (whole < 86400) {
    return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  }
  return `${Math.floor(whole / 86400)} d ${Math.floor((whole % 86400) / 3600)} h`;
}

/** "1 partition", "2 partitions". */
export function plural(number, noun) {
  return `${count(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** Time of day of an instant (ISO-8601 or milliseconds); with the date where it was not today. */
export function time(instant) {
  const date = new Date(instant);
  return date.toDateString() === new Date().toDateString() ? clock.format(date) : full.format(date);
}

/** Seconds between two instants. */
export function secondsBetween(from, to) {
  return Math.max(0, (new Date(to) - new Date(from)) / 1000);
}

/** "since 14:02:11, 1 min 20 s", by the service's clock. */
export function since(instant, serverNow) {
  return `since ${time(instant)}, ${duration(secondsBetween(instant, serverNow))}`;
}

export const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Ranges of partitions that an event is about; none when it is not about partitions. */
function rangesOf(event) {
  if (event.partitions) {
    return event.partitions;
  }
  return event.partition === null ? [] : [{ topic: event.topic, from: event.partition, to: event.partition }];
}

/** Each partition that an event is about, as topic and number. */
export function partitionsOf(event) {
  return rangesOf(event).flatMap(({ topic, from, to }) => Array.from({ length: to - from + 1 }, (_, i) => ({
    topic, partition: from + i,
  })));
}

/** Where something happened: "ads", "ads-3", "ads-0…11, 14", or several topics so. */
export function placeOf(event) {
  const ranges = rangesOf(event);
  if (ranges.length === 0) {
    return event.topic ?? '';
  }
  return ranges.map(({ topic, from, to }, i) => {
    const numbers = from === to ? `${from}` : `${from}…${to}`;
    return i > 0 && ranges[i - 1].topic === topic ? numbers : `${topic}-${numbers}`;
  }).join(', ');
}
