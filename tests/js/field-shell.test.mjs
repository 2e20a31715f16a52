import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { clock, day, since, size } from '../../app/frontend/field/shell/amounts.js';
import { findPlace, parentOf } from '../../app/frontend/field/shell/router.js';
import { statusLine } from '../../app/frontend/field/shell/status-line.js';
import { coarse, extend } from '../../app/frontend/field/walk/track.js';
import { useWords } from '../../app/frontend/field/words/words.js';
import { note, walking } from './field-phone.mjs';
import { FieldServer } from './field-server.mjs';

afterEach(() => useWords('en'));

test('an address names its screen and values; an unknown one is today', () => {
  assert.deepEqual(findPlace('#/walk/7/take'), { screen: 'take-along', params: { id: '7' } });
  assert.deepEqual(findPlace('#/join/7/kista-centrum'), { screen: 'join', params: { id: '7', slug: 'kista-centrum' } });
  assert.deepEqual(findPlace('#/walk/7/recheck?finding=9'), { screen: 'recheck', params: { id: '7', finding: '9' } });
  for (const hash of ['', '#/', '#/walk', '#/walk/7/fly', '#main']) assert.equal(findPlace(hash).screen, 'today', hash);
});

test('what stands in an address cannot become another value of the place', () => {
  assert.deepEqual(findPlace('#/finding/7?id=9').params, { id: '7' });
  assert.deepEqual(findPlace('#/finding/%E0%A4%A').params, { id: '%E0%A4%A' });
});

test('above a part of a walk is the walk, above a finding its walk, above a photo what it belongs to', async () => {
  const server = new FieldServer();
  const { field, walk } = await walking(server);
  const id = await note(field, walk, 'Lampa', ['en lampa']);
  const check = await field.addPhoto(id, new Blob(['en till']), { purpose: 'recheck', walk_id: walk });
  const photo = (await field.finding(id))?.photos.find(({ purpose }) => purpose === 'finding')?.id;
  /** @param {string} hash */
  const above = (hash) => parentOf(findPlace(hash), field);
  assert.equal(await above('#/walk/7/finish'), '#/walk/7');
  assert.equal(await above('#/walk/7'), '#/');
  assert.equal(await above(`#/finding/${id}`), `#/walk/${walk}`);
  assert.equal(await above(`#/photo/${photo}`), `#/finding/${id}`);
  assert.equal(await above(`#/photo/${check}`), `#/walk/${walk}/recheck?finding=${id}`);
  assert.equal(await above('#/storage'), '#/outbox');
  assert.equal(await above('#/finding/7'), '#/');
  await field.close();
});

const nothing = { unsent: 0, oldest: null, rejected: 0, conflicts: 0, drafts: 0 };
const evening = new Date(2026, 10, 14, 20, 0);

test('the line says that everything is sent only when it is', () => {
  const idle = { phase: 'idle' };
  assert.equal(statusLine(nothing, idle, evening).words, 'Everything is sent');
  assert.notEqual(statusLine({ ...nothing, drafts: 1 }, idle, evening).tone, 'done');
  assert.notEqual(statusLine({ ...nothing, conflicts: 1 }, idle, evening).tone, 'done');
});

test('the line says how much waits and since when', () => {
  const summary = { ...nothing, unsent: 7, oldest: new Date(2026, 10, 14, 18, 5) };
  assert.equal(statusLine(summary, { phase: 'offline' }, evening).words, '7 things wait, oldest from 18:05');
  assert.equal(statusLine(summary, { phase: 'sending' }, evening).words, 'Sending 7 things');
  const older = { ...summary, oldest: new Date(2026, 10, 12, 18, 5) };
  assert.match(statusLine(older, { phase: 'offline' }, evening).words, /Thu 12 Nov 18:05$/);
});

test('what was refused comes before what waits', () => {
  const line = statusLine({ ...nothing, unsent: 3, rejected: 1, conflicts: 2 }, { phase: 'idle' }, evening);
  assert.deepEqual([line.tone, line.words], ['attention', '1 thing was not taken: look']);
});

test('times and sizes are written as people of the language write them', () => {
  assert.equal(clock(evening), '20:00');
  useWords('sv');
  assert.equal(clock(evening), '20.00');
  assert.equal(day(evening), 'lör 14 nov');
  assert.equal(since(evening, evening), '20.00');
  assert.equal(size(4_230_000), '4,2 MB');
  assert.equal(size(12_400), '12 kB');
  assert.equal(size(10_738_400_000), '10,7 GB');
});

test('a track tells ten-metre squares and no more, and does not grow while one stands still', () => {
  const first = coarse(17.942_13, 59.403_68);
  assert.deepEqual(first, [17.9422, 59.4037]);
  assert.deepEqual(coarse(17.942_19, 59.403_71), first);
  const track = extend([], first);
  assert.equal(extend(track, coarse(17.942_19, 59.403_71)), track);
  assert.deepEqual(extend(track, [17.9424, 59.4037]), [first, [17.9424, 59.4037]]);
});
