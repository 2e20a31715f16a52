// Writes everything unsent into a ZIP file, one photo in memory at a time.

import { strToU8, Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import { freeze } from './claiming.js';
import { write } from './database.js';
import { bySequence } from './operations.js';
import { prepareAll } from './preparing.js';

/** @typedef {import('./types.js').Core} Core */
/** @typedef {import('./types.js').FindingRow} FindingRow */
/** @typedef {import('./types.js').Operation} Operation */
/** @typedef {import('./types.js').Photo} Photo */
/** @typedef {import('./types.js').WalkRow} WalkRow */
/** @typedef {{ format: 'platskollen-outbox', version: 1, exported_at: string, walks: WalkRow[], findings: FindingRow[],
 *   operations: Operation[], photos: (Photo & { file: string })[] }} Manifest */

export const MANIFEST = 'manifest.json';
const SLICE_BYTES = 1024 * 1024;

/** @param {Core} core
 * @returns {Promise<Blob>} */
export async function exportZip(core) {
  await prepareAll(core);
  const manifest = await collect(core);
  /** @type {Blob[]} Each piece a Blob of its own, so that the browser may keep it on disk. */
  const pieces = [];
  /** @type {Error | null} */
  let failed = null;
  const zip = new Zip((error, chunk) => {
    if (error) failed = error;
    else pieces.push(new Blob([/** @type {Uint8Array<ArrayBuffer>} */ (chunk)]));
  });
  const words = new ZipDeflate(MANIFEST);
  zip.add(words);
  words.push(strToU8(JSON.stringify(manifest, null, 1)), true);
  for (const photo of manifest.photos) {
    const blob = await core.db.get('blobs', photo.id);
    const entry = new ZipPassThrough(photo.file);
    zip.add(entry);
    for (let start = 0; blob && start < blob.size; start += SLICE_BYTES) {
      entry.push(new Uint8Array(await blob.slice(start, start + SLICE_BYTES).arrayBuffer()), false);
    }
    entry.push(new Uint8Array(0), true);
  }
  zip.end();
  if (failed) throw failed;
  return new Blob(pieces, { type: 'application/zip' });
}

/** @param {Photo} photo
 * @returns {string} */
function fileName({ id, type }) {
  return `photos/${id}.${type === 'image/jpeg' ? 'jpg' : (type.split('/')[1] ?? 'bin')}`;
}

/** What goes into the file. Operations are frozen first: two phones may send the same one, never two versions of it.
 * @param {Core} core
 * @returns {Promise<Manifest>} */
function collect(core) {
  return write(core.db, ['outbox', 'findings', 'photos', 'blobs', 'walks'], async (tx) => {
    const here = new Set(await tx.objectStore('blobs').getAllKeys());
    const unsent = (await tx.objectStore('photos').getAll()).filter((photo) => photo.state !== 'sent');
    const kept = unsent.filter((photo) => here.has(photo.id));
    const operations = [];
    for (const operation of (await tx.objectStore('outbox').getAll()).sort(bySequence)) {
      const photos = kept.filter((photo) => photo.finding_id === operation.object_id);
      const ready = operation.tried || photos.some((photo) => photo.state === 'preparing');
      const frozen = ready ? operation : await freeze(tx, operation, await photosOf(operation));
      // Where there is nothing to write, a phone that is full can still save its outbox.
      if (frozen !== operation) await tx.objectStore('outbox').put(frozen);
      operations.push(frozen);
    }
    const wanted = new Set([...operations.map((each) => each.object_id), ...kept.map((photo) => photo.finding_id)]);
    const findings = (await tx.objectStore('findings').getAll()).filter((row) => !row.reported || wanted.has(row.id));
    const walkIds = new Set([...operations, ...kept, ...findings].map((each) => each.walk_id));
    const walks = (await tx.objectStore('walks').getAll()).filter((walk) => walkIds.has(walk.id));
    const exported_at = new Date(core.now()).toISOString();
    const photos = kept.map((photo) => ({ ...photo, file: fileName(photo) }));
    return { format: 'platskollen-outbox', version: 1, exported_at, walks, findings, operations, photos };

    /** @param {Operation} operation
     * @returns {Promise<Photo[]>} */
    function photosOf(operation) {
      return tx.objectStore('photos').index('finding_id').getAll(operation.object_id);
    }
  });
}
