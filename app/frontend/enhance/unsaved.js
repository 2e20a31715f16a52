// Asks before a page with unsaved text is left: forms marked data-guard-unsaved.

/** What a form would send, as text to compare; files by name and size.
 * @param {HTMLFormElement} form */
export function snapshot(form) {
  const values = [...new FormData(form)].map(([name, value]) =>
    typeof value === 'string' ? [name, value] : [name, value.name, value.size],
  );
  return JSON.stringify(values);
}

/** Watches the marked forms of the page; one shown again with errors counts as unsaved from the start. */
export function guardUnsaved() {
  /** @type {Map<HTMLFormElement, string>} */
  const first = new Map();
  for (const form of document.querySelectorAll('form[data-guard-unsaved]')) {
    if (!(form instanceof HTMLFormElement)) continue;
    first.set(form, form.querySelector('[aria-invalid=true]') ? '' : snapshot(form));
  }
  if (first.size === 0) return;
  window.addEventListener('beforeunload', (event) => {
    for (const [form, before] of first) {
      if (!form.hasAttribute('data-busy') && snapshot(form) !== before) event.preventDefault();
    }
  });
}
