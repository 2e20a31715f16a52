// Takes along what a walk needs, and fetches what has changed since.
/** @typedef {import('./types.js').Core} Core */
/** @param {Core} core
 * @param {string | { slug: string }} what
 * @param {(progress: { done: number, total: number, bytes: number }) => void} [onProgress]
 * @returns {Promise<{ bytes: number, missing: number }>} */
export async function takeAlong(core, what, onProgress) {
  void [core, what, onProgress];
  return { bytes: 0, missing: 0 };
}
/** @param {Core} core
 * @param {string} walkId
 * @returns {Promise<boolean>} whether something was new */
export async function refresh(core, walkId) {
  void [core, walkId];
  return false;
}
