/**
 * Copying, where the browser allows it; elsewhere the text is shown, ready to be copied by hand.
 */

import { button, el } from "./dom.js";

/**
 * @param {string} text
 * @param {string} what what it is, for the dialog that shows it
 * @returns {Promise<boolean>} whether it is in the clipboard
 */
export async function copy(text, what) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    show(text, what); // No permission, or no https.
    return false;
  }
}

function show(text, what) {
  const area = el("textarea", {
    readonly: true,
    rows: String(Math.min(12, text.split("\n").length + 1)),
    "aria-label": what,
  });
  area.value = text;
  const dialog = el(
    "dialog",
    { class: "dialog", "aria-labelledby": "copy-title" },
    el("h2", { id: "copy-title" }, what),
    el("p", {}, "The browser does not let this page copy. The text is selected: press Ctrl+C or ⌘C."),
    area,
    el(
      "div",
      { class: "dialog-actions" },
      button("Close", () => dialog.close(), { class: "primary" }),
    ),
  );
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  area.select();
}
