// A second tap on "Save" sends nothing. The server would sort it out as well; this spares the person the doubt.

/** After this long without an answer another try is let through. */
const RETRY_AFTER_MS = 15_000;

/** @param {HTMLFormElement} form
 * @param {boolean} busy */
function mark(form, busy) {
  form.toggleAttribute('data-busy', busy);
  for (const button of form.querySelectorAll('button:not([type=button])')) {
    // Not `disabled`: a disabled button's value is not sent, and it loses focus.
    if (busy) button.setAttribute('aria-disabled', 'true');
    else button.removeAttribute('aria-disabled');
  }
}

/** Lets each form that changes something be sent once at a time. */
export function guardSubmits() {
  document.addEventListener('submit', (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method !== 'post' || event.defaultPrevented) return;
    if (form.hasAttribute('data-busy')) {
      event.preventDefault();
      return;
    }
    mark(form, true);
    setTimeout(() => mark(form, false), RETRY_AFTER_MS);
  });
  // Coming back with the browser's Back button shows the page as it was left: free its forms.
  window.addEventListener('pageshow', (event) => {
    if (!event.persisted) return;
    for (const form of document.querySelectorAll('form[data-busy]')) {
      if (form instanceof HTMLFormElement) mark(form, false);
    }
  });
}
