// Days drawn at random: somebody notes, edits, closes and opens the app while the link, the server and the session fail.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { hashOfPrepared, note, Phone } from './field-phone.mjs';
import { FieldServer, rejected } from './field-server.mjs';

const SEEDS = Number(process.env.SEEDS ?? 200);

/** Mulberry32: small, and the same on every machine.
 * @param {number} seed */
function randomOf(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** @param {number} seed */
async function day(seed) {
  const random = randomOf(seed);
  const draw = (/** @type {number} */ count) => Math.floor(random() * count);
  const server = new FieldServer();
  /** @type {() => void} */
  let died = () => {};
  server.decide = () => {
    const fate = random();
    if (fate < 0.08) return 'lose-request';
    if (fate < 0.16) return 'lose-answer';
    if (fate < 0.2) return 'busy';
    if (fate < 0.23) return 'portal';
    if (fate < 0.27) return 'double';
    if (fate < 0.3) {
      died();
      return 'hang';
    }
    return 'pass';
  };
  server.judge = (operation) => (random() < 0.05 ? rejected(operation, 'unexpected') : null);
  const phone = new Phone(server, { random });
  let field = await phone.open();
  const walk = await field.startWalk({ slug: 'kista-centrum' });
  /** @type {Map<string, { title: string, photos: string[] }>} */
  const truth = new Map();

  /** Sends until there is nothing more to do, or until the battery dies in the middle of a request. */
  async function sync() {
    const dead = new Promise((resolve) => {
      died = () => resolve('dead');
    });
    const ended = await Promise.race([field.sync(), dead]);
    died = () => {};
    if (ended === 'dead') field = await phone.open();
  }

  for (let step = 0; step < 12; step += 1) {
    const known = [...truth.keys()];
    const id = known[draw(known.length)];
    const what = draw(8);
    phone.clock += (random() < 0.1 ? 86_400_000 : 30_000) * (random() < 0.1 ? -1 : 1);
    server.user = random() < 0.08 ? null : random() < 0.08 ? 'bo' : 'anna';
    if (what < 3 || !id) {
      const photos = Array.from({ length: draw(3) }, (_, number) => `${step} ${number}`);
      const title = `Lampa ${step}`;
      truth.set(await note(field, walk, title, photos), { title, photos });
    } else if (what === 3) {
      const title = `Ändrad ${step}`;
      await field.editFinding(id, { title });
      truth.set(id, { title, photos: truth.get(id)?.photos ?? [] });
    } else if (what === 4) {
      await field.addPhoto(id, new Blob([`efter ${step}`]), {});
      truth.get(id)?.photos.push(`efter ${step}`);
    } else if (what === 5) {
      field = await phone.open();
    } else if (what === 6) {
      await field.exportZip();
    } else await sync();
  }
  server.decide = () => 'pass';
  server.judge = () => null;
  await field.prepared();
  for (let tries = 0; tries < 8; tries += 1) {
    // Each sends what they captured; an edit of Bo's may build upon a finding of Anna's, and the other way round.
    server.user = tries % 2 ? 'bo' : 'anna';
    await field.sync();
    phone.clock += 61_000;
  }
  assert.deepEqual(server.violations, []);
  assert.deepEqual(await field.outbox(), []);
  const held = [...server.findings].map(([id, { data }]) => [id, data.title]).sort();
  assert.deepEqual(held, [...truth].map(([id, { title }]) => [id, title]).sort());
  const photos = [...truth].flatMap(([id, each]) => each.photos.map((shows) => `${id}:${hashOfPrepared(shows)}`));
  assert.deepEqual([...server.photos.keys()].sort(), photos.sort());
  await field.close();
  return photos.length + truth.size;
}

test(`every finding and photo arrives exactly once (${SEEDS} days at random)`, async (context) => {
  let things = 0;
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    try {
      things += await day(seed);
    } catch (error) {
      if (error instanceof Error) error.message = `seed ${seed}: ${error.message}`;
      throw error;
    }
  }
  context.diagnostic(`${things} findings and photos over ${SEEDS} days`);
});
