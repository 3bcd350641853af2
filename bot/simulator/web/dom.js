// Small helpers every part of the page shares: elements, requests, the county's time, the status line.

const ZONE = "Asia/Shanghai";
const DATE = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, year: "numeric", month: "long", day: "numeric" });
const MONTH_DAY = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, month: "long", day: "numeric" });
const WEEKDAY = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, weekday: "short" });
const TIME = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });

export const byId = (id) => document.getElementById(id);

/** Make an element; text only ever becomes text. */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "on") Object.entries(value).forEach(([event, act]) => node.addEventListener(event, act));
    else if (name === "class") node.className = value;
    else if (name === "data") Object.assign(node.dataset, value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

/** What the server refused, in its own words. */
export class Refused extends Error {}

export async function get(path) {
  return answer(await fetch(path, { headers: { accept: "application/json" } }));
}

export async function post(path, body) {
  return answer(
    await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  );
}

export async function postFile(path, file, type) {
  return answer(await fetch(path, { method: "POST", headers: { "content-type": type }, body: file }));
}

async function answer(response) {
  const data = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(data.error || "没有办成，请再试一次");
  return data;
}

/** Run something a person asked for; say in words what went wrong. */
export async function attempt(action) {
  try {
    await action();
    return true;
  } catch (fault) {
    if (!(fault instanceof Refused)) console.error(fault);
    tell(fault instanceof Refused ? fault.message : "连不上模拟县，请看它是否还在运行");
    return false;
  }
}

let hiding = 0;

export function tell(sentence, stay = false) {
  const status = byId("status");
  clearTimeout(hiding);
  status.textContent = sentence;
  status.hidden = !sentence;
  if (!stay) hiding = setTimeout(() => { status.hidden = true; }, 6000);
}

export const dateText = (at) => DATE.format(at);
export const monthDay = (at) => MONTH_DAY.format(at);
export const weekdayText = (at) => WEEKDAY.format(at);
export const timeText = (at) => TIME.format(at);

/** The county's wall time as a datetime-local value. */
export function localValue(at) {
  return new Date(at.getTime() + 8 * 3600e3).toISOString().slice(0, 16);
}
