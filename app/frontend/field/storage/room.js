// How much room is left for a walk. No DOM.

/** A walk's photos: a hundred of 400 kB. */
const WALK_BYTES = 40_000_000;
/** A raw photo of a new phone, before it is made smaller. */
const PHOTO_BYTES = 10_000_000;

/** @param {{ usage: number, quota: number }} space
 * @returns {'full' | 'low' | 'enough'} */
export function roomOf({ usage, quota }) {
  const left = quota - usage;
  if (left < PHOTO_BYTES) return 'full';
  return left < WALK_BYTES ? 'low' : 'enough';
}
