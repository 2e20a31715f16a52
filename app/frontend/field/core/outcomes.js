// What the server said of each operation, written down in one transaction: only what it named leaves the outbox.

import { delay } from './backoff.js';
import { write } from './database.js';
import { operationsOn } from './operations.js';

/** @typedef {import('./types.js').Core} Core */
/** @typedef {import('./types.js').Fault} Fault */
/** @typedef {import('./types.js').FindingRow} FindingRow */
/** @typedef {import('./types.js').Operation} Operation */
/** @typedef {import('./types.js').Writing} Writing */
/** @typedef {{ id: string, outcome: string, original?: string | { outcome?: string }, version: number | null, errors?: Fault[],
 *   current?: Record<string, any> | null }} Result */

/** A fault of the server's own, or somebody else signed in since this request was made. */
const PASSING = new Set(['unexpected', 'other_actor']);
/** Fields that mean something only together; every other field stands for itself. */
const UNITS = { position: ['lon', 'lat', 'accuracy_m', 'place_words'], category: ['category', 'item'] };

/** @param {Core} core
 * @param {Operation[]} sent
 * @param {Result[]} results
 * @returns {Promise<boolean>} whether every operation was answered for good */
export async function takeIn(core, sent, results) {
  const answers = new Map(results.map((result) => [result.id, result]));
  const final = await write(core.db, ['outbox', 'findings', 'walks', 'photos', 'conflicts', 'answered'], async (tx) => {
    let all = true;
    for (const operation of sent) {
      const result = answers.get(operation.id);
      const kept = result ? await takeOne(core, tx, operation, result) : await wait(core, tx, operation, null);
      all = all && kept;
    }
    return all;
  });
  core.changed();
  return final;
}

/** @param {Core} core
 * @param {Writing} tx
 * @param {Operation} operation
 * @param {Result} result
 * @returns {Promise<boolean>} whether that was the last word on it */
async function takeOne(core, tx, operation, result) {
  const outcome = outcomeOf(result);
  const error = result.errors?.[0] ?? null;
  if (outcome === 'rejected' || outcome === 'forbidden') {
    // Kept nowhere by the server, so the same operation may come again.
    if (error && PASSING.has(error.code)) return wait(core, tx, operation, error);
    const refused = error ?? { code: outcome, message: outcome };
    await tx.objectStore('outbox').put({ ...operation, state: 'rejected', error: refused });
    return true;
  }
  if (outcome !== 'applied' && outcome !== 'conflict') return wait(core, tx, operation, error);
  await tx.objectStore('outbox').delete(operation.seq ?? 0);
  await tx.objectStore('answered').put({ id: operation.id, outcome, at: new Date(core.now()).toISOString() });
  await tellPhotos(tx, operation);
  const walk = await tx.objectStore('walks').get(operation.walk_id);
  if (walk) {
    const version = operation.object_id === walk.id ? (result.version ?? walk.version) : walk.version;
    await tx.objectStore('walks').put({ ...walk, version, receipt_due: true });
  }
  if (operation.type.startsWith('finding.')) await moveOn(tx, operation, result);
  if (outcome === 'conflict') await keepBoth(core, tx, operation, result);
  return true;
}

/** @param {Result} result
 * @returns {string} the first outcome, where this one only repeats it */
function outcomeOf({ outcome, original }) {
  if (outcome !== 'duplicate') return outcome;
  return (typeof original === 'string' ? original : original?.outcome) ?? 'applied';
}

/** @param {Core} core
 * @param {Writing} tx
 * @param {Operation} operation
 * @param {Fault | null} error
 * @returns {Promise<boolean>} */
async function wait(core, tx, operation, error) {
  const attempts = operation.attempts + 1;
  const not_before = error ? core.now() + delay(attempts, core.random()) : 0;
  await tx.objectStore('outbox').put({ ...operation, state: 'waiting', attempts, not_before, error });
  return false;
}

/** The photos that the operation told of may be sent now.
 * @param {Writing} tx
 * @param {Operation} operation */
async function tellPhotos(tx, operation) {
  for (const id of operation.photo_ids) {
    const photo = await tx.objectStore('photos').get(id);
    if (photo) await tx.objectStore('photos').put({ ...photo, named: true });
  }
}

/** Later edits stand on the version that this one made, unless somebody else's change lies between that nobody here
 * has seen: those keep the version that was seen, so that the server can tell.
 * @param {Writing} tx
 * @param {Operation} operation
 * @param {Result} result */
async function moveOn(tx, operation, { version, current }) {
  const found = await tx.objectStore('findings').get(operation.object_id);
  if (!found) return;
  const row = { ...found, number: current?.number ?? found.number };
  const unseen = operation.base_version !== null && Number(version) > operation.base_version + 1;
  if (typeof version !== 'number' || unseen) {
    await tx.objectStore('findings').put(row);
    return;
  }
  await tx.objectStore('findings').put({ ...row, version: Math.max(version, row.version ?? 0) });
  for (const later of await operationsOn(tx, operation.object_id)) {
    const same = later.base_version === null || later.base_version === operation.base_version;
    if (later.tried || !same) continue;
    await tx.objectStore('outbox').put({ ...later, base_version: version });
  }
}

/** @param {Core} core
 * @param {Writing} tx
 * @param {Operation} operation
 * @param {Result} result */
async function keepBoth(core, tx, operation, { current, version }) {
  const stands = current ?? {};
  const row = await tx.objectStore('findings').get(operation.object_id);
  for (const [unit, fields] of unitsOf(operation.data)) {
    const mine = pick(operation.data, fields);
    const theirs = pick(stands, fields);
    if (!Object.keys(mine).some((field) => field in theirs && theirs[field] !== mine[field])) continue;
    await tx.objectStore('conflicts').put({
      id: `${operation.id}:${unit}`,
      finding_id: operation.object_id,
      walk_id: operation.walk_id,
      unit,
      mine,
      theirs,
      version: version ?? stands.version ?? operation.base_version ?? 0,
      at: new Date(core.now()).toISOString(),
    });
  }
  if (row)
    await tx.objectStore('findings').put({ ...row, data: { ...row.data, ...pick(stands, Object.keys(row.data)) } });
}

/** @param {Record<string, any>} data
 * @returns {[string, string[]][]} */
function unitsOf(data) {
  const together = Object.entries(UNITS).filter(([, fields]) => fields.some((field) => field in data));
  const grouped = new Set(Object.values(UNITS).flat());
  const alone = Object.keys(data).filter((field) => !grouped.has(field) && field !== 'photos' && field !== 'walk_id');
  return [...together, ...alone.map((field) => /** @type {[string, string[]]} */ ([field, [field]]))];
}

/** @param {Record<string, any>} values
 * @param {string[]} fields
 * @returns {Record<string, any>} */
function pick(values, fields) {
  return Object.fromEntries(fields.filter((field) => field in values).map((field) => [field, values[field]]));
}
