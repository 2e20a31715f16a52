// "The same": what was seen becomes a check of the old finding, and the new row goes away. No DOM.

/** @typedef {import('../core/types.js').Finding} Finding */

/** @param {any} field
 * @param {Finding} mine the draft that repeats
 * @param {Finding} other the open finding it repeats */
export async function sameAs(field, mine, other) {
  // One noted on this very walk cannot be checked on it: the two rows become one.
  if (other.walk_id !== mine.walk_id) {
    const photos = mine.photos.map(({ id }) => id);
    const note = String(mine.data.description ?? '');
    await field.recheck(mine.walk_id, other.id, { result: 'remains', note, photos });
  }
  await field.withdrawFinding(mine.id, other.id);
}
