// Sends what waits: one request at a time, in one tab at a time, until nothing is left or the link gives out.

import { delay, isDue, LONGEST_MS } from './backoff.js';
import { claim } from './claiming.js';
import { StorageFullError, write } from './database.js';
import { takeIn } from './outcomes.js';
import { makeLanes } from './photo-lanes.js';
import { probe } from './probe.js';
import { fetchReceipts, walksDue } from './receipts.js';
import { ask, asRequestError, RequestError, readJson } from './requests.js';
import { whoAmI } from './session.js';
import { deviceId } from './settings.js';
import { refreshAll } from './take-along.js';

/** @typedef {import('./types.js').Core} Core */
/** @typedef {import('./types.js').Operation} Operation */
/** @typedef {import('./types.js').Status} Status */

const BATCH = 50;
/** What is noted in one go is sent in one go, milliseconds. */
const GATHER_MS = 300;

/** @param {Core} core */
export function makeSyncing(core) {
  let failures = 0;
  const lanes = makeLanes(core, () => {
    failures = 0;
  });
  let batch = BATCH;
  let stopped = false;
  let again = false;
  /** @type {Promise<void> | null} */
  let running = null;
  /** @type {(() => void) | null} */
  let cancel = null;

  /** @param {Status['phase']} phase
   * @param {{ next?: Date | null, error?: Status['error'] }} [more] */
  function say(phase, { next = null, error = null } = {}) {
    core.status = { phase, next, error };
    core.changed();
  }

  /** @param {number} ms */
  function plan(ms) {
    cancel?.();
    cancel = core.later(() => {
      cancel = null;
      void sync('planned');
    }, ms);
    return new Date(core.now() + ms);
  }

  /** @param {string} _reason for whoever reads a trace
   * @returns {Promise<void>} resolves when there is nothing more to do for the moment; never rejects */
  function sync(_reason) {
    if (stopped) return Promise.resolve();
    cancel?.();
    cancel = null;
    again = true;
    running ??= runs().finally(() => {
      running = null;
    });
    return running;
  }

  async function runs() {
    while (again && !stopped) {
      again = false;
      await core.locked('platskollen-sync', run);
    }
  }

  async function run() {
    if (stopped) return;
    try {
      await release(core);
      if (!(await hasWork(core))) {
        failures = 0;
        say('idle');
        return;
      }
      say('sending');
      if (failures > 0 && !(await probe(core))) throw asRequestError(new Error('The server does not answer'));
      await whoAmI(core);
      const touched = await sendAll();
      failures = 0;
      await refreshAll(core, touched).catch(() => {});
      await rest();
    } catch (error) {
      await release(core).catch(() => {});
      giveUp(error);
    }
  }

  /** @returns {Promise<Set<string>>} walks of which something was sent */
  async function sendAll() {
    /** @type {Set<string>} */
    const touched = new Set();
    try {
      for (;;) {
        // A photo prepared meanwhile brings an operation: it waits its turn behind the photo under way.
        while (!stopped && lanes.free() && (await sendOperations(touched)));
        if (await lanes.step(stopped)) continue;
        if (stopped) return touched;
        for (const id of await walksDue(core)) touched.add(id);
        if (!(await fetchReceipts(core))) return touched;
      }
    } finally {
      await lanes.end();
    }
  }

  /** @param {Set<string>} touched
   * @returns {Promise<boolean>} whether there may be more */
  async function sendOperations(touched) {
    const operations = await claim(core, batch);
    if (operations.length === 0) return false;
    let answer;
    try {
      answer = await post(core, operations);
    } catch (error) {
      await shrink(operations, asRequestError(error));
      return true;
    }
    batch = Math.min(BATCH, batch * 2);
    failures = 0;
    for (const operation of operations) touched.add(operation.walk_id);
    await takeIn(core, operations, answer.results);
    return true;
  }

  /** A request that is refused as a whole, or that the server stumbles over, is cut up until the one at fault stands alone.
   * @param {Operation[]} operations
   * @param {RequestError} error */
  async function shrink(operations, error) {
    const alone = operations.length === 1;
    const refused = error.kind === 'refused';
    if (error.kind === 'busy' || refused) batch = Math.max(1, Math.ceil(operations.length / 2));
    await write(core.db, ['outbox'], async (tx) => {
      for (const operation of operations) {
        const attempts = operation.attempts + 1;
        const pause = alone && error.kind === 'busy' ? core.now() + delay(attempts, core.random()) : 0;
        const ended = alone && refused;
        const state = /** @type {Operation['state']} */ (ended ? 'rejected' : 'waiting');
        const fault = ended ? error.fault : operation.error;
        await tx.objectStore('outbox').put({ ...operation, state, attempts, not_before: pause, error: fault });
      }
    });
    if (!refused) throw error;
  }

  /** Nothing more can go now: says so, and plans the next try where something waits for its time. */
  async function rest() {
    const now = core.now();
    // A photo that nobody was told of waits for its drawing, which tells when it is done.
    const photos = (await core.db.getAll('photos')).filter((photo) => photo.named);
    const waiting = [...(await core.db.getAll('outbox')), ...photos].filter(
      (each) => each.state === 'waiting' && !isDue(each.not_before, now),
    );
    if (waiting.length === 0) {
      say('idle');
      return;
    }
    const soonest = Math.min(...waiting.map((each) => each.not_before - now));
    const error = waiting.find((each) => each.error)?.error ?? null;
    say('waiting', { next: plan(Math.max(soonest, 1)), error });
  }

  /** @param {unknown} error */
  function giveUp(error) {
    if (error instanceof StorageFullError) {
      // Without a note of what is being sent nothing may go; the link is not to blame.
      say('full', { next: stopped ? null : plan(LONGEST_MS), error: { code: error.code, message: error.message } });
      return;
    }
    const failed = asRequestError(error);
    if (failed.kind === 'signed-out') {
      say('signed-out', { error: failed.fault });
      return;
    }
    failures += 1;
    const ms = Math.max(delay(failures, core.random()), Math.min(failed.retryAfterMs, 10 * LONGEST_MS));
    say(failed.kind === 'offline' ? 'offline' : 'waiting', { next: stopped ? null : plan(ms), error: failed.fault });
  }

  return {
    sync,
    /** Something was noted: sends it soon, unless it is known that nothing gets through for now. */
    captured() {
      const held = core.status.phase !== 'idle' && core.status.phase !== 'sending';
      if (stopped || held) return;
      if (running) again = true;
      else plan(GATHER_MS);
    },
    /** @returns {Promise<void>} resolves when the request under way has ended */
    async stop() {
      stopped = true;
      cancel?.();
      await running;
    },
  };
}

/** @param {Core} core
 * @param {Operation[]} operations
 * @returns {Promise<{ results: import('./outcomes.js').Result[] }>} raises RequestError */
async function post(core, operations) {
  const body = JSON.stringify({
    device_id: await deviceId(core),
    sent_at: new Date(core.now()).toISOString(),
    operations: operations.map(({ id, actor, type, object_id, base_version, at, data }) => ({
      id,
      ...(actor ? { actor } : {}),
      type,
      object_id,
      base_version,
      at,
      data,
    })),
  });
  const headers = { 'Content-Type': 'application/json' };
  const answer = await readJson(await ask(core, '/api/v1/sync', { method: 'POST', body, headers }));
  if (!Array.isArray(answer?.results)) throw asRequestError(new Error('This is not the answer of our server'));
  return answer;
}

/** Who holds the lock knows that nobody is sending: what says so was left behind by a run that was cut off.
 * @param {Core} core */
async function release(core) {
  await write(core.db, ['outbox', 'photos'], async (tx) => {
    for (const operation of await tx.objectStore('outbox').getAll()) {
      if (operation.state === 'sending') await tx.objectStore('outbox').put({ ...operation, state: 'waiting' });
    }
    for (const photo of await tx.objectStore('photos').getAll()) {
      if (photo.state === 'sending') await tx.objectStore('photos').put({ ...photo, state: 'waiting' });
    }
  });
}

/** @param {Core} core */
async function hasWork(core) {
  if ((await core.db.getAll('outbox')).some((operation) => operation.state !== 'rejected')) return true;
  if ((await core.db.getAll('photos')).some((photo) => photo.named && photo.state === 'waiting')) return true;
  return (await walksDue(core)).size > 0;
}
