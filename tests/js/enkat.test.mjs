// What the questionnaire's script keeps on the device, and what it sends.

import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { draftOf } from '../../app/frontend/enkat/draft.js';
import { answersOf, isFile, longerWait } from '../../app/frontend/enkat/sending.js';

/** @type {Map<string, string>} */
let kept;
beforeEach(() => {
  kept = new Map();
  globalThis.localStorage = /** @type {any} */ ({
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  });
  globalThis.FormData = /** @type {any} */ (
    class extends Map {
      constructor(form) {
        super(form.values);
      }
    }
  );
});

const page = (round) => ({
  dataset: { slug: 'kista', round },
  values: [
    ['id', '1'],
    ['q-a', 'ja & nej'],
  ],
});

test('a draft is read again until it is cleared', () => {
  draftOf(page('2')).write(page('2'));
  assert.equal(draftOf(page('2')).read().get('q-a'), 'ja & nej');
  draftOf(page('2')).clear();
  assert.equal(draftOf(page('2')).read(), null);
});

test('a draft of an earlier round is gone', () => {
  draftOf(page('1')).write(page('1'));
  assert.equal(draftOf(page('2')).read(), null);
  assert.equal(kept.size, 0);
});

test('a device that refuses storage answers all the same', () => {
  globalThis.localStorage = /** @type {any} */ ({
    getItem: () => {
      throw new Error('SecurityError');
    },
  });
  draftOf(page('1')).write(page('1'));
  draftOf(page('1')).clear();
  assert.equal(draftOf(page('1')).read(), null);
});

test('the last page is sent whole', () => {
  const values = new URLSearchParams({ id: 'x', lang: 'ar', answers: '{"a":["b"]}', via: 'affisch', go: 'send' });
  assert.deepEqual(answersOf(values), {
    id: 'x',
    wave: '',
    answers: { a: ['b'] },
    language: 'ar',
    via: 'affisch',
    kod: '',
    prov: '',
  });
});

test('a form with a photo is no form of words', () => {
  assert.equal(isFile(/** @type {any} */ (new Map([['a', 'b']]))), false);
  assert.equal(isFile(/** @type {any} */ (new Map([['a', {}]]))), true);
});

test('waiting grows, up to a minute and a bit', () => {
  let wait = 0;
  const waits = Array.from({ length: 12 }, () => {
    wait = longerWait(wait);
    return wait;
  });
  assert.ok(waits[0] >= 1500 && waits[0] <= 2500);
  assert.ok(Math.max(...waits) <= 75_000);
  assert.ok(waits[11] >= 45_000);
});
