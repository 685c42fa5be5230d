/**
 * What this browser remembers. Storage may be switched off; then nothing is remembered and nothing fails.
 */

const PREFIX = "assistant.";

/**
 * @param {string} name
 * @returns {string|null}
 */
export function recall(name) {
  try {
    return localStorage.getItem(PREFIX + name);
  } catch {
    return null; // Storage is switched off.
  }
}

/**
 * @param {string} name
 * @param {string|null} value null forgets
 */
export function remember(name, value) {
  try {
    if (value === null) localStorage.removeItem(PREFIX + name);
    else localStorage.setItem(PREFIX + name, value);
  } catch {
    // Storage is switched off: the choice lasts as long as the page.
  }
}
