// Icons of the sprite in the field app's screens, as app/assets.py draws them on pages.

import { html, nothing } from 'lit-html';

let sprite = '';

/** The sprite's address, which the shell carries on its root element. */
function address() {
  sprite ||= document.querySelector('[data-icons]')?.getAttribute('data-icons') ?? '';
  return sprite;
}

/** An icon by its name in app/frontend/icons.mjs; `label` only where no word beside it says the same.
 * @param {string} name
 * @param {string} [label] */
export function icon(name, label = '') {
  return html`<svg class="icon" role=${label ? 'img' : nothing} aria-label=${label || nothing}
    aria-hidden=${label ? nothing : 'true'} focusable="false"><use href="${address()}#${name}"></use></svg>`;
}
