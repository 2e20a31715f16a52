// The phone's store of interviews: what may be asked, the one that is going on, and those that wait to be sent. It is a
// database of its own, so that neither app waits for the other's upgrade; a later version only adds to it.

import { openDB } from 'idb';
import { write as writeWhole } from '../../field/core/database.js';

/** @typedef {import('./definition.js').Definition} Definition */
/** @typedef {import('../../field/core/types.js').Fault} Fault */
/** @typedef {{ weekday: number, slot: string, wanted: number, made: number }} Quota */
/** @typedef {{ id: string, slug: string, site: string, name: string, closes_on: string, minutes: number, quotas: Quota[],
 *   places: { name: string, lon: number, lat: number }[], definition: Definition }} Wave */
/** As the server said it last. @typedef {{ user_id: string, waves: Wave[], etag: string | null }} Surveys */
/** The interview that is going on, with all that it needs to be taken up again, also once the wave is gone.
 * @typedef {{ id: string, wave: Wave, actor: string, language: string, at: string, page: string | null,
 *   answers: Record<string, import('./filling.js').Answer>, turns: Record<string, number> }} Draft */
/** `tried`: a request with it may have arrived. What was answered is read by nobody but the one who sends.
 * @typedef {{ id: string, wave_id: string, site: string, actor: string, answers: Record<string, any>, language: string,
 *   at: string, state: 'waiting' | 'rejected', errors: Fault[], attempts: number, not_before: number }} Kept */
/** @typedef {{
 *   settings: { key: string, value: any },
 *   responses: { key: string, value: Kept } }} Schema */
/** @typedef {import('idb').IDBPDatabase<Schema>} Database */
/** @typedef {import('idb').IDBPTransaction<Schema, ('settings' | 'responses')[], 'readwrite'>} Writing */

const VERSION = 1;

/** @param {string} name
 * @returns {Promise<Database>} */
export function openStore(name) {
  return openDB(name, VERSION, {
    upgrade(db) {
      db.createObjectStore('settings');
      db.createObjectStore('responses', { keyPath: 'id' });
    },
    // Another tab with a newer version of the app may have it.
    blocking(_current, _blocked, event) {
      /** @type {IDBDatabase} */ (event.target).close();
    },
  });
}

/** Runs an action in one transaction that is on disk when this resolves.
 * @template T
 * @param {Database} db
 * @param {(tx: Writing) => Promise<T>} action
 * @returns {Promise<T>} raises StorageFullError */
export function write(db, action) {
  return writeWhole(
    /** @type {any} */ (db),
    /** @type {any} */ (['settings', 'responses']),
    /** @type {any} */ (action),
  );
}

/** @param {Database} db
 * @returns {Promise<Surveys | null>} */
export async function storedSurveys(db) {
  return (await db.get('settings', 'surveys')) ?? null;
}

/** @param {Database} db
 * @returns {Promise<Draft | null>} */
export async function storedDraft(db) {
  return (await db.get('settings', 'draft')) ?? null;
}

/** @param {Database} db
 * @param {Draft | null} draft null: nobody is being asked */
export async function storeDraft(db, draft) {
  await write(db, async (tx) => {
    if (draft) await tx.objectStore('settings').put(draft, 'draft');
    else await tx.objectStore('settings').delete('draft');
  });
}

/** The interview is over: what was answered waits, and nothing of it is shown again.
 * @param {Database} db
 * @param {Draft} draft
 * @param {Record<string, any>} answers */
export async function finish(db, draft, answers) {
  const { id, wave, actor, language, at } = draft;
  await write(db, async (tx) => {
    await tx.objectStore('responses').put({
      ...{ id, wave_id: wave.id, site: wave.site, actor, answers, language, at },
      ...{ state: 'waiting', errors: [], attempts: 0, not_before: 0 },
    });
    const current = await tx.objectStore('settings').get('draft');
    if (current?.id === id) await tx.objectStore('settings').delete('draft');
  });
}

/** How many this phone has sent on a day.
 * @param {Database} db
 * @param {string} day */
export async function sentOn(db, day) {
  const sent = await db.get('settings', 'sent');
  return sent?.day === day ? sent.count : 0;
}

/** Tries refused ones again, or lets one go for good.
 * @param {Database} db
 * @param {string} id
 * @param {'again' | 'drop'} wish */
export async function settle(db, id, wish) {
  await write(db, async (tx) => {
    const kept = await tx.objectStore('responses').get(id);
    if (!kept) return;
    if (wish === 'drop') await tx.objectStore('responses').delete(id);
    else await tx.objectStore('responses').put({ ...kept, state: 'waiting', errors: [], not_before: 0 });
  });
}
