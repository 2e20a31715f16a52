// What the screens of the field app decide before they draw: order, geometry, warnings, what is missing.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lastUsedFirst, readUsed, rememberUsed } from '../../app/frontend/field/finding/category-order.js';
import { hints } from '../../app/frontend/field/finding/personal-data.js';
import { sameAs } from '../../app/frontend/field/finding/same.js';
import { gapsOf } from '../../app/frontend/field/finish/gaps.js';
import { categoriesOf, findingWords, withChecklist } from '../../app/frontend/field/parts/checklist-words.js';
import { keepDrawn } from '../../app/frontend/field/parts/keep-drawn.js';
import { reopens } from '../../app/frontend/field/parts/statuses.js';
import { textSaver } from '../../app/frontend/field/parts/text-saver.js';
import { daysWords } from '../../app/frontend/field/parts/times.js';
import { keepUnsaved, takeUp } from '../../app/frontend/field/parts/unsaved-words.js';
import { barbs, boxOf, isDrawn, markAt, moved, squaresOf, toPhoto } from '../../app/frontend/field/photo/geometry.js';
import { metresAlong, walkingOrder } from '../../app/frontend/field/recheck/walking-order.js';
import { roomOf } from '../../app/frontend/field/storage/room.js';
import { nearestSite } from '../../app/frontend/field/today/start-walk.js';
import { useWords } from '../../app/frontend/field/words/words.js';

const categories = ['belysning', 'sikt', 'skrap', 'klotter', 'trafik', 'park'].map((slug) => ({ slug }));
/** @param {{ slug: string }[]} list */
const slugs = (list) => list.map(({ slug }) => slug);

/** A store as localStorage is, in memory.
 * @param {Record<string, string>} kept */
function memory(kept = {}) {
  return {
    getItem: (/** @type {string} */ key) => kept[key] ?? null,
    setItem: (/** @type {string} */ key, /** @type {string} */ value) => {
      kept[key] = value;
    },
  };
}

test('the categories used last stand first, and the others keep their order', () => {
  assert.deepEqual(slugs(lastUsedFirst(categories, ['park', 'klotter'])), [
    ...['park', 'klotter', 'belysning', 'sikt', 'skrap', 'trafik'],
  ]);
  assert.deepEqual(slugs(lastUsedFirst(categories, [])), slugs(categories));
});

test('a category that the checklist no longer has is left out of the front', () => {
  assert.deepEqual(slugs(lastUsedFirst(categories, ['gone', 'park'])).slice(0, 2), ['park', 'belysning']);
});

test('the phone remembers the four used last, each once', () => {
  const store = memory();
  for (const slug of ['sikt', 'park', 'sikt', 'klotter', 'trafik', 'belysning']) rememberUsed(slug, store);
  assert.deepEqual(readUsed(store), ['belysning', 'trafik', 'klotter', 'sikt']);
});

test('a store that is broken or full costs only the order', () => {
  assert.deepEqual(readUsed(memory({ 'platskollen-categories': '{' })), []);
  const full = {
    getItem: () => null,
    setItem() {
      throw new DOMException('full', 'QuotaExceededError');
    },
  };
  assert.doesNotThrow(() => rememberUsed('sikt', full));
});

test('texts that hold personal data are told apart from numbers of lamps and dates', () => {
  assert.deepEqual([...hints(['Ring 070-123 45 67'])], ['phone']);
  assert.deepEqual([...hints(['bilen ABC 12D stod där'])], ['registration']);
  assert.deepEqual([...hints(['811218-9876'])], ['identity_number']);
  assert.deepEqual([...hints(['811218-9875', 'stolpe 104233', '2026-03-14 kl 18.05', null, 'tre lampor'])], []);
});

test('a finger on the shown photo is a spot in its own pixels, and never outside', () => {
  const [shown, photo] = [
    { width: 400, height: 300 },
    { width: 1600, height: 1200 },
  ];
  assert.deepEqual(toPhoto({ x: 100, y: 150 }, shown, photo), { x: 400, y: 600 });
  assert.deepEqual(toPhoto({ x: -20, y: 999 }, shown, photo), { x: 0, y: 1200 });
});

test('a tap makes a mark that is seen, an arrow that points at the spot', () => {
  const photo = { width: 1200, height: 900 };
  const arrow = markAt('arrow', { x: 1000, y: 800 }, photo);
  assert.deepEqual([arrow.x2, arrow.y2], [1000, 800]);
  assert.ok(arrow.x1 > 0 && arrow.x1 < 1000 && arrow.y1 > 0 && arrow.y1 < 800);
  assert.ok(isDrawn(markAt('blur', { x: 0, y: 0 }, photo), photo));
  assert.ok(!isDrawn({ kind: 'circle', x1: 10, y1: 10, x2: 12, y2: 11 }, photo));
});

test('a mark that is pushed keeps its shape and stays on the photo; stretched it grows', () => {
  const photo = { width: 100, height: 100 };
  const mark = { kind: /** @type {const} */ ('circle'), x1: 60, y1: 60, x2: 95, y2: 80 };
  assert.deepEqual(moved(mark, { x: 10, y: 5 }, photo, false), { ...mark, x1: 65, x2: 100, y1: 65, y2: 85 });
  assert.deepEqual(moved(mark, { x: -10, y: 5 }, photo, true), { ...mark, x2: 85, y2: 85 });
});

test('the barbs of an arrow lie behind its point on either side', () => {
  const [one, two] = barbs({ kind: 'arrow', x1: 0, y1: 0, x2: 100, y2: 0 }, 20);
  assert.ok(one.x < 100 && two.x < 100);
  assert.ok(Math.abs(one.y + two.y) < 1e-9 && one.y !== two.y);
});

test('what is hidden keeps at most eight squares along its longer side, and a small plate fewer', () => {
  const wide = squaresOf(boxOf({ kind: 'blur', x1: 900, y1: 300, x2: 100, y2: 200 }));
  assert.deepEqual(wide, { columns: 8, rows: 1 });
  assert.deepEqual(squaresOf({ width: 40, height: 12 }), { columns: 3, rows: 1 });
});

/** @param {string} number
 * @param {number | null} lon
 * @param {number | null} lat */
const finding = (number, lon, lat) => ({ number, data: { lon, lat } });

test('old findings come in the order in which the route meets them', () => {
  /** @type {[number, number][]} */
  const route = [
    [17.9, 59.4],
    [17.91, 59.4],
    [17.91, 59.41],
  ];
  const old = [finding('3', null, null), finding('2', 17.9101, 59.408), finding('1', 17.905, 59.4002)];
  assert.deepEqual(
    walkingOrder(old, route).map(({ number }) => number),
    ['1', '2', '3'],
  );
  assert.deepEqual(
    walkingOrder(old, [...route].reverse()).map(({ number }) => number),
    ['2', '1', '3'],
  );
  assert.ok(Math.abs(metresAlong(route, { lon: 17.905, lat: 59.4 }) - 283) < 2);
});

test('without a route they come by number', () => {
  const old = [finding('KISTA-2026-0010', 17.9, 59.4), finding('KISTA-2026-0009', 17.91, 59.41)];
  assert.equal(walkingOrder(old, [])[0]?.number, 'KISTA-2026-0009');
});

test('what is missing at the end is told once each', () => {
  const whole = { drafts: 0, photos: { sent: 15, total: 15 }, missing_category: 0, unchecked: 0 };
  assert.deepEqual(gapsOf(whole), []);
  assert.deepEqual(gapsOf({ ...whole, drafts: 2, missing_category: 2 }), ['category']);
  assert.deepEqual(gapsOf({ drafts: 3, photos: { sent: 14, total: 15 }, missing_category: 2, unchecked: 1 }), [
    ...['category', 'drafts', 'unchecked', 'photos'],
  ]);
});

test('a phone is called full before the next photo would not fit', () => {
  assert.equal(roomOf({ usage: 995e6, quota: 1e9 }), 'full');
  assert.equal(roomOf({ usage: 970e6, quota: 1e9 }), 'low');
  assert.equal(roomOf({ usage: 1e8, quota: 1e9 }), 'enough');
});

test('days are said as people say them', () => {
  useWords('sv');
  const now = new Date('2026-11-22T12:00:00');
  assert.equal(daysWords(['2026-03-14', '2026-10-02'], now), '14 mars och 2 okt');
  assert.equal(daysWords(['2025-11-12'], now), '12 nov 2025');
  useWords('en');
});

test('a finding is called by its title, else by category and point', () => {
  useWords('sv');
  const lamp = { slug: 'belysning', name: 'Belysning', items: [{ slug: 'slackt', name: 'Släckt' }] };
  const bundle = { checklist: { categories: [lamp] } };
  assert.equal(findingWords(bundle, { category: 'belysning', item: 'slackt' }, '–'), 'Belysning: släckt');
  assert.equal(findingWords(bundle, { category: 'belysning', title: 'Vid porten' }, '–'), 'Vid porten');
  assert.equal(findingWords(bundle, {}, 'Utan kategori'), 'Utan kategori');
});

/** Answers in its own time. */
function gate() {
  /** @type {((value: unknown) => void)[]} */
  const waiting = [];
  return { wait: () => new Promise((resolve) => waiting.push(resolve)), open: () => waiting.shift()?.(null) };
}

const stillClock = { setTimeout: () => 0, clearTimeout: () => {} };

test('a letter typed while the last ones are saved is neither lost nor overwritten', async () => {
  const { wait, open } = gate();
  /** @type {unknown[]} */
  const saved = [];
  const saver = textSaver(async (changes) => {
    saved.push(changes);
    await wait();
  }, stillClock);
  saver.type('title', 'Lam');
  const first = saver.flush();
  await Promise.resolve();
  await Promise.resolve();
  saver.type('title', 'Lamp');
  open();
  await first;
  assert.equal(saver.shown('title', 'Lam'), 'Lamp');
  const second = saver.flush();
  await Promise.resolve();
  await Promise.resolve();
  open();
  await second;
  assert.deepEqual(saved, [{ title: 'Lam' }, { title: 'Lamp' }]);
  assert.equal(saver.shown('title', 'from the store'), 'from the store');
});

test('words that could not be saved stay in the field', async () => {
  const saver = textSaver(() => Promise.reject(new Error('full')), stillClock);
  saver.type('title', 'Lampa');
  await assert.rejects(saver.flush(), /full/);
  assert.equal(saver.shown('title', ''), 'Lampa');
});

test('a change while a screen is drawn is drawn after it, once, and none after the end', async () => {
  const { wait, open } = gate();
  let drawn = 0;
  /** @type {() => void} */
  let changed = () => {};
  const field = {
    subscribe: (/** @type {() => void} */ fn) => {
      changed = fn;
      return () => {};
    },
  };
  const screen = keepDrawn(field, async () => {
    drawn += 1;
    await wait();
  });
  changed();
  changed();
  assert.equal(drawn, 1);
  open();
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(drawn, 2);
  screen.stop();
  open();
  await new Promise((resolve) => setImmediate(resolve));
  changed();
  assert.equal(drawn, 2);
});

/** Writes down what it is asked for. */
function recorder() {
  /** @type {unknown[][]} */
  const asked = [];
  const note =
    (/** @type {string} */ name) =>
    (/** @type {unknown[]} */ ...rest) =>
      asked.push([name, ...rest]);
  return { asked, recheck: note('recheck'), withdrawFinding: note('withdraw'), repeatFinding: note('repeat') };
}

/** @param {object} parts
 * @returns {any} */
const mine = (parts) => ({ id: 'mine', walk_id: 'now', state: 'draft', data: {}, photos: [{ id: 'p' }], ...parts });

test('"the same" as an earlier one checks that one with the photos, and drops the draft', async () => {
  const field = recorder();
  await sameAs(field, mine({}), mine({ id: 'old', walk_id: 'then' }));
  assert.deepEqual(field.asked, [
    ['recheck', 'now', 'old', { result: 'remains', note: '', photos: ['p'] }],
    ['withdraw', 'mine'],
  ]);
});

test('"the same" as one of this walk is said to repeat it', async () => {
  const field = recorder();
  await sameAs(field, mine({}), mine({ id: 'twin' }));
  assert.deepEqual(field.asked, [['repeat', 'mine', 'twin']]);
});

test('the checklist is said in the language in force, in Swedish where nobody has translated it', () => {
  const items = [{ slug: 'slackt', name: 'Släckt' }];
  const lamp = { slug: 'belysning', name: 'Belysning', name_en: 'Lighting', items };
  const bundle = { checklist: { categories: [lamp] } };
  useWords('en');
  assert.equal(findingWords(bundle, { category: 'belysning', item: 'slackt' }, '–'), 'Lighting: släckt');
});

test('a walk that nobody planned begins at the nearest place, and at none where one is far from all', () => {
  const sites = [
    { slug: 'akalla', name: 'Akalla', centre: /** @type {[number, number]} */ ([17.913, 59.415]) },
    { slug: 'kista', name: 'Kista', centre: /** @type {[number, number]} */ ([17.942, 59.403]) },
    { slug: 'unknown', name: 'Okänd' },
  ];
  assert.equal(nearestSite(sites, { longitude: 17.944, latitude: 59.404 })?.slug, 'kista');
  assert.equal(nearestSite(sites, { longitude: 18.07, latitude: 59.33 }), undefined);
  assert.equal(nearestSite([], { longitude: 18.07, latitude: 59.33 }), undefined);
});

test('the checklist that every visit brings serves a walk of which nothing was taken along', async () => {
  const checklist = { version: 1, categories: [{ slug: 'belysning', name: 'Belysning', items: [] }] };
  const field = { me: () => ({ checklist }), walks: async () => [], bundle: async () => null };
  assert.deepEqual(slugs(categoriesOf(await withChecklist(field, null))), ['belysning']);
  assert.equal(await withChecklist({ ...field, me: () => null }, null), null);
});

test('only what is said to be fixed is opened again by a look at it', () => {
  const statuses = ['new', 'sent', 'reported_fixed', 'verified', 'on_hold'];
  assert.deepEqual(statuses.filter(reopens), ['reported_fixed', 'verified']);
});

test('words typed as the app was closed are written down at the next opening, once', async () => {
  /** @type {Record<string, string>} */
  const kept = {};
  const page = Object.assign(new EventTarget(), { visibilityState: 'hidden' });
  const store = { ...memory(kept), removeItem: (/** @type {string} */ key) => delete kept[key] };
  Object.assign(globalThis, { document: page, localStorage: store });
  const saver = textSaver(() => new Promise(() => {}));
  saver.type('description', 'Lampan är släckt');
  const stop = keepUnsaved(saver, 'editFinding', 'f');
  page.dispatchEvent(new Event('visibilitychange'));
  stop();
  /** @type {unknown[][]} */
  const asked = [];
  const field = { editFinding: async (/** @type {unknown[]} */ ...rest) => asked.push(rest) };
  await takeUp(field);
  await takeUp(field);
  assert.deepEqual(asked, [['f', { description: 'Lampan är släckt' }]]);
});
