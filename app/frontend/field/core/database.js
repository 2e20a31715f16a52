// Opens the phone's store and writes to it whole or not at all.

import { openDB } from 'idb';

/** @typedef {import('./types.js').Database} Database */
/** @typedef {import('./types.js').StoreName} StoreName */
/** @typedef {import('./types.js').Writing} Writing */

const VERSION = 1;

/** The device has no room left; of what was to be written nothing is kept. */
export class StorageFullError extends Error {
  name = 'StorageFullError';
  code = 'storage_full';
}

/** @param {string} name
 * @param {{ terminated: () => void }} told
 * @returns {Promise<Database>} */
export function openDatabase(name, { terminated }) {
  return openDB(name, VERSION, {
    upgrade(db) {
      db.createObjectStore('settings');
      db.createObjectStore('walks', { keyPath: 'id' });
      db.createObjectStore('bundles', { keyPath: 'key' });
      const findings = db.createObjectStore('findings', { keyPath: 'id' });
      findings.createIndex('walk_id', 'walk_id');
      const photos = db.createObjectStore('photos', { keyPath: 'id' });
      photos.createIndex('finding_id', 'finding_id');
      photos.createIndex('walk_id', 'walk_id');
      // Apart from their rows, so that reading the queue never loads a photo.
      db.createObjectStore('blobs');
      const outbox = db.createObjectStore('outbox', { keyPath: 'seq', autoIncrement: true });
      outbox.createIndex('id', 'id', { unique: true });
      outbox.createIndex('object_id', 'object_id');
      outbox.createIndex('walk_id', 'walk_id');
      db.createObjectStore('answered', { keyPath: 'id' });
      const conflicts = db.createObjectStore('conflicts', { keyPath: 'id' });
      conflicts.createIndex('finding_id', 'finding_id');
    },
    terminated,
  });
}

/** Runs an action in one transaction that is on disk when this resolves; whatever fails undoes all of it.
 * The action may await nothing but the transaction's own requests.
 * @template T
 * @param {Database} db
 * @param {StoreName[]} stores
 * @param {(tx: Writing) => Promise<T>} action
 * @returns {Promise<T>} raises StorageFullError */
export async function write(db, stores, action) {
  /** @type {Writing | null} */
  let tx = null;
  try {
    tx = db.transaction(stores, 'readwrite', { durability: 'strict' });
    // Heard here too, so that an abort is never reported as a rejection nobody waits for.
    tx.done.catch(() => {});
    const result = await action(tx);
    await tx.done;
    return result;
  } catch (error) {
    try {
      tx?.abort();
    } catch {
      // It had ended already.
    }
    throw isFull(error) || isFull(tx?.error) ? new StorageFullError('The storage of the device is full') : error;
  }
}

/** @param {unknown} error */
function isFull(error) {
  return error instanceof Object && 'name' in error && error.name === 'QuotaExceededError';
}
