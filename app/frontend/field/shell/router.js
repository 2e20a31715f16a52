// Which screen an address of the app means. No DOM.

/** @typedef {{ screen: string, params: Record<string, string> }} Place */

/** Addresses after the #, as patterns; `:name` stands for one part.
 * @type {[string, string][]} */
const ROUTES = [
  ['/', 'today'],
  ['/start', 'start'],
  ['/walk/:id', 'walk'],
  ['/walk/:id/take', 'take-along'],
  ['/walk/:id/join', 'invite'],
  ['/walk/:id/recheck', 'recheck'],
  ['/walk/:id/finish', 'finish'],
  ['/join/:id/:slug', 'join'],
  ['/finding/:id', 'finding'],
  ['/photo/:id', 'photo'],
  ['/outbox', 'outbox'],
  ['/conflicts', 'conflict'],
  ['/storage', 'storage'],
];

/** The screen and its values; an address that nobody knows is today's.
 * @param {string} hash as location.hash gives it, a query allowed: #/finding/7?photo=1
 * @returns {Place} */
export function findPlace(hash) {
  const [path = '', query = ''] = hash.replace(/^#/, '').split('?', 2);
  const parts = path.split('/').filter(Boolean);
  for (const [pattern, screen] of ROUTES) {
    const wanted = pattern.split('/').filter(Boolean);
    if (wanted.length !== parts.length) continue;
    /** @type {Record<string, string>} */
    const params = Object.fromEntries(new URLSearchParams(query));
    const fits = wanted.every((want, index) => {
      const part = parts[index] ?? '';
      if (!want.startsWith(':')) return want === part;
      params[want.slice(1)] = decode(part);
      return true;
    });
    if (fits) return { screen, params };
  }
  return { screen: 'today', params: {} };
}

/** The screen above one, where Back leads; null where it leads to wherever one came from.
 * @param {Place} place
 * @returns {string | null} */
export function parentOf({ screen, params }) {
  if (['take-along', 'invite', 'recheck', 'finish'].includes(screen)) return `#/walk/${params.id}`;
  return ['finding', 'photo', 'outbox', 'conflict', 'storage'].includes(screen) ? null : '#/';
}

/** @param {string} part */
function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
