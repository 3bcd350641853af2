// Without a signal a project's page still opens: the empty form from the phone's store, never anybody's brief.

const KEPT = 'duban-sign-1';
const SHELL = '/sign/shell';
const PARTS = [
  SHELL,
  '/static/pages.css',
  ...['sign.css', 'page.js', 'deliver.js', 'drafts.js', 'photos.js', 'place.js'].map((name) => `/static/sign/${name}`),
];
const PATIENCE = 8000;

addEventListener('install', (event) => {
  event.waitUntil(caches.open(KEPT).then((kept) => kept.addAll(PARTS)).then(() => skipWaiting()));
});

addEventListener('activate', (event) => {
  event.waitUntil(clients.claim());
});

addEventListener('fetch', (event) => {
  const { request } = event;
  const path = new URL(request.url).pathname;
  if (request.method !== 'GET') return;
  if (request.mode === 'navigate') event.respondWith(page(event));
  else if (PARTS.includes(path)) event.respondWith(part(request, path));
});

async function page(event) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('late')), PATIENCE);
  });
  try {
    const fresh = await Promise.race([fetch(event.request), late]);
    event.waitUntil(caches.open(KEPT).then((kept) => kept.add(SHELL)).catch(() => {}));
    return fresh;
  } catch {
    return (await caches.match(SHELL)) || Response.error();
  } finally {
    clearTimeout(timer);
  }
}

async function part(request, path) {
  try {
    const fresh = await fetch(request);
    if (fresh.ok) (await caches.open(KEPT)).put(path, fresh.clone());
    return fresh;
  } catch {
    return (await caches.match(path)) || Response.error();
  }
}
