// A second phone comes along: it has read the QR code of a walk that goes on.

import { html, render } from 'lit-html';
import { bar } from '../parts/bar.js';
import { icon } from '../shell/icon.js';
import { t } from '../words/words.js';

/** @param {import('../shell/screens.js').ScreenArguments} screen */
export async function show({ root, field, params, go }) {
  const { id = '', slug = '' } = params;
  const signIn = `/logga-in?next=${encodeURIComponent(`/falt#/join/${id}/${slug}`)}`;

  async function join() {
    // Two phones that start a walk of the same id are on one walk.
    await field.startWalk({ id, slug });
    go(`#/walk/${id}`);
  }

  /** Anew when it is known who has signed in: whoever comes back from there need not open the page again. */
  async function draw() {
    const me = await field.me();
    const site = me?.sites.find((/** @type {{ slug: string }} */ known) => known.slug === slug)?.name;
    render(
      html`${bar(t('Come along on the walk'))}
      <p>${
        site
          ? t('%(site)s: what you note belongs to the same walk as on the other phones.', { site })
          : t('What you note belongs to the same walk as on the other phones.')
      }</p>
      <div class="screen-actions">
        ${
          me === null
            ? html`<a class="button main" href=${signIn}>${icon('user')} ${t('Sign in')}</a>`
            : html`<button type="button" class="main" @click=${join}>${icon('users')} ${t('Come along')}</button>`
        }
      </div>`,
      root,
    );
  }
  await draw();
  return field.subscribe(draw);
}
