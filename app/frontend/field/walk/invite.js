// A QR code that lets a second phone come along on the walk; made here, so it needs no network.

import { correction, generate } from 'lean-qr/nano';
import { html, render } from 'lit-html';
import { bar } from '../parts/bar.js';
import { icon } from '../shell/icon.js';
import { t } from '../words/words.js';

const QUIET = 4;

/** @param {import('../shell/screens.js').ScreenArguments} screen */
export async function show({ root, field, params }) {
  const id = params.id ?? '';
  const walk = (await field.walks()).find((/** @type {{ id: string }} */ one) => one.id === id);
  const address = `${location.origin}/falt#/join/${id}/${walk?.slug ?? ''}`;
  render(
    html`${bar(t('Let another phone come along'))}
      <div>
      <p>${t('Point the camera of the other phone at the code. Whoever holds it signs in as themselves.')}</p>
      <canvas class="qr" role="img" aria-label=${t('QR code for the walk at %(site)s', { site: walk?.site ?? '' })}></canvas>
      <p class="muted address">${address}</p>
      </div>
      <div class="screen-actions">
        <a class="button" href="#/walk/${id}">${icon('arrow-left')} ${t('Back to the walk')}</a>
      </div>`,
    root,
  );
  const canvas = root.querySelector('canvas');
  // Dark on light whatever the theme: many cameras do not read the reverse.
  if (canvas) {
    const code = generate(address, { minCorrectionLevel: correction.M });
    code.toCanvas(canvas, { on: [0, 0, 0, 255], off: [255, 255, 255, 255], pad: QUIET });
  }
  return () => {};
}
