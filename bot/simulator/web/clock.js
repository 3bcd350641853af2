// The county's clock: shows it, lets it run, moves it forward.

import { attempt, byId, dateText, el, get, localValue, monthDay, post, timeText, weekdayText } from "./dom.js";

let ahead = 0; // county time minus this browser's, in milliseconds
let known = false;

export function startClock() {
  byId("clock-form").addEventListener("submit", (event) => {
    event.preventDefault();
    move(`${byId("clock-to").value}:00+08:00`);
  });
  setInterval(tick, 1000);
}

export function showClock(face) {
  ahead = Date.parse(face.now) - Date.now();
  known = true;
  const day = byId("clock-day");
  day.textContent = face.day_name;
  day.classList.toggle("rest", !face.workday);
  tick();
}

export async function refreshJumps() {
  const { clock, jumps } = await get("api/clock");
  showClock(clock);
  showJumps(jumps);
}

function tick() {
  if (!known) return;
  const now = new Date(Date.now() + ahead);
  byId("clock-date").textContent = `${dateText(now)} ${weekdayText(now)}`;
  byId("clock-time").textContent = timeText(now);
  byId("clock-to").min = localValue(now);
}

function showJumps(jumps) {
  const focused = document.activeElement?.dataset?.jump;
  byId("jumps").replaceChildren(...jumps.map(jumpButton));
  if (focused) byId("jumps").querySelector(`[data-jump="${CSS.escape(focused)}"]`)?.focus();
  const pick = byId("clock-to");
  if (!pick.value || pick.value < pick.min) pick.value = pick.min;
}

function jumpButton({ label, to }) {
  const at = to && new Date(to);
  return el(
    "button",
    { type: "button", disabled: !to, data: { jump: label }, on: { click: () => move(to) } },
    el("span", {}, label),
    el("small", {}, at ? `${monthDay(at)} ${weekdayText(at)} ${timeText(at)}` : "现在没有"),
  );
}

async function move(to) {
  const controls = document.querySelectorAll(".moves button");
  controls.forEach((control) => { control.disabled = true; });
  byId("jumps").setAttribute("aria-busy", "true");
  await attempt(async () => {
    const { clock, jumps } = await post("api/clock", { to });
    showClock(clock);
    showJumps(jumps);
  });
  byId("jumps").removeAttribute("aria-busy");
  controls.forEach((control) => { control.disabled = false; });
}
