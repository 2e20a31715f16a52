// Interviews leave the phone once, on a receipt that names them, whatever the link and the server do.

import 'fake-indexeddb/auto';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { slotOf, withKept } from '../../app/frontend/interview/core/quotas.js';
import { makeSending } from '../../app/frontend/interview/core/sending.js';
import * as store from '../../app/frontend/interview/core/store.js';

let made = 0;
const json = (/** @type {any} */ body, status = 200, headers = {}) =>
  new Response(JSON.stringify(body), { status, headers });

class Server {
  user = 'anna';
  /** @type {Map<string, any>} */
  taken = new Map();
  /** @type {string[]} */
  requests = [];
  /** @type {(path: string, body: any) => Response | Promise<Response> | null} */
  fails = () => null;
  /** @type {(response: any) => any} */
  judge = () => null;

  /** @type {typeof globalThis.fetch} */
  fetch = async (input, init = {}) => {
    const path = new URL(String(input)).pathname;
    const body = init.body ? JSON.parse(String(init.body)) : null;
    this.requests.push(`${init.method ?? 'GET'} ${path}${body ? ` ${body.responses.length}` : ''}`);
    const failure = await this.fails(path, body);
    if (failure) return failure;
    if (path === '/api/v1/surveys') {
      const etag = `"${this.user} ${this.taken.size}"`;
      if (new Headers(init.headers).get('If-None-Match') === etag) return new Response(null, { status: 304 });
      return json({ user_id: this.user, waves: [{ id: 'w', count: this.taken.size }] }, 200, { ETag: etag });
    }
    return json({ results: body.responses.map((/** @type {any} */ one) => this.take(one)) });
  };

  /** @param {any} response */
  take(response) {
    const refused = this.judge(response);
    if (refused) return { id: response.id, outcome: 'rejected', errors: [refused] };
    const outcome = this.taken.has(response.id) ? 'already' : 'taken';
    this.taken.set(response.id, response);
    return { id: response.id, outcome, errors: [] };
  }
}

class Phone {
  clock = Date.parse('2026-10-14T17:30:00Z');
  /** @type {(() => void)[]} */
  planned = [];

  /** @param {Server} server */
  constructor(server) {
    this.server = server;
    made += 1;
    this.name = `interviews-${made}`;
  }

  async open() {
    this.db = await store.openStore(this.name);
    this.sending = makeSending({
      ...{ db: this.db, base: 'http://server.test', fetch: this.server.fetch, now: () => this.clock, random: () => 1 },
      later: (action) => {
        this.planned = [action];
        return () => (this.planned = []);
      },
      locked: (_name, action) => action(),
      changed: () => undefined,
    });
    return this;
  }

  /** @param {string} id
   * @param {string} [actor] */
  async interview(id, actor = 'anna') {
    assert.ok(this.db);
    const draft = {
      id,
      wave: { id: 'w', site: 'Kista' },
      actor,
      language: 'ar',
      at: '2026-10-14T17:00:00Z',
      page: 'end',
    };
    await store.storeDraft(this.db, /** @type {any} */ ({ ...draft, answers: { safe: 'no' }, turns: {} }));
    await store.finish(this.db, /** @type {any} */ (draft), { safe: 'no' });
  }

  async sync() {
    await this.sending?.sync();
  }

  async kept() {
    return (await this.db?.getAll('responses')) ?? [];
  }
}

const phone = async (server = new Server()) => ({ server, phone: await new Phone(server).open() });

test('what was finished waits on the phone, and its draft is gone', async () => {
  const { phone: mine } = await phone();
  await mine.interview('a');
  assert.ok(mine.db);
  assert.equal(await store.storedDraft(mine.db), null);
  assert.deepEqual(
    (await mine.kept()).map((one) => [one.id, one.state, one.answers.safe]),
    [['a', 'waiting', 'no']],
  );
});

test('interviews made without a network are sent once there is one', async () => {
  const { server, phone: mine } = await phone();
  server.fails = () => Promise.reject(new TypeError('no network'));
  await mine.interview('a');
  await mine.interview('b');
  await mine.sync();
  assert.equal(mine.sending?.phase(), 'offline');
  assert.equal((await mine.kept()).length, 2);
  server.fails = () => null;
  await mine.sync();
  assert.deepEqual([...server.taken.keys()].sort(), ['a', 'b']);
  assert.deepEqual(await mine.kept(), []);
  assert.ok(mine.db);
  assert.equal(await store.sentOn(mine.db, '2026-10-14'), 2);
  // With what the quotas are now.
  assert.equal((await store.storedSurveys(mine.db))?.waves.length, 1);
  assert.deepEqual(server.requests.slice(-3), [
    'GET /api/v1/surveys',
    'POST /api/v1/responses 2',
    'GET /api/v1/surveys',
  ]);
});

test('an answer that is lost leaves it on the phone, and sent again it is there once', async () => {
  const { server, phone: mine } = await phone();
  await mine.interview('a');
  server.fails = (path, body) => {
    if (path.endsWith('/surveys')) return null;
    for (const one of body.responses) server.take(one);
    return Promise.reject(new TypeError('cut'));
  };
  await mine.sync();
  assert.equal((await mine.kept()).length, 1);
  server.fails = () => null;
  const again = await mine.open();
  await again.sync();
  assert.deepEqual(await again.kept(), []);
  assert.equal(server.taken.size, 1);
});

test('one that is refused is kept with the reason, stops no other, and goes when it is tried again', async () => {
  const { server, phone: mine } = await phone();
  await mine.interview('a');
  await mine.interview('b');
  server.judge = ({ id }) => (id === 'a' ? { field: '', code: 'survey_not_open', message: 'Stängd' } : null);
  await mine.sync();
  assert.deepEqual(
    (await mine.kept()).map((one) => [one.id, one.state, one.errors[0]?.message]),
    [['a', 'rejected', 'Stängd']],
  );
  await mine.sync();
  assert.equal(server.taken.size, 1);
  server.judge = () => null;
  assert.ok(mine.db);
  await store.settle(mine.db, 'a', 'again');
  await mine.sync();
  assert.deepEqual(await mine.kept(), []);
});

test('a fault of the server’s own is no refusal', async () => {
  const { server, phone: mine } = await phone();
  await mine.interview('a');
  server.judge = () => ({ field: '', code: 'unexpected', message: '' });
  await mine.sync();
  assert.equal((await mine.kept())[0]?.state, 'waiting');
  assert.equal(mine.planned.length, 1);
  server.judge = () => null;
  mine.clock += 2_000;
  await mine.sync();
  assert.equal(server.taken.size, 1);
});

test('an outcome that names nothing leaves everything on the phone', async () => {
  const { server, phone: mine } = await phone();
  await mine.interview('a');
  server.fails = (path) =>
    path.endsWith('/responses') ? json({ results: [{ id: 'b', outcome: 'taken', errors: [] }] }) : null;
  await mine.sync();
  assert.equal((await mine.kept()).length, 1);
  server.fails = (path) => (path.endsWith('/responses') ? new Response('<html>portal</html>') : null);
  mine.clock += 60_000;
  await mine.sync();
  assert.equal((await mine.kept()).length, 1);
});

test('a request that is refused as a whole is cut up until the one at fault stands alone', async () => {
  const { server, phone: mine } = await phone();
  for (const id of ['a', 'b', 'c', 'd', 'e']) await mine.interview(id);
  server.fails = (path, body) => {
    const wrong = path.endsWith('/responses') && body.responses.some((/** @type {any} */ one) => one.id === 'c');
    return wrong ? json({ code: 'too_many_responses', title: 'För mycket' }, 413) : null;
  };
  await mine.sync();
  assert.deepEqual([...server.taken.keys()].sort(), ['a', 'b', 'd', 'e']);
  assert.deepEqual(
    (await mine.kept()).map((one) => [one.id, one.state]),
    [['c', 'rejected']],
  );
});

test('interviews of somebody else wait for that person', async () => {
  const { server, phone: mine } = await phone();
  await mine.interview('a', 'anna');
  await mine.interview('b', 'bo');
  await mine.sync();
  assert.deepEqual([...server.taken.keys()], ['a']);
  assert.equal(mine.sending?.phase(), 'other-person');
  server.user = 'bo';
  await mine.sync();
  assert.equal(server.taken.size, 2);
});

test('signed out, nothing is lost and nothing is tried again by itself', async () => {
  const { server, phone: mine } = await phone();
  await mine.interview('a');
  server.fails = () => json({ code: 'signed_out', title: '' }, 401);
  await mine.sync();
  assert.deepEqual([mine.sending?.phase(), (await mine.kept()).length, mine.planned.length], ['signed-out', 1, 0]);
});

test('the part of the day goes by the clock on the wall there, and what waits here is counted beside', () => {
  const at = (/** @type {string} */ moment) => slotOf(new Date(moment));
  assert.deepEqual(at('2026-10-14T03:59:00Z'), { weekday: 1, slot: 'night' });
  assert.deepEqual(at('2026-10-14T04:00:00Z'), { weekday: 2, slot: 'morning' });
  assert.deepEqual(at('2026-10-14T13:59:00Z'), { weekday: 2, slot: 'day' });
  assert.deepEqual(at('2026-10-14T14:00:00Z'), { weekday: 2, slot: 'evening' });
  assert.deepEqual(at('2026-10-18T22:30:00Z'), { weekday: 6, slot: 'night' });
  const quotas = [{ weekday: 2, slot: 'evening', wanted: 5, made: 1 }];
  const kept = ['waiting', 'waiting', 'rejected'].map((state) => ({ at: '2026-10-14T17:00:00Z', state }));
  assert.deepEqual(withKept(quotas, kept), [{ weekday: 2, slot: 'evening', wanted: 5, made: 1, here: 2 }]);
});
