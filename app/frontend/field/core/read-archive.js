// Reads in what this phone or another has saved as a ZIP file; read in twice, it is there once.

import { write } from './database.js';
import { hashOf } from './prepare-photo.js';
import { MANIFEST } from './write-archive.js';
import { NotAnArchiveError, openEntry, readEntries } from './zip-entries.js';

/** @typedef {import('./types.js').Core} Core */
/** @typedef {import('./types.js').Photo} Photo */
/** @typedef {import('./types.js').Writing} Writing */
/** @typedef {import('./write-archive.js').Manifest} Manifest */

/** Everything keeps its id and who captured it, so it is sent only in that person's session, and counts once with the
 * server from whichever phone.
 * @param {Core} core
 * @param {Blob} file
 * @returns {Promise<{ operations: number, photos: number, known: number }>} known: was on this phone already; raises
 *   NotAnArchiveError, StorageFullError; then nothing of the file is kept */
export async function importZip(core, file) {
  const entries = await readEntries(file);
  // A packer may have put everything into a folder.
  const name = [...entries.keys()].find((each) => each === MANIFEST || each.endsWith(`/${MANIFEST}`));
  const entry = name === undefined ? undefined : entries.get(name);
  if (name === undefined || !entry) throw new NotAnArchiveError('The file has no list of contents');
  const manifest = readManifest(await (await openEntry(file, entry, '')).text());
  const folder = name.slice(0, name.length - MANIFEST.length);
  /** @type {Map<string, Blob>} */
  const bytes = new Map();
  for (const photo of manifest.photos) {
    const found = entries.get(folder + photo.file);
    if (!found) throw new NotAnArchiveError('A photo is missing in the file');
    const blob = await openEntry(file, found, photo.type);
    if (photo.sha256 && (await hashOf(blob)) !== photo.sha256) throw new NotAnArchiveError('A photo is damaged');
    bytes.set(photo.id, blob);
  }
  const counts = await write(core.db, ['walks', 'findings', 'outbox', 'answered', 'photos', 'blobs'], (tx) =>
    add(tx, manifest, bytes),
  );
  core.changed();
  return counts;
}

/** @param {string} text
 * @returns {Manifest} */
function readManifest(text) {
  /** @type {Manifest} */
  let manifest;
  try {
    manifest = JSON.parse(text);
  } catch {
    throw new NotAnArchiveError('The list of contents cannot be read');
  }
  const lists = [manifest?.walks, manifest?.findings, manifest?.operations, manifest?.photos];
  if (manifest?.format !== 'platskollen-outbox' || manifest.version !== 1 || !lists.every(Array.isArray)) {
    throw new NotAnArchiveError('The file was not saved by this app, or by a later version of it');
  }
  return manifest;
}

/** @param {Writing} tx
 * @param {Manifest} manifest
 * @param {Map<string, Blob>} bytes */
async function add(tx, manifest, bytes) {
  let known = 0;
  for (const walk of manifest.walks) {
    const fresh = { ...walk, taken_at: null, bytes: 0, receipt: null, receipt_due: false };
    if (!(await tx.objectStore('walks').getKey(walk.id))) await tx.objectStore('walks').add(fresh);
  }
  for (const row of manifest.findings) {
    if (!(await tx.objectStore('findings').getKey(row.id))) await tx.objectStore('findings').add(row);
  }
  const outbox = tx.objectStore('outbox');
  let operations = 0;
  for (const { seq: _, ...operation } of manifest.operations) {
    const here = await outbox.index('id').getKey(operation.id);
    if (here !== undefined || (await tx.objectStore('answered').getKey(operation.id))) {
      known += 1;
      continue;
    }
    const state = operation.state === 'rejected' ? 'rejected' : 'waiting';
    await outbox.add({ ...operation, state, attempts: 0, not_before: 0 });
    operations += 1;
  }
  let photos = 0;
  for (const { file: _, ...photo } of manifest.photos) {
    const blob = bytes.get(photo.id);
    if (!blob || (await tx.objectStore('photos').getKey(photo.id))) {
      known += 1;
      continue;
    }
    await tx.objectStore('blobs').put(blob, photo.id);
    await tx.objectStore('photos').add({ ...photo, ...asArrived(photo) });
    photos += 1;
  }
  return { operations, photos, known };
}

/** @param {Photo} photo
 * @returns {Partial<Photo>} */
function asArrived(photo) {
  const anew = { progress: 0, upload_url: null, attempts: 0, not_before: 0, confirmed: false };
  return { ...anew, state: photo.state === 'rejected' ? 'rejected' : photo.sha256 ? 'waiting' : 'preparing' };
}
