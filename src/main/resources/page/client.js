// Reads the actuator's endpoints, and asks one to pause or resume.

const BASE = document.querySelector('meta[name=actuator]').content;
const TIMEOUT = 5000;
// As the endpoint's filter wants them: counters without their "_total".
const COUNTERS = ['intake_records', 'intake_dead_letters', 'intake_records_lost', 'process_start_time_seconds'];

/** That nothing answered, or not in time. */
export class ContactError extends Error {}

/** That something answered, and not with what was asked for. */
export class AnswerError extends Error {}

async function ask(path, options) {
  try {
    const response = await fetch(`${BASE}/${path}`, {
      ...options, cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT),
    });
    return { ok: response.ok, status: response.status, headers: response.headers, text: await response.text() };
  } catch (failure) {
    throw new ContactError(failure.name === 'TimeoutError' ? 'It did not answer within 5 s.' : 'It cannot be reached.');
  }
}

// With cookies, which a proxy before the service may want; the service itself wants none.
const get = (path, accept) => ask(path, { headers: { Accept: accept }, credentials: 'same-origin' });

async function json(path) {
  const { ok, status, headers, text } = await get(path, 'application/json');
  // Health answers 503 where something is down, and says what.
  if (!ok && !(path === 'health' && status === 503)) {
    throw new AnswerError(`${BASE}/${path} answers with status ${status}.`);
  }
  if (!headers.get('Content-Type')?.includes('json')) {
    throw new AnswerError(`${BASE}/${path} answers with something else than JSON, as a proxy or a login page would.`);
  }
  return { body: JSON.parse(text), date: headers.get('Date') };
}

/** Samples of a scrape: name, labels and value. */
export function samples(text) {
  const lines = text.split('\n').filter((line) => !line.startsWith('#'));
  return lines.map((line) => /^(\w+)(?:\{(.*)\})? (\S+)/.exec(line)).filter(Boolean).map(([, name, labels, value]) => {
    return {
      name,
      labels: Object.fromEntries([...(labels ?? '').matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map((it) => [it[1], it[2]])),
      value: Number(value),
    };
  });
}

let countersMissingUntil = 0;

/** The counters, or null where there are none: the page tells the rest without them. */
async function counters() {
  if (Date.now() < countersMissingUntil) {
    return null;
  }
  const query = COUNTERS.map((name) => `includedNames=${name}`).join('&');
  try {
    const response = await get(`prometheus?${query}`, 'text/plain');
    if (response.status === 404) {
      countersMissingUntil = Date.now() + 60_000; // not exposed; no need to ask, and to have the browser complain, each time
    }
    return response.ok ? samples(response.text) : null;
  } catch (failure) {
    if (failure instanceof ContactError) {
      return null; // where contact is lost, the others say so
    }
    throw failure;
  }
}

// The service reads it this often; each other refresh would bring the same.
const BALANCE_INTERVAL = 10_000;
let lastBalance = null;
let balanceDue = 0;

/** The balance, or null where it is not exposed, as where positions are not kept in a database. */
async function balance() {
  if (Date.now() < balanceDue) {
    return lastBalance;
  }
  try {
    lastBalance = (await json('balance')).body;
    balanceDue = Date.now() + (lastBalance.off === null ? 0 : BALANCE_INTERVAL);
    return lastBalance;
  } catch (failure) {
    lastBalance = null;
    if (failure instanceof AnswerError) {
      balanceDue = Date.now() + 60_000;
    }
    if (failure instanceof ContactError || failure instanceof AnswerError) {
      return null;
    }
    throw failure;
  }
}

/** Health, or null where it is not exposed, hidden behind a proxy's error, or too slow. */
async function health() {
  try {
    return await json('health');
  } catch (failure) {
    if (failure instanceof ContactError || failure instanceof AnswerError) {
      return null;
    }
    throw failure;
  }
}

/**
 * All that the page shows, read at once. Counters, health and balance are null where the endpoint is not exposed; without
 * assignment and lag there is nothing to show, and this fails.
 */
export async function read() {
  const [assignment, lag, healthNow, scrape, balanceNow] = await Promise.all([
    json('assignment'), json('lag'), health(), counters(), balance()]);
  const now = Date.now();
  return {
    at: now,
    // The service's clock may differ from the reader's; times of its own are compared by its own.
    serverNow: assignment.date ? Date.parse(assignment.date) : now,
    assignment: assignment.body,
    lag: lag.body,
    health: healthNow?.body ?? null,
    counters: scrape,
    balance: balanceNow,
  };
}

/**
 * Pauses or resumes the instance as the operator; another one that answers in its place refuses. Returns an empty text, or
 * why it was refused.
 */
export async function operate(instance, paused, username, password) {
  const bytes = new TextEncoder().encode(`${username}:${password}`);
  const response = await ask('consumption', {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      Accept: 'application/json',
      Authorization: `Basic ${btoa(String.fromCharCode(...bytes))}`,
    },
    body: JSON.stringify({ paused, instance }),
    // Without credentials of the browser's own: for a wrong password it would ask by a window of its own, and remember.
    credentials: 'omit',
  });
  if (response.ok) {
    return '';
  }
  if (response.status === 401) {
    return 'The service refuses this user name and password.';
  }
  if (response.status === 404) {
    return 'The service does not expose the endpoint consumption (management.endpoints.web.exposure.include).';
  }
  let said = null;
  try {
    said = JSON.parse(response.text).error;
  } catch {
    // Not the service's own answer, but that of something before it: its status has to do.
  }
  return typeof said === 'string' && said !== '' ? said : `This is refused with status ${response.status}.`;
}
