import assert from 'node:assert/strict';
import { test } from 'node:test';
import { delay, isDue, LONGEST_MS } from '../../app/frontend/field/core/backoff.js';
import { note, walking } from './field-phone.mjs';
import { FieldServer, rejected } from './field-server.mjs';

const isSync = (/** @type {{ path: string }} */ { path }) => path === '/api/v1/sync';

test('a walk with findings and photos arrives once, in order, and the receipt says so', async () => {
  const server = new FieldServer();
  const { field, walk } = await walking(server);
  for (let number = 0; number < 60; number += 1) await note(field, walk, `Lampa ${number}`, number < 3 ? ['bild'] : []);
  await field.finishWalk(walk, { note: 'Klart' });
  await field.prepared();
  await field.sync();
  assert.deepEqual(server.violations, []);
  assert.equal(server.findings.size, 60);
  assert.equal(server.photos.size, 3);
  assert.equal(server.walks.get(walk).state, 'finished');
  const { unsent, photos } = await field.summary();
  assert.deepEqual({ unsent, photos }, { unsent: 0, photos: { sent: 3, total: 3 } });
  assert.deepEqual((await field.walkProgress(walk)).photos, { sent: 3, total: 3 });
  assert.equal(field.status().phase, 'idle');
  await field.close();
});

test('a request whose answer was lost is sent again word for word', async () => {
  const server = new FieldServer();
  const { field, phone, walk } = await walking(server);
  await note(field, walk, 'Lampa', ['bild']);
  await field.prepared();
  server.decide = (request) => (isSync(request) ? 'lose-answer' : 'pass');
  await field.sync();
  assert.equal(field.status().phase, 'offline');
  assert.equal(phone.planned.length, 1);
  assert.equal((await field.summary()).unsent, 3);
  server.decide = () => 'pass';
  await field.sync();
  assert.deepEqual(server.violations, []);
  assert.deepEqual([server.findings.size, server.photos.size, (await field.summary()).unsent], [1, 1, 0]);
  await field.close();
});

test('a 401 touches nothing, and all goes once the person is back', async () => {
  const server = new FieldServer();
  const { field, phone, walk } = await walking(server);
  await note(field, walk, 'Lampa', ['bild']);
  await field.prepared();
  const before = await field.outbox();
  server.user = null;
  await field.sync();
  assert.equal(field.status().phase, 'signed-out');
  assert.deepEqual(await field.outbox(), before);
  assert.equal(phone.planned.length, 0);
  server.user = 'anna';
  await field.sync();
  assert.equal((await field.summary()).unsent, 0);
  await field.close();
});

test("a colleague's session sends nothing of mine, and mine sends it later", async () => {
  const server = new FieldServer();
  const { field, walk } = await walking(server);
  await note(field, walk, 'Lampa', ['bild']);
  await field.prepared();
  server.user = 'bo';
  await field.sync();
  assert.equal(server.operations.size, 0);
  assert.equal(field.me()?.user_id, 'bo');
  assert.equal((await field.summary()).unsent, 3);
  server.user = 'anna';
  await field.sync();
  assert.deepEqual([server.findings.size, server.photos.size], [1, 1]);
  await field.close();
});

test("a portal's page is no answer, and the probe wants our own words", async () => {
  const server = new FieldServer();
  const { field, walk } = await walking(server);
  await note(field, walk, 'Lampa');
  server.decide = () => 'portal';
  await field.sync();
  await field.sync();
  assert.equal(field.status().phase, 'offline');
  assert.equal(server.requests.at(-1)?.path, '/healthz');
  assert.equal((await field.summary()).unsent, 2);
  server.decide = () => 'pass';
  await field.sync();
  assert.equal((await field.summary()).unsent, 0);
  await field.close();
});

test('a refused operation stays and says why; the others go; mended it goes under a new id', async () => {
  const server = new FieldServer();
  const { field, walk } = await walking(server);
  const bad = await note(field, walk, 'Fel');
  const good = await note(field, walk, 'Rätt');
  server.judge = (operation) => (operation.data.title === 'Fel' ? rejected(operation, 'too_long') : null);
  await field.sync();
  assert.deepEqual([...server.findings.keys()], [good]);
  const finding = await field.finding(bad);
  assert.deepEqual([finding?.state, finding?.error?.code], ['rejected', 'too_long']);
  await field.finishWalk(walk, {});
  await field.sync();
  assert.equal(server.walks.get(walk).state, 'finished');
  await field.editFinding(bad, { title: 'Mindre fel' });
  await field.sync();
  assert.deepEqual(server.violations, []);
  assert.equal(server.findings.size, 2);
  assert.equal((await field.summary()).unsent, 0);
  await field.close();
});

test("a fault of the server's own keeps the operation, and the same one goes again later", async () => {
  const server = new FieldServer();
  const { field, phone, walk } = await walking(server);
  await note(field, walk, 'Lampa');
  server.judge = (operation) => (operation.type === 'finding.report' ? rejected(operation, 'unexpected') : null);
  await field.sync();
  assert.equal(field.status().phase, 'waiting');
  server.judge = () => null;
  phone.clock += 2_000;
  phone.planned.pop()?.();
  await field.sync();
  assert.deepEqual([server.findings.size, server.violations], [1, []]);
  await field.close();
});

test('one operation that breaks the whole request is found and named, the rest goes', async () => {
  const server = new FieldServer();
  const { field, phone, walk } = await walking(server);
  for (let number = 0; number < 6; number += 1) await note(field, walk, `Lampa ${number}`);
  const pass = phone.world.fetch ?? fetch;
  await field.close();
  phone.world.fetch = async (input, init) => {
    if (!String(init?.body).includes('Lampa 3')) return pass(input, init);
    return new Response(JSON.stringify({ code: 'malformed', title: 'No' }), { status: 400 });
  };
  const again = await phone.open();
  await again.sync();
  assert.equal(server.findings.size, 5);
  const lines = await again.outbox();
  assert.deepEqual(
    lines.map((line) => [line.state, line.error?.code]),
    [['rejected', 'malformed']],
  );
  await again.close();
});

test('edits of different parts merge; the same part twice keeps both and asks', async () => {
  const server = new FieldServer();
  const { field, walk } = await walking(server);
  const id = await note(field, walk, 'Lampa');
  await field.sync();
  const found = server.findings.get(id);
  assert.ok(found);
  Object.assign(found, { version: 2, units: { title: 2 }, data: { ...found.data, title: 'Stolpe 14' } });
  await field.editFinding(id, { title: 'Lampa vid trappan', severity: 'high' });
  await field.sync();
  assert.equal(found.data.severity, 'high');
  const [conflict] = await field.conflicts();
  assert.deepEqual([conflict?.mine, conflict?.theirs], [{ title: 'Lampa vid trappan' }, { title: 'Stolpe 14' }]);
  assert.equal((await field.finding(id))?.state, 'conflict');
  assert.equal((await field.summary()).unsent, 0);
  await field.settle(conflict?.id ?? '', 'mine');
  await field.sync();
  assert.equal(found.data.title, 'Lampa vid trappan');
  assert.deepEqual([await field.conflicts(), (await field.finding(id))?.state], [[], 'sent']);
  await field.close();
});

test('two edits of the same part one after the other are no conflict with oneself', async () => {
  const server = new FieldServer();
  const { field, walk } = await walking(server);
  const id = await note(field, walk, 'Lampa');
  await field.sync();
  server.decide = (request) => (isSync(request) ? 'lose-answer' : 'pass');
  await field.editFinding(id, { title: 'Lampan blinkar' });
  await field.sync();
  await field.editFinding(id, { title: 'Lampan är släckt' });
  server.decide = () => 'pass';
  await field.sync();
  assert.deepEqual([server.findings.get(id)?.data.title, await field.conflicts()], ['Lampan är släckt', []]);
  await field.close();
});

test('an edit made before somebody else was heard of never writes over them', async () => {
  const server = new FieldServer();
  const { field, walk } = await walking(server);
  const id = await note(field, walk, 'Lampa');
  await field.sync();
  const found = server.findings.get(id);
  assert.ok(found);
  Object.assign(found, { version: 2, units: { title: 2 }, data: { ...found.data, title: 'Stolpe 14' } });
  await field.editFinding(id, { severity: 'high' });
  await field.sync();
  await field.editFinding(id, { title: 'Lampa vid trappan' });
  await field.sync();
  assert.equal(found.data.title, 'Stolpe 14');
  assert.equal((await field.conflicts()).length, 1);
  await field.close();
});

test('two tabs do not send at the same time', async () => {
  const server = new FieldServer();
  /** @type {Promise<unknown>} */
  let last = Promise.resolve();
  const locks = /** @type {any} */ ({
    request: (/** @type {string} */ _name, /** @type {() => Promise<unknown>} */ action) => {
      last = last.then(action, action);
      return last;
    },
  });
  const { phone, field, walk } = await walking(server, { locks });
  const other = await phone.open();
  for (let number = 0; number < 4; number += 1) await note(field, walk, `Lampa ${number}`);
  await Promise.all([field.sync(), other.sync(), field.sync()]);
  assert.deepEqual([server.violations, server.findings.size], [[], 4]);
  await field.close();
  await other.close();
});

test('what was being sent when the app died is sent again at the next opening', async () => {
  const server = new FieldServer();
  const { phone, field, walk } = await walking(server);
  await note(field, walk, 'Lampa', ['bild']);
  await field.prepared();
  await new Promise((resolve) => {
    server.decide = (request) => {
      if (!isSync(request)) return 'pass';
      resolve('died');
      return 'hang';
    };
    void field.sync();
  });
  server.decide = () => 'pass';
  const after = await phone.open();
  await after.sync();
  assert.deepEqual([server.findings.size, server.photos.size, (await after.summary()).unsent], [1, 1, 0]);
  await after.close();
});

test('waiting doubles up to a cap, and a clock set back does not prolong it', () => {
  assert.deepEqual(
    [1, 2, 3, 20].map((failures) => delay(failures, 1)),
    [1_000, 2_000, 4_000, LONGEST_MS],
  );
  assert.equal(delay(3, 0), 2_000);
  assert.ok(isDue(1_000, 1_000));
  assert.ok(!isDue(2_000, 1_000));
  assert.ok(isDue(86_400_000, 1_000));
});
