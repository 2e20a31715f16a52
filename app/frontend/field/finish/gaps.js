// What is missing when a walk is to be finished. No DOM.

/** @typedef {{ drafts: number, photos: { sent: number, total: number }, missing_category: number, unchecked: number }} Progress */
/** @typedef {'category' | 'drafts' | 'unchecked' | 'photos'} Gap */

/** @param {Progress} progress
 * @returns {Gap[]} */
export function gapsOf({ drafts, photos, missing_category, unchecked }) {
  /** @type {Gap[]} */
  const gaps = [];
  if (missing_category > 0) gaps.push('category');
  // Those without category are drafts too: they are told once.
  if (drafts > missing_category) gaps.push('drafts');
  if (unchecked > 0) gaps.push('unchecked');
  if (photos.sent < photos.total) gaps.push('photos');
  return gaps;
}
