// What every staff page gains where JavaScript runs. Each part looks for its own data attribute and does nothing
// without it; without JavaScript every page still works.
import { copyTexts } from './enhance/copy-text.js';
import { moveWithKeys } from './enhance/list-keys.js';
import { typeAnswers } from './enhance/number-keys.js';
import { offerPasskeys } from './enhance/passkeys.js';
import { previewPhotos } from './enhance/photo-preview.js';
import { guardSubmits } from './enhance/submit-guard.js';
import { guardUnsaved } from './enhance/unsaved.js';

guardSubmits();
guardUnsaved();
moveWithKeys();
previewPhotos();
copyTexts();
offerPasskeys();
typeAnswers();

// The summary of errors takes focus, so that a screen reader reads it first.
const summary = document.querySelector('[data-error-summary]');
if (summary instanceof HTMLElement) summary.focus();
