// The service worker of the field app, served as /falt/arbetare.js, where app/views/field_app.py puts the line
// `const FIELD = {…}` before it: the version, the pages of the shell by address and the built files that belong to them.
//
// It keeps shell and files of one version, so that the app opens without a network. A new version waits until no
// window of the old one is open: it never skips waiting. It touches no IndexedDB; what is to be sent is the app's.

/** @typedef {{ version: string, pages: Record<string, string>, headers: Record<string, string>, files: string[] }} Shell */
/** @typedef {Event & { waitUntil: (work: Promise<unknown>) => void }} Extendable */
/** @typedef {Extendable & { request: Request, respondWith: (answer: Promise<Response>) => void }} Fetched */

/** @type {Shell} */
// @ts-expect-error the server puts it before this script
const shell = FIELD;
const PREFIX = 'field-shell-';
const own = PREFIX + shell.version;
/** What the app takes along before a walk. */
const TAKEN = ['field-tiles', 'field-thumbs'];

const worker =
  /** @type {{ registration: ServiceWorkerRegistration, clients: { claim: () => Promise<void>, openWindow: (address: string) => Promise<unknown>, matchAll: (options: object) => Promise<{ postMessage: (message: unknown) => void }[]> } }} */ (
    /** @type {unknown} */ (self)
  );

self.addEventListener('install', (event) => /** @type {Extendable} */ (event).waitUntil(install()));
self.addEventListener('activate', (event) => /** @type {Extendable} */ (event).waitUntil(activate()));
self.addEventListener('fetch', (event) => {
  const fetched = /** @type {Fetched} */ (event);
  const answer = fetched.request.method === 'GET' ? find(fetched.request) : null;
  if (answer) fetched.respondWith(answer);
});
// Background Sync: the windows send; without one, the next opening does.
self.addEventListener('sync', (event) => /** @type {Extendable} */ (event).waitUntil(wake()));

// A notice (app/services/push.py): what it says is a number and what it waits for, never a person.
self.addEventListener('push', (event) => {
  const pushed = /** @type {Extendable & { data: { json: () => unknown } | null }} */ (event);
  pushed.waitUntil(tell(pushed.data));
});
self.addEventListener('notificationclick', (event) => {
  const clicked = /** @type {Extendable & { notification: Notification }} */ (event);
  clicked.notification.close();
  clicked.waitUntil(worker.clients.openWindow(clicked.notification.data));
});

/** All of one version or nothing: a file that is missing makes the installation fail, and it is tried again. */
async function install() {
  const cache = await caches.open(own);
  await cache.addAll(shell.files);
  for (const [address, page] of Object.entries(shell.pages)) {
    await cache.put(address, new Response(page, { headers: shell.headers }));
  }
}

async function activate() {
  const old = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== own);
  await Promise.all(old.map((name) => caches.delete(name)));
  await worker.clients.claim();
}

async function wake() {
  for (const client of await worker.clients.matchAll({ type: 'window' })) client.postMessage({ type: 'sync' });
}

/** Shows a notice; a browser that shows none for a push ends the subscription, so one that cannot be read shows too.
 * @param {{ json: () => unknown } | null} data */
async function tell(data) {
  let said = { title: 'Platskollen', body: '', url: '/' };
  try {
    said = { ...said, .../** @type {object} */ (data?.json()) };
  } catch {
    // Not one of ours; the name alone is shown.
  }
  const own = new URL(said.url, location.origin);
  const address = own.origin === location.origin ? own.href : location.origin;
  await worker.registration.showNotification(said.title, { body: said.body, tag: address, data: address });
}

/** The answer to what the app needs offline; null for everything that goes to the network as ever.
 * @param {Request} request */
function find(request) {
  const { origin, pathname } = new URL(request.url);
  const ours = origin === location.origin;
  if (ours && request.mode === 'navigate') return pathname in shell.pages ? kept([own], pathname, request) : null;
  if (ours && shell.files.includes(pathname)) return kept([own], pathname, request);
  if (request.destination === 'image' || (ours && pathname.startsWith('/api/v1/basemap/'))) {
    return kept(TAKEN, request, request);
  }
  return null;
}

/** From the first cache that has it, else from the network.
 * @param {string[]} names
 * @param {RequestInfo} key
 * @param {Request} request
 * @returns {Promise<Response>} */
async function kept(names, key, request) {
  for (const cacheName of names) {
    const found = await caches.match(key, { cacheName, ignoreVary: true });
    if (found) return found;
  }
  return fetch(request);
}
