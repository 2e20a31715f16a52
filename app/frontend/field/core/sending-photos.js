// Which photo goes next, and what its sending meant.

import { delay, isDue } from './backoff.js';
import { hashOf } from './prepare-photo.js';
import { asRequestError, RequestError } from './requests.js';
import { upload } from './uploading.js';

/** @typedef {import('./types.js').Core} Core */
/** @typedef {import('./types.js').Photo} Photo */

/** Refusals after which the same bytes may be sent anew from the start. */
const ANEW = new Set(['hash_mismatch', 'longer_than_announced', 'wrong_offset', 'not_found', 'http_404']);

/** @param {Core} core
 * @param {{ has: (id: string) => boolean }} under those that are under way
 * @returns {Promise<Photo | null>} those that have failed least first, so that a stubborn one holds nobody up */
export async function nextPhoto(core, under) {
  const user = core.me?.user_id ?? null;
  const ready = (await core.db.getAll('photos')).filter(
    (photo) =>
      (photo.state === 'waiting' || photo.state === 'sending') &&
      photo.named &&
      !under.has(photo.id) &&
      (photo.actor === null || photo.actor === user) &&
      isDue(photo.not_before, core.now()),
  );
  ready.sort((one, other) => one.attempts - other.attempts || (one.at < other.at ? -1 : 1));
  return ready[0] ?? null;
}

/** Sends one photo. It is sent once the server says that the whole is there.
 * @param {Core} core
 * @param {Photo} photo
 * @returns {Promise<void>} raises RequestError where nothing else would get through either */
export async function sendPhoto(core, photo) {
  const blob = await core.db.get('blobs', photo.id);
  if (!blob) {
    const error = { code: 'bytes_missing', message: 'The bytes of the photo are no longer on this device' };
    await change(core, photo.id, { state: 'rejected', error });
    return;
  }
  await change(core, photo.id, { state: 'sending', progress: 0 });
  /** @type {Promise<unknown>[]} What must be on disk before this photo is done with. */
  const noted = [];
  const note = (/** @type {Partial<Photo>} */ changes) => noted.push(change(core, photo.id, changes).catch(() => {}));
  try {
    const complete = await upload(core, photo, blob, {
      onUrl: (upload_url) => note({ upload_url }),
      onProgress: (progress) => note({ progress }),
    });
    await Promise.all(noted);
    if (complete) await change(core, photo.id, { state: 'sent', progress: 1, upload_url: null, error: null });
    else await postpone(core, photo, { code: 'unsure', message: 'The server did not say that it has the photo' }, {});
  } catch (error) {
    await Promise.all(noted);
    await failed(core, photo, blob, asRequestError(error));
  }
}

/** @param {Core} core
 * @param {Photo} photo
 * @param {Blob} blob
 * @param {RequestError} error */
async function failed(core, photo, blob, error) {
  if (error.kind !== 'refused') {
    // Nothing here is to blame, except where the server stumbles over this photo every time: the others go first then.
    if (error.kind === 'busy') await postpone(core, photo, error.fault, {});
    else await change(core, photo.id, { state: 'waiting', attempts: photo.attempts + 1 });
    throw error;
  }
  const { code } = error.fault;
  if (code === 'hash_mismatch' && (await hashOf(blob)) !== photo.sha256) {
    const fault = { code: 'bytes_changed', message: 'The bytes of the photo have changed on this device' };
    await change(core, photo.id, { state: 'rejected', error: fault, upload_url: null });
    return;
  }
  if (ANEW.has(code)) await postpone(core, photo, error.fault, code === 'wrong_offset' ? {} : { upload_url: null });
  else await change(core, photo.id, { state: 'rejected', error: error.fault, upload_url: null });
}

/** @param {Core} core
 * @param {Photo} photo
 * @param {Photo['error']} error
 * @param {Partial<Photo>} changes */
function postpone(core, photo, error, changes) {
  const attempts = photo.attempts + 1;
  const not_before = core.now() + delay(attempts, core.random());
  return change(core, photo.id, { ...changes, state: 'waiting', attempts, not_before, error });
}

/** @param {Core} core
 * @param {string} id
 * @param {Partial<Photo>} changes */
async function change(core, id, changes) {
  const tx = core.db.transaction('photos', 'readwrite');
  const photo = await tx.store.get(id);
  if (photo) await tx.store.put({ ...photo, ...changes });
  await tx.done;
  core.changed();
}
