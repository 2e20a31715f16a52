// Keeps photos: the bytes are on disk before anything is said, and change only as long as nobody was told of them.

import { LONGEST_MS } from './backoff.js';
import { write } from './database.js';
import { takenFinding } from './findings.js';
import { operationsOn } from './operations.js';

/** @typedef {import('./types.js').Core} Core */
/** @typedef {import('./types.js').Photo} Photo */
/** @typedef {import('./types.js').Writing} Writing */

/** The photo has been sent, or the server has been told of it, so that it can no longer be changed here. */
export class PhotoSentError extends Error {
  name = 'PhotoSentError';
  code = 'photo_sent';
}

/** @param {Core} core
 * @param {string} findingId
 * @param {Blob} blob as the camera gave it
 * @param {{ taken_at?: string | Date, lon?: number | null, lat?: number | null, accuracy_m?: number | null,
 *   purpose?: 'finding' | 'recheck', walk_id?: string }} about walk_id: the walk of a re-check, else the finding's
 * @returns {Promise<string>} its id, once the bytes are on disk */
export async function addPhoto(core, findingId, blob, about = {}) {
  const id = crypto.randomUUID();
  const at = new Date(core.now()).toISOString();
  const finding =
    (await core.db.get('findings', findingId)) ?? (await takenFinding(core, findingId, null))?.finding ?? null;
  await write(core.db, ['photos', 'blobs'], async (tx) => {
    await tx.objectStore('blobs').put(blob, id);
    await tx.objectStore('photos').add({
      id,
      finding_id: findingId,
      walk_id: about.walk_id ?? finding?.walk_id ?? '',
      actor: core.me?.user_id ?? null,
      purpose: about.purpose ?? 'finding',
      sha256: null,
      bytes: blob.size,
      type: blob.type,
      taken_at: about.taken_at ? new Date(about.taken_at).toISOString() : at,
      lon: about.lon ?? null,
      lat: about.lat ?? null,
      accuracy_m: about.accuracy_m ?? null,
      state: 'preparing',
      progress: 0,
      error: null,
      revision: 0,
      named: false,
      confirmed: false,
      upload_url: null,
      attempts: 0,
      not_before: 0,
      at,
    });
  });
  core.changed();
  core.photoAdded();
  return id;
}

/** @param {Core} core
 * @param {string} id
 * @returns {Promise<Photo | null>} null where it is not on this phone */
export async function photo(core, id) {
  return (await core.db.get('photos', id)) ?? null;
}

/** Puts a drawn-on photo in the place of the one that was taken.
 * @param {Core} core
 * @param {string} id
 * @param {Blob} blob
 * @returns {Promise<void>} raises PhotoSentError */
export async function replacePhoto(core, id, blob) {
  await write(core.db, ['photos', 'blobs', 'outbox'], async (tx) => {
    const photo = await changeable(tx, id);
    await tx.objectStore('blobs').put(blob, id);
    const anew = { sha256: null, bytes: blob.size, type: blob.type, error: null };
    await tx.objectStore('photos').put({ ...photo, ...anew, state: 'preparing', revision: photo.revision + 1 });
  });
  core.changed();
  core.photoAdded();
}

/** Keeps a photo, and the report that tells of it, back while somebody draws on it. It has to be said anew within a
 * minute: an app that dies holds nothing up.
 * @param {Core} core
 * @param {string} id
 * @param {boolean} hold false: it may go now */
export async function holdPhoto(core, id, hold) {
  await write(core.db, ['photos'], async (tx) => {
    const photo = await tx.objectStore('photos').get(id);
    if (!photo || photo.named) return;
    await tx.objectStore('photos').put({ ...photo, not_before: hold ? core.now() + LONGEST_MS : 0 });
  });
  if (!hold) core.captured();
}

/** @param {Core} core
 * @param {string} id
 * @returns {Promise<void>} raises PhotoSentError */
export async function removePhoto(core, id) {
  await write(core.db, ['photos', 'blobs', 'outbox'], async (tx) => {
    const photo = await changeable(tx, id);
    await tx.objectStore('photos').delete(id);
    await tx.objectStore('blobs').delete(id);
    for (const operation of await operationsOn(tx, photo.finding_id)) {
      if (!operation.photo_ids.includes(id)) continue;
      const photo_ids = operation.photo_ids.filter((each) => each !== id);
      const empty = operation.type === 'finding.update' && !photo_ids.length && !Object.keys(operation.data).length;
      if (empty) await tx.objectStore('outbox').delete(operation.seq ?? 0);
      else await tx.objectStore('outbox').put({ ...operation, photo_ids });
    }
  });
  core.changed();
}

/** @param {Writing} tx
 * @param {string} id
 * @returns {Promise<Photo>} */
async function changeable(tx, id) {
  const photo = await tx.objectStore('photos').get(id);
  const told =
    !photo ||
    photo.named ||
    (await operationsOn(tx, photo.finding_id)).some((each) => each.tried && each.photo_ids.includes(id));
  if (told) throw new PhotoSentError(id);
  return photo;
}

/** Makes addresses under which the page can show photos, and takes them back at the end.
 * @param {Core} core */
export function makePhotoUrls(core) {
  /** @type {Map<string, { revision: string, url: string }>} */
  const urls = new Map();
  return {
    /** @param {string} id
     * @returns {Promise<string | null>} null where the bytes are not on this phone */
    async photoUrl(id) {
      const photo = await core.db.get('photos', id);
      const revision = `${photo?.revision}-${photo?.sha256}`;
      const made = urls.get(id);
      if (made?.revision === revision) return made.url;
      const blob = photo && (await core.db.get('blobs', id));
      if (!blob) return null;
      if (made) URL.revokeObjectURL(made.url);
      const url = URL.createObjectURL(blob);
      urls.set(id, { revision, url });
      return url;
    },
    revoke() {
      for (const { url } of urls.values()) URL.revokeObjectURL(url);
      urls.clear();
    },
  };
}
