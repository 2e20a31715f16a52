// "Acute?", and whom to call: the product alerts nobody.

import { html } from 'lit-html';
import { icon } from '../shell/icon.js';
import { t } from '../words/words.js';

/** @param {boolean} acute
 * @param {(acute: boolean) => void} onChange */
export function acuteSwitch(acute, onChange) {
  return html`<section class="acute">
    <button type="button" class="acute-switch" role="switch" aria-checked=${acute ? 'true' : 'false'} @click=${() => onChange(!acute)}>
      ${icon('octagon-alert')}<span>${t('Acute?')}</span><span class="acute-track" aria-hidden="true"></span>
    </button>
    <div role="status">
      ${
        acute
          ? html`<div class="notice danger">
              ${icon('phone')}
              <div>
                <p><strong>${t('Platskollen alerts nobody.')}</strong> ${t('Call yourself:')}</p>
                <p class="calls">
                  <a class="button danger" href="tel:112">112 <span>${t('danger to life')}</span></a>
                  <a class="button danger" href="tel:11414">114 14 <span>${t('police')}</span></a>
                </p>
                <p>${t("Faults that cannot wait: the owner's fault line.")}</p>
              </div>
            </div>`
          : ''
      }
    </div>
  </section>`;
}
