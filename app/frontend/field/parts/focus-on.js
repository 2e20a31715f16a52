/** Moves the focus to what took the place of the thing that had it, and brings it into view.
 * @param {HTMLElement} root
 * @param {string} selector */
export function focusOn(root, selector) {
  const element = root.querySelector(selector);
  if (element instanceof HTMLElement) element.focus();
}

/** Scrolls what has opened out from under the bar.
 * @param {HTMLElement} root
 * @param {string} selector */
export function bringUp(root, selector) {
  root.querySelector(selector)?.scrollIntoView({ block: 'nearest' });
}
