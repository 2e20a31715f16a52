// A button that copies the text of a field; without JavaScript it stays hidden and the text is copied by hand.

/** Gives every button marked data-copy (the id of a field) its work; data-copied is what it then says. */
export function copyTexts() {
  for (const button of document.querySelectorAll('button[data-copy]')) {
    if (!(button instanceof HTMLButtonElement) || !navigator.clipboard) continue;
    const field = document.getElementById(button.dataset.copy ?? '');
    if (!(field instanceof HTMLTextAreaElement)) continue;
    button.hidden = false;
    button.addEventListener('click', async () => {
      try {
        await navigator.clipboard.writeText(field.value);
        button.textContent = button.dataset.copied ?? '';
      } catch {
        // Not allowed to write there: mark the text, so that Ctrl+C takes it.
        field.select();
      }
    });
  }
}
