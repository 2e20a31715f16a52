// How much room the phone has, and what may be given back.

import { write } from './database.js';

/** @typedef {import('./types.js').Core} Core */
/** @typedef {import('./types.js').Photo} Photo */

/** @param {Core} core
 * @returns {Promise<{ usage: number, quota: number, persisted: boolean }>} bytes; 0 where the browser will not say */
export async function storage(core) {
  const estimate = (await core.storage?.estimate?.()) ?? {};
  const persisted = (await core.storage?.persisted?.()) ?? false;
  return { usage: estimate.usage ?? 0, quota: estimate.quota ?? 0, persisted };
}

/** @param {Core} core
 * @returns {Promise<boolean>} whether the browser promises not to clear the storage by itself */
export async function askToPersist(core) {
  return (await core.storage?.persist?.()) ?? false;
}

/** @param {Photo[]} photos
 * @param {string[]} here ids of those whose bytes are on the phone
 * @returns {Photo[]} those that a receipt has confirmed, so that their bytes here are one copy too many */
function spare(photos, here) {
  const held = new Set(here);
  return photos.filter((photo) => photo.state === 'sent' && photo.confirmed && held.has(photo.id));
}

/** @param {Core} core
 * @returns {Promise<number>} */
export async function bytesToFree(core) {
  const [photos, here] = await Promise.all([core.db.getAll('photos'), core.db.getAllKeys('blobs')]);
  return spare(photos, here).reduce((sum, photo) => sum + photo.bytes, 0);
}

/** Removes the bytes of photos that the server has confirmed, and nothing else. It writes nothing: a phone that is full
 * would refuse that, however little it is.
 * @param {Core} core
 * @returns {Promise<{ bytes: number, photos: number }>} */
export async function freeSpace(core) {
  const freed = await write(core.db, ['photos', 'blobs'], async (tx) => {
    const photos = spare(await tx.objectStore('photos').getAll(), await tx.objectStore('blobs').getAllKeys());
    for (const photo of photos) await tx.objectStore('blobs').delete(photo.id);
    return photos;
  });
  core.changed();
  return { bytes: freed.reduce((sum, photo) => sum + photo.bytes, 0), photos: freed.length };
}
