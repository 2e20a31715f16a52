// Findings as screens read them: what this phone knows laid over what was taken along.

/** @typedef {import('./types.js').BundleFinding} BundleFinding */
/** @typedef {import('./types.js').Core} Core */
/** @typedef {import('./types.js').Finding} Finding */
/** @typedef {import('./types.js').FindingData} FindingData */
/** @typedef {import('./types.js').FindingRow} FindingRow */
/** @typedef {import('./types.js').Operation} Operation */
/** @typedef {import('./types.js').Photo} Photo */

/** @type {(keyof FindingData)[]} */
export const FIELDS = [
  'category',
  'item',
  'lon',
  'lat',
  'accuracy_m',
  'place_words',
  'asset_number',
  'title',
  'description',
  'severity',
  'unsafe_day',
  'unsafe_evening',
  'size',
  'positive',
  'hate',
];

/** Taken back, or said to repeat another: neither counts as something noted.
 * @param {string} status */
export function isGone(status) {
  return status === 'withdrawn' || status === 'duplicate';
}

/** Nothing remains to be done about these; every other status is open. */
const SETTLED = new Set(['verified', 'closed', 'wont_fix', 'duplicate', 'withdrawn']);

/** @param {{ status: string, withdrawn: boolean }} finding */
export function isOpen(finding) {
  return !finding.withdrawn && !SETTLED.has(finding.status);
}

/** What a finding still needs before it can be sent.
 * @param {FindingData} data
 * @returns {('category' | 'place')[]} */
export function missingOf(data) {
  /** @type {('category' | 'place')[]} */
  const missing = [];
  if (!data.category) missing.push('category');
  const placed = (typeof data.lon === 'number' && typeof data.lat === 'number') || Boolean(data.place_words?.trim());
  if (!placed) missing.push('place');
  return missing;
}

/** @param {BundleFinding} finding
 * @returns {FindingData} */
export function dataOf(finding) {
  return Object.fromEntries(FIELDS.map((field) => [field, finding[field] ?? null]));
}

/** @param {BundleFinding} finding
 * @returns {FindingRow} as if it had been made here and sent */
export function rowOf(finding) {
  return {
    id: finding.id,
    walk_id: finding.walk_id,
    actor: null,
    data: dataOf(finding),
    number: finding.number,
    version: finding.version,
    status: finding.status,
    mine: finding.by_me,
    withdrawn: isGone(finding.status),
    reported: true,
    report_id: '',
    at: finding.seen[0] ?? '',
  };
}

/** @param {FindingRow} row
 * @param {{ operations: Operation[], photos: Photo[], conflict: boolean, taken: BundleFinding | null,
 *   recheck: { result: Finding['recheck'], note: string } | null, walkId: string }} around
 * @returns {Finding} */
export function shown(row, { operations, photos, conflict, taken, recheck, walkId }) {
  const rejected = operations.find((operation) => operation.state === 'rejected');
  const known = new Set(photos.map((photo) => photo.sha256));
  const others = (taken?.photos ?? []).filter((photo) => !known.has(photo.sha256));
  return {
    id: row.id,
    walk_id: row.walk_id,
    number: row.number ?? taken?.number ?? null,
    version: row.version,
    data: row.data,
    photos: [...others.map((photo) => photoOf(photo, row)), ...photos],
    state: stateOf(row, operations, conflict),
    missing: missingOf(row.data),
    mine: row.mine,
    status: row.status,
    withdrawn: row.withdrawn,
    at: row.at,
    seen: taken?.seen ?? [row.at.slice(0, 10)],
    error: rejected?.error ?? null,
    recheck: recheck?.result ?? taken?.recheck ?? null,
    recheck_note: recheck?.note ?? '',
    mine_walk: row.walk_id === walkId,
  };
}

/** @param {FindingRow} row
 * @param {Operation[]} operations
 * @param {boolean} conflict
 * @returns {Finding['state']} */
function stateOf(row, operations, conflict) {
  if (!row.reported) return 'draft';
  if (operations.some((operation) => operation.state === 'rejected')) return 'rejected';
  if (conflict) return 'conflict';
  if (operations.some((operation) => operation.state === 'sending')) return 'sending';
  return operations.length > 0 ? 'waiting' : 'sent';
}

/** A photo that lies with the server, in the shape of the phone's own.
 * @param {import('./types.js').BundlePhoto} photo
 * @param {FindingRow} row
 * @returns {Photo} */
function photoOf(photo, row) {
  return {
    id: photo.sha256,
    finding_id: row.id,
    walk_id: row.walk_id,
    actor: null,
    purpose: photo.kind === 'recheck' ? 'recheck' : 'finding',
    sha256: photo.sha256,
    bytes: 0,
    type: 'image/jpeg',
    taken_at: row.at,
    lon: null,
    lat: null,
    accuracy_m: null,
    state: 'sent',
    progress: 1,
    error: null,
    revision: 0,
    named: true,
    confirmed: true,
    upload_url: null,
    attempts: 0,
    not_before: 0,
    at: row.at,
    thumb: photo.thumb,
    kind: photo.kind,
  };
}
