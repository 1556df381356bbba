// Reads the service every two seconds while the page is seen, and shows what it read.

import { LineChart } from './charts.js';
import { AnswerError, ContactError, read } from './client.js';
import { arrange, attribute, element, text } from './dom.js';
import { compact, count, duration, placeOf, rate, time, zone } from './format.js';
import { History } from './history.js';
import { Operator } from './operator.js';
import { Outcomes } from './outcomes.js';
import { Partitions } from './partitions.js';
import { Timeline, typeName } from './timeline.js';
import { GLYPHS, verdict } from './verdict.js';

const INTERVAL = 2000;
// Two readings that failed, or one that hangs.
const LOST_AFTER_SECONDS = 6;

const ASKING = { word: 'Asking the service again', sentence: 'It has not answered yet.' };

const byId = (id) => document.getElementById(id);

const history = new History();
const partitions = new Partitions();
const timeline = new Timeline();
const outcomes = new Outcomes();
const operator = new Operator(() => refresh());
const lagChart = new LineChart(byId('chart-lag'), [{ label: 'lag', colour: '--line-1' }], count);
const flowChart = new LineChart(byId('chart-flow'),
  [{ label: 'written', colour: '--line-2' }, { label: 'read', colour: '--line-1' }], rate);
const outcomesChart = new LineChart(byId('chart-outcomes'), [
  { label: 'counted', colour: '--line-1' }, { label: 'duplicate', colour: '--line-2' },
  { label: 'test', colour: '--line-3' }, { label: 'dead-lettered', colour: '--line-4' }], rate);

let last = null;
let failure = null;
let lostSince = null;
let timer = null;
let reading = false;
let announced = '';
let lastEventAt = null;

function announce(words) {
  announced = words;
  text(byId('announcer'), words);
}

function showVerdict(found) {
  attribute(byId('verdict'), 'data-level', found.level);
  text(byId('verdict-glyph'), found.glyph);
  text(byId('verdict-word'), found.word);
  text(byId('verdict-number'), found.number || '\u00a0');
  text(byId('verdict-sentence'), found.sentence);
  document.title = `${found.glyph} ${found.word} – exposure-intake`;
  const notes = found.notes.map((note) => {
    const known = [...byId('notes').children].find((child) => child.dataset.word === note.word)
      ?? element('li', { 'data-word': note.word }, element('span', { class: 'glyph', 'aria-hidden': 'true' }), ' ',
        element('b'), ' ', element('span'));
    attribute(known, 'data-level', note.level);
    const [glyph, word, rest] = known.children;
    text(glyph, note.glyph ?? GLYPHS[note.level]);
    text(word, `${note.word}:`);
    text(rest, `${note.number}. ${note.sentence}`);
    return known;
  });
  arrange(byId('notes'), notes);
}

/** Says aloud, for who can't see it, what changed: the verdict's words, and partitions that were found. */
function announceChanges(found, events) {
  const news = lastEventAt === null ? [] : events.filter((it) => it.at > lastEventAt && it.type === 'NEW_PARTITION');
  lastEventAt = events.at(-1)?.at ?? lastEventAt ?? '';
  const words = [found.word, ...news.map((it) => `${typeName(it.type)}: ${placeOf(it)}`)].join('. ');
  if (words !== announced && (news.length || announced.split('. ')[0] !== found.word)) {
    announce(words);
  }
}

function showTiles({ assignment, lag }) {
  const totals = history.totals;
  text(byId('tile-behind'), duration(lag.maxBehindSeconds));
  text(byId('tile-lag'), compact(lag.totalLag));
  attribute(byId('tile-lag'), 'title', count(lag.totalLag));
  text(byId('tile-written'), rate(history.written));
  text(byId('tile-read'), rate(history.read));
  text(byId('tile-owned'), count(assignment.partitions.length));
  text(byId('tile-owned-of'), lag.measuredAt === null ? 'partitions' : `of ${count(lag.partitions.length)} partitions`);
  text(byId('tile-unowned'), count(lag.unownedPartitions));
  text(byId('tile-dead'), compact(totals?.dead));
  attribute(byId('tile-dead'), 'title', count(totals?.dead));
  text(byId('tile-lost'), compact(totals?.lost));
  attribute(byId('tile-lost'), 'title', count(totals?.lost));
  attribute(byId('tile-unowned').parentElement, 'data-level', lag.unownedPartitions > 0 ? 'bad' : null);
  attribute(byId('tile-lost').parentElement, 'data-level', totals?.lost > 0 ? 'bad' : null);
}

function show() {
  const { assignment } = last;
  text(byId('instance'), assignment.instance);
  text(byId('group'), assignment.groupId);
  text(byId('protocol'), assignment.protocol);
  const found = verdict(last, history);
  showVerdict(found);
  announceChanges(found, assignment.events);
  showTiles(last);
  lagChart.show(history.lag.columns);
  flowChart.show(history.flow.columns);
  outcomesChart.show(history.outcomes.columns);
  outcomes.show(history);
  outcomes.showBalance(last.balance);
  byId('balance-link').hidden = last.balance === null; // the delivery to Kafka has none
  partitions.show(last, history);
  timeline.show(last);
  operator.show(last);
}

/** How old the figures are, each second; an old figure must not look like a new one. */
function showAge() {
  const age = last ? (Date.now() - last.at) / 1000 : null;
  // Also while an answer is still awaited: after a sleep of the machine, or a time in a hidden tab.
  const lost = (failure !== null && (failure.own || age === null)) || age > LOST_AFTER_SECONDS;
  attribute(document.body, 'data-contact', lost ? 'lost' : last ? 'made' : 'none');
  const words = last ? `Figures of ${time(last.at)}, ${Math.round(age)} s old` : 'No figures yet';
  text(byId('contact').querySelector('.glyph'), lost ? '✕' : last ? '●' : '…');
  text(byId('contact-text'), words);
  if (!lost) {
    lostSince = null;
    return;
  }
  const problem = failure ?? ASKING;
  lostSince ??= last?.at ?? Date.now();
  byId('operate').disabled = true;
  showVerdict({
    level: failure ? 'bad' : 'unknown',
    glyph: failure ? '✕' : '?',
    word: problem.word,
    number: last ? `since ${time(lostSince)}, ${duration(Math.round((Date.now() - lostSince) / 1000))}` : '',
    sentence: `${problem.sentence}${last ? ` What is below was so at ${time(last.at)}.` : ''}`,
    notes: [],
  });
  if (announced !== problem.word) {
    announce(problem.word);
  }
}

/** A failed reading for a person. */
function why(problem) {
  if (problem instanceof AnswerError) {
    return {
      word: 'The service does not tell',
      sentence: `${problem.message} This page needs the endpoints assignment and lag (management.endpoints.web.exposure.include).`,
    };
  }
  if (!(problem instanceof ContactError)) {
    console.error(problem);
    return { own: true, word: 'This page has failed', sentence: `${problem}. The service may be well: see its endpoints, below.` };
  }
  return {
    word: 'No contact with the service',
    sentence: `${problem.message} It may be down or restarting, or the connection to it (a port-forward?) may have ended.`,
  };
}

async function refresh() {
  clearTimeout(timer);
  if (reading) {
    return;
  }
  reading = true;
  try {
    last = await read();
    failure = null;
    history.add(last);
    show();
  } catch (problem) {
    failure = why(problem);
  } finally {
    reading = false;
    showAge();
    schedule();
  }
}

function schedule() {
  clearTimeout(timer);
  if (!document.hidden) {
    timer = setTimeout(refresh, INTERVAL);
  }
}

document.addEventListener('visibilitychange', () => {
  if (document.hidden) {
    clearTimeout(timer);
    document.title = '… not looking – exposure-intake'; // what it said last may not hold for long
  } else {
    showAge();
    refresh();
  }
});
setInterval(() => { if (!document.hidden) { showAge(); } }, 1000);
text(byId('zone'), zone);
refresh();
