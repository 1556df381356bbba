const { count, duration, partitionsOf, placeOf, plural, rate, secondsBetween } = await load('format.js');
const { samples } = await load('client.js');
const { History, countedLines, outcomes } = await load('history.js');

// format.js: where an event happened.
const many = { topic: null, partition: null, partitions: [{ topic: 'a', from: 0, to: 2 }, { topic: 'a', from: 5, to: 5 }, { topic: 'b', from: 1, to: 1 }] };
check('place of many', placeOf(many), 'a-0…2, 5, b-1');
check('place of one', placeOf({ topic: 'a', partition: 3 }), 'a-3');
check('place of a topic', placeOf({ topic: 'a', partition: null, partitions: [] }), 'a');
check('place of the instance', placeOf({ topic: null, partition: null, partitions: [] }), '');
check('partitions of many', partitionsOf(many).map((it) => `${it.topic}-${it.partition}`), ['a-0', 'a-1', 'a-2', 'a-5', 'b-1']);

// format.js: what is unknown is a dash, never 0.
[count, duration, rate].forEach((say) => {
  check(`${say.name} of null`, say(null), '–');
  check(`${say.name} of undefined`, say(undefined), '–');
});
check('count', count(0), '0');
check('count rounds', count(1.6), '2');
check('rate of little', rate(0.25).replace(',', '.'), '0.3');
check('rate of nothing', rate(0), '0');
[[0, '0.0 s'], [9.94, '9.9 s'], [59.4, '59 s'], [60, '1 min 0 s'], [3599, '59 min 59 s'], [3600, '1 h 0 min'],
  [86399, '23 h 59 min'], [90000, '1 d 1 h']]
  .forEach(([seconds, words]) => check(`duration of ${seconds}`, duration(seconds).replace(',', '.'), words));
[[9.99, '10 s'], [59.9, '1 min 0 s'], [3599.9, '1 h 0 min']]
  .forEach(([seconds, words]) => check(`duration rounds ${seconds} over`, duration(seconds), words));
check('plural of one', plural(1, 'record'), '1 record');
check('plural of none', plural(0, 'record'), '0 records');
check('seconds between are never below 0', secondsBetween('2026-01-01T00:00:01Z', '2026-01-01T00:00:00Z'), 0);
check('seconds between', secondsBetween('2026-01-01T00:00:00Z', Date.parse('2026-01-01T00:00:01.500Z')), 1.5);

// client.js: a scrape.
const scrape = samples('# HELP a_total Words {with="braces"}\n# TYPE a_total counter\na_total{x="1",y="a \\"b\\", c"} 3.0\n'
  + 'process_start_time_seconds 1.7E9\nb -1\nc NaN\n');
check('samples', scrape.slice(0, 3), [
  { name: 'a_total', labels: { x: '1', y: 'a \\"b\\", c' }, value: 3 },
  { name: 'process_start_time_seconds', labels: {}, value: 1.7e9 },
  { name: 'b', labels: {}, value: -1 }]);
check('sample that is no number', Number.isNaN(scrape[3].value), true);
check('empty scrape', samples(''), []);

// history.js
const NOW = 1_760_000_000;
const iso = (seconds) => new Date(1000 * seconds).toISOString();
const counters = (counted, dead, lost = 0, start = 5) => samples([`intake_records_total{outcome="counted",topic="a"} ${counted - 1}`,
  'intake_records_total{outcome="counted",topic="b"} 1', `intake_records_total{outcome="dead_letter"} ${dead}`,
  `intake_dead_letters_total{reason="NOT_JSON"} ${dead}`, `intake_records_lost_total{cause="retention"} ${lost}`,
  `process_start_time_seconds ${start}`].join('\n'));
const partition = (number, logEnd, committed, owner = 'a') => ({
  topic: 't', partition: number, owner, logStart: 0, logEnd, committed, lag: logEnd === null ? null : logEnd - (committed ?? 0) });
const lag = (at, ...partitions) => ({
  measuredAt: iso(at), partitions, totalLag: partitions.reduce((sum, it) => sum + it.lag, 0),
  unownedPartitions: partitions.filter((it) => it.owner === null).length });
const reading = (at, sample, scraped = null, instance = 'a') => (
  { at: 1000 * at, serverNow: 1000 * at, assignment: { instance }, lag: sample, counters: scraped });

const totals = outcomes(counters(10, 2, 1));
check('outcomes over all labels', [totals.counted, totals.dead, totals.test, totals.lost], [10, 2, 0, 1]);
check('outcomes by reason and cause', [totals.reasons, totals.causes], [{ NOT_JSON: 2 }, { retention: 1 }]);

let history = new History();
check('nothing known', [history.totals, history.totalsBefore, history.trend, history.written], [null, null, null, null]);
history.add(reading(NOW, lag(NOW, partition(0, 100, 90)), counters(100, 0)));
check('one reading gives no rate', [history.written, history.outcomes.columns[0].length], [null, 0]);
history.add(reading(NOW + 2, lag(NOW + 2, partition(0, 120, 100)), counters(140, 2)));
check('records a second', [history.written, history.read], [10, 5]);
check('outcomes a second', history.outcomes.columns.map((it) => it.at(-1)), [NOW + 2, 20, 0, 0, 1]);
history.add(reading(NOW + 3, lag(NOW + 2, partition(0, 120, 100))));
check('a sample counts once', history.lag.columns[0].length, 2);
history.add(reading(NOW + 4, lag(NOW + 4, partition(0, 120, 100), partition(1, 40, null))));
check('a new partition counts from its first record', history.written, 15);
check('a partition without a commit has read nothing', history.read, 2.5);
history.add(reading(NOW + 6, lag(NOW + 6, partition(0, 120, 120), partition(1, 40, 40))));
check('trend', history.trend, (0 - 10) / 6);
check('a line for each partition', [...history.partitions.keys()], ['t-0', 't-1']);
history.add(reading(NOW + 8, lag(NOW + 8, partition(0, 120, 120))));
check('a partition that is gone is forgotten', [...history.partitions.keys()], ['t-0']);

history = new History();
history.add(reading(NOW, lag(NOW, partition(0, 100, 100)), counters(1000, 5, 0, 5)));
history.add(reading(NOW + 2, lag(NOW + 2, partition(0, 50, 50)), counters(10, 0, 0, 9)));
check('after a restart nothing is below 0', [history.totals.counted, history.totalsBefore.counted, history.outcomes.columns[0]], [10, 10, []]);
check('after a topic was re-created nothing is below 0', [history.written, history.read], [0, 0]);
history.add(reading(NOW + 4, lag(NOW + 4, partition(0, null, 50, null)), null));
check('without log ends nothing is made up', history.written, 0);
check('unowned since the first sample of it', history.unownedSince, NOW + 4);
history.add(reading(NOW + 6, lag(NOW + 6, partition(0, 60, 50, null))));
check('and not since the last', history.unownedSince, NOW + 4);
history.add(reading(NOW + 8, lag(NOW + 8, partition(0, 60, 60))));
check('until it is over', history.unownedSince, null);
for (let at = 0; at <= 1300; at += 10) {
  history.add(reading(NOW + 100 + at, lag(NOW + 100 + at, partition(0, at, at)), counters(at + 1, 0, 0, 9)));
}
check('ten minutes are kept', history.lag.columns[0].length, 61);
check('the minute before is kept', history.totals.counted - history.totalsBefore.counted <= 70, true);

const answered = (...names) => {
  const meets = new History();
  names.forEach((name, index) => meets.add(reading(NOW + index, lag(NOW + index, partition(0, 1, 1)), null, name)));
  return meets.instances;
};
check('one instance', answered('a', 'a', 'a'), []);
check('an instance that was restarted under a new name', answered('a', 'a', 'b', 'b'), []);
check('instances that take turns', answered('b', 'a', 'b'), ['a', 'b']);

// What was not seen is not made up.
history = new History();
history.add(reading(NOW, lag(NOW, partition(0, 100, 100)), counters(10, 0)));
history.add(reading(NOW + 2, lag(NOW + 2, partition(0, 120, 110)), counters(30, 0)));
history.add(reading(NOW + 100, lag(NOW + 100, partition(0, 9120, 9110)), counters(9030, 0, 7)));
check('no rate over a gap', [history.written, history.read, history.trend], [null, null, null]);
check('a line ends at a gap', history.lag.columns[1].includes(null), true);
check('the last minute begins anew', history.totals.counted - history.totalsBefore.counted, 0);
check('a loss meanwhile is noticed', history.lostAt === null, true);
history.add(reading(NOW + 102, lag(NOW + 102, partition(0, 9120, 9120)), counters(9030, 0, 8)));
check('a loss is dated', history.lostAt, 1000 * (NOW + 102));
history.add(reading(NOW + 104, lag(NOW - 3600, partition(0, 9120, 9120))));
check('a clock that is set back begins the line anew', history.lag.columns[0].length, 1);

// Lines of the outcomes.
check('lines of the outcomes', countedLines(outcomes(counters(10, 2, 1))).map(([name]) => name),
  ['counted', 'duplicate', 'test', 'dead', 'reason NOT_JSON', 'lost', 'cause retention']);
history = new History();
history.add(reading(NOW, lag(NOW, partition(0, 1, 1)), counters(10, 0)));
history.add(reading(NOW + 2, lag(NOW + 2, partition(0, 1, 1)), counters(10, 4, 2)));
check('dead letters over time, by reason', history.lines.get('reason NOT_JSON').columns, [[NOW + 2], [2]]);
check('losses over time', history.lines.get('lost').columns[1], [1]);
