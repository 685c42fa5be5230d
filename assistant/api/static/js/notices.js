/**
 * What is said to the reader in passing: aloud, in a note that goes, in a banner that stays.
 */

import { button, el, fill } from "./dom.js";

const SEEN = 3500;
let timer = 0;

/**
 * Say something to a screen reader only.
 * @param {string} text
 */
export function say(text) {
  const announcer = document.getElementById("announcer");
  announcer.append(el("p", {}, text));
  while (announcer.childElementCount > 12) announcer.firstElementChild.remove();
}

/** Show a short note that goes by itself. */
export function toast(text) {
  const place = document.getElementById("toast");
  fill(place, text);
  place.classList.add("seen");
  clearTimeout(timer);
  timer = setTimeout(() => place.classList.remove("seen"), SEEN);
}

/**
 * Show a banner above the conversation, or take it away.
 * @param {string|null} text
 * @param {{label: string, run: () => void}} [action]
 */
export function banner(text, action) {
  const place = document.getElementById("banner");
  place.hidden = text === null;
  fill(place, text, action ? button(action.label, action.run, { class: "outline" }) : null);
}
