// What is shown when a screen breaks: what is kept, and the way on. Nothing that was noted lives in a screen.

import { html } from 'lit-html';
import { t } from '../words/words.js';
import { icon } from './icon.js';

/** @param {unknown} error
 * @param {() => void} again */
export function fault(error, again) {
  const full = error instanceof Error && error.name === 'StorageFullError';
  const words = full
    ? t('The phone is full. What you noted before is kept; free space before you go on.')
    : t('Everything you noted is kept in the phone. Try again; if it does not help, close the app and open it anew.');
  return html`<section class="fault" role="alert">
    <h1>${icon('triangle-alert')} ${full ? t('No space left') : t('This screen broke')}</h1>
    <p>${words}</p>
    ${full ? html`<p><a class="button main" href="#/storage">${t('Free space')}</a></p>` : ''}
    <p class="row">
      <button type="button" class="button" @click=${again}>${icon('rotate-ccw')} ${t('Try again')}</button>
      <a class="button" href="#/">${t('To today')}</a>
      <a class="button" href="#/outbox">${t('What waits')}</a>
    </p>
    <details>
      <summary>${t('For support')}</summary>
      <pre>${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}</pre>
    </details>
  </section>`;
}
