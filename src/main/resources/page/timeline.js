// What happened, newest first. Events that come together, as at a start with many partitions, share a line.

import { arrange, element, text } from './dom.js';
import { count, time } from './format.js';

const TOGETHER_SECONDS = 2;
const LISTED = 12;

const TYPES = {
  ASSIGNED: ['+', 'Assigned', 'idle'],
  REVOKED: ['−', 'Given up', 'idle'],
  LOST: ['!', 'Assignment lost', 'warn'],
  NEW_PARTITION: ['★', 'New partition found', 'news'],
  TOPIC_RECREATED: ['!', 'Topic re-created', 'warn'],
  TRUNCATED: ['!', 'Log cut', 'bad'],
  RECORDS_LOST: ['✕', 'Records lost', 'bad'],
  PAUSED: ['‖', 'Paused', 'warn'],
  RESUMED: ['▸', 'Resumed', 'ok'],
  SINK_DOWN: ['✕', 'Database down', 'bad'],
  SINK_UP: ['✓', 'Database works again', 'ok'],
  DEAD_LETTER_DOWN: ['✕', 'Dead letters refused', 'bad'],
  DEAD_LETTER_UP: ['✓', 'Dead letters work again', 'ok'],
  POSITIONS_UNKNOWN: ['✕', 'Positions unknown', 'bad'],
  POSITIONS_KNOWN: ['✓', 'Positions known again', 'ok'],
  BROKER_DOWN: ['✕', 'Kafka down', 'bad'],
  BROKER_UP: ['✓', 'Kafka works again', 'ok'],
  RECORDS_DOWN: ['✕', 'Records held up', 'bad'],
  RECORDS_UP: ['✓', 'Records go on', 'ok'],
  REBALANCE_HANGS: ['✕', 'Rebalance hangs', 'bad'],
  REBALANCE_ENDED: ['✓', 'Rebalance ended', 'ok'],
  OTHER_MEMBER: ['✕', 'Another instance in the group', 'bad'],
  OTHER_MEMBER_GONE: ['✓', 'Alone in the group again', 'ok'],
  FIRST_START: ['▸', 'First start of the group', 'idle'],
};

export function typeName(type) {
  return TYPES[type]?.[1] ?? type;
}

/** "ad-exposure-3", or "ad-exposure-0 to 11" and so on for several. */
function where(events) {
  const [first] = events;
  if (first.topic === null) {
    return '';
  }
  if (first.partition === null) {
    return first.topic;
  }
  const numbers = events.map((it) => it.partition).sort((a, b) => a - b);
  const ranges = [];
  numbers.forEach((number) => {
    const last = ranges.at(-1);
    if (last && number === last[1] + 1) {
      last[1] = number;
    } else {
      ranges.push([number, number]);
    }
  });
  return `${first.topic}-${ranges.map(([from, to]) => (from === to ? from : `${from}…${to}`)).join(', ')}`;
}

function together(events) {
  const groups = [];
  for (const event of events) {
    const last = groups.at(-1);
    if (last && event.partition !== null && last[0].type === event.type && last[0].topic === event.topic
        && (new Date(event.at) - new Date(last.at(-1).at)) / 1000 < TOGETHER_SECONDS
        && !last.some((it) => it.partition === event.partition)) {
      last.push(event);
    } else {
      groups.push([event]);
    }
  }
  return groups.reverse();
}

const key = (events) => [events[0].at, events[0].type, events[0].topic, events[0].partition].join(' ');

function detail(events) {
  if (events.length === 1) {
    return element('p', { class: 'detail' }, events[0].detail);
  }
  const list = element('ul', {}, ...events.slice(0, LISTED)
    .map((it) => element('li', {}, `${it.topic}-${it.partition}: ${it.detail}`)));
  if (events.length > LISTED) {
    list.append(element('li', {}, `and ${count(events.length - LISTED)} more`));
  }
  return element('details', { class: 'detail' }, element('summary', {}, `${count(events.length)} partitions`), list);
}

function item(events) {
  const [glyph, name, tone] = TYPES[events[0].type] ?? ['·', events[0].type, 'idle'];
  return element('li', { 'data-tone': tone, 'data-type': events[0].type },
    element('span', { class: 'glyph', 'aria-hidden': 'true' }, glyph),
    element('div', {},
      element('p', { class: 'what' }, element('b', {}, name), ` ${where(events)}`),
      detail(events)),
    element('time', { datetime: events[0].at }, time(events[0].at)));
}

export class Timeline {
  constructor() {
    this.list = document.getElementById('events');
    this.none = document.getElementById('no-events');
    this.items = new Map();
  }

  show({ assignment }) {
    const groups = together(assignment.events);
    const items = new Map();
    for (const group of groups) {
      const name = key(group);
      const old = this.items.get(name);
      if (old && old.size === group.length) {
        text(old.node.querySelector('time'), time(group[0].at)); // at midnight the date is added
        items.set(name, old);
      } else {
        items.set(name, { node: item(group), size: group.length });
      }
    }
    this.items = items;
    arrange(this.list, [...items.values()].map((it) => it.node));
    this.none.hidden = groups.length > 0;
  }
}
