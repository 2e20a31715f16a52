// A sentence that one screen leaves for the next: what came of the last tap, where that screen has closed.

let words = '';

/** @param {string} sentence */
export function tellNext(sentence) {
  words = sentence;
}

/** Told once.
 * @returns {string} */
export function toldLast() {
  const told = words;
  words = '';
  return told;
}
