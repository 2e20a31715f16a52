// Keeps the service worker in place, and says when a new version waits. Nothing is ever reloaded from here.

const HOUR = 3_600_000;

/** @param {{ onWaiting: () => void, onWake: () => void }} told */
export async function keepWorker({ onWaiting, onWake }) {
  if (!('serviceWorker' in navigator)) return null;
  navigator.serviceWorker.addEventListener('message', ({ data }) => {
    if (data?.type === 'sync') onWake();
  });
  const registration = await navigator.serviceWorker.register('/falt/arbetare.js', {
    scope: '/falt',
    updateViaCache: 'none',
  });
  const look = () => {
    // Without a controller this is the first version, which waits for nobody.
    if (registration.waiting && navigator.serviceWorker.controller) onWaiting();
  };
  look();
  registration.addEventListener('updatefound', () => {
    registration.installing?.addEventListener('statechange', look);
  });
  // An app that stays open for days asks too; without a network the question is lost, which is no fault.
  setInterval(() => registration.update().catch(() => undefined), HOUR);
  return registration;
}

/** Asks the browser to wake the app when there is a network again; only where it can (Background Sync).
 * @param {ServiceWorkerRegistration | null} registration */
export async function askToWake(registration) {
  const { sync } = /** @type {{ sync?: { register: (tag: string) => Promise<void> } }} */ (
    /** @type {unknown} */ (registration ?? {})
  );
  try {
    await sync?.register('platskollen-outbox');
  } catch {
    // Refused by the person or the browser: the app sends while it is open, as everywhere else.
  }
}
