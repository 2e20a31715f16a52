// Which categories stand first: those used last, since one walk meets the same things again and again. No DOM.

const KEY = 'platskollen-categories';
const FRONT = 4;

/** @template {{ slug: string }} T
 * @param {T[]} categories in the order of the checklist
 * @param {string[]} used slugs, the last used first
 * @returns {T[]} the last used ones in front, the others in their order */
export function lastUsedFirst(categories, used) {
  const front = used.slice(0, FRONT).flatMap((slug) => categories.filter((category) => category.slug === slug));
  return [...front, ...categories.filter((category) => !front.includes(category))];
}

/** @param {string[]} used
 * @param {string} slug
 * @returns {string[]} with this one in front, once */
export function withUsed(used, slug) {
  return [slug, ...used.filter((other) => other !== slug)].slice(0, FRONT);
}

/** What this phone remembers; nothing where it may not.
 * @param {Pick<Storage, 'getItem'>} [store]
 * @returns {string[]} */
export function readUsed(store = localStorage) {
  try {
    const read = JSON.parse(store.getItem(KEY) ?? '[]');
    return Array.isArray(read) ? read.filter((slug) => typeof slug === 'string') : [];
  } catch {
    return [];
  }
}

/** @param {string} slug
 * @param {Pick<Storage, 'getItem' | 'setItem'>} [store] */
export function rememberUsed(slug, store = localStorage) {
  try {
    store.setItem(KEY, JSON.stringify(withUsed(readUsed(store), slug)));
  } catch {
    // Only the order of the tiles: a full phone has no room for it, and that is all right.
  }
}
