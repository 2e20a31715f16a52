import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unzipSync, zipSync } from 'fflate';
import { hashOfPrepared, note, Phone, walking } from './field-phone.mjs';
import { FieldServer } from './field-server.mjs';

/** @param {FieldServer} server */
async function fullPhone(server) {
  const { field, walk } = await walking(server);
  const id = await note(field, walk, 'Lampa', ['PK\u0003\u0004 bild', 'PK\u0007\u0008 bild']);
  await field.newFinding(walk, { title: 'Utkast' });
  await field.prepared();
  return { field, walk, id };
}

test('a file read in on a second phone arrives once, whichever sends first', async () => {
  const server = new FieldServer();
  const { field, id } = await fullPhone(server);
  const file = await field.exportZip();
  const second = await new Phone(server).open();
  await second.refreshMe();
  assert.deepEqual(await second.importZip(file), { operations: 2, photos: 2, known: 0 });
  assert.deepEqual(await second.importZip(file), { operations: 0, photos: 0, known: 4 });
  assert.equal((await second.summary()).drafts, 1);
  await field.editFinding(id, { title: 'Lampan blinkar' });
  await second.sync();
  await field.sync();
  assert.deepEqual(server.violations, []);
  assert.equal(server.findings.size, 1);
  assert.equal(server.findings.get(id)?.data.title, 'Lampan blinkar');
  const wanted = ['PK\u0003\u0004 bild', 'PK\u0007\u0008 bild'].map((shows) => `${id}:${hashOfPrepared(shows)}`);
  assert.deepEqual([...server.photos.keys()].sort(), wanted.sort());
  assert.deepEqual([(await field.summary()).unsent, (await second.summary()).unsent], [0, 0]);
  assert.deepEqual(await second.importZip(file), { operations: 0, photos: 0, known: 4 });
  await field.close();
  await second.close();
});

test("a colleague's things wait on this phone for the colleague", async () => {
  const server = new FieldServer();
  const { field } = await fullPhone(server);
  const file = await field.exportZip();
  server.user = 'bo';
  const second = await new Phone(server).open();
  await second.refreshMe();
  await second.importZip(file);
  await second.sync();
  assert.equal(server.operations.size, 0);
  assert.ok((await second.outbox()).every((line) => line.actor === 'anna'));
  await field.close();
  await second.close();
});

test('a file that was repacked into a folder is read, a damaged one refused whole', async () => {
  const server = new FieldServer();
  const { field } = await fullPhone(server);
  const file = await field.exportZip();
  const content = unzipSync(new Uint8Array(await file.arrayBuffer()));
  const moved = Object.fromEntries(Object.entries(content).map(([name, bytes]) => [`sparat/${name}`, bytes]));
  const second = await new Phone(server).open();
  assert.equal((await second.importZip(new Blob([zipSync(moved)]))).photos, 2);
  const third = await new Phone(server).open();
  const photo = Object.keys(content).find((name) => name.endsWith('.jpg')) ?? '';
  const damaged = zipSync({ ...content, [photo]: new Uint8Array([1, 2, 3]) });
  for (const bad of [damaged, new Uint8Array(10), zipSync({ a: new Uint8Array(1) }), zipSync(content).slice(0, -40)]) {
    await assert.rejects(third.importZip(new Blob([bad])), { name: 'NotAnArchiveError' });
  }
  assert.equal((await third.summary()).unsent, 0);
  for (const each of [field, second, third]) await each.close();
});
