// The field app: opens what the phone keeps, then shows the screen that the address asks for.

import words from 'words:sv';
import { render } from 'lit-html';
import { openField } from './field/core/open.js';
import { takeUp } from './field/parts/unsaved-words.js';
import { fault } from './field/shell/fault.js';
import { frame } from './field/shell/frame.js';
import { bringWords, speak } from './field/shell/language.js';
import { askToWake, keepWorker } from './field/shell/updates.js';

const element = /** @type {HTMLElement} */ (document.getElementById('app'));
bringWords(words);
speak(undefined);

async function open() {
  const field = await openField();
  // For support and for tests; no screen reads it.
  /** @type {any} */ (globalThis).platskollen = field;
  // Of something that is no longer here there is nothing to write.
  await takeUp(field).catch(() => undefined);
  const app = frame(element, field);
  await app.speakOwn();
  await app.open();

  const send = () => field.sync('app');
  const worker = keepWorker({ onWaiting: app.tellNewVersion, onWake: send }).catch((error) => {
    console.warn('The service worker was not registered:', error);
    return null;
  });
  addEventListener('online', send);
  addEventListener('offline', async () => askToWake(await worker));
  document.addEventListener('visibilitychange', async () => {
    if (document.visibilityState === 'visible') send();
    else if ((await field.summary()).unsent > 0) askToWake(await worker);
  });
  await field.refreshMe().catch(() => undefined);
  await app.speakOwn();
  send();
}

open().catch((error) => {
  console.error(error);
  element.replaceChildren();
  render(
    fault(error, () => location.reload()),
    element,
  );
});
