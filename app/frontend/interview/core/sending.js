// Takes surveys along and sends the interviews that wait. One leaves the phone only on a receipt that names it.

import { delay, isDue, LONGEST_MS } from '../../field/core/backoff.js';
import { ask, asRequestError, RequestError, readJson } from '../../field/core/requests.js';
import { dayHere } from './quotas.js';
import { storedSurveys, write } from './store.js';

/** @typedef {import('./store.js').Kept} Kept */
/** @typedef {{ id: string | null, outcome: 'taken' | 'already' | 'rejected', errors: import('./store.js').Fault[] }} Result */
/** @typedef {'idle' | 'sending' | 'offline' | 'signed-out' | 'waiting' | 'other-person'} Phase */
/** The world around, which tests replace.
 * @typedef {{
 *   db: import('./store.js').Database, base: string, fetch: typeof globalThis.fetch, now: () => number,
 *   random: () => number, later: (action: () => void, ms: number) => () => void,
 *   locked: <T>(name: string, action: () => Promise<T>) => Promise<T>, changed: () => void }} World */

const BATCH = 20;

/** @param {World} world */
export function makeSending(world) {
  /** @type {Phase} */
  let phase = 'idle';
  let failures = 0;
  let batch = BATCH;
  /** @type {Promise<void> | null} */
  let running = null;
  let again = false;
  /** @type {(() => void) | null} */
  let cancel = null;

  /** Asks for the surveys, and sends what waits; content with what is here where nobody answers.
   * @returns {Promise<void>} */
  function sync() {
    again = running !== null;
    running ??= (async () => {
      do {
        again = false;
        await world.locked('platskollen-interviews', once);
      } while (again);
    })().finally(() => {
      running = null;
    });
    return running;
  }

  async function once() {
    cancel?.();
    cancel = null;
    say('sending');
    try {
      const user = await takeAlong();
      let sent = false;
      for (;;) {
        const due = await waiting(user);
        if (due.length === 0) break;
        await send(due.slice(0, batch));
        sent = true;
      }
      failures = 0;
      // What was sent counts in the quotas.
      if (sent) await takeAlong();
      await rest(user);
    } catch (error) {
      const failed = asRequestError(error);
      if (failed.kind === 'signed-out') {
        say('signed-out');
        return;
      }
      failures += 1;
      plan(Math.max(delay(failures, world.random()), Math.min(failed.retryAfterMs, 10 * LONGEST_MS)));
      say(failed.kind === 'offline' ? 'offline' : 'waiting');
    }
  }

  /** @returns {Promise<string>} who is signed in */
  async function takeAlong() {
    const stored = await storedSurveys(world.db);
    const headers = stored?.etag ? { 'If-None-Match': stored.etag } : undefined;
    const answer = await ask(/** @type {any} */ (world), '/api/v1/surveys', { headers });
    if (answer.status === 304 && stored) return stored.user_id;
    const { user_id, waves } = await readJson(answer);
    if (typeof user_id !== 'string' || !Array.isArray(waves)) throw asRequestError(new Error('Not our server'));
    const surveys = { user_id, waves, etag: answer.headers.get('ETag') };
    await write(world.db, async (tx) => void (await tx.objectStore('settings').put(surveys, 'surveys')));
    world.changed();
    return user_id;
  }

  /** What may be sent now: an interview goes in the session of whoever made it.
   * @param {string} user
   * @returns {Promise<Kept[]>} */
  async function waiting(user) {
    const all = await world.db.getAll('responses');
    return all.filter((one) => one.state === 'waiting' && one.actor === user && isDue(one.not_before, world.now()));
  }

  /** @param {Kept[]} kept */
  async function send(kept) {
    const body = JSON.stringify({
      sent_at: new Date(world.now()).toISOString(),
      responses: kept.map(({ id, wave_id, answers, language, at }) => ({ id, wave_id, answers, language, at })),
    });
    const options = { method: 'POST', body, headers: { 'Content-Type': 'application/json' } };
    let results;
    try {
      ({ results } = await readJson(await ask(/** @type {any} */ (world), '/api/v1/responses', options)));
    } catch (error) {
      if (error instanceof RequestError && error.kind === 'refused') return shrink(kept, error);
      throw error;
    }
    if (!Array.isArray(results)) throw asRequestError(new Error('Not our server'));
    batch = Math.min(BATCH, batch * 2);
    await takeIn(kept, results);
  }

  /** A request that is refused as a whole is cut up until the one at fault stands alone.
   * @param {Kept[]} kept
   * @param {RequestError} error */
  async function shrink(kept, error) {
    batch = Math.max(1, Math.floor(kept.length / 2));
    const [only, ...more] = kept;
    if (only && more.length === 0) await takeIn(kept, [{ id: only.id, outcome: 'rejected', errors: [error.fault] }]);
  }

  /** @param {Kept[]} kept
   * @param {Result[]} results */
  async function takeIn(kept, results) {
    const day = dayHere(new Date(world.now()));
    await write(world.db, async (tx) => {
      const [settings, responses] = [tx.objectStore('settings'), tx.objectStore('responses')];
      let count = 0;
      for (const one of kept) {
        const result = results.find(({ id }) => id === one.id);
        if (result?.outcome === 'taken' || result?.outcome === 'already') {
          await responses.delete(one.id);
          count += 1;
        } else if (result?.outcome === 'rejected' && !result.errors.some(({ code }) => code === 'unexpected')) {
          await responses.put({ ...one, state: 'rejected', errors: result.errors });
        } else {
          // Not named, or a fault of the server's: it waits its turn.
          const attempts = one.attempts + 1;
          const not_before = world.now() + delay(attempts, world.random());
          await responses.put({ ...one, attempts, not_before });
        }
      }
      const sent = await settings.get('sent');
      await settings.put({ day, count: count + (sent?.day === day ? sent.count : 0) }, 'sent');
    });
    world.changed();
  }

  /** Nothing more can go now.
   * @param {string} user */
  async function rest(user) {
    const left = (await world.db.getAll('responses')).filter((one) => one.state === 'waiting');
    const mine = left.filter((one) => one.actor === user);
    if (mine.length > 0) {
      plan(Math.max(Math.min(...mine.map((one) => one.not_before)) - world.now(), 1));
      say('waiting');
    } else {
      say(left.length > 0 ? 'other-person' : 'idle');
    }
  }

  /** @param {number} ms */
  function plan(ms) {
    cancel?.();
    cancel = world.later(() => void sync(), Math.min(ms, LONGEST_MS));
  }

  /** @param {Phase} now */
  function say(now) {
    phase = now;
    world.changed();
  }

  return { sync, phase: () => phase };
}
