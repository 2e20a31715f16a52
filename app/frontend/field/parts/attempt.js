// Writes that may fail because the phone is full: said at once, and nothing typed is lost.

import { html } from 'lit-html';
import { t } from '../words/words.js';
import { notice } from './bar.js';

/** @param {() => unknown} changed called when there is something new to show */
export function attempts(changed) {
  /** @type {'full' | 'failed' | null} */
  let trouble = null;
  let saved = false;

  return {
    /** Runs a write. False when it did not happen.
     * @param {() => unknown} write */
    async run(write) {
      try {
        await write();
        trouble = null;
        saved = true;
        return true;
      } catch (error) {
        trouble = error instanceof Error && error.name === 'StorageFullError' ? 'full' : 'failed';
        if (trouble === 'failed') console.error(error);
        return false;
      } finally {
        changed();
      }
    },
    /** Whether something was saved here, and the last write did not fail. */
    get saved() {
      return saved && trouble === null;
    },
    /** What went wrong last, in words. Stands in the page always, so that a screen reader hears it come. */
    words() {
      const full = () =>
        notice(
          'danger',
          t('The phone is full. The last thing was not saved.'),
          html`<a class="button" href="#/storage">${t('Make room')}</a>`,
        );
      const failed = () => notice('danger', t('The last thing was not saved. Try again.'));
      return html`<div role="alert">${trouble === 'full' ? full() : trouble === 'failed' ? failed() : ''}</div>`;
    },
  };
}
