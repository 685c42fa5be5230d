/**
 * The keyboard: one list of what each key does, which the help shows too.
 */

import { isTyping } from "./dom.js";
import { recall } from "./storage.js";

/**
 * @typedef {{keys: string[], does: string, run?: (event: KeyboardEvent) => void, always?: boolean}} Binding
 *   `keys` as shown; `run` is missing where the key works by itself, as Enter does in the box.
 */

const NAMES = { "↑": "ArrowUp", "↓": "ArrowDown", "←": "ArrowLeft", "→": "ArrowRight", Esc: "Escape" };

/**
 * Listen to the keyboard.
 * @param {Binding[]} bindings
 */
export function listen(bindings) {
  const byKey = new Map();
  for (const one of bindings) if (one.run) for (const key of one.keys) byKey.set(NAMES[key] ?? key, one);
  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const binding = byKey.get(event.key);
    // An open dialog has its own Esc, and nothing else reaches past it.
    if (!binding || document.querySelector("dialog[open]")) return;
    if (event.key !== "Escape") {
      if (isTyping(event.target)) return;
      if (event.key.length === 1 && recall("keys") === "off") return;
      if (event.key.startsWith("Arrow") && !event.target.closest?.("#panel, .marker")) return;
    }
    if (binding.run(event) !== false) event.preventDefault();
  });
}
