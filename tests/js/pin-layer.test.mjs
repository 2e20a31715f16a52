import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nearest } from '../../app/frontend/site-map/pin-layer.js';

const spots = [0, 0, 100, 0, 104, 0];

test('the pin under the finger is found', () => assert.equal(nearest(spots, { x: 3, y: 4 }, 15), 0));
test('between two pins the nearer one is found', () => {
  assert.equal(nearest(spots, { x: 101, y: 0 }, 15), 1);
  assert.equal(nearest(spots, { x: 103, y: 0 }, 15), 2);
});
test('of two as near the first is found, which lies on top', () =>
  assert.equal(nearest(spots, { x: 102, y: 0 }, 15), 1));
test('a pin at the very reach is found, beyond it none', () => {
  assert.equal(nearest(spots, { x: -15, y: 0 }, 15), 0);
  assert.equal(nearest(spots, { x: -16, y: 0 }, 15), -1);
});
test('without pins nothing is found', () => assert.equal(nearest([], { x: 0, y: 0 }, 15), -1));
