/**
 * Texts of which only the first lines are shown until the whole is asked for.
 */

import { button } from "./dom.js";

// Longer ones fill a phone's screen.
const LONGEST = 280;
const LINES = 5;

/** Whether `text` is too long to be shown as a whole unasked. */
export function isLong(text) {
  return text.length > LONGEST || text.split("\n").length > LINES;
}

/**
 * Clamp an element that shows `text` to its first lines, if that is long.
 * @param {HTMLElement} element
 * @param {string} text
 * @returns {HTMLElement|null} the button that shows all of it, and less again; null where there is no need
 */
export function clamp(element, text) {
  if (!isLong(text)) return null;
  element.classList.add("clamped");
  const toggle = button(
    "Show all",
    () => {
      const clamped = element.classList.toggle("clamped");
      toggle.setAttribute("aria-expanded", String(!clamped));
      toggle.querySelector(".label").textContent = clamped ? "Show all" : "Show less";
    },
    { class: "inline show-all", "aria-expanded": "false" },
  );
  return toggle;
}
