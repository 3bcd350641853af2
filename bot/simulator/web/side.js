// Beside the phone: whose turn it is, what others just received, and the ledger.

import { byId, el, monthDay, timeText } from "./dom.js";

const OTHERS_SHOWN = 30;
const LINES_SHOWN = 400;

/** Draw the choice of people and groups; `choose(screen)` runs when one is chosen. */
export function drawPeople(actors, groups, choose) {
  byId("people").replaceChildren(...actors.map((actor) => choice(actor.screen, choose, personFace(actor))));
  byId("groups").replaceChildren(...groups.map((group) => choice(group.screen, choose, groupFace(group))));
  byId("groups-set").hidden = !groups.length;
}

function choice(screen, choose, face) {
  const input = el("input", { type: "radio", name: "screen", value: screen, on: { change: () => choose(screen) } });
  return el("label", { class: "choice" }, input, el("span", { class: "card-face" }, ...face, badge(screen)));
}

function badge(screen) {
  return el("b", { class: "badge", data: { badge: screen }, hidden: true });
}

function personFace(actor) {
  return [
    el("span", { class: "mark", "aria-hidden": "true" }, actor.name.slice(0, 1)),
    el("span", { class: "name" }, actor.name, el("span", { class: `platform ${actor.platform}` }, actor.platform_name)),
    el("span", { class: "title" }, actor.title),
  ];
}

function groupFace(group) {
  return [el("span", { class: "mark", "aria-hidden": "true" }, "群"), el("span", { class: "name" }, group.name)];
}

export function check(screen) {
  for (const input of document.querySelectorAll('input[name="screen"]')) {
    input.checked = input.value === screen;
    if (input.checked) input.closest(".choice").scrollIntoView({ block: "nearest", inline: "nearest" });
  }
}

export function showUnread(unread) {
  for (const mark of document.querySelectorAll("[data-badge]")) {
    const count = unread.get(mark.dataset.badge) || 0;
    mark.hidden = !count;
    mark.textContent = count > 99 ? "99+" : String(count);
    mark.setAttribute("aria-label", `${count} 条新消息`);
  }
}

/** Draw what other screens received, newest first. `entries` are {bubble, name}. */
export function drawOthers(entries, unread, choose) {
  const shown = entries.slice(0, OTHERS_SHOWN).map(({ bubble, name }) => otherLine(bubble, name, unread, choose));
  byId("others").replaceChildren(...shown);
  if (!shown.length) byId("others").append(el("li", { class: "empty" }, "还没有别人收到消息。"));
}

function otherLine(bubble, name, unread, choose) {
  const at = new Date(bubble.at);
  const words = [bubble.title, bubble.kind === "image" ? "[照片]" : bubble.text].filter(Boolean).join("　");
  const fresh = unread.has(bubble.screen);
  return el(
    "li",
    { class: fresh ? "fresh" : "" },
    el(
      "button",
      { type: "button", on: { click: () => choose(bubble.screen) } },
      el("time", {}, `${monthDay(at)} ${timeText(at)}`),
      el("strong", {}, name),
      el("span", {}, words),
    ),
  );
}

/** Put lines (oldest first) on top of the ledger; `flash` marks them as new. */
export function addLines(lines, flash) {
  const list = byId("ledger");
  for (const line of lines) {
    list.prepend(ledgerLine(line, flash));
    markSuperseded(line);
  }
  while (list.children.length > LINES_SHOWN) list.lastElementChild.remove();
  if (lines.length) byId("ledger-count").textContent = `共 ${lines[lines.length - 1].seq} 条`;
}

export function clearLines() {
  byId("ledger").replaceChildren();
}

function ledgerLine(line, flash) {
  const at = new Date(line.time);
  return el(
    "li",
    { class: flash ? "new" : "", data: { seq: line.seq, kind: line.kind } },
    el(
      "p",
      { class: "facts" },
      el("time", { datetime: line.time }, `${monthDay(at)} ${timeText(at)}`),
      el("span", { class: "kind" }, line.kind_name),
      line.project ? el("span", { class: "project", title: line.project }, line.project_name || line.project) : el("span", { class: "project none" }, "待归项目"),
      line.person ? el("span", { class: "person" }, line.person) : null,
      line.attachments?.length ? el("span", { class: "files" }, `附件 ${line.attachments.length}`) : null,
      el("code", { title: `第 ${line.seq} 条，校验值 ${line.hash}` }, `${line.seq} · ${String(line.hash).slice(0, 8)}`),
    ),
    el("p", { class: "words" }, line.text || "（无文字）"),
    line.supersedes ? el("p", { class: "mend" }, `更正第 ${line.supersedes} 条`) : null,
  );
}

function markSuperseded(line) {
  if (!line.supersedes) return;
  byId("ledger").querySelector(`[data-seq="${CSS.escape(String(line.supersedes))}"]`)?.classList.add("superseded");
}
