// Phones for the field app's tests: each with a store of its own that outlives its being closed or killed.

import 'fake-indexeddb/auto';
import { createHash } from 'node:crypto';
import { openField } from '../../app/frontend/field/core/open.js';

let made = 0;

/** @typedef {import('../../app/frontend/field/core/open.js').Field} Field */

export class Phone {
  /** @param {import('./field-server.mjs').FieldServer} server
   * @param {import('../../app/frontend/field/core/open.js').World} [world] */
  constructor(server, world = {}) {
    made += 1;
    this.name = `phone-${made}`;
    this.clock = Date.parse('2026-10-14T17:05:00Z');
    this.elapsed = 0;
    /** @type {(() => void)[]} What was planned for later, in place of timers. */
    this.planned = [];
    this.world = {
      name: this.name,
      base: 'http://server.test',
      fetch: server.fetch,
      now: () => this.clock,
      random: () => 0.5,
      // Every look at it a second later: a small photo then comes slowly, a large one fast.
      ticks: () => (this.elapsed += 1000),
      prepare: async (/** @type {Blob} */ blob) => new Blob(['small ', await blob.text()], { type: 'image/jpeg' }),
      later: (/** @type {() => void} */ action) => {
        this.planned.push(action);
        return () => {
          this.planned = this.planned.filter((each) => each !== action);
        };
      },
      locks: null,
      channel: null,
      caches: null,
      storage: null,
      auto: false,
      ...world,
    };
  }

  /** Opens the app; without closing it first, this is what happens after the battery died.
   * @returns {Promise<Field>} */
  open() {
    return openField(this.world);
  }
}

/** A phone that is signed in, with a walk begun.
 * @param {import('./field-server.mjs').FieldServer} server
 * @param {import('../../app/frontend/field/core/open.js').World} [world] */
export async function walking(server, world) {
  const phone = new Phone(server, world);
  const field = await phone.open();
  await field.refreshMe();
  const walk = await field.startWalk({ slug: 'kista-centrum', light: 'dark' });
  return { phone, field, walk };
}

/** Notes a finding with photos and closes its sheet.
 * @param {Field} field
 * @param {string} walk
 * @param {string} title
 * @param {string[]} [photos] what each shows */
export async function note(field, walk, title, photos = []) {
  const id = await field.newFinding(walk, { category: 'belysning', lon: 17.94, lat: 59.4, accuracy_m: 8, title });
  for (const photo of photos) await field.addPhoto(id, new Blob([photo], { type: 'image/png' }), {});
  await field.closeFinding(id);
  return id;
}

/** @param {string} shows
 * @returns {string} the hash of the photo as this phone prepares it */
export function hashOfPrepared(shows) {
  return createHash('sha256').update(`small ${shows}`).digest('hex');
}
