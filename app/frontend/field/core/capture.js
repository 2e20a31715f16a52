// Notes, changes and takes back findings: the finding and what is to be sent of it in one transaction.

import { write } from './database.js';
import { takenFinding } from './findings.js';
import { missingOf, rowOf } from './findings-shown.js';
import { makeOperation, operationsOn, queueChange } from './operations.js';

/** @typedef {import('./types.js').Core} Core */
/** @typedef {import('./types.js').FindingData} FindingData */
/** @typedef {import('./types.js').FindingRow} FindingRow */
/** @typedef {import('./types.js').RecheckResult} RecheckResult */
/** @typedef {import('./types.js').Writing} Writing */

/** Nothing is known here of the finding that was asked for. */
export class UnknownFindingError extends Error {
  name = 'UnknownFindingError';
  code = 'unknown_finding';
}

/** Begins a finding; it is a draft until its sheet is closed.
 * @param {Core} core
 * @param {string} walkId
 * @param {FindingData} data
 * @returns {Promise<string>} its id, once it is on disk */
export async function newFinding(core, walkId, data) {
  const id = crypto.randomUUID();
  /** @type {FindingRow} */
  const row = {
    id,
    walk_id: walkId,
    actor: core.me?.user_id ?? null,
    data,
    number: null,
    version: null,
    status: 'new',
    mine: true,
    withdrawn: false,
    reported: false,
    report_id: crypto.randomUUID(),
    at: new Date(core.now()).toISOString(),
  };
  await write(core.db, ['findings'], async (tx) => {
    await tx.objectStore('findings').add(row);
  });
  core.changed();
  return id;
}

/** @param {Core} core
 * @param {string} id
 * @param {FindingData} changes */
export async function editFinding(core, id, changes) {
  const taken = (await core.db.get('findings', id)) ? null : await takenFinding(core, id, null);
  const queued = await write(core.db, ['findings', 'outbox'], async (tx) => {
    const row = (await tx.objectStore('findings').get(id)) ?? (taken && rowOf(taken.finding));
    if (!row) throw new UnknownFindingError(id);
    const changed = { ...row, data: { ...row.data, ...changes } };
    await tx.objectStore('findings').put(changed);
    if (row.reported) await queueChange(core, tx, changed, changes);
    return row.reported;
  });
  core.changed();
  if (queued) core.captured();
}

/** The sheet was closed: a draft that has all it needs is queued.
 * @param {Core} core
 * @param {string} id */
export async function closeFinding(core, id) {
  const queued = await write(core.db, ['findings', 'outbox'], async (tx) => {
    const row = await tx.objectStore('findings').get(id);
    return row ? report(core, tx, row) : false;
  });
  core.changed();
  if (queued) core.captured();
}

/** Queues whatever draft is complete: their sheets were left by closing the app, or the walk is at its end.
 * @param {Core} core
 * @param {string} [walkId] only those of this walk */
export async function closeDrafts(core, walkId) {
  const drafts = (await core.db.getAll('findings')).filter(
    (row) => !row.reported && (!walkId || row.walk_id === walkId) && missingOf(row.data).length === 0,
  );
  for (const row of drafts) await closeFinding(core, row.id);
}

/** @param {Core} core
 * @param {Writing} tx
 * @param {FindingRow} row
 * @returns {Promise<boolean>} whether there is something to send now */
async function report(core, tx, row) {
  if (row.reported || missingOf(row.data).length > 0) return false;
  await tx.objectStore('findings').put({ ...row, reported: true });
  const given = Object.entries(row.data).filter(([, value]) => value !== null && value !== undefined && value !== '');
  const operation = makeOperation(core, {
    id: row.report_id,
    type: 'finding.report',
    object_id: row.id,
    walk_id: row.walk_id,
    actor: row.actor,
    at: row.at,
    data: { walk_id: row.walk_id, ...Object.fromEntries(given) },
  });
  await tx.objectStore('outbox').add(operation);
  return true;
}

/** Takes a finding back, or says that it repeats another. What was never tried is simply gone.
 * @param {Core} core
 * @param {string} id
 * @param {string} [duplicateOf] */
export async function withdrawFinding(core, id, duplicateOf) {
  const taken = (await core.db.get('findings', id)) ? null : await takenFinding(core, id, null);
  await write(core.db, ['findings', 'outbox', 'photos', 'blobs'], async (tx) => {
    const row = (await tx.objectStore('findings').get(id)) ?? (taken && rowOf(taken.finding));
    if (!row) throw new UnknownFindingError(id);
    const pending = await operationsOn(tx, id);
    const unheard = !row.reported || pending.some((each) => each.type === 'finding.report' && !each.tried);
    if (unheard && !duplicateOf) {
      await forget(tx, id);
      return;
    }
    if (!row.reported) throw new UnknownFindingError(id);
    const status = duplicateOf ? 'duplicate' : 'withdrawn';
    await tx.objectStore('findings').put({ ...row, withdrawn: true, status });
    const data = duplicateOf ? { duplicate_of: duplicateOf } : {};
    const given = { object_id: id, walk_id: row.walk_id, base_version: row.version, data };
    await tx.objectStore('outbox').add(makeOperation(core, { ...given, type: 'finding.withdraw' }));
  });
  core.changed();
  core.captured();
}

/** @param {Writing} tx
 * @param {string} id */
async function forget(tx, id) {
  await tx.objectStore('findings').delete(id);
  for (const operation of await operationsOn(tx, id)) await tx.objectStore('outbox').delete(operation.seq ?? 0);
  for (const photo of await tx.objectStore('photos').index('finding_id').getAllKeys(id)) {
    await tx.objectStore('photos').delete(photo);
    await tx.objectStore('blobs').delete(photo);
  }
}

/** Says how an earlier finding looks on this walk; said again before it was tried, the last word holds.
 * @param {Core} core
 * @param {string} walkId
 * @param {string} findingId
 * @param {{ result: RecheckResult, note?: string, photos?: string[] }} said photos: ids of photos added for it
 * @returns {Promise<string>} the operation's id */
export async function recheck(core, walkId, findingId, { result, note = '', photos = [] }) {
  const user = core.me?.user_id ?? null;
  const id = await write(core.db, ['outbox', 'photos', 'walks'], async (tx) => {
    const walk = await tx.objectStore('walks').get(walkId);
    if (walk) {
      const rechecks = { ...walk.rechecks, [findingId]: { result, note } };
      await tx.objectStore('walks').put({ ...walk, rechecks });
    }
    for (const photoId of photos) {
      const photo = await tx.objectStore('photos').get(photoId);
      if (photo)
        await tx.objectStore('photos').put({ ...photo, finding_id: findingId, walk_id: walkId, purpose: 'recheck' });
    }
    const untried = (await operationsOn(tx, findingId)).find(
      (each) => each.type === 'finding.recheck' && each.walk_id === walkId && !each.tried && each.actor === user,
    );
    const data = { walk_id: walkId, result, note };
    const photo_ids = [...new Set([...(untried?.photo_ids ?? []), ...photos])];
    const operation = untried
      ? { ...untried, data, photo_ids }
      : makeOperation(core, { type: 'finding.recheck', object_id: findingId, walk_id: walkId, data, photo_ids });
    await tx.objectStore('outbox').put(operation);
    return operation.id;
  });
  core.changed();
  core.captured();
  return id;
}
