// What the line at the bottom says: always whether everything has arrived. No DOM.

import { t, tn } from '../words/words.js';
import { since } from './amounts.js';

/** @typedef {{ unsent: number, oldest: Date | string | null, rejected: number, conflicts: number, drafts: number }} Summary */
/** @typedef {{ phase: string }} Status */
/** @typedef {{ icon: string, tone: 'done' | 'waiting' | 'attention', words: string }} Line */

/** @param {Summary} summary
 * @param {Status} status
 * @param {Date} now
 * @returns {Line} */
export function statusLine(summary, status, now) {
  if (summary.rejected > 0) {
    const words = tn('%(n)s thing was not taken: look', '%(n)s things were not taken: look', summary.rejected);
    return { icon: 'triangle-alert', tone: 'attention', words };
  }
  if (summary.conflicts > 0) {
    const words = tn('%(n)s thing differs: choose', '%(n)s things differ: choose', summary.conflicts);
    return { icon: 'triangle-alert', tone: 'attention', words };
  }
  if (summary.unsent > 0) return { icon: 'clock', tone: 'waiting', words: waiting(summary, status, now) };
  if (summary.drafts > 0) {
    const words = tn(
      'Everything is sent but %(n)s finding that lacks something',
      'Everything is sent but %(n)s findings that lack something',
      summary.drafts,
    );
    return { icon: 'pencil', tone: 'waiting', words };
  }
  return { icon: 'check-check', tone: 'done', words: t('Everything is sent') };
}

/** @param {Summary} summary
 * @param {Status} status
 * @param {Date} now */
function waiting(summary, status, now) {
  const { unsent, oldest } = summary;
  if (status.phase === 'sending') return tn('Sending %(n)s thing', 'Sending %(n)s things', unsent);
  if (!oldest) return tn('%(n)s thing waits', '%(n)s things wait', unsent);
  const time = since(new Date(oldest), now);
  return tn('%(n)s thing waits, since %(time)s', '%(n)s things wait, oldest from %(time)s', unsent, { time });
}
