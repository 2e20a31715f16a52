import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { test } from 'node:test';
import { setTimeout as patience } from 'node:timers/promises';
import { fit } from '../../app/frontend/field/core/prepare-photo.js';
import { note, walking } from './field-phone.mjs';
import { FieldServer } from './field-server.mjs';

const isUpload = (/** @type {{ path: string }} */ { path }) => path.startsWith('/api/v1/uploads');
const large = (/** @type {number} */ bytes) => new Blob([new Uint8Array(bytes).fill(7)], { type: 'image/jpeg' });
const asItIs = { prepare: async (/** @type {Blob} */ blob) => blob };

/** @param {FieldServer} server
 * @param {number} bytes */
async function withPhoto(server, bytes) {
  const { phone, field, walk } = await walking(server, asItIs);
  const id = await note(field, walk, 'Lampa');
  await field.addPhoto(id, large(bytes), { lon: 17.94, lat: 59.4, accuracy_m: 8 });
  await field.prepared();
  return { phone, field, walk, id };
}

test('a photo of up to a megabyte goes in one request', async () => {
  const server = new FieldServer();
  const { field } = await withPhoto(server, 900_000);
  await field.sync();
  assert.deepEqual(
    server.requests.filter(isUpload).map(({ method }) => method),
    ['POST'],
  );
  await field.close();
});

test('a photo that somebody draws on waits, with the report that tells of it, until the drawing is kept', async () => {
  const server = new FieldServer();
  const { field, id } = await withPhoto(server, 1_000);
  const photo = (await field.finding(id))?.photos[0]?.id ?? '';
  await field.holdPhoto(photo, true);
  await field.sync();
  assert.equal(server.findings.size, 0);
  assert.equal(field.status().phase, 'idle');
  await field.replacePhoto(photo, large(700));
  await field.prepared();
  await field.sync();
  assert.equal(server.photos.size, 0);
  await field.holdPhoto(photo, false);
  await field.sync();
  assert.deepEqual([[...server.photos.values()][0]?.length, server.findings.size], [700, 1]);
  await field.close();

  // Nor does a drawing that ended with the battery hold anything up for longer than a minute.
  const other = await withPhoto(server, 800);
  await other.field.holdPhoto((await other.field.finding(other.id))?.photos[0]?.id ?? '', true);
  await other.field.close();
  other.phone.clock += 61_000;
  const after = await other.phone.open();
  await after.sync();
  assert.equal((await after.summary()).unsent, 0);
  await after.close();
});

test('a larger one goes in parts and resumes where it broke, also after the app died', async () => {
  const server = new FieldServer();
  const { phone, field } = await withPhoto(server, 1_500_000);
  let parts = 0;
  server.decide = (request) => {
    if (!isUpload(request)) return 'pass';
    parts += 1;
    return parts === 3 ? 'lose-request' : 'pass';
  };
  await field.sync();
  assert.equal(server.photos.size, 0);
  await field.close();
  server.decide = () => 'pass';
  const after = await phone.open();
  await after.sync();
  const sent = server.requests.filter(isUpload);
  assert.deepEqual(
    sent.map(({ method }) => method),
    ['POST', 'PATCH', 'PATCH', 'HEAD', 'PATCH'],
  );
  assert.equal(server.uploads.size, 1);
  assert.equal([...server.photos.values()][0]?.length, 1_500_000);
  assert.equal((await after.summary()).unsent, 0);
  await after.close();
});

test('an upload that the server has swept is begun anew', async () => {
  const server = new FieldServer();
  const { field } = await withPhoto(server, 1_500_000);
  let parts = 0;
  server.decide = (request) => {
    if (isUpload(request)) parts += 1;
    return isUpload(request) && parts > 1 ? 'lose-request' : 'pass';
  };
  await field.sync();
  server.uploads.clear();
  server.decide = () => 'pass';
  await field.sync();
  assert.equal([...server.photos.values()][0]?.length, 1_500_000);
  await field.close();
});

test('bytes that changed on the way are sent again; the server that stumbles over one photo gets the others', async () => {
  const server = new FieldServer();
  const { phone, field, id } = await withPhoto(server, 1_000);
  await field.addPhoto(id, large(2_000), {});
  await field.prepared();
  server.decide = (request) => (isUpload(request) && request.body?.length === 1_000 ? 'busy' : 'pass');
  await field.sync();
  assert.equal(field.status().phase, 'waiting');
  await field.sync();
  assert.deepEqual(
    [...server.photos.values()].map((bytes) => bytes.length),
    [2_000],
  );
  server.decide = (request) => {
    if (isUpload(request) && request.body) request.body[0] ^= 1;
    server.decide = () => 'pass';
    return 'pass';
  };
  phone.clock += 120_000;
  await field.sync();
  phone.clock += 120_000;
  await field.sync();
  assert.equal(server.photos.size, 2);
  await field.close();
});

test('a photo that the receipt misses goes back to waiting, and its bytes stay until a receipt has confirmed them', async () => {
  const server = new FieldServer();
  const { phone, field, walk, id } = await withPhoto(server, 1_000);
  let receipts = 0;
  server.decide = ({ path }) => {
    if (!path.endsWith('/receipt')) return 'pass';
    receipts += 1;
    if (receipts === 1) server.photos.clear();
    return receipts === 2 ? 'lose-answer' : 'pass';
  };
  await field.sync();
  assert.equal(server.photos.size, 1);
  assert.equal(await field.bytesToFree(), 0);
  await field.sync();
  assert.equal(await field.bytesToFree(), 1_000);
  phone.clock += 1_000;
  await field.addPhoto(id, large(500), {});
  await field.prepared();
  assert.deepEqual(await field.freeSpace(), { bytes: 1_000, photos: 1 });
  const photos = (await field.finding(id))?.photos ?? [];
  const urls = await Promise.all(photos.map((photo) => field.photoUrl(photo.id)));
  assert.deepEqual(
    urls.map((url) => url !== null),
    [false, true],
  );
  assert.equal((await field.walkProgress(walk)).findings, 1);
  await field.close();
});

test('a phone that refuses every write says that it is full, and can still be freed and saved to a file', async (context) => {
  const server = new FieldServer();
  const { field, id } = await withPhoto(server, 1_000);
  await field.sync();
  server.decide = ({ path }) => (path.endsWith('/sync') ? 'lose-answer' : 'pass');
  await field.addPhoto(id, large(500), {});
  await field.prepared();
  await field.sync();
  const { put, add } = IDBObjectStore.prototype;
  const restore = () => Object.assign(IDBObjectStore.prototype, { put, add });
  context.after(restore);
  const refuse = () => {
    throw new DOMException('full', 'QuotaExceededError');
  };
  Object.assign(IDBObjectStore.prototype, { put: refuse, add: refuse });
  assert.deepEqual(await field.freeSpace(), { bytes: 1_000, photos: 1 });
  assert.equal(await field.bytesToFree(), 0);
  assert.ok((await field.exportZip()).size > 500);
  await field.sync();
  assert.equal(field.status().phase, 'full');
  restore();
  server.decide = () => 'pass';
  await field.retry();
  assert.equal((await field.summary()).unsent, 0);
  assert.equal(server.photos.size, 2);
  await field.close();
});

test('a photo found half prepared is taken up again', async () => {
  const server = new FieldServer();
  const { phone, field, walk } = await walking(server, { prepare: () => new Promise(() => {}) });
  const id = await field.newFinding(walk, { category: 'belysning', place_words: 'Här' });
  await field.addPhoto(id, large(1_000), {});
  phone.world.prepare = async (blob) => blob;
  const after = await phone.open();
  await after.prepared();
  await after.sync();
  assert.equal(server.photos.size, 1);
  await after.close();
});

test('a photo is scaled to its longest side and never made larger', () => {
  assert.deepEqual(fit(4000, 3000), [2048, 1536]);
  assert.deepEqual(fit(3000, 4000), [1536, 2048]);
  assert.deepEqual(fit(800, 600), [800, 600]);
});

test('a good link carries two photos at once; the first goes alone, and so does the next after a failure', async () => {
  const server = new FieldServer();
  let under = 0;
  /** @type {number[]} How many were under way when each began. */
  const begun = [];
  const later = new EventEmitter();
  // Those that should get company are still under way when it comes.
  const accompanied = new Set([2, 4, 7]);
  const { field, walk } = await walking(server, {
    ...asItIs,
    fetch: async (input, init) => {
      if (!String(input).endsWith('/api/v1/uploads')) return server.fetch(input, init);
      const number = begun.push(++under);
      later.emit('begun');
      try {
        if (accompanied.has(number)) await Promise.race([once(later, 'begun'), patience(2_000)]);
        return await server.fetch(input, init);
      } finally {
        under -= 1;
      }
    },
  });
  const id = await note(field, walk, 'Lampa');
  for (let number = 0; number < 3; number += 1) await field.addPhoto(id, large(900_000 + number), {});
  await field.prepared();
  await field.sync();
  assert.deepEqual(begun, [1, 1, 2]);
  for (let number = 3; number < 6; number += 1) await field.addPhoto(id, large(900_000 + number), {});
  await field.prepared();
  server.decide = (request) => (isUpload(request) ? 'lose-request' : 'pass');
  await field.sync();
  server.decide = () => 'pass';
  await field.sync();
  assert.deepEqual(begun.slice(5), [1, 1, 2]);
  assert.equal(server.photos.size, 6);
  await field.close();
});
