import assert from 'node:assert/strict';
import { test } from 'node:test';
import { meaningOf } from '../../app/frontend/enhance/number-keys.js';

test('a digit chooses the answer of that number, and no other', () => {
  assert.deepEqual(meaningOf('1', 4), { choose: 0 });
  assert.deepEqual(meaningOf('4', 4), { choose: 3 });
  assert.equal(meaningOf('5', 4), null);
  assert.equal(meaningOf('1', 0), null);
});

test('0 takes the answer back, Enter goes on, and other keys keep their meaning', () => {
  assert.equal(meaningOf('0', 4), 'clear');
  assert.equal(meaningOf('Enter', 0), 'next');
  for (const key of ['a', 'Tab', ' ', 'ArrowDown', '12', '٣', 'F1']) assert.equal(meaningOf(key, 9), null, key);
});
