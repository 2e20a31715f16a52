// What an outbox line is about, in words.

import { t } from '../words/words.js';

/** @param {string} what an operation's type, or 'photo' */
export function whatWords(what) {
  switch (what) {
    case 'walk.start':
      return t('The walk started');
    case 'walk.update':
      return t('The walk changed');
    case 'walk.finish':
      return t('The walk finished');
    case 'finding.report':
      return t('New note');
    case 'finding.update':
      return t('Changed note');
    case 'finding.withdraw':
      return t('Note taken back');
    case 'finding.recheck':
      return t('Check of an earlier one');
    case 'photo':
      return t('Photo');
    default:
      return what;
  }
}

/** Why it is still here.
 * @param {{ state: string, error: { message: string } | null, attempts: number, actor: string | null }} line
 * @param {string} phase of the sending
 * @param {string | null} user who is signed in */
export function whyWords(line, phase, user) {
  if (line.state === 'rejected') return line.error?.message ?? t('The server did not accept it.');
  if (line.state === 'sending') return t('Is on its way.');
  if (line.state === 'preparing') return t('The photo is being made ready.');
  if (line.actor && user && line.actor !== user) return t('Waits for the one who noted it to sign in.');
  if (phase === 'signed-out') return t('Waits for you to sign in.');
  if (phase === 'full') return t('Waits for space on the phone.');
  if (phase === 'offline') return t('Waits for a network.');
  if (line.attempts > 0) return t('Tried %(n)s times, tries again.', { n: line.attempts });
  return t('Waits for its turn.');
}
