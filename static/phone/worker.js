// Keeps the page for when there is no network; sends what is left after it.
// VERSION, SHELL and FILES stand above, written by the server.
const CACHE = "phone-" + VERSION;

async function keep() {
  const cache = await caches.open(CACHE);
  await cache.addAll([SHELL].concat(FILES).map((one) => new Request(one, { cache: "reload" })));
  await self.skipWaiting();
}

async function tidy() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith("phone-") && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function kept(address, request) {
  const cache = await caches.open(CACHE);
  return (await cache.match(address)) || fetch(request);
}

// Pages that are open send by themselves; only where there is none does the worker send.
async function wake() {
  const open = await self.clients.matchAll({ type: "window" });
  const mine = open.filter((page) => /^\/m\/(in\/|$)/.test(new URL(page.url).pathname));
  if (mine.length) { mine.forEach((page) => page.postMessage("send")); return; }
  const outcome = await self.phone.sending.send();
  if (outcome === "unsent") throw new Error("The network is gone again.");
}

self.addEventListener("install", (event) => event.waitUntil(keep()));
self.addEventListener("activate", (event) => event.waitUntil(tidy()));
self.addEventListener("sync", (event) => {
  if (event.tag === "send") event.waitUntil(wake());
});
self.addEventListener("fetch", (event) => {
  const request = event.request, address = new URL(request.url);
  if (request.method !== "GET" || address.origin !== self.location.origin) return;
  const file = address.pathname + address.search;
  if (request.mode === "navigate" && /^\/m\/(in\/[\w-]+\/?)?$/.test(address.pathname)) {
    event.respondWith(kept(SHELL, request));
  } else if (FILES.indexOf(file) >= 0) {
    event.respondWith(kept(file, request));
  }
});
