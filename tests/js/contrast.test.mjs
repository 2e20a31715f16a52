// Holds the colours of css/tokens.css to WCAG 2.2 AA, by day and by night.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const sheet = readFileSync(new URL('../../app/frontend/css/tokens.css', import.meta.url), 'utf8');
/** @type {Record<string, [string, string]>} */
const tokens = {};
for (const [, name, day, night] of sheet.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\);/g)) {
  tokens[name] = [day, night];
}

/** Relative luminance as WCAG defines it.
 * @param {string} hex */
function luminance(hex) {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** @param {string} one
 * @param {string} other */
function contrast(one, other) {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const TEXT = 4.5;
const SHAPE = 3;
const grounds = ['paper', 'surface', 'sunken'];
const tones = ['slate', 'blue', 'violet', 'amber', 'green', 'grey', 'red'];

/** Foreground, ground, least ratio.
 * @type {[string, string, number][]} */
const pairs = [
  ...grounds.flatMap((ground) => [
    /** @type {[string, string, number]} */ (['ink', ground, 7]),
    /** @type {[string, string, number]} */ (['ink-soft', ground, TEXT]),
    /** @type {[string, string, number]} */ (['accent', ground, TEXT]),
    /** @type {[string, string, number]} */ (['red', ground, TEXT]),
    /** @type {[string, string, number]} */ (['edge', ground, SHAPE]),
    /** @type {[string, string, number]} */ (['focus', ground, SHAPE]),
  ]),
  ...tones.flatMap((tone) => [
    /** @type {[string, string, number]} */ ([tone, `${tone}-soft`, TEXT]),
    /** @type {[string, string, number]} */ ([tone, 'paper', TEXT]),
    /** @type {[string, string, number]} */ (['ink', `${tone}-soft`, TEXT]),
    /** @type {[string, string, number]} */ (['on-strong', tone, TEXT]),
  ]),
  ['accent-ink', 'accent', TEXT],
  ['accent-ink', 'accent-strong', TEXT],
  ['accent-strong', 'accent-soft', TEXT],
  ['accent', 'accent-soft', TEXT],
  ['ink', 'accent-soft', TEXT],
  ['ink-soft', 'accent-soft', TEXT],
];

test('the sheet has the tokens that the pairs name', () => {
  const missing = pairs.flatMap(([one, other]) => [one, other].filter((name) => !(name in tokens)));
  assert.deepEqual(missing, []);
});

for (const [theme, index] of /** @type {const} */ ([
  ['day', 0],
  ['night', 1],
])) {
  test(`every pair of colours is readable by ${theme}`, () => {
    const faint = pairs
      .map(([one, other, least]) => ({ one, other, least, is: contrast(tokens[one][index], tokens[other][index]) }))
      .filter(({ is, least }) => is < least)
      .map(({ one, other, least, is }) => `${one} on ${other}: ${is.toFixed(2)}, needs ${least}`);
    assert.deepEqual(faint, []);
  });
}
