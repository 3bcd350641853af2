// Starts the page and keeps it up to date: one long question for the screens, one short one for the ledger.

import { refreshJumps, showClock, startClock } from "./clock.js";
import { attempt, byId, get, tell } from "./dom.js";
import { addBubble, openPhone, refreshSuggestions, replaceBubble, startPhone } from "./phone.js";
import { addLines, check, drawOthers, drawPeople, showUnread } from "./side.js";

const LEDGER_EVERY = 2000;
const AGAIN_AFTER = 2000;

let run = "";
let actors = [];
let groups = [];
let current = "";
let version = -1;
let last = 0; // the newest bubble seen
let seq = 0; // the newest ledger line seen
let ledgerLoaded = false;
let ledgerBusy = false;
let newLines = 0; // ledger lines not yet seen on a narrow screen
let lost = false; // whether the connection is down
const screens = new Map(); // screen → its bubbles, oldest first
const unread = new Map(); // screen → how many

const bubblesOf = (screen) => screens.get(screen) || [];
const pause = (milliseconds) => new Promise((wake) => { setTimeout(wake, milliseconds); });

function nameOf(screen) {
  return (actors.find((a) => a.screen === screen) || groups.find((g) => g.screen === screen))?.name || "群";
}

function choose(screen) {
  current = screen;
  history.replaceState(null, "", `#${encodeURIComponent(screen)}`);
  unread.delete(screen);
  check(screen);
  openPhone(actors.find((a) => a.screen === screen) || null, nameOf(screen), bubblesOf(screen));
  drawRest();
  show("chat");
}

function drawRest() {
  showUnread(unread);
  const waiting = [...unread.values()].reduce((sum, count) => sum + count, 0);
  mark("others", document.body.dataset.view === "others" ? 0 : waiting);
  const entries = [];
  for (const [screen, bubbles] of screens) {
    if (screen === current) continue;
    for (const bubble of bubbles) if (!bubble.mine) entries.push({ bubble, name: nameOf(screen) });
  }
  entries.sort((a, b) => b.bubble.number - a.bubble.number);
  drawOthers(entries, unread, choose);
}

function takeBubble(bubble) {
  const bubbles = bubblesOf(bubble.screen);
  if (bubble.screen === current) addBubble(bubble, bubbles[bubbles.length - 1]);
  screens.set(bubble.screen, [...bubbles, bubble]);
  last = Math.max(last, bubble.number);
}

function takeCard(card) {
  const bubbles = bubblesOf(card.screen);
  const at = bubbles.findIndex((bubble) => bubble.number === card.number);
  if (at < 0 || JSON.stringify(bubbles[at]) === JSON.stringify(card)) return;
  bubbles[at] = card;
  if (card.screen === current) replaceBubble(card);
}

function takeGroups(now) {
  if (JSON.stringify(now) === JSON.stringify(groups)) return;
  groups = now;
  drawPeople(actors, groups, choose);
  check(current);
}

/** Take one answer of the stage. What was there before the page opened counts as seen. */
function take(events) {
  const first = version < 0;
  version = events.version;
  takeGroups(events.groups);
  events.bubbles.sort((a, b) => a.number - b.number).forEach(takeBubble);
  events.cards.forEach(takeCard);
  if (!first) countUnread(events.unread);
  showClock(events.clock);
  drawRest();
}

function countUnread(counts) {
  for (const [screen, count] of Object.entries(counts)) {
    if (screen !== current) unread.set(screen, (unread.get(screen) || 0) + count);
  }
}

async function watchStage() {
  for (;;) {
    try {
      const events = await get(`api/events?run=${run}&version=${version}&since=${last}`);
      if (events.run !== run) return location.reload();
      if (lost) tell("");
      lost = false;
      const changed = events.version !== version;
      take(events);
      if (changed) await Promise.all([readLedger(), refreshJumps(), refreshSuggestions()]);
    } catch {
      lost = true;
      tell("与模拟县的连接断了，正在重连……", true);
      await pause(AGAIN_AFTER);
    }
  }
}

async function readLedger() {
  if (ledgerBusy) return;
  ledgerBusy = true;
  try {
    const { run: answered, lines } = await get(`api/ledger?after=${seq}`);
    if (answered !== run) return;
    addLines(lines, ledgerLoaded);
    if (lines.length) seq = lines[lines.length - 1].seq;
    if (ledgerLoaded && lines.length && document.body.dataset.view !== "ledger") mark("ledger", newLines + lines.length);
    ledgerLoaded = true;
  } finally {
    ledgerBusy = false;
  }
}

/** On a narrow screen, say on the switch how much is new in a part that is not shown. */
function mark(part, count) {
  if (part === "ledger") newLines = count;
  const badge = byId(`${part}-new`);
  badge.hidden = !count;
  badge.textContent = String(count);
}

function show(view) {
  document.body.dataset.view = view;
  for (const button of document.querySelectorAll(".views button")) {
    button.setAttribute("aria-pressed", String(button.dataset.view === view));
  }
  if (view !== "chat") mark(view, 0);
}

async function start() {
  const stage = await get("api/stage");
  ({ run, actors, groups } = stage);
  startClock();
  startPhone(stage.photos, stage.places);
  drawPeople(actors, groups, choose);
  document.querySelectorAll(".views button").forEach((button) => {
    button.addEventListener("click", () => show(button.dataset.view));
  });
  const wanted = decodeURIComponent(location.hash.slice(1));
  const known = [...actors, ...groups].some((one) => one.screen === wanted);
  choose(known ? wanted : actors[0].screen);
  watchStage();
  setInterval(() => { if (!document.hidden && !lost) readLedger().catch(() => {}); }, LEDGER_EVERY);
}

attempt(start);
