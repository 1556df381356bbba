const { verdict } = await load('verdict.js');

const NOW = Date.parse('2026-03-01T12:00:00Z');
const ago = (seconds) => new Date(NOW - 1000 * seconds).toISOString();
const zero = { counted: 0, duplicate: 0, test: 0, dead: 0, lost: 0, reasons: {}, causes: {} };

/** What the page would have read where all is well, but for what is given. */
function say({ assignment, lag, health, history, balance }) {
  return verdict({
    at: NOW,
    serverNow: NOW,
    assignment: {
      state: 'RUNNING', instance: 'a', groupId: 'g', protocol: 'classic', partitions: [{ topic: 't', partition: 0 }], events: [],
      ...assignment,
    },
    lag: {
      measuredAt: ago(1), ageSeconds: 1, totalLag: 0, maxBehindSeconds: 0, unownedPartitions: 0,
      partitions: [{ topic: 't', partition: 0, owner: 'a', lag: 0 }], ...lag,
    },
    health: health === null ? null : { status: 'DOWN', components: health ?? {} },
    counters: null,
    balance: balance ?? null,
  }, { totals: zero, totalsBefore: zero, totalsSeconds: 60, trend: null, unownedSince: null, lostAt: null, instances: [], ...history });
}

function expect(what, given, level, word, number, notes = []) {
  const found = say(given);
  check(`${what}: level`, found.level, level);
  check(`${what}: word`, found.word, word);
  if (number instanceof RegExp) {
    check(`${what}: number "${found.number}"`, number.test(found.number), true);
  } else {
    check(`${what}: number`, found.number, number);
  }
  check(`${what}: notes`, found.notes.map((it) => it.word), notes);
}

const event = (type, seconds) => ({ type, at: ago(seconds), topic: 't', partition: 0, detail: '' });
const down = (stage, component) => ({
  intake: { status: 'DOWN', details: { [stage]: 'Refused' } },
  [component]: { status: 'DOWN', details: { since: ago(65), attempts: 3, cause: 'Refused' } },
});
const retrying = { state: 'RETRYING' };
const stopped = { assignment: { state: 'STOPPED' }, health: { consumer: { details: { cause: 'No right to read' } } } };
const unowned = (seconds) => ({
  lag: { unownedPartitions: 2, partitions: [{ topic: 't', partition: 1, owner: null, lag: 7 }, { topic: 't', partition: 2, owner: null, lag: null }] },
  history: { unownedSince: (NOW - 1000 * seconds) / 1000 - 1 },
});
const lost = { totals: { ...zero, lost: 3, causes: { retention: 3, truncation: 0 } } };

expect('running', {}, 'ok', 'Running', /^0.0 s behind$/);
expect('standby', { assignment: { partitions: [] } }, 'ok', 'Running', /behind/);
check('standby says so', say({ assignment: { partitions: [] } }).sentence.includes('stands by'), true);
expect('without health', { health: null }, 'ok', 'Running', /behind/);
expect('lag unknown', { lag: { maxBehindSeconds: null } }, 'ok', 'Running', 'lag not known');

expect('stopped', stopped, 'bad', 'Stopped', 'reads nothing');
check('stopped says why', say(stopped).sentence, 'No right to read');

[['SINK', 'sink', 'results cannot be stored'], ['DEAD_LETTERS', 'deadLetters', 'dead letters cannot be published'],
  ['POLL', 'kafka', 'polling Kafka fails'], ['PROCESSOR', 'processor', 'the processor takes no exposures'],
  ['POSITIONS', 'kafka', 'it cannot be told where the partitions start'],
  ['MEMBERS', 'sink', 'another instance is in the group, and the embedded database serves one only']]
  .forEach(([stage, component, words]) => {
    const given = { assignment: retrying, health: down(stage, component) };
    expect(stage, given, 'bad', `Retrying: ${words}`, /^since .+, 1 min 5 s$/);
    check(`${stage} says the cause`, say(given).sentence, 'Refused. Nothing is skipped: the records wait until it works.');
  });
expect('Kafka away', { health: { kafka: { details: { since: ago(5) } } } }, 'bad', 'Retrying: Kafka does not answer', /^since .+, 5.0 s$/);
expect('a topic is missing', { health: { intake: { details: { TOPIC: "Topic 'x' does not exist" } } } }, 'warn', 'A topic does not exist', '');
check('a missing topic holds up no other', say({ health: { intake: { details: { TOPIC: 'Gone' } } } }).sentence.startsWith('Gone. Topics that exist are consumed'), true);
expect('a rebalance hangs', { assignment: retrying, health: { intake: { details: { REBALANCE: 'Refused' } } } },
  'warn', 'A rebalance of the group does not end', '');
expect('the processor is down, as Boot would say', { health: { processor: { status: 'DOWN' } } }, 'ok', 'Running', /behind/);
expect('the database went back just now', { assignment: { events: [event('POSITIONS_WENT_BACK', 60)] } }, 'bad', 'The database went back', /^at /);
expect('the database went back long ago', { assignment: { events: [event('POSITIONS_WENT_BACK', 7200)] } }, 'warn', 'The database went back', /^at /);
expect('balanced', { balance: { off: 0, partitions: [{ topic: 't', partition: 0, off: 0 }] } }, 'ok', 'Running', /behind/);
expect('balance not read yet', { balance: { off: null, partitions: [] } }, 'ok', 'Running', /behind/);
const off = { balance: { off: -3, partitions: [{ topic: 't', partition: 0, off: 0 }, { topic: 't', partition: 4, off: -3 }] } };
expect('balance off', off, 'bad', 'Balance off', '3 offsets');
expect('two off in opposite ways', { balance: { off: 0, partitions: [{ topic: 't', partition: 0, off: 2 }, { topic: 't', partition: 4, off: -2 }] } },
  'bad', 'Balance off', '4 offsets');
check('balance off names the partition', say(off).sentence, 'What became of them is not known: t-4. See docs/runbook.md#balanceoff.');
expect('retrying, health not exposed', { assignment: retrying, health: null }, 'bad', 'Retrying', 'nothing is read');

expect('lost just now', { assignment: { events: [event('RECORDS_LOST', 60)] }, history: lost }, 'bad', 'Records lost', '3 records');
expect('lost long ago', { assignment: { events: [event('RECORDS_LOST', 7200)] }, history: lost }, 'warn', 'Records lost', '3 records');
check('lost says to what', say({ history: lost }).sentence.includes('(3 to retention)'), true);

expect('unowned for a moment', unowned(3), 'warn', 'Partitions without owner', '2 partitions');
expect('unowned for long', unowned(30), 'bad', 'Partitions without owner', '2 partitions');
check('unowned says what waits', say(unowned(30)).sentence, 'Nobody in the group reads them, for 30 s or longer; 7 records wait there.');

expect('paused', { assignment: { state: 'PAUSED', events: [event('PAUSED', 125)] } }, 'warn', 'Paused', /^since .+, 2 min 5 s$/);
expect('paused, event forgotten', { assignment: { state: 'PAUSED' }, lag: { partitions: [{ topic: 't', partition: 0, owner: 'a', lag: 1 }, { topic: 't', partition: 9, owner: 'b', lag: 5 }] } },
  'warn', 'Paused', '1 record');
expect('seeding', { assignment: { state: 'SEEDING' } }, 'idle', 'Starting', 'finds out where to start');
expect('joining', { assignment: { state: 'JOINING' } }, 'idle', 'Starting', 'joins the group');

const never = { measuredAt: null, ageSeconds: null, totalLag: null, maxBehindSeconds: null, unownedPartitions: null, partitions: [] };
expect('no sample', { lag: never }, 'warn', 'Lag not known yet', 'no sample so far');
expect('starting without a sample', { assignment: { state: 'SEEDING' }, lag: never }, 'idle', 'Starting', 'finds out where to start');
expect('stale sample', { lag: { ageSeconds: 61 } }, 'warn', 'Lag not known', 'last sample 1 min 1 s ago');

const behind = (seconds, trend) => ({ lag: { totalLag: 1000, maxBehindSeconds: seconds }, history: { trend } });
expect('hardly behind', behind(14, null), 'ok', 'Running', /^14 s behind$/);
expect('behind', behind(20, null), 'warn', 'Behind', 'by 20 s');
expect('far behind', behind(300, null), 'bad', 'Behind', 'by 5 min 0 s');
expect('behind since nobody knows when', { lag: { totalLag: 5, maxBehindSeconds: null } }, 'warn', 'Behind', 'by 5 records');
check('catching up', say(behind(20, -100)).sentence.endsWith('Catching up by 100 records/s: about 10 s left.'), true);
check('falling behind', say(behind(20, 50)).sentence.endsWith('Falling behind by 50 records/s.'), true);
check('standing still', say(behind(20, 0)).sentence.endsWith('Neither catching up nor falling further behind.'), true);

const letters = (dead, counted) => ({ history: { totals: { ...zero, dead, counted } } });
expect('many dead letters', letters(10, 90), 'warn', 'Many dead letters', '10 % of the last minute');
expect('few dead letters', letters(9, 9), 'ok', 'Running', /behind/);
expect('dead letters among many', letters(10, 990), 'ok', 'Running', /behind/);

// Which one wins, and that the others are still told.
const old = { assignment: { events: [event('RECORDS_LOST', 7200)] }, history: lost };
expect('old loss hides no outage', { ...old, assignment: { ...old.assignment, ...retrying }, health: down('SINK', 'sink') },
  'bad', 'Retrying: results cannot be stored', /since/, ['Records lost']);
expect('stopped before all', { ...stopped, lag: unowned(30).lag, history: { ...lost, ...unowned(30).history } },
  'bad', 'Stopped', 'reads nothing', ['Records lost', 'Partitions without owner']);
expect('unowned for long before paused', { ...unowned(30), assignment: { state: 'PAUSED' } },
  'bad', 'Partitions without owner', '2 partitions', ['Paused']);
expect('paused before behind', { assignment: { state: 'PAUSED' }, ...behind(20, null) }, 'warn', 'Paused', '0 records', ['Behind']);
expect('far behind before paused', { assignment: { state: 'PAUSED' }, ...behind(400, null) }, 'bad', 'Behind', 'by 6 min 40 s', ['Paused']);
expect('paused while the database is down', { assignment: { state: 'PAUSED', events: [event('PAUSED', 9)] }, health: down('SINK', 'sink') },
  'warn', 'Paused', /^since/, ['Results cannot be stored']);
expect('several instances', { history: { instances: ['a', 'b'] } }, 'ok', 'Running', /behind/, ['Several instances answer at this address']);
expect('grown', { assignment: { events: [event('NEW_PARTITION', 60)] } }, 'ok', 'Running', /behind/, ['Topic has grown']);
expect('grown by many at once', { assignment: { events: [{ ...event('NEW_PARTITION', 60), partition: null,
  partitions: [{ topic: 't', from: 4, to: 11 }] }] } }, 'ok', 'Running', /behind/, ['Topic has grown']);
expect('grown long ago', { assignment: { events: [event('NEW_PARTITION', 1000)] } }, 'ok', 'Running', /behind/);

// Health.
expect('an outage that no component shows', { assignment: retrying, health: { intake: { details: { LOSSES: 'Refused' } } } },
  'bad', 'Retrying: it cannot be told what was deleted unread', 'nothing is read');
const both = {
  intake: { details: { SINK: 'Refused', DEAD_LETTERS: 'Too large' } },
  sink: { details: { since: ago(600), attempts: 9, cause: 'Refused' } },
  deadLetters: { details: { since: ago(60), attempts: 2, cause: 'Too large' } },
};
expect('two outages, the older first', { assignment: retrying, health: both }, 'bad', 'Retrying: results cannot be stored', /10 min 0 s$/,
  ['Retrying: dead letters cannot be published']);
expect('consumer down without details', { health: { consumer: { status: 'DOWN' } } }, 'bad', 'Stopped', 'reads nothing');
expect('full disk', { health: { diskSpace: { status: 'DOWN' }, ping: { status: 'UP' } } }, 'warn', 'Health is DOWN', 'diskSpace');
check('hidden details', verdict({
  serverNow: NOW, assignment: { state: 'RUNNING', partitions: [], events: [] }, health: { status: 'DOWN' },
  lag: { measuredAt: ago(1), ageSeconds: 1, totalLag: 0, maxBehindSeconds: 0, unownedPartitions: 0, partitions: [] },
}, { totals: null, totalsBefore: null, trend: null, unownedSince: null, instances: [] }).word, 'Health is DOWN');

// Losses.
const cut = { totals: { ...zero, lost: 5, causes: { retention: 0, truncation: 5 } } };
expect('cut off just now', { assignment: { events: [event('TRUNCATED', 60)] }, history: cut }, 'bad', 'Records lost', '5 records');
expect('cut, and nothing lost', { assignment: { events: [event('TRUNCATED', 60)] } }, 'ok', 'Running', /behind/);
expect('lost, seen by the counter alone', { history: { ...lost, lostAt: NOW - 60_000 } }, 'bad', 'Records lost', '3 records');
expect('lost, without counters', { assignment: { events: [event('RECORDS_LOST', 60)] }, history: { totals: null } }, 'bad', 'Records lost', 'see the events');

// Lag that is not known, or explained.
const one = (more) => ({ topic: 't', partition: 0, owner: 'a', logEnd: 9, lag: 0, behindSeconds: 0, ...more });
const leaderless = one({ partition: 1, logEnd: null, lag: null, behindSeconds: null });
expect('a partition without leader', { lag: { partitions: [one(), leaderless] } }, 'warn', 'Partitions without leader', '1 partition');
expect('no partition has a leader', { lag: { partitions: [leaderless], maxBehindSeconds: null } }, 'bad', 'Partitions without leader', '1 partition');
expect('a backlog of unknown age among fresh ones',
  { lag: { totalLag: 9001, maxBehindSeconds: 0.4, partitions: [one({ lag: 9000, behindSeconds: null }), one({ partition: 1, lag: 1, behindSeconds: 0.4 })] } },
  'warn', 'Behind', `by ${(9001).toLocaleString()} records`);
expect('late because paused', { assignment: { state: 'PAUSED' }, lag: { totalLag: 9, maxBehindSeconds: 400, partitions: [one({ lag: 9, behindSeconds: 400 })] } },
  'bad', 'Paused', '9 records', ['Behind']);
expect('unowned for long, on a page opened just now',
  { ...unowned(0), lag: { unownedPartitions: 1, partitions: [one({ owner: null, lag: 3, behindSeconds: 900 })] } },
  'bad', 'Partitions without owner', '1 partition');
check('hardly moving', say({ ...behind(20, 0.4) }).sentence.endsWith('Neither catching up nor falling further behind.'), true);
check('growth that no event tells any more', say({ assignment: { partitions: [{
  topic: 't', partition: 7, startReason: 'NEW_PARTITION', discoveredAt: ago(60), firstRecordAt: ago(58.5) }] } }).notes[0].sentence.endsWith('1 read here, after 1.5 s at the latest.'), true);
