// "The same": what was seen becomes a check of the old finding, and the new row goes away. No DOM.

import { t } from '../words/words.js';

/** @typedef {import('../core/types.js').Finding} Finding */

/** @param {any} field
 * @param {Finding} mine the one that repeats
 * @param {Finding} other the open one that it repeats
 * @returns {Promise<string>} what came of it, in words */
export async function sameAs(field, mine, other) {
  const draft = mine.state === 'draft';
  const note = mine.data.description ?? '';
  if (other.walk_id !== mine.walk_id) {
    // The photos of a draft follow it to the old finding; those that were sent stay where the server has them.
    const photos = draft ? mine.photos.map(({ id }) => id) : [];
    await field.recheck(mine.walk_id, other.id, { result: 'remains', note, photos });
    await (draft ? field.withdrawFinding(mine.id) : field.withdrawFinding(mine.id, other.id));
    return t('Noted as still there: %(number)s.', { number: other.number });
  }
  // One noted on this very walk cannot be checked on it.
  const number = other.number ?? t('the first note');
  return (await field.repeatFinding(mine.id, other.id))
    ? t('One note now: what you added belongs to %(number)s.', { number })
    : t('Taken as a repeat of %(number)s. Its photos were sent already and stay with the repeat.', { number });
}
