// Takes along what a walk needs, and fetches what has changed since.

import { StorageFullError } from './database.js';
import { fold } from './folding.js';
import { ask, asRequestError, readJson } from './requests.js';
import { siteKey } from './stored-bundles.js';

/** @typedef {import('./types.js').Basemap} Basemap */
/** @typedef {import('./types.js').Bundle} Bundle */
/** @typedef {import('./types.js').Core} Core */
/** @typedef {{ done: number, total: number, bytes: number }} Progress */

export const TILES = 'field-tiles';
export const THUMBS = 'field-thumbs';
const AT_ONCE = 4;

/** Fetches the bundle, the thumbnails and the map of a walk, or of a site where nobody planned one.
 * @param {Core} core
 * @param {string | { slug: string }} what a walk's id, or a site
 * @param {(progress: Progress) => void} [onProgress]
 * @returns {Promise<{ bytes: number, missing: number }>} missing: pictures that could not be had; raises RequestError
 *   where there is no link, StorageFullError */
export async function takeAlong(core, what, onProgress = () => {}) {
  const key = typeof what === 'string' ? what : siteKey(what.slug);
  await fetchBundle(core, key);
  const row = await core.db.get('bundles', key);
  if (!row) throw asRequestError(new Error('There is nothing to take along'));
  const { basemap, findings } = row.bundle;
  const thumbs = findings.flatMap((finding) => finding.photos.flatMap((photo) => (photo.thumb ? [photo.thumb] : [])));
  await forgetOldTiles(core, basemap);
  const files = [
    ...thumbs.map((url) => ({ cache: THUMBS, url })),
    ...tileUrls(basemap).map((url) => ({ cache: TILES, url })),
  ];
  const progress = { done: 1, total: files.length + 1, bytes: JSON.stringify(row.bundle).length };
  let missing = 0;
  onProgress({ ...progress });
  const left = files.values();
  const fetchLeft = async () => {
    for (const { cache, url } of left) {
      const bytes = await keep(core, cache, url);
      if (bytes === null) missing += 1;
      progress.bytes += bytes ?? 0;
      progress.done += 1;
      onProgress({ ...progress });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, fetchLeft));
  if (row.bundle.walk) {
    const walk = await core.db.get('walks', key);
    const taken_at = missing === 0 ? new Date(core.now()).toISOString() : (walk?.taken_at ?? null);
    if (walk) await core.db.put('walks', { ...walk, bytes: progress.bytes, taken_at });
  }
  core.changed();
  return { bytes: progress.bytes, missing };
}

/** @param {Core} core
 * @param {string} walkId
 * @returns {Promise<boolean>} whether something was new; raises RequestError */
export async function refresh(core, walkId) {
  return fetchBundle(core, walkId);
}

/** Fetches anew what the phone has taken along of these walks: numbers, versions, what others noted.
 * @param {Core} core
 * @param {Set<string>} walkIds */
export async function refreshAll(core, walkIds) {
  for (const id of walkIds) if (await core.db.getKey('bundles', id)) await fetchBundle(core, id);
}

/** @param {Core} core
 * @param {string} key
 * @returns {Promise<boolean>} */
async function fetchBundle(core, key) {
  const kept = await core.db.get('bundles', key);
  const path = key.startsWith('site:') ? `sites/${key.slice(5)}` : `walks/${key}`;
  const headers = kept?.etag ? { 'If-None-Match': kept.etag } : undefined;
  const answer = await ask(core, `/api/v1/${path}/bundle`, { headers });
  if (answer.status === 304) return false;
  /** @type {Bundle} */
  const bundle = await readJson(answer);
  if (!Array.isArray(bundle?.findings)) throw asRequestError(new Error('This is not the answer of our server'));
  await fold(core, { key, etag: answer.headers.get('ETag'), at: core.now(), bundle });
  core.changed();
  return true;
}

/** @param {Basemap | undefined} basemap
 * @returns {string[]} */
function tileUrls(basemap) {
  if (!basemap || basemap.kind === 'none') return [];
  return (basemap.tiles ?? []).map(([z, x, y]) =>
    basemap.url.replace('{z}', `${z}`).replace('{x}', `${x}`).replace('{y}', `${y}`),
  );
}

/** @param {Core} core
 * @param {Basemap | undefined} basemap */
async function forgetOldTiles(core, basemap) {
  const now = `${basemap?.url} ${basemap?.version}`;
  if ((await core.db.get('settings', 'basemap')) === now) return;
  await core.caches?.delete(TILES);
  await core.db.put('settings', now, 'basemap');
}

/** @param {Core} core
 * @param {string} name of the cache
 * @param {string} url
 * @returns {Promise<number | null>} bytes; null where it could not be had; raises StorageFullError */
async function keep(core, name, url) {
  if (!core.caches) return 0;
  const address = new URL(url, core.base).href;
  const cache = await core.caches.open(name);
  const kept = await cache.match(address);
  if (kept) return (await kept.blob()).size;
  try {
    const answer = await core.fetch(address, { signal: AbortSignal.timeout(30_000) });
    if (answer.status === 404 || answer.status === 204) return 0;
    if (!answer.ok) return null;
    const bytes = (await answer.clone().blob()).size;
    await cache.put(address, answer);
    return bytes;
  } catch (error) {
    if (error instanceof Error && error.name === 'QuotaExceededError') throw new StorageFullError(error.message);
    return null;
  }
}
