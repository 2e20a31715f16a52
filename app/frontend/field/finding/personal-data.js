// What in free text looks like personal data: a hint for the one who writes, never a verdict. The same rules as
// forms/personal_data.py. No DOM.

/** @typedef {'identity_number' | 'phone' | 'registration'} Hint */

const IDENTITY = /(?<!\d)(?:18|19|20)?(\d{2}(\d{2})(\d{2}))[-+ ]?(\d{4})(?!\d)/g;
const WHOLE_IDENTITY = new RegExp(`^(?:${IDENTITY.source})$`);
// A Swedish number as people group it: 070-123 45 67, 08 123 456 78, +46 70 123 45 67.
const PHONE = /(?<![\d-])(?:\+46|0046|0)[\s-]?[1-9](?:[\s-]?\d){6,9}(?![\d-])/g;
// Swedish plates have no I, Q, V or letters with rings and dots; in lower case only where it is one word.
const REGISTRATION =
  /(?<![\p{L}\p{N}_])(?:[A-HJ-PR-UW-Z]{3} ?\d{2}[0-9A-HJ-PR-UW-Z]|[a-hj-pr-uw-z]{3}\d{3})(?![\p{L}\p{N}_])/u;

/** Whether ten digits are a personnummer or samordningsnummer (day + 60): a date, and Luhn's check digit.
 * @param {string} date
 * @param {string} month
 * @param {string} day
 * @param {string} last */
function isIdentityNumber(date, month, day, last) {
  const inMonth = Number(day) % 60;
  if (Number(month) < 1 || Number(month) > 12 || inMonth < 1 || inMonth > 31) return false;
  let sum = 0;
  [...(date + last)].forEach((digit, place) => {
    const value = Number(digit) * (2 - (place % 2));
    sum += value > 9 ? value - 9 : value;
  });
  return sum % 10 === 0;
}

/** What these texts seem to hold: a personal identity number, a telephone number, a vehicle's plate.
 * @param {(string | null | undefined)[]} texts
 * @returns {Set<Hint>} */
export function hints(texts) {
  /** @type {Set<Hint>} */
  const found = new Set();
  for (const text of texts) {
    if (!text) continue;
    for (const [, date = '', month = '', day = '', last = ''] of text.matchAll(IDENTITY)) {
      if (isIdentityNumber(date, month, day, last)) found.add('identity_number');
    }
    for (const [number] of text.matchAll(PHONE)) if (!WHOLE_IDENTITY.test(number)) found.add('phone');
    if (REGISTRATION.test(text)) found.add('registration');
  }
  return found;
}
