// The shapes that the core keeps and hands out. Types only; rows are what IndexedDB holds, the others what screens read.

/** @typedef {{
 *   category?: string | null, item?: string | null, lon?: number | null, lat?: number | null, accuracy_m?: number | null,
 *   place_words?: string | null, asset_number?: string | null, title?: string | null, description?: string | null,
 *   severity?: string | null, unsafe_day?: number | null, unsafe_evening?: number | null, size?: string | null,
 *   positive?: boolean | null, hate?: boolean | null }} FindingData */
/** @typedef {'walk.start' | 'walk.update' | 'walk.finish' | 'finding.report' | 'finding.update' | 'finding.withdraw' |
 *   'finding.recheck'} OperationType */
/** @typedef {{ code: string, message: string, field?: string }} Fault */
/** @typedef {{ organisation_id: string, role: string, people: number, name?: string }} Participant */
/** @typedef {'fixed' | 'remains' | 'worse' | 'not_found'} RecheckResult */

/** One line of the outbox. What was tried once keeps id and body for ever; `data` is then what is sent, word for word.
 * @typedef {{
 *   seq?: number, id: string, type: OperationType, object_id: string, walk_id: string, actor: string | null,
 *   base_version: number | null, at: string, data: Record<string, any>, photo_ids: string[], tried: boolean,
 *   state: 'waiting' | 'sending' | 'rejected', attempts: number, not_before: number, error: Fault | null }} Operation */

/** @typedef {{
 *   id: string, walk_id: string, actor: string | null, data: FindingData, number: string | null, version: number | null,
 *   status: string, mine: boolean, withdrawn: boolean, reported: boolean, report_id: string, at: string }} FindingRow */

/** A photo without its bytes, which lie in `blobs` under the same id until space is freed.
 * `named`: an answered operation has told the server of it, so it may be sent. `confirmed`: a receipt does not miss it.
 * @typedef {{
 *   id: string, finding_id: string, walk_id: string, actor: string | null, purpose: 'finding' | 'recheck',
 *   sha256: string | null, bytes: number, type: string, taken_at: string, lon: number | null, lat: number | null,
 *   accuracy_m: number | null, state: 'preparing' | 'waiting' | 'sending' | 'sent' | 'rejected', progress: number,
 *   error: Fault | null, revision: number, named: boolean, confirmed: boolean, upload_url: string | null,
 *   attempts: number, not_before: number, at: string, thumb?: string | null, kind?: string }} Photo */

/** @typedef {{
 *   id: string, slug: string, site: string, state: string, planned_at: string | null, started_at: string | null,
 *   details: WalkDetails, version: number | null, started_here: boolean, taken_at: string | null, bytes: number,
 *   rechecks: Record<string, { result: RecheckResult, note: string }>, receipt: Receipt | null,
 *   receipt_due: boolean }} WalkRow */
/** @typedef {{ light?: string, weather?: string, ground?: string, note?: string, participants?: Participant[],
 *   track?: [number, number][] }} WalkDetails */
/** @typedef {{ findings: number, photos_expected: number, photos_received: number, missing: string[] }} Receipt */

/** @typedef {{
 *   id: string, slug: string, site: string, state: string, planned_at: string | null, started_at: string | null,
 *   meeting_point: string, purpose: string, light: string, bundle: boolean, taken_at: string | null, bytes: number,
 *   unsent: number, details: WalkDetails, receipt: Receipt | null }} Walk */

/** @typedef {{
 *   id: string, walk_id: string, number: string | null, version: number | null, data: FindingData, photos: Photo[],
 *   state: 'draft' | 'waiting' | 'sending' | 'sent' | 'rejected' | 'conflict', missing: ('category' | 'place')[],
 *   mine: boolean, status: string, withdrawn: boolean, at: string, seen: string[], error: Fault | null,
 *   recheck: RecheckResult | null, recheck_note: string, mine_walk: boolean }} Finding */

/** @typedef {{ sha256: string, kind: string, thumb: string | null }} BundlePhoto */
/** @typedef {FindingData & {
 *   id: string, number: string, version: number, walk_id: string, mine_walk: boolean, status: string, seen: string[],
 *   recheck: RecheckResult | null, by_me: boolean, photos: BundlePhoto[] }} BundleFinding */
/** @typedef {{ id: string, finding_id: string, unit: string, mine: Record<string, any>, theirs: Record<string, any>,
 *   version: number, at: string, walk_id?: string }} Conflict */
/** @typedef {{ kind: 'pmtiles' | 'xyz' | 'none', url: string, version: string, maxzoom: number, attribution: string,
 *   tiles: [number, number, number][], bytes: number }} Basemap */
/** @typedef {{
 *   walk: Record<string, any> & { id: string, state: string, version: number } | null,
 *   site: { slug: string, name: string, code: string, polygon: any, centre: [number, number] },
 *   checklist: { version: any, categories: any[] }, findings: BundleFinding[], conflicts: Conflict[],
 *   organisations: { id: string, name: string }[], places: { name: string, lon: number, lat: number }[],
 *   context: Record<string, any>, basemap: Basemap, previous: { findings: number, day: string } | null }} Bundle */
/** Key is the walk's id, or `site:<slug>` for a walk that nobody planned.
 * @typedef {{ key: string, etag: string | null, at: number, bundle: Bundle }} BundleRow */

/** @typedef {{ user_id: string, language: string, roles: string[], sites: { slug: string, name: string, centre?: [number, number] }[],
 *   checklist?: Bundle['checklist'], surveys?: number, walks: { id: string, slug: string, site: string, state: string,
 *   planned_at: string | null, started_at?: string | null, meeting_point: string, purpose: string, light: string }[] }} Me */
/** @typedef {{ unsent: number, oldest: Date | null, photos: { sent: number, total: number }, rejected: number,
 *   conflicts: number, drafts: number, bytes: number }} Summary */
/** @typedef {{ id: string, kind: 'operation' | 'photo', what: string, finding_id: string | null, walk_id: string,
 *   at: string, actor: string | null, state: string, error: Fault | null, attempts: number }} OutboxLine */
/** @typedef {{ phase: 'idle' | 'sending' | 'offline' | 'signed-out' | 'waiting' | 'full', next: Date | null,
 *   error: Fault | null }} Status */

/** @typedef {{
 *   settings: { key: string, value: any },
 *   walks: { key: string, value: WalkRow },
 *   bundles: { key: string, value: BundleRow },
 *   findings: { key: string, value: FindingRow, indexes: { walk_id: string } },
 *   photos: { key: string, value: Photo, indexes: { finding_id: string, walk_id: string } },
 *   blobs: { key: string, value: Blob },
 *   outbox: { key: number, value: Operation, indexes: { id: string, object_id: string, walk_id: string } },
 *   answered: { key: string, value: { id: string, outcome: string, at: string } },
 *   conflicts: { key: string, value: Conflict, indexes: { finding_id: string } } }} Schema */
/** @typedef {keyof Schema} StoreName */
/** @typedef {import('idb').IDBPDatabase<Schema>} Database */
/** @typedef {import('idb').IDBPTransaction<Schema, StoreName[], 'readwrite'>} Writing */

/** What the modules of the core share: the database and the world around, which tests replace.
 * @typedef {{
 *   db: Database, base: string, fetch: typeof globalThis.fetch, now: () => number, random: () => number,
 *   ticks: () => number, prepare: (blob: Blob) => Promise<Blob>, later: (action: () => void, ms: number) => () => void,
 *   locked: <T>(name: string, action: () => Promise<T>) => Promise<T>, caches: CacheStorage | null,
 *   storage: StorageManager | null, me: Me | null, status: Status, changed: () => void, captured: () => void,
 *   photoAdded: () => void }} Core */

export {};
