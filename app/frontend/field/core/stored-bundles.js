// What was taken along, as it lies on the phone.

/** @typedef {import('./types.js').Bundle} Bundle */
/** @typedef {import('./types.js').Core} Core */

/** @param {Core} core
 * @param {string} walkId
 * @returns {Promise<Bundle | null>} the walk's own, or its site's for a walk that nobody planned */
export async function bundleOf(core, walkId) {
  const own = await core.db.get('bundles', walkId);
  if (own) return own.bundle;
  const walk = await core.db.get('walks', walkId);
  return walk ? ((await core.db.get('bundles', siteKey(walk.slug)))?.bundle ?? null) : null;
}

/** @param {string} slug */
export function siteKey(slug) {
  return `site:${slug}`;
}
