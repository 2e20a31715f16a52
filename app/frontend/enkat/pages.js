// One document that shows page after page: what the server sends is put in the place of what was there.

/** @param {Response} answer */
export async function pageIn(answer) {
  return new DOMParser().parseFromString(await answer.text(), 'text/html');
}

/** @param {Document} page */
export function showPage(page) {
  const root = document.documentElement;
  root.lang = page.documentElement.lang;
  root.dir = page.documentElement.dir;
  document.title = page.title;
  document.body.replaceWith(document.adoptNode(page.body));
  scrollTo(0, 0);
  // Where a new document would begin: at what is wrong, else at what is asked.
  const first = /** @type {HTMLElement | null} */ (
    document.querySelector('[autofocus]') ?? document.querySelector('main')
  );
  first?.focus({ preventScroll: !first.hasAttribute('autofocus') });
}
