// Asks what the server has of a walk, and believes it: a photo that is missing there goes back to waiting.

import { write } from './database.js';
import { ask, asRequestError, RequestError, readJson } from './requests.js';

/** @typedef {import('./types.js').Core} Core */
/** @typedef {import('./types.js').Photo} Photo */
/** @typedef {import('./types.js').Receipt} Receipt */

/** Asks for each walk of which something was sent that no receipt has confirmed.
 * @param {Core} core
 * @returns {Promise<boolean>} whether a photo has to be sent again; raises RequestError */
export async function fetchReceipts(core) {
  let again = false;
  for (const id of await walksDue(core)) again = (await fetchReceipt(core, id)) || again;
  return again;
}

/** @param {Core} core
 * @returns {Promise<Set<string>>} also walks of which only a photo was added here */
export async function walksDue(core) {
  const walks = (await core.db.getAll('walks')).filter((walk) => walk.receipt_due);
  const photos = (await core.db.getAll('photos')).filter((photo) => photo.state === 'sent' && !photo.confirmed);
  return new Set([...walks.map((walk) => walk.id), ...photos.map((photo) => photo.walk_id)].filter(Boolean));
}

/** @param {Core} core
 * @param {string} walkId
 * @returns {Promise<boolean>} */
export async function fetchReceipt(core, walkId) {
  /** @type {Receipt} */
  let receipt;
  try {
    receipt = await readJson(await ask(core, `/api/v1/walks/${walkId}/receipt`));
    if (!Array.isArray(receipt?.missing)) throw asRequestError(new Error('This is not the answer of our server'));
  } catch (error) {
    // A walk that is not there for this person has no receipt; asking again would not help.
    if (error instanceof RequestError && error.kind === 'refused') return settle(core, walkId, null);
    throw error;
  }
  return settle(core, walkId, receipt);
}

/** @param {Core} core
 * @param {string} walkId
 * @param {Receipt | null} receipt
 * @returns {Promise<boolean>} */
async function settle(core, walkId, receipt) {
  const again = await write(core.db, ['walks', 'photos'], async (tx) => {
    const walk = await tx.objectStore('walks').get(walkId);
    if (walk) await tx.objectStore('walks').put({ ...walk, receipt: receipt ?? walk.receipt, receipt_due: false });
    if (!receipt) return false;
    const missing = new Set(receipt.missing);
    let back = false;
    for (const photo of await tx.objectStore('photos').index('walk_id').getAll(walkId)) {
      const changes = judge(photo, missing);
      if (!changes) continue;
      back = back || changes.state === 'waiting';
      await tx.objectStore('photos').put({ ...photo, ...changes });
    }
    return back;
  });
  core.changed();
  return again;
}

/** @param {Photo} photo
 * @param {Set<string>} missing
 * @returns {Partial<Photo> | null} */
function judge(photo, missing) {
  // It speaks only of what was announced, and not of findings taken back: so it confirms what the upload's own answer
  // said, and never stands in for it.
  if (photo.state !== 'sent' || !photo.sha256) return null;
  if (!missing.has(photo.sha256)) return photo.confirmed ? null : { confirmed: true };
  return { state: 'waiting', confirmed: false, progress: 0, upload_url: null, not_before: 0 };
}
