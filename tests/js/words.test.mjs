import assert from 'node:assert/strict';
import { afterEach, test } from 'node:test';
import { keyOf } from '../../app/frontend/field/words/key-of.js';
import { language, t, tn, useWords } from '../../app/frontend/field/words/words.js';

afterEach(() => useWords('en'));

test('a sentence without a translation is shown as it stands in the code', () => {
  useWords('sv', { [keyOf('Save')]: 'Spara' });
  assert.equal(t('Save'), 'Spara');
  assert.equal(t('Delete'), 'Delete');
  assert.equal(language(), 'sv');
});

test('values stand where the translation puts them, and a missing one shows its place', () => {
  useWords('sv', { [keyOf('%(done)s of %(all)s photos')]: 'Av %(all)s foton: %(done)s' });
  assert.equal(t('%(done)s of %(all)s photos', { done: 14, all: 15 }), 'Av 15 foton: 14');
  assert.equal(t('%(n)s m away, 100%%'), '%(n)s m away, 100%');
});

test('a value is text: what it holds is not filled in again', () => {
  assert.equal(t('At %(place)s', { place: '%(place)s' }), 'At %(place)s');
});

test('one thing and several have words of their own', () => {
  const ids = /** @type {const} */ (['%(n)s thing waits', '%(n)s things wait']);
  assert.equal(tn(...ids, 1), '1 thing waits');
  assert.equal(tn(...ids, 0), '0 things wait');
  useWords('sv', { [keyOf(ids[0])]: ['%(n)s sak väntar', '%(n)s saker väntar'] });
  assert.equal(tn(...ids, 1), '1 sak väntar');
  assert.equal(tn(...ids, 7), '7 saker väntar');
});
