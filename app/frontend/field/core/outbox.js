// What has not been sent: listed, counted, and tried again.

import { write } from './database.js';
import { groupBy } from './grouping.js';
import { bySequence, renewed } from './operations.js';

/** @typedef {import('./types.js').Core} Core */
/** @typedef {import('./types.js').Operation} Operation */
/** @typedef {import('./types.js').OutboxLine} OutboxLine */
/** @typedef {import('./types.js').Photo} Photo */
/** @typedef {import('./types.js').Summary} Summary */

/** @param {Core} core
 * @returns {Promise<OutboxLine[]>} in the order in which they will go: operations, then photos */
export async function outbox(core) {
  const [operations, photos] = await Promise.all([core.db.getAll('outbox'), core.db.getAll('photos')]);
  const lines = operations.sort(bySequence).map((operation) => ({
    id: operation.id,
    kind: /** @type {const} */ ('operation'),
    what: operation.type,
    finding_id: operation.type.startsWith('finding.') ? operation.object_id : null,
    walk_id: operation.walk_id,
    at: operation.at,
    actor: operation.actor,
    state: operation.state,
    error: operation.error,
    attempts: operation.attempts,
  }));
  const unsent = photos.filter((photo) => photo.state !== 'sent').sort((one, other) => (one.at < other.at ? -1 : 1));
  const photoLines = unsent.map((photo) => ({
    id: photo.id,
    kind: /** @type {const} */ ('photo'),
    what: photo.purpose,
    finding_id: photo.finding_id,
    walk_id: photo.walk_id,
    at: photo.at,
    actor: photo.actor,
    state: photo.state,
    error: photo.error,
    attempts: photo.attempts,
  }));
  return [...lines, ...photoLines];
}

/** Drafts, and photos of what is still a draft, are counted as drafts: they wait for the person, not for the link.
 * @param {Core} core
 * @returns {Promise<Summary>} */
export async function summary(core) {
  const [operations, photos, findings, conflicts] = await Promise.all([
    core.db.getAll('outbox'),
    core.db.getAll('photos'),
    core.db.getAll('findings'),
    core.db.count('conflicts'),
  ]);
  const drafts = new Set(findings.filter((row) => !row.reported).map((row) => row.id));
  const rechecked = new Set(operations.flatMap((operation) => operation.photo_ids));
  const unsentPhotos = photos.filter((photo) => photo.state !== 'sent');
  const waits = (/** @type {Photo} */ photo) =>
    drafts.has(photo.finding_id) || (photo.purpose === 'recheck' && !photo.named && !rechecked.has(photo.id));
  const loose = unsentPhotos.filter((photo) => waits(photo) && !drafts.has(photo.finding_id));
  const due = [...operations, ...unsentPhotos.filter((photo) => !waits(photo))];
  const times = [...due, ...findings.filter((row) => !row.reported), ...loose].map((each) => Date.parse(each.at));
  return {
    unsent: due.length,
    oldest: times.length > 0 ? new Date(Math.min(...times)) : null,
    photos: { sent: photos.length - unsentPhotos.length, total: photos.length },
    rejected: due.filter((each) => each.state === 'rejected').length,
    conflicts,
    drafts: drafts.size + groupBy(loose, (photo) => photo.finding_id).size,
    bytes: unsentPhotos.reduce((sum, photo) => sum + photo.bytes, 0),
  };
}

/** Lets what was refused, or waits its time, go again: one line of the outbox, or all.
 * @param {Core} core
 * @param {string} [id] */
export async function retry(core, id) {
  await write(core.db, ['outbox', 'photos', 'findings'], async (tx) => {
    for (const operation of await tx.objectStore('outbox').getAll()) {
      if (id && operation.id !== id) continue;
      if (operation.state === 'rejected') {
        const finding = await tx.objectStore('findings').get(operation.object_id);
        await tx.objectStore('outbox').put(asItIsNow(operation, finding?.data ?? {}));
      } else await tx.objectStore('outbox').put({ ...operation, not_before: 0 });
    }
    for (const photo of await tx.objectStore('photos').getAll()) {
      if ((id && photo.id !== id) || photo.state === 'sent' || photo.state === 'preparing') continue;
      const rejected = photo.state === 'rejected';
      const anew = rejected ? { state: stateOf(photo), error: null, upload_url: null, attempts: 0 } : {};
      await tx.objectStore('photos').put({ ...photo, ...anew, not_before: 0 });
    }
  });
  core.changed();
}

/** @param {Photo} photo
 * @returns {Photo['state']} */
function stateOf(photo) {
  return photo.sha256 ? 'waiting' : 'preparing';
}

/** An edit that was refused must not bring back what was changed after it.
 * @param {Operation} operation
 * @param {Record<string, any>} data of the finding as it stands
 * @returns {Operation} */
function asItIsNow(operation, data) {
  if (operation.type !== 'finding.update') return renewed(operation);
  const now = Object.keys(operation.data).map((field) => [field, field in data ? data[field] : operation.data[field]]);
  return { ...renewed(operation), data: Object.fromEntries(now) };
}
