import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeAsking } from '../../app/frontend/interview/asking.js';
import { cleanAnswer, steps } from '../../app/frontend/interview/core/cleaning.js';
import { said, whyNot } from '../../app/frontend/interview/core/definition.js';
import { Filling } from '../../app/frontend/interview/core/filling.js';

const TODAY = '2026-10-14';

/** @param {string} name
 * @param {string} kind
 * @param {Record<string, unknown>} [more] */
const question = (name, kind, more = {}) => ({
  ...{
    part: 'question',
    name,
    path: `/data/${name}`,
    kind,
    label: { sv: name },
    hint: {},
    choices: [],
    choice_list: '',
  },
  ...{ choice_filter: null, required: null, required_message: {}, relevant: null, constraint: null },
  ...{ constraint_message: {}, calculate: null, default: null, parameters: {}, appearance: '' },
  ...more,
});
/** @param {string} name
 * @param {any[]} items
 * @param {Record<string, unknown>} [more] */
const group = (name, items, more = {}) => ({
  ...{ part: 'group', name, path: `/data/${name}`, label: { sv: name }, relevant: null, items },
  ...{ repeat: false, count: null, matrix: false },
  ...more,
});
/** @param {string[]} names */
const choices = (...names) => names.map((name) => ({ name, label: { sv: name, ar: `ar ${name}` }, fields: {} }));
/** @param {any[]} items
 * @returns {any} */
const definition = (...items) => ({ name: 'x', version: '1', title: { sv: 'X' }, languages: ['sv', 'ar'], items });

/** @param {any} asked
 * @param {Record<string, any>} [answers]
 * @param {Record<string, number>} [turns] */
const fill = (asked, answers = {}, turns = {}) => new Filling(asked, { answers, turns }, TODAY);
/** @param {Filling} filling */
const keys = (filling) => filling.pages().map((page) => `${page.shows}:${page.key}`);

/** @param {any} asked */
function ask(asked) {
  /** @type {any[]} */
  const kept = [];
  const draft = { wave: { definition: asked, places: [] }, page: null, answers: {}, turns: {}, language: 'sv' };
  const asking = makeAsking(/** @type {any} */ (draft), {
    today: () => TODAY,
    keep: (now) => kept.push(structuredClone({ page: now.page, answers: now.answers })),
  });
  return { asking, draft, kept };
}

const AVOIDS = question('avoids', 'select_one', { choices: choices('never', 'often'), required: 'true()' });
const WHY = question('why', 'text', { relevant: "/data/avoids = 'often'" });
const AGE = question('age', 'integer', {
  constraint: '. >= 18 and . < 120',
  constraint_message: { sv: 'Ett antal år.' },
});

test('what does not concern this person is neither shown nor sent', () => {
  const asked = definition(AVOIDS, WHY, group('more', [AGE], { relevant: '/data/why != ""' }));
  assert.deepEqual(keys(fill(asked)), ['question:avoids']);
  assert.deepEqual(keys(fill(asked, { avoids: 'often', why: 'mörkt' })), [
    'question:avoids',
    'question:why',
    'question:age',
  ]);
  assert.deepEqual(fill(asked, { avoids: 'never', why: 'mörkt', age: 44 }).answers(), { avoids: 'never' });
});

test('a question that depends on what comes after it is settled too', () => {
  const asked = definition(
    question('first', 'text', { relevant: "/data/sum = '3'" }),
    question('sum', 'calculate', { calculate: '/data/last + 1' }),
    question('last', 'integer'),
  );
  assert.deepEqual(keys(fill(asked, { last: 2 })), ['question:first', 'question:last']);
  assert.deepEqual(fill(asked, { last: 2 }).answers(), { last: 2 });
});

test('a matrix is asked row by row, with its question above', () => {
  const rows = ['litter', 'light'].map((name) => question(name, 'select_one', { choices: choices('none', 'big') }));
  const [first, second] = fill(definition(group('problems', rows, { matrix: true }))).pages();
  assert.deepEqual([first?.key, second?.key], ['litter', 'light']);
  assert.deepEqual(
    second?.within.map((one) => one.name),
    ['problems'],
  );
});

test('a note stands with the question after it, and by itself where none follows', () => {
  const asked = definition(question('hello', 'note'), AVOIDS, question('bye', 'note'));
  const pages = fill(asked).pages();
  assert.deepEqual(keys(fill(asked)), ['question:avoids', 'note:bye']);
  assert.deepEqual(
    pages[0]?.notes.map((note) => note.name),
    ['hello'],
  );
});

test('turns of a repeat are asked one after the other, and each looks at its own answers', () => {
  const visits = group(
    'visits',
    [
      question('who', 'text', { path: '/data/visits/who' }),
      question('when', 'date', { path: '/data/visits/when', relevant: "../who != ''" }),
    ],
    { repeat: true },
  );
  const asked = definition(visits);
  assert.deepEqual(keys(fill(asked)), ['more:visits']);
  assert.deepEqual(keys(fill(asked, { 'visits/1/who': 'x' }, { visits: 2 })), [
    ...['question:visits/0/who', 'question:visits/1/who', 'question:visits/1/when', 'more:visits'],
  ]);
  const counted = definition(question('n', 'integer'), { ...visits, count: '/data/n' });
  assert.equal(keys(fill(counted, { n: 3, 'visits/2/who': 'y' })).length, 5);
  assert.deepEqual(fill(counted, { n: 3, 'visits/2/who': 'y' }).answers(), { n: 3, visits: [{ who: 'y' }] });
});

test('a filter leaves the choices that fit, and an answer that no longer fits is told', () => {
  const spot = question('spot', 'select_one', {
    choice_list: 'spots',
    choices: choices('torg', 'park').map((one, n) => ({ ...one, fields: { area: n ? 'ute' : 'mitt' } })),
    choice_filter: "instance('spots')/root/item[area = /data/area ]",
  });
  const asked = definition(question('area', 'text'), spot);
  const filling = fill(asked, { area: 'ute', spot: 'torg' });
  assert.deepEqual(
    filling.choices(/** @type {any} */ (spot), 'spot').map((one) => one.name),
    ['park'],
  );
  const page = filling.pages()[1];
  assert.ok(page);
  assert.equal(filling.fault(page)?.code, 'choice');
});

test('what the phone cannot follow is said before anybody is asked', () => {
  assert.equal(whyNot(definition(AVOIDS, WHY)), null);
  assert.match(whyNot(definition(question('x', 'text', { constraint: "regex(., '^a')" }))) ?? '', /regex/);
  assert.equal(whyNot(definition(question('x', 'image', { required: 'true()' }))), 'x');
  assert.equal(whyNot(definition(question('x', 'image'))), null);
  assert.equal(whyNot(definition(question('x', 'note', { label: { sv: 'Hej <output value="/data/who"/>' } }))), 'x');
});

test('words that a language lacks are said in the questionnaire’s own', () => {
  assert.deepEqual(said({ sv: 'Ja', ar: 'نعم' }, definition(), 'ar'), { words: 'نعم', language: 'ar' });
  assert.deepEqual(said({ sv: 'Ja' }, definition(), 'so'), { words: 'Ja', language: 'sv' });
  assert.equal(said({}, definition(), 'sv'), null);
});

test('answers are taken as the server takes them', () => {
  const clean = (/** @type {any} */ asked, /** @type {string} */ typed) => cleanAnswer(asked, typed);
  assert.deepEqual(clean(AGE, ' ٤٢ '), { answer: 42 });
  assert.deepEqual(clean(AGE, ''), {});
  assert.equal(clean(AGE, '4.2').fault?.code, 'integer');
  assert.equal(clean(AGE, '9999999999').fault?.code, 'range');
  assert.deepEqual(clean(question('d', 'decimal'), '3,5'), { answer: 3.5 });
  assert.equal(clean(question('d', 'date'), '2026-02-31').fault?.code, 'date');
  assert.deepEqual(clean(question('d', 'date'), '2026-02-28'), { answer: '2026-02-28' });
  assert.equal(clean(question('t', 'text'), 'x'.repeat(2001)).fault?.code, 'length');
  assert.equal(clean(question('t', 'text', { parameters: { 'max-length': '3' } }), '😀😀😀').fault, undefined);
  const scale = question('r', 'range', { parameters: { start: '0', end: '1', step: '0.1' } });
  assert.equal(steps(/** @type {any} */ (scale)).length, 11);
  assert.equal(steps(/** @type {any} */ (scale))[3], '0.3');
  assert.equal(clean(scale, '0.25').fault?.code, 'range');
});

test('one touch answers and leads on; a required question is not passed', () => {
  const { asking, draft, kept } = ask(definition(AVOIDS, WHY, AGE));
  asking.next();
  asking.next();
  assert.deepEqual([asking.step().index, asking.step().fault?.code], [0, 'required']);
  asking.skip();
  assert.equal(asking.step().index, 0);
  asking.choose('often');
  assert.equal(asking.step().page?.key, 'why');
  assert.deepEqual(draft.answers, { avoids: 'often' });
  assert.deepEqual(kept.at(-1), { page: 'question:why', answers: { avoids: 'often' } });
});

test('what was typed stays in the field while it cannot be taken', () => {
  const { asking, draft } = ask(definition(AGE));
  asking.next();
  asking.type('tolv');
  asking.next();
  assert.deepEqual([asking.step().typed, asking.step().fault?.code], ['tolv', 'integer']);
  asking.type('12');
  asking.next();
  assert.deepEqual([asking.step().typed, asking.step().fault?.words], ['12', { sv: 'Ett antal år.' }]);
  asking.type('44');
  asking.next();
  assert.deepEqual([asking.step().index, draft.answers], [1, { age: 44 }]);
});

test('going back and choosing otherwise leaves nothing behind that is sent', () => {
  const { asking } = ask(definition(AVOIDS, WHY));
  asking.next();
  asking.choose('often');
  asking.type('mörkt');
  asking.next();
  asking.back();
  asking.back();
  asking.choose('never');
  assert.deepEqual(asking.finished(), { avoids: 'never' });
});

test('what is missing at the end is shown instead of sent', () => {
  const { asking, draft } = ask(definition(WHY, AVOIDS));
  draft.page = /** @type {any} */ ('end');
  assert.equal(asking.finished(), null);
  assert.deepEqual([asking.step().page?.key, asking.step().fault?.code], ['avoids', 'required']);
});

test('places of a repeat are chosen together', () => {
  const spot = question('spot', 'geopoint', { path: '/data/spots/spot' });
  const { asking } = ask(definition(group('spots', [spot], { repeat: true })));
  asking.next();
  assert.equal(asking.step().page?.shows, 'places');
  asking.togglePlace('59 18');
  asking.togglePlace('60 17');
  asking.togglePlace('59 18');
  assert.deepEqual(asking.finished(), { spots: [{ spot: '60 17' }] });
});

test('several answers are kept in the order of the questionnaire', () => {
  const { asking } = ask(definition(question('next', 'select_multiple', { choices: choices('a', 'b', 'c') })));
  asking.next();
  asking.toggle('c');
  asking.toggle('a');
  assert.deepEqual(asking.finished(), { next: ['a', 'c'] });
  asking.toggle('a');
  asking.toggle('c');
  assert.deepEqual(asking.finished(), {});
});

test('another turn is asked for, and its first question comes next', () => {
  const { asking } = ask(definition(group('visits', [question('who', 'text')], { repeat: true }), AVOIDS));
  asking.next();
  asking.more();
  assert.equal(asking.step().page?.key, 'visits/0/who');
  asking.type('x');
  asking.next();
  assert.equal(asking.step().page?.shows, 'more');
  asking.next();
  assert.equal(asking.step().page?.key, 'avoids');
});
