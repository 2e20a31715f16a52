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

/** Whether a screen is reached from many others: Back leads to the one that somebody came from.
 * @param {Place} place */
export function isAside({ screen }) {
  return ['finding', 'photo', 'outbox', 'conflict', 'storage'].includes(screen);
}

/** The screen above one, where Back leads when somebody came from nowhere or from a part of what is above.
 * @param {Place} place
 * @param {any} field
 * @returns {Promise<string>} */
export async function parentOf({ screen, params: { id = '' } }, field) {
  switch (screen) {
    case 'take-along':
    case 'invite':
    case 'recheck':
    case 'finish':
      return `#/walk/${id}`;
    case 'finding': {
      const finding = await field.finding(id);
      return finding?.mine_walk ? `#/walk/${finding.walk_id}` : '#/';
    }
    case 'photo':
      return homeOf(await field.photo(id));
    case 'conflict':
    case 'storage':
      return '#/outbox';
    default:
      return '#/';
  }
}

/** What a photo belongs to: the check of an old finding, or its finding.
 * @param {{ finding_id: string, walk_id: string, purpose: string } | null} photo */
export function homeOf(photo) {
  if (!photo) return '#/';
  const { finding_id, walk_id, purpose } = photo;
  return purpose === 'recheck' ? `#/walk/${walk_id}/recheck?finding=${finding_id}` : `#/finding/${finding_id}`;
}

/** @param {string} part */
function decode(part) {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
