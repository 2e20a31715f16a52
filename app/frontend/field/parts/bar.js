// The head of a screen, and sentences that must be seen.

import { html, nothing } from 'lit-html';
import { icon } from '../shell/icon.js';

/** @param {unknown} title
 * @param {unknown} [beside] how far it has come */
export function bar(title, beside = nothing) {
  return html`<div class="screen-bar"><h1>${title}</h1>${beside}</div>`;
}

/** What is true or wrong, and what to do.
 * @param {'danger' | 'warning' | 'info' | 'good'} kind
 * @param {unknown} words
 * @param {unknown} [more] buttons or a link */
export function notice(kind, words, more = nothing) {
  const symbol = { danger: 'octagon-alert', warning: 'triangle-alert', info: 'info', good: 'circle-check' }[kind];
  return html`<div class="notice ${kind}">
    ${icon(symbol)}
    <div><p>${words}</p>${more}</div>
  </div>`;
}
