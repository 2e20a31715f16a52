// Chooses what goes into the next request, and freezes it: from then on its body stays as it is.

import { isDue } from './backoff.js';
import { write } from './database.js';
import { groupBy } from './grouping.js';
import { bySequence } from './operations.js';
import { sendable } from './sendable.js';

/** @typedef {import('./types.js').Core} Core */
/** @typedef {import('./types.js').Operation} Operation */
/** @typedef {import('./types.js').Photo} Photo */
/** @typedef {import('./types.js').WalkRow} WalkRow */
/** @typedef {import('./types.js').Writing} Writing */

const CREATES = new Set(['walk.start', 'finding.report']);

/** @param {Core} core
 * @param {number} limit
 * @returns {Promise<Operation[]>} frozen and marked as being sent, in order */
export function claim(core, limit) {
  return write(core.db, ['outbox', 'photos', 'findings', 'walks'], async (tx) => {
    const photos = groupBy(await tx.objectStore('photos').getAll(), (photo) => photo.finding_id);
    const all = (await tx.objectStore('outbox').getAll()).sort(bySequence);
    const walks = new Map((await tx.objectStore('walks').getAll()).map((walk) => [walk.id, walk]));
    const user = core.me?.user_id ?? null;
    const chosen = choose(all, { user, now: core.now(), photos, walks, limit });
    const frozen = [];
    for (const operation of chosen) {
      const ready = operation.tried ? operation : await freeze(tx, operation, photos.get(operation.object_id) ?? []);
      const sending = { ...ready, state: /** @type {const} */ ('sending') };
      await tx.objectStore('outbox').put(sending);
      frozen.push(sending);
    }
    return frozen;
  });
}

/** @param {Operation[]} all by sequence
 * @param {{ user: string | null, now: number, photos: Map<string, Photo[]>, walks: Map<string, WalkRow>,
 *   limit: number }} around
 * @returns {Operation[]} at most one per object, and none together with what it builds upon */
export function choose(all, { user, now, photos, walks, limit }) {
  /** @type {Operation[]} */
  const chosen = [];
  /** @type {Set<string>} Objects about which nothing more may go into this request. */
  const held = new Set();
  /** @type {Set<string>} Walks and findings of which it is not certain that the server knows them. */
  const unborn = new Set();
  /** @type {Set<string>} Walks and findings whose beginning was refused: only a person can help. */
  const stuck = new Set();
  /** @type {Set<string>} Walks of which something of this person is still to come. */
  const behind = new Set();
  for (const operation of all) {
    if (chosen.length === limit) break;
    const { object_id, walk_id, type } = operation;
    const creates = CREATES.has(type);
    if (operation.state === 'rejected') {
      // What could not begin cannot go on, unless the server is known to have it from elsewhere.
      if (creates && !(type === 'walk.start' && isKnown(walks.get(object_id)))) stuck.add(object_id);
      continue;
    }
    if (stuck.has(object_id) || stuck.has(walk_id)) continue;
    const foreign = operation.actor !== null && operation.actor !== user;
    const waits =
      foreign ||
      held.has(object_id) ||
      unborn.has(object_id) ||
      unborn.has(walk_id) ||
      unborn.has(operation.data.duplicate_of) ||
      (type === 'walk.finish' && behind.has(walk_id)) ||
      !isDue(operation.not_before, now) ||
      (!operation.tried && !areReady(operation, photos.get(object_id) ?? [], now));
    held.add(object_id);
    // Also where it goes now: it may come to nothing, and what builds upon it would be refused for good.
    if (creates) unborn.add(object_id);
    if (!foreign) behind.add(walk_id);
    if (!waits) chosen.push(operation);
  }
  return chosen;
}

/** @param {WalkRow | undefined} walk */
function isKnown(walk) {
  return walk !== undefined && walk.version !== null;
}

/** @param {Operation} operation
 * @param {Photo[]} photos of its finding
 * @returns {Photo[]} those that the operation tells of */
function toldOf(operation, photos) {
  return operation.type === 'finding.report'
    ? photos.filter((photo) => photo.purpose === 'finding')
    : photos.filter((photo) => operation.photo_ids.includes(photo.id));
}

/** Whether all photos of an operation are prepared, and nobody draws on one.
 * @param {Operation} operation
 * @param {Photo[]} photos
 * @param {number} now */
function areReady(operation, photos, now) {
  return toldOf(operation, photos).every(
    ({ state, named, not_before }) => state !== 'preparing' && (named || isDue(not_before, now)),
  );
}

/** @param {Writing} tx
 * @param {Operation} operation
 * @param {Photo[]} photos of its finding
 * @returns {Promise<Operation>} as it is sent, now and every time */
export async function freeze(tx, operation, photos) {
  const told = toldOf(operation, photos).filter((photo) => photo.sha256 !== null);
  const hashes = told.map((photo) => photo.sha256);
  const takesPhotos = ['finding.report', 'finding.update', 'finding.recheck'].includes(operation.type);
  const said = takesPhotos && hashes.length > 0 ? { ...operation.data, photos: hashes } : operation.data;
  const row = await tx.objectStore('findings').get(operation.object_id);
  // A finding begins at version 1; this matters for an edit that is saved to a file before its report is answered.
  const edits = operation.type === 'finding.update' || operation.type === 'finding.withdraw';
  const base_version = operation.base_version ?? (edits ? (row?.version ?? 1) : null);
  return {
    ...operation,
    tried: true,
    data: sendable(operation.type, said),
    photo_ids: told.map((photo) => photo.id),
    base_version,
  };
}
