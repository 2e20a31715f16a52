import assert from 'node:assert/strict';
import { test } from 'node:test';
import { arrowStep, movePin, readNumber, readPin, writeDegrees } from '../../app/frontend/position/pin.js';

const kista = { lon: 17.9421, lat: 59.4037, accuracy: 12 };

test('a number is read with a comma or a point, and nothing else is', () => {
  assert.equal(readNumber(' 59,4037 '), 59.4037);
  assert.equal(readNumber('59.4037'), 59.4037);
  for (const text of ['', '  ', 'norr', '59.4.0', 'NaN', 'Infinity']) assert.equal(readNumber(text), null, text);
});

test('a pin needs a whole position on the globe', () => {
  assert.deepEqual(readPin({ lon: '17,9421', lat: '59,4037', accuracy: '12' }), kista);
  assert.equal(readPin({ lon: '17,9421', lat: '', accuracy: '' }), null);
  assert.equal(readPin({ lon: '17,9421', lat: '90,1', accuracy: '' }), null);
  assert.equal(readPin({ lon: '-180,1', lat: '59', accuracy: '' }), null);
});

test('an accuracy that makes no sense leaves the position standing', () => {
  for (const accuracy of ['', 'cirka', '-4']) {
    assert.equal(readPin({ lon: '17.9421', lat: '59.4037', accuracy })?.accuracy, null, accuracy);
  }
});

test('a pin moved by ten metres is ten metres away, and no longer has the accuracy of the satellites', () => {
  const radius = 6_371_008.8;
  const rad = Math.PI / 180;
  for (const [east, north] of [
    [10, 0],
    [0, -10],
    [6, 8],
  ]) {
    const moved = movePin(kista, east, north);
    // Haversine, as an independent measure.
    const a =
      Math.sin(((moved.lat - kista.lat) * rad) / 2) ** 2 +
      Math.cos(kista.lat * rad) * Math.cos(moved.lat * rad) * Math.sin(((moved.lon - kista.lon) * rad) / 2) ** 2;
    const metres = 2 * radius * Math.asin(Math.sqrt(a));
    assert.ok(Math.abs(metres - 10) < 0.05, `${east}, ${north}: ${metres}`);
    assert.equal(moved.accuracy, null);
  }
});

test('arrow keys step one metre, with Shift ten, and other keys do nothing', () => {
  assert.deepEqual(arrowStep('ArrowUp', false), [0, 1]);
  assert.deepEqual(arrowStep('ArrowLeft', true), [-10, 0]);
  assert.equal(arrowStep('Enter', false), null);
});

test('degrees are written to the decimetre', () => {
  assert.equal(writeDegrees(17.94214567891), '17.942146');
});
