// Comfort only: every page works without it. Shortcuts, the live queue, unsaved words kept from getting lost.
"use strict";
const one = (selector, within = document) => within.querySelector(selector);
const all = (selector, within = document) => [...within.querySelectorAll(selector)];
const typing = (target) => target.closest("input:not([type=checkbox]), textarea, select");

// --- shortcuts ---
function move(step) {
  const lines = all(".line a").filter((line) => line.offsetParent);
  if (!lines.length) return;
  const at = lines.indexOf(document.activeElement);
  const next = lines[Math.max(0, Math.min(lines.length - 1, at < 0 ? (step > 0 ? 0 : lines.length - 1) : at + step))];
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}
function unfold(selector, field) {
  const details = one(selector);
  if (!details) return;
  details.open = true;
  details.scrollIntoView({ block: "nearest" });
  (one(field, details) || one("summary", details)).focus();
}
function focusOn(selector) {
  const found = one(selector);
  if (!found) return;
  found.scrollIntoView({ block: "nearest" });
  found.focus();
}
const keys = {
  j: () => move(1),
  k: () => move(-1),
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  x: () => one("input[type=checkbox]", document.activeElement.closest(".line") || document.createElement("p"))?.click(),
  a: () => focusOn(".release:not(:disabled)"),
  e: () => unfold(".edit", "textarea"),
  r: () => unfold(".refuse", "select"),
  n: () => focusOn("#note"),
  u: () => location.assign("/"),
  "/": () => focusOn("#q"),
  "?": () => one("#help")?.showModal(),
};
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && typing(event.target)) event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || one("dialog[open]")) return;
  if (event.key.startsWith("Arrow") && !one(".line")) return;
  const act = keys[event.key];
  if (!act) return;
  event.preventDefault();
  act();
});

// --- words that were typed are not lost ---
let dirty = false;
document.addEventListener("input", (event) => { if (event.target.closest("form[method=post] textarea")) dirty = true; });
document.addEventListener("submit", (event) => {
  dirty = false;
  const button = event.submitter;
  if (button) setTimeout(() => { button.disabled = true; }, 0); // pressed twice is pressed once
});
window.addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });

// --- the live queue ---
const live = one("#live");
async function refresh() {
  const answer = await fetch(location.href, { headers: { "X-Live": "yes" } });
  if (!answer.ok || answer.redirected) return location.reload();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const focused = document.activeElement?.getAttribute?.("href");
  const ticked = all("input[name=r]:checked", live).map((box) => box.value);
  const fresh = one("#live", page);
  if (!fresh) return location.reload();
  live.replaceChildren(...fresh.childNodes);
  all("nav").forEach((nav, number) => { const now = all("nav", page)[number]; if (now) nav.replaceChildren(...now.childNodes); });
  all("input[name=r]", live).forEach((box) => { box.checked = ticked.includes(box.value); });
  if (focused) all(".line a", live).find((line) => line.getAttribute("href") === focused)?.focus();
}
function listen() {
  const events = new EventSource("/events");
  events.addEventListener("changed", () => {
    if (live.dataset.live === "yes") refresh();
    else if (live.dataset.live === "reload" && !dirty && !one("details.do[open]")) location.reload();
  });
  events.addEventListener("error", () => { if (events.readyState === EventSource.CLOSED) events.close(); });
  window.addEventListener("pagehide", () => events.close());
}
if (live && ["yes", "reload"].includes(live.dataset.live)) listen();
