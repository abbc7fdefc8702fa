// Keeps the page whole without a network. The build fills in the files and their version; see scripts/page/offline.ts.
// Only the page's own files are answered here: calls of a service never pass through.
/* global FILES, VERSION */
const { scope } = self.registration;
// Other pages of this origin have caches of their own.
const PREFIX = `page ${scope} `;
const NAME = PREFIX + VERSION;
const ASSETS = new URL("assets/", scope).href;
const own = new Set(FILES.map((file) => new URL(file, scope).href));

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const { method, url } = event.request;
  const { origin, pathname } = new URL(url);
  const address = origin + pathname;
  if (method === "GET" && (own.has(address) || address.startsWith(ASSETS))) event.respondWith(respond(address));
});

/** Loads the whole version, or fails and leaves the one before in charge. */
async function install() {
  const cache = await caches.open(NAME);
  await cache.addAll([...own].map((url) => new Request(url, { cache: "no-cache" })));
  await self.skipWaiting();
}

/** Takes over open pages. They may still need code of the version before, so that one stays. */
async function activate() {
  const others = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== NAME);
  await Promise.all(others.slice(0, -1).map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function respond(address) {
  const options = { ignoreVary: true };
  const cache = await caches.open(NAME);
  // Names of code contain its hash, so it is the same in every version.
  return (await cache.match(address, options)) ?? (await caches.match(address, options)) ?? fetch(address);
}
