// Who is signed in, as the server says and as the phone remembers.

import { ask, asRequestError, readJson } from './requests.js';
import { storedMe, storeMe } from './settings.js';

/** @typedef {import('./types.js').Core} Core */
/** @typedef {import('./types.js').Me} Me */

/** Asks whose session this is, and remembers the answer.
 * @param {Core} core
 * @returns {Promise<Me>} raises RequestError */
export async function whoAmI(core) {
  const stored = await storedMe(core);
  const headers = stored?.etag ? { 'If-None-Match': stored.etag } : undefined;
  const answer = await ask(core, '/api/v1/me', { headers });
  if (answer.status === 304 && stored) {
    core.me = stored.me;
    return stored.me;
  }
  const me = await readJson(answer);
  if (typeof me?.user_id !== 'string') throw asRequestError(new Error('This is not the answer of our server'));
  await storeMe(core, me, answer.headers.get('ETag'));
  core.me = me;
  core.changed();
  return me;
}

/** Asks anew, and is content with what is remembered where nobody answers.
 * @param {Core} core
 * @returns {Promise<Me | null>} null when signed out */
export async function refreshMe(core) {
  try {
    return await whoAmI(core);
  } catch (error) {
    const failed = asRequestError(error);
    if (failed.kind !== 'signed-out') return core.me;
    core.status = { phase: 'signed-out', next: null, error: failed.fault };
    core.changed();
    return null;
  }
}
