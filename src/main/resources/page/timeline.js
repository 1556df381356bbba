// What happened, newest first. Events that come together, as at a start with many partitions, share a line.

import { arrange, element, text } from './dom.js';
import { count, placeOf, time } from './format.js';

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
  SINK_DOWN: ['✕', 'Results not stored', 'bad'],
  SINK_UP: ['✓', 'Results stored again', 'ok'],
  DEAD_LETTER_DOWN: ['✕', 'Dead letters refused', 'bad'],
  DEAD_LETTER_UP: ['✓', 'Dead letters work again', 'ok'],
  DEAD_LETTER_CUT: ['!', 'Dead letter cut', 'warn'],
  POSITIONS_UNKNOWN: ['✕', 'Positions unknown', 'bad'],
  POSITIONS_KNOWN: ['✓', 'Positions known again', 'ok'],
  POSITIONS_WENT_BACK: ['✕', 'Database went back', 'bad'],
  PROCESSOR_DOWN: ['✕', 'Processor fails', 'bad'],
  PROCESSOR_UP: ['✓', 'Processor works again', 'ok'],
  BROKER_DOWN: ['✕', 'Kafka down', 'bad'],
  BROKER_UP: ['✓', 'Kafka works again', 'ok'],
  RECORDS_DOWN: ['✕', 'Records held up', 'bad'],
  RECORDS_UP: ['✓', 'Records go on', 'ok'],
  REBALANCE_HANGS: ['✕', 'Rebalance hangs', 'bad'],
  REBALANCE_ENDED: ['✓', 'Rebalance ended', 'ok'],
  OTHER_MEMBER: ['✕', 'Another instance in the group', 'bad'],
  OTHER_MEMBER_GONE: ['✓', 'Alone in the group again', 'ok'],
  TOPIC_MISSING: ['!', 'Topic missing', 'warn'],
  TOPIC_FOUND: ['✓', 'Topic found', 'ok'],
  FIRST_START: ['▸', 'First start of the group', 'idle'],
};

export function typeName(type) {
  return TYPES[type]?.[1] ?? type;
}

/** Where the events of one line happened. */
function where(events) {
  if (events.length === 1) {
    return placeOf(events[0]);
  }
  const ranges = [];
  events.map((it) => it.partition).sort((x, y) => x - y).forEach((number) => {
    const last = ranges.at(-1);
    if (last && number === last.to + 1) {
      last.to = number;
    } else {
      ranges.push({ topic: events[0].topic, from: number, to: number });
    }
  });
  return placeOf({ partitions: ranges });
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
