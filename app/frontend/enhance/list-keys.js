// j and k walk through a list, other letters press what carries data-key. Only while focus is inside the list
// (WCAG 2.1.4: a single letter must not act from anywhere), and never while somebody types.

/** The row to go to, kept within the list.
 * @param {number} current index of the row in focus, -1 for none
 * @param {number} step
 * @param {number} count */
export function nextRow(current, step, count) {
  if (current < 0) return step > 0 ? 0 : count - 1;
  return Math.min(Math.max(current + step, 0), count - 1);
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof Element && target.matches('input:not([type=checkbox], [type=radio]), select, textarea');
}

/** @param {HTMLElement} list
 * @param {KeyboardEvent} event */
function press(list, event) {
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  const step = { j: 1, k: -1 }[event.key];
  if (step) {
    const rows = [...list.querySelectorAll('[data-row]')];
    const current = rows.findIndex((row) => row.contains(document.activeElement));
    const row = rows[nextRow(current, step, rows.length)];
    const link = row?.querySelector('a, button');
    if (link instanceof HTMLElement) link.focus();
  } else {
    const pressed = list.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!(pressed instanceof HTMLElement)) return;
    if (pressed.matches('a, button')) pressed.click();
    else pressed.focus();
  }
  event.preventDefault();
}

/** Gives every list marked data-keys its keys. */
export function moveWithKeys() {
  for (const list of document.querySelectorAll('[data-keys]')) {
    if (!(list instanceof HTMLElement)) continue;
    // Focusable by a click anywhere in it, but no stop of its own for the Tab key.
    list.tabIndex = -1;
    list.addEventListener('keydown', (event) => press(list, event));
  }
}
