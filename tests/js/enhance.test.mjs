import assert from 'node:assert/strict';
import { test } from 'node:test';
import { nextRow } from '../../app/frontend/enhance/list-keys.js';
import { cover, describeFile } from '../../app/frontend/enhance/photo-preview.js';

test('walking through a list starts at an end and stops at the ends', () => {
  assert.equal(nextRow(-1, 1, 5), 0);
  assert.equal(nextRow(-1, -1, 5), 4);
  assert.equal(nextRow(2, 1, 5), 3);
  assert.equal(nextRow(4, 1, 5), 4);
  assert.equal(nextRow(0, -1, 5), 0);
});

test('a thumbnail is covered wholly, whatever way the photo stands', () => {
  assert.deepEqual(cover(400, 300, 192, 144), { x: 0, y: 0, width: 192, height: 144 });
  assert.deepEqual(cover(300, 600, 192, 144), { x: 0, y: -120, width: 192, height: 384 });
  assert.deepEqual(cover(288, 144, 192, 144), { x: -48, y: 0, width: 288, height: 144 });
});

test('a chosen file is told by name and size in the language of the page', () => {
  const file = new File([new Uint8Array(2_430_000)], 'lampa.jpg');
  assert.equal(describeFile(file, 'sv'), 'lampa.jpg · 2,4 MB');
  assert.equal(describeFile(file, 'en'), 'lampa.jpg · 2.4 MB');
});
