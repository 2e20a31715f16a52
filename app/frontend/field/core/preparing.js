// Prepares photos behind the person's back, one at a time, and takes up again what an earlier run left.

import { StorageFullError, write } from './database.js';
import { operationsOn, queueChange } from './operations.js';
import { hashOf } from './prepare-photo.js';

/** @typedef {import('./types.js').Core} Core */
/** @typedef {import('./types.js').Photo} Photo */
/** @typedef {import('./types.js').Writing} Writing */

/** Prepares all that wait for it.
 * @param {Core} core
 * @returns {Promise<void>} */
export function prepareAll(core) {
  return core.locked('platskollen-prepare', async () => {
    /** @type {Set<string>} */
    const tried = new Set();
    for (;;) {
      const next = (await core.db.getAll('photos'))
        .filter((photo) => photo.state === 'preparing' && !tried.has(`${photo.id} ${photo.revision}`))
        .sort((one, other) => (one.at < other.at ? -1 : 1))[0];
      if (!next) return;
      tried.add(`${next.id} ${next.revision}`);
      await prepareOne(core, next);
      core.changed();
      core.captured();
    }
  });
}

/** @param {Core} core
 * @param {Photo} photo */
async function prepareOne(core, photo) {
  const raw = await core.db.get('blobs', photo.id);
  if (!raw) {
    const error = { code: 'bytes_missing', message: 'The bytes of the photo are no longer on this device' };
    await settle(core, photo, { state: 'rejected', error }, null);
    return;
  }
  // What cannot be decoded here is sent as it is: the server may know the format.
  const ready = await core.prepare(raw).catch(() => raw);
  try {
    const hashed = { sha256: await hashOf(ready), bytes: ready.size, type: ready.type };
    await settle(core, photo, { ...hashed, state: 'waiting', error: null }, ready === raw ? null : ready);
  } catch (error) {
    if (!(error instanceof StorageFullError)) throw error;
    // No room for the smaller one beside the original: the original stays, and goes as it is.
    const hashed = { sha256: await hashOf(raw), bytes: raw.size, type: raw.type };
    await settle(core, photo, { ...hashed, state: 'waiting', error: null }, null).catch(() => {});
  }
}

/** @param {Core} core
 * @param {Photo} photo
 * @param {Partial<Photo>} changes
 * @param {Blob | null} bytes */
async function settle(core, photo, changes, bytes) {
  await write(core.db, ['photos', 'blobs', 'findings', 'outbox'], async (tx) => {
    const kept = await tx.objectStore('photos').get(photo.id);
    // Drawn upon, removed or prepared by another tab meanwhile: then this result is nobody's.
    if (kept?.state !== 'preparing' || kept.revision !== photo.revision) return;
    if (bytes) await tx.objectStore('blobs').put(bytes, photo.id);
    const now = { ...kept, ...changes };
    await tx.objectStore('photos').put(now);
    if (now.state === 'waiting' && now.purpose === 'finding') await tell(core, tx, now);
  });
}

/** A photo that came after its finding's report had been tried is told of in an update.
 * @param {Core} core
 * @param {Writing} tx
 * @param {Photo} photo */
async function tell(core, tx, photo) {
  const finding = await tx.objectStore('findings').get(photo.finding_id);
  if (finding && !finding.reported) return;
  const pending = await operationsOn(tx, photo.finding_id);
  const report = pending.find((each) => each.type === 'finding.report');
  if (report && (!report.tried || report.state === 'rejected')) return;
  if (pending.some((each) => each.photo_ids.includes(photo.id))) return;
  const known = { id: photo.finding_id, walk_id: photo.walk_id, version: null };
  await queueChange(core, tx, finding ?? /** @type {any} */ (known), {}, [photo.id]);
}
