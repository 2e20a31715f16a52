// The interviewer's phone evaluates expressions as the server does (tests/forms/questionnaire/test_expressions_on_phones.py).

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { compile, UnsupportedError } from '../../app/frontend/interview/core/xpath.js';
import { text } from '../../app/frontend/interview/core/xpath-values.js';

const shared = JSON.parse(await readFile(new URL('../data/questionnaire-expressions.json', import.meta.url), 'utf8'));

/** @typedef {import('../../app/frontend/interview/core/xpath.js').Node} Node */

/** @param {string} name
 * @param {any} content
 * @param {Node | null} parent
 * @returns {Node} */
function grow(name, content, parent) {
  /** @type {Node} */
  const node = { name, text: typeof content === 'string' ? content : '', children: [], parent };
  parent?.children.push(node);
  if (typeof content !== 'string') {
    for (const [child, inside] of Object.entries(content)) for (const one of [inside].flat()) grow(child, one, node);
  }
  return node;
}

const top = grow('', { data: shared.tree }, null);
const lists = new Map(
  Object.entries(shared.lists).map(([name, item]) => [name, grow('instance', { root: { item } }, null)]),
);

/** @param {string} path */
function find(path) {
  return path
    .split('/')
    .filter(Boolean)
    .reduce(
      (node, name) => /** @type {Node} */ (node.children.find((child) => child.name === name)),
      /** @type {Node} */ (top),
    );
}

for (const [expression, where, wanted] of shared.cases) {
  test(`${expression} at ${where} comes to ${wanted || 'nothing'}`, () => {
    const here = find(where);
    const found = compile(expression)({ here, current: here, top, lists, today: shared.today });
    assert.equal(text(found), wanted);
  });
}

test('what the phone cannot evaluate is refused when it is read', () => {
  for (const expression of shared.refused) {
    assert.throws(() => compile(expression), UnsupportedError, expression);
  }
});
