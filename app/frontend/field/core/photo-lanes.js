// Photos on their way: one, or two where the link carries them.

import { nextPhoto, sendPhoto } from './sending-photos.js';

/** @typedef {import('./types.js').Core} Core */
/** @typedef {import('./types.js').Photo} Photo */

/** A photo that comes through this fast, bytes per millisecond, may have another beside it: one fills the link while the
 * other waits for its answer. On a weaker link, or one that has just failed, photos go alone. */
const WIDE = 50;

/** @param {Core} core
 * @param {() => void} onSent called after each photo that got through */
export function makeLanes(core, onSent) {
  /** @type {Map<string, Promise<void>>} By photo; one that has failed stays until `end`. */
  const under = new Map();
  let atOnce = 1;

  /** @param {Photo} photo */
  async function send(photo) {
    const began = core.ticks();
    try {
      await sendPhoto(core, photo);
    } catch (error) {
      atOnce = 1;
      throw error;
    }
    under.delete(photo.id);
    atOnce = photo.bytes / (core.ticks() - began) > WIDE ? 2 : 1;
    onSent();
  }

  const free = () => under.size < atOnce;

  return {
    /** Whether another request may go beside those under way. */
    free,
    /** Begins the next photo, or waits until one has ended.
     * @param {boolean} stopped begins none
     * @returns {Promise<boolean>} whether there was one; raises RequestError */
    async step(stopped) {
      const photo = stopped || !free() ? null : await nextPhoto(core, under);
      if (photo) {
        const sending = send(photo);
        // Whoever waits for it next hears of its failure.
        sending.catch(() => {});
        under.set(photo.id, sending);
        return true;
      }
      const waits = under.size > 0;
      if (waits) await Promise.race(under.values());
      return waits;
    },
    /** Waits for what is under way: else it could be begun again meanwhile. */
    async end() {
      await Promise.allSettled(under.values());
      under.clear();
    },
  };
}
