// One phone, or one group: what stands on its screen, and what its owner says, sends and presses.

import { attempt, byId, el, get, monthDay, post, postFile, tell, timeText, weekdayText } from "./dom.js";

const PAUSE = 5 * 60e3; // a longer silence gets a line with the time
let actor = null; // whose phone it is; null for a group
let atEnd = true; // whether the newest bubble is in sight, and should stay so
let asked = ""; // the person the suggestions were last asked for

export function startPhone(samples, places) {
  byId("say").addEventListener("submit", (event) => { event.preventDefault(); say(); });
  byId("words").addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    say();
  });
  byId("words").addEventListener("input", grow);
  togglePanel("photo-open", "photo-panel");
  togglePanel("place-open", "place-panel");
  byId("samples").append(...samples.map(sampleButton));
  byId("places").append(...places.map(placeButton));
  const chat = byId("chat");
  chat.addEventListener("scroll", () => { atEnd = chat.scrollHeight - chat.scrollTop - chat.clientHeight < 40; });
  new ResizeObserver(stayAtEnd).observe(chat);
  byId("photo-file").addEventListener("change", ownPhoto);
  byId("place-panel").addEventListener("submit", (event) => { event.preventDefault(); pickedPlace(); });
}

/** Show somebody's phone (`owner`) or a group (owner null, `name`). */
export function openPhone(owner, name, bubbles) {
  actor = owner;
  const phone = byId("phone");
  phone.dataset.platform = owner ? owner.platform : "group";
  byId("phone-title").textContent = owner ? "督办助手" : name;
  byId("phone-owner").textContent = owner ? `${owner.name}的手机 · ${owner.title} · ${owner.platform_name}` : "群聊";
  byId("composer").hidden = !owner;
  byId("phone-note").hidden = Boolean(owner);
  closePanels();
  byId("suggestions").replaceChildren();
  showPlaceSupport();
  drawBubbles(bubbles);
  refreshSuggestions();
}

export function drawBubbles(bubbles) {
  const chat = byId("chat");
  chat.replaceChildren();
  if (!bubbles.length) chat.append(el("p", { class: "empty" }, actor ? "还没有消息。试试下面的话。" : "群里还没有消息。"));
  bubbles.forEach((bubble, at) => addBubble(bubble, bubbles[at - 1]));
  scrollDown();
}

export function addBubble(bubble, before) {
  const chat = byId("chat");
  chat.querySelector(".empty")?.remove();
  const at = new Date(bubble.at);
  if (!before || at - new Date(before.at) > PAUSE) {
    chat.append(el("p", { class: "when" }, `${monthDay(at)} ${weekdayText(at)} ${timeText(at)}`));
  }
  chat.append(bubbleRow(bubble));
  if (bubble.mine) scrollDown();
  else stayAtEnd();
}

/** Put a card's present state in place of the one shown. */
export function replaceBubble(bubble) {
  byId("chat").querySelector(`[data-number="${bubble.number}"]`)?.replaceWith(bubbleRow(bubble));
}

export async function refreshSuggestions() {
  if (!actor) return;
  const key = (asked = actor.key);
  const { suggestions } = await get(`api/actors/${encodeURIComponent(key)}/suggestions`);
  if (key !== asked || key !== actor?.key) return;
  byId("suggestions").replaceChildren(...suggestions.map(suggestion));
}

function suggestion(words) {
  return el("button", { type: "button", title: words, on: { click: () => fill(words) } }, words);
}

function fill(words) {
  const input = byId("words");
  input.value = words;
  grow();
  input.focus();
}

function bubbleRow(bubble) {
  const who = bubble.mine ? "我" : bubble.sender || "督办助手";
  return el(
    "div",
    { class: `row ${bubble.mine ? "mine" : "theirs"}`, data: { number: bubble.number } },
    el("span", { class: "face-mark", "aria-hidden": "true" }, bubble.mine ? actor?.name.slice(0, 1) || "我" : "督"),
    el(
      "div",
      { class: `bubble ${bubble.kind}` },
      el("span", { class: "hidden" }, `${who}：`),
      bubble.sender && !bubble.mine ? el("span", { class: "sender" }, bubble.sender) : null,
      ...bubbleBody(bubble),
    ),
  );
}

function bubbleBody(bubble) {
  if (bubble.kind === "card") return cardBody(bubble);
  if (bubble.kind === "image") return imageBody(bubble);
  if (bubble.kind === "location") return [el("span", { class: "tag" }, "位置"), el("p", {}, bubble.text)];
  if (bubble.kind === "voice") return [el("span", { class: "tag" }, "语音"), el("p", {}, bubble.text)];
  return [el("p", {}, bubble.text)];
}

function cardBody(bubble) {
  const fields = bubble.fields.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]);
  return [
    bubble.title ? el("h3", {}, bubble.title) : null,
    fields.length ? el("dl", {}, ...fields) : null,
    bubble.text ? el("p", {}, bubble.text) : null,
    cardButtons(bubble),
  ];
}

function cardButtons(bubble) {
  if (bubble.used) return el("div", { class: "buttons" }, el("button", { type: "button", disabled: true }, bubble.used));
  if (!bubble.buttons.length) return null;
  const buttons = bubble.buttons.map(([key, label]) =>
    el("button", { type: "button", disabled: !actor, on: { click: (event) => press(event, bubble, key) } }, label),
  );
  return el("div", { class: "buttons" }, ...buttons);
}

function imageBody(bubble) {
  const safe = /^\/(?!\/)|^data:image\//.test(bubble.image);
  if (!safe) return [el("span", { class: "tag" }, "照片"), el("p", {}, bubble.text)];
  return [el("img", { src: bubble.image, alt: bubble.text || "照片", on: { load: stayAtEnd } })];
}

function scrollDown() {
  const chat = byId("chat");
  chat.scrollTop = chat.scrollHeight;
  atEnd = true;
}

function stayAtEnd() {
  if (atEnd) scrollDown();
}

function grow() {
  const input = byId("words");
  input.style.height = "auto";
  input.style.height = `${Math.min(input.scrollHeight + 2, 108)}px`;
}

const path = (what) => `api/actors/${encodeURIComponent(actor.key)}/${what}`;

async function say() {
  const input = byId("words");
  const text = input.value.trim();
  if (!text || !actor) return;
  input.value = "";
  grow();
  const sent = await attempt(() => post(path("text"), { text }));
  if (!sent && !input.value) fill(text);
}

async function press(event, bubble, key) {
  const buttons = event.currentTarget.parentElement.querySelectorAll("button");
  buttons.forEach((button) => { button.disabled = true; });
  await attempt(() => post(path("press"), { bubble: bubble.number, button: key }));
  buttons.forEach((button) => { button.disabled = false; });
}

function sampleButton({ file, label }) {
  const picture = `static/photos/${file}`;
  return el(
    "button",
    { type: "button", on: { click: () => samplePhoto(picture, file) } },
    el("img", { src: picture, alt: "" }),
    el("span", {}, label),
  );
}

async function samplePhoto(picture, name) {
  await attempt(async () => sendPhoto(await (await fetch(picture)).blob(), name));
}

async function ownPhoto(event) {
  const [file] = event.target.files;
  event.target.value = "";
  if (!file) return;
  if (file.size > 20 * 1024 * 1024) return tell("照片不能超过 20 MB");
  await attempt(() => sendPhoto(file, file.name));
}

async function sendPhoto(blob, name) {
  closePanels();
  await postFile(`${path("photo")}?name=${encodeURIComponent(name)}`, blob, blob.type || "image/jpeg");
}

function placeButton({ label, lat, lon }) {
  return el("button", { type: "button", on: { click: () => sendPlace(lat, lon, label) } }, label);
}

function pickedPlace() {
  sendPlace(Number(byId("lat").value), Number(byId("lon").value), "");
}

async function sendPlace(lat, lon, label) {
  closePanels();
  await attempt(() => post(path("location"), { lat, lon, label }));
}

function showPlaceSupport() {
  const able = !actor || actor.takes_location;
  byId("place-open").disabled = !able;
  byId("place-open").title = able ? "" : "钉钉的机器人收不到位置，直接说到了哪里就行";
}

function togglePanel(opener, panel) {
  byId(opener).addEventListener("click", () => {
    const open = byId(panel).hidden;
    closePanels();
    byId(panel).hidden = !open;
    byId(opener).setAttribute("aria-expanded", String(open));
    if (open) byId(panel).querySelector("button, input")?.focus();
  });
  byId(panel).addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    closePanels();
    byId(opener).focus();
  });
}

function closePanels() {
  for (const [opener, panel] of [["photo-open", "photo-panel"], ["place-open", "place-panel"]]) {
    byId(panel).hidden = true;
    byId(opener).setAttribute("aria-expanded", "false");
  }
}
