// Typing in what came on paper: a digit chooses the answer of that number, and goes on to the next question where only
// one can be chosen; 0 takes the answer back; Enter goes on. Only while focus is inside such a form (WCAG 2.1.4), and
// never while somebody types words.

/** What a key does to a question with this many answers.
 * @param {string} key
 * @param {number} count
 * @returns {{ choose: number } | 'clear' | 'next' | null} `choose`: from 0 */
export function meaningOf(key, count) {
  if (key === 'Enter') return 'next';
  if (key === '0') return 'clear';
  const number = /^[1-9]$/.test(key) ? Number(key) : 0;
  return number && number <= count ? { choose: number - 1 } : null;
}

/** @param {EventTarget | null} target */
function isTyping(target) {
  return target instanceof Element && target.matches('input:not([type=checkbox], [type=radio]), select, textarea');
}

/** @param {HTMLElement} form
 * @param {Element} question */
function goOn(form, question) {
  const questions = [...form.querySelectorAll('[data-question]')];
  const next = questions[questions.indexOf(question) + 1];
  const first = next?.querySelector('input, textarea, select') ?? form.querySelector('button.main');
  if (first instanceof HTMLElement) first.focus();
}

/** @param {HTMLElement} form
 * @param {KeyboardEvent} event */
function press(form, event) {
  const question = event.target instanceof Element ? event.target.closest('[data-question]') : null;
  if (!question || event.ctrlKey || event.metaKey || event.altKey) return;
  if (isTyping(event.target)) {
    // In a line of text Enter would send the whole form.
    if (event.key !== 'Enter' || event.target instanceof HTMLTextAreaElement) return;
    event.preventDefault();
    goOn(form, question);
    return;
  }
  const boxes = [...question.querySelectorAll('input[type=radio], input[type=checkbox]')].filter(
    (box) => box instanceof HTMLInputElement,
  );
  const meant = meaningOf(event.key, boxes.length);
  if (!meant) return;
  event.preventDefault();
  if (meant === 'next') goOn(form, question);
  else if (meant === 'clear') for (const box of boxes) box.checked = false;
  else {
    const box = boxes[meant.choose];
    if (!box) return;
    box.checked = box.type === 'radio' || !box.checked;
    box.focus();
    if (box.type === 'radio') goOn(form, question);
  }
}

/** Gives every form marked data-number-keys its keys, and begins at its first question. */
export function typeAnswers() {
  for (const form of document.querySelectorAll('[data-number-keys]')) {
    if (!(form instanceof HTMLElement)) continue;
    form.addEventListener('keydown', (event) => press(form, event));
    const first = form.querySelector('[data-question] input');
    if (first instanceof HTMLElement && !document.querySelector('[data-error-summary]')) first.focus();
  }
}
