import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sendable } from '../../app/frontend/field/core/sendable.js';
import { hashOfPrepared, note, Phone, walking } from './field-phone.mjs';
import { FieldServer } from './field-server.mjs';

const PLACE = { lon: 17.94, lat: 59.4, accuracy_m: 8 };

test('a finding is a draft until its sheet is closed, and says what it lacks', async () => {
  const { field, walk } = await walking(new FieldServer());
  const id = await field.newFinding(walk, {});
  assert.deepEqual((await field.finding(id))?.missing, ['category', 'place']);
  await field.closeFinding(id);
  assert.equal((await field.finding(id))?.state, 'draft');
  await field.editFinding(id, { category: 'belysning', place_words: 'Vid trappan' });
  await field.closeFinding(id);
  assert.equal((await field.finding(id))?.state, 'waiting');
  const { unsent, drafts } = await field.summary();
  assert.deepEqual({ unsent, drafts }, { unsent: 2, drafts: 0 });
  await field.close();
});

test('a complete draft whose sheet was open when the app died is queued at the next opening', async () => {
  const { phone, field, walk } = await walking(new FieldServer());
  const id = await field.newFinding(walk, { category: 'belysning', ...PLACE });
  const after = await phone.open();
  assert.equal((await after.finding(id))?.state, 'waiting');
  await after.close();
  await field.close();
});

test('what nobody has tried to send is rewritten by an edit; what was tried gets an update', async () => {
  const server = new FieldServer();
  const { field, walk } = await walking(server);
  const id = await note(field, walk, 'Lampa');
  await field.editFinding(id, { title: 'Lampan blinkar' });
  assert.equal((await field.outbox()).length, 2);
  server.decide = ({ body }) => (String(body).includes('finding.report') ? 'lose-answer' : 'pass');
  await field.sync();
  await field.editFinding(id, { title: 'Lampan är släckt' });
  await field.editFinding(id, { severity: 'high' });
  assert.deepEqual(
    (await field.outbox()).map((line) => line.what),
    ['finding.report', 'finding.update'],
  );
  server.decide = () => 'pass';
  await field.sync();
  assert.deepEqual(server.violations, []);
  const { title, severity } = server.findings.get(id)?.data ?? {};
  assert.deepEqual({ title, severity }, { title: 'Lampan är släckt', severity: 'high' });
  assert.equal((await field.summary()).unsent, 0);
  await field.close();
});

test('a finding that was never tried is gone when taken back; one that was sent is withdrawn', async () => {
  const server = new FieldServer();
  const { field, walk } = await walking(server);
  const unheard = await note(field, walk, 'Fel', ['a']);
  await field.withdrawFinding(unheard);
  assert.equal(await field.finding(unheard), null);
  const sent = await note(field, walk, 'Också fel');
  await field.sync();
  await field.withdrawFinding(sent);
  await field.sync();
  assert.equal(server.findings.size, 1);
  assert.equal(server.findings.get(sent)?.data.withdrawn, true);
  assert.equal((await field.finding(sent))?.withdrawn, true);
  await field.close();
});

test('a full device refuses the photo whole, and what was there before is still sent', async (context) => {
  const server = new FieldServer();
  const { field, walk } = await walking(server);
  const before = await note(field, walk, 'Lampa', ['ett']);
  await field.prepared();
  const put = IDBObjectStore.prototype.put;
  context.after(() => {
    IDBObjectStore.prototype.put = put;
  });
  IDBObjectStore.prototype.put = function (value, key) {
    if (value instanceof Blob) throw new DOMException('full', 'QuotaExceededError');
    return put.call(this, value, key);
  };
  await assert.rejects(field.addPhoto(before, new Blob(['två']), {}), { name: 'StorageFullError' });
  IDBObjectStore.prototype.put = put;
  assert.equal((await field.finding(before))?.photos.length, 1);
  await field.sync();
  assert.deepEqual([...server.photos.keys()], [`${before}:${hashOfPrepared('ett')}`]);
  await field.close();
});

test('a photo may be drawn upon or removed until the server has been told of it', async () => {
  const server = new FieldServer();
  const { field, walk } = await walking(server);
  const id = await field.newFinding(walk, { category: 'belysning', ...PLACE });
  const kept = await field.addPhoto(id, new Blob(['rå']), {});
  const gone = await field.addPhoto(id, new Blob(['bort']), {});
  await field.prepared();
  await field.replacePhoto(kept, new Blob(['med pil']));
  await field.removePhoto(gone);
  await field.closeFinding(id);
  await field.prepared();
  await field.sync();
  assert.deepEqual([...server.photos.keys()], [`${id}:${hashOfPrepared('med pil')}`]);
  await assert.rejects(field.replacePhoto(kept, new Blob(['sent'])), { name: 'PhotoSentError' });
  await assert.rejects(field.removePhoto(kept), { name: 'PhotoSentError' });
  await field.close();
});

test('a photo that this phone cannot decode goes as it is', async () => {
  const server = new FieldServer();
  const prepare = () => Promise.reject(new Error('HEIC'));
  const { field, walk } = await walking(server, { prepare });
  const id = await note(field, walk, 'Lampa', ['heic']);
  await field.prepared();
  await field.sync();
  const [bytes] = server.photos.values();
  assert.equal(Buffer.from(bytes ?? []).toString(), 'heic');
  assert.equal((await field.finding(id))?.photos[0]?.state, 'sent');
  await field.close();
});

test('photos near, photos after and re-checks find their way', async () => {
  const server = new FieldServer();
  const { field, walk } = await walking(server);
  const id = await note(field, walk, 'Lampa');
  await field.sync();
  await field.addPhoto(id, new Blob(['efteråt']), {});
  await field.prepared();
  const photo = await field.addPhoto(id, new Blob(['nu']), { purpose: 'recheck', walk_id: walk });
  await field.prepared();
  await field.recheck(walk, id, { result: 'fixed', note: '', photos: [photo] });
  await field.sync();
  assert.deepEqual(server.violations, []);
  const wanted = ['efteråt', 'nu'].map((shows) => `${id}:${hashOfPrepared(shows)}`);
  assert.deepEqual([...server.photos.keys()].sort(), wanted.sort());
  assert.equal((await field.finding(id))?.recheck, 'fixed');
  const near = await field.near(walk, { ...PLACE, category: 'belysning' });
  assert.deepEqual(
    near.map((each) => each.finding.id),
    [id],
  );
  assert.deepEqual(await field.near(walk, { ...PLACE, lat: 59.401, category: 'belysning' }), []);
  await field.close();
});

test('a draft that shows an earlier finding becomes its re-check, photos and all', async () => {
  const server = new FieldServer();
  const { field, walk } = await walking(server);
  const earlier = await note(field, walk, 'Lampa');
  await field.sync();
  const draft = await field.newFinding(walk, { category: 'belysning', ...PLACE });
  const photo = await field.addPhoto(draft, new Blob(['nu']), {});
  await field.recheck(walk, earlier, { result: 'remains', photos: [photo] });
  await field.withdrawFinding(draft);
  await field.prepared();
  await field.sync();
  assert.deepEqual([...server.photos.keys()], [`${earlier}:${hashOfPrepared('nu')}`]);
  assert.equal(server.findings.size, 1);
  await field.close();
});

test('what is sent has the fields that the server knows, and says nothing as it wants to hear it', () => {
  const participants = [{ organisation_id: 'a', role: 'lead', people: 2, name: 'Kommunen' }];
  assert.deepEqual(sendable('walk.finish', { note: null, participants, mood: 'good' }), {
    note: '',
    participants: [{ organisation_id: 'a', role: 'lead', people: 2 }],
  });
  assert.deepEqual(sendable('finding.update', { item: null, unsafe_day: null, severity: '', positive: null }), {
    item: '',
    severity: null,
    unsafe_day: null,
    positive: false,
  });
});

test("an edit of what a colleague captured on this phone goes under one's own name, after it", async () => {
  const server = new FieldServer();
  const { field, walk } = await walking(server);
  const id = await note(field, walk, 'Lampa');
  server.user = 'bo';
  await field.refreshMe();
  await field.editFinding(id, { title: 'Lampan blinkar' });
  assert.deepEqual(
    (await field.outbox()).map((line) => [line.what, line.actor]),
    [
      ['walk.start', 'anna'],
      ['finding.report', 'anna'],
      ['finding.update', 'bo'],
    ],
  );
  for (const user of ['bo', 'anna', 'bo']) {
    server.user = user;
    await field.sync();
  }
  assert.deepEqual([server.findings.get(id)?.data.title, server.violations], ['Lampan blinkar', []]);
  await field.close();
});

test('drawing on a photo that is still being prepared counts, not what was prepared before', {
  timeout: 20_000,
}, async () => {
  const server = new FieldServer();
  /** @type {(() => void)[]} */
  const waiting = [];
  const prepare = (/** @type {Blob} */ blob) =>
    new Promise((resolve) => {
      waiting.push(() => resolve(blob));
    });
  const { field, walk } = await walking(server, { prepare });
  const id = await field.newFinding(walk, { category: 'belysning', ...PLACE });
  const photo = await field.addPhoto(id, new Blob(['rå']), {});
  while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve));
  await field.replacePhoto(photo, new Blob(['med suddad ruta']));
  waiting[0]?.();
  while (waiting.length === 1) await new Promise((resolve) => setImmediate(resolve));
  waiting[1]?.();
  await field.prepared();
  await field.closeFinding(id);
  await field.sync();
  assert.deepEqual(
    [...server.photos.values()].map((bytes) => Buffer.from(bytes).toString()),
    ['med suddad ruta'],
  );
  await field.close();
});

test('what one tab writes is told in the other', async () => {
  const phone = new Phone(new FieldServer());
  const [one, other] = [new BroadcastChannel(phone.name), new BroadcastChannel(phone.name)];
  phone.world.channel = one;
  const first = await phone.open();
  phone.world.channel = other;
  const second = await phone.open();
  const told = new Promise((resolve) => second.subscribe(() => resolve('told')));
  await first.newFinding('walk', {});
  assert.equal(await told, 'told');
  await first.close();
  await second.close();
});

test('one thing noted twice on a walk is one note with both photos, if the second was never sent', async () => {
  const server = new FieldServer();
  const { field, walk } = await walking(server);
  const first = await note(field, walk, 'Lampa', ['a']);
  await field.prepared();
  await field.sync();
  const second = await field.newFinding(walk, { category: 'belysning', ...PLACE, description: 'Blinkar' });
  await field.addPhoto(second, new Blob(['b'], { type: 'image/png' }), {});
  await field.prepared();
  assert.equal(await field.repeatFinding(second, first), true);
  await field.sync();
  assert.deepEqual(server.violations, []);
  assert.equal(await field.finding(second), null);
  assert.equal(server.findings.get(first)?.data.description, 'Blinkar');
  assert.ok(server.photos.has(`${first} ${hashOfPrepared('b')}`) || [...server.photos.keys()].length === 2);
  const { findings, photos } = await field.walkProgress(walk);
  assert.deepEqual({ findings, photos }, { findings: 1, photos: { sent: 2, total: 2 } });
  await field.close();
});

test('a note that was sent is said to repeat another, and no longer counts', async () => {
  const server = new FieldServer();
  const { field, walk } = await walking(server);
  const first = await note(field, walk, 'Lampa');
  const second = await note(field, walk, 'Samma lampa', ['b']);
  await field.prepared();
  await field.sync();
  assert.equal(await field.repeatFinding(second, first), false);
  assert.equal((await field.outbox()).at(-1)?.what, 'finding.withdraw');
  assert.equal((await field.walkProgress(walk)).findings, 1);
  await field.close();
});

test('a walk that another phone has finished is finished on this one', async () => {
  const server = new FieldServer();
  const { phone, field, walk } = await walking(server);
  await field.sync();
  await field.close();
  const walks = ['theirs', walk].map((id) => ({ id, slug: 'kista-centrum', site: 'Kista', state: 'finished' }));
  const fetch = server.fetch;
  phone.world.fetch = async (input, init) => {
    if (!String(input).endsWith('/api/v1/me')) return fetch(input, init);
    return Response.json({ user_id: 'anna', language: 'sv', roles: ['field'], sites: [], walks });
  };
  const again = await phone.open();
  await again.refreshMe();
  // Of one that nobody has walked with this phone nothing is said.
  assert.deepEqual(
    (await again.walks()).map(({ id, state }) => [id, state]),
    [[walk, 'finished']],
  );
  await again.close();
});
