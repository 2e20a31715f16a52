import assert from 'node:assert/strict';
import { test } from 'node:test';
import { betterFix, fill, judge, POOR_M, reasonOf } from '../../app/frontend/position/fixes.js';

/** @param {number | null} accuracy */
const fix = (accuracy) => ({ lon: 17.9, lat: 59.4, accuracy });

test('the more accurate fix is kept, and of two alike the newer one', () => {
  const [coarse, fine, newer] = [fix(40), fix(9), fix(9)];
  assert.equal(betterFix(null, coarse), coarse);
  assert.equal(betterFix(coarse, fine), fine);
  assert.equal(betterFix(fine, coarse), fine);
  assert.equal(betterFix(fine, newer), newer);
});

test('a poor fix is named so, and a pin set by hand has no accuracy to judge', () => {
  assert.equal(judge(fix(POOR_M)), 'good');
  assert.equal(judge(fix(POOR_M + 1)), 'poor');
  assert.equal(judge(fix(null)), 'by-hand');
});

test('a refusal is told apart from a lack of satellites', () => {
  assert.equal(reasonOf(1), 'denied');
  assert.equal(reasonOf(2), 'unavailable');
});

test('values go into their sentence, and an unknown one stays visible', () => {
  assert.equal(fill('inom {metres} m', { metres: 12 }), 'inom 12 m');
  assert.equal(fill('{lat}, {lon}', { lat: '59.4' }), '59.4, {lon}');
});
