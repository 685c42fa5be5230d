/**
 * Dialogs: a question with yes and no, and the help.
 */

import { button, el } from "./dom.js";
import { recall, remember } from "./storage.js";

/**
 * Ask for a confirmation.
 * @param {{title: string, text: string, yes: string}} what
 * @returns {Promise<boolean>}
 */
export function confirm({ title, text, yes }) {
  return new Promise((resolve) => {
    const dialog = el(
      "dialog",
      { class: "dialog small", "aria-labelledby": "confirm-title", "aria-describedby": "confirm-text" },
      el("h2", { id: "confirm-title" }, title),
      el("p", { id: "confirm-text" }, text),
      el(
        "div",
        { class: "dialog-actions" },
        button("Cancel", () => dialog.close(), { class: "quiet" }),
        button(yes, () => dialog.close("yes"), { class: "danger" }),
      ),
    );
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(dialog.returnValue === "yes");
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}

/**
 * Show which keys do what.
 * @param {{keys: string[], does: string}[]} keys
 */
export function help(keys) {
  if (document.querySelector("dialog[open]")) return;
  const single = el("input", { type: "checkbox", checked: recall("keys") !== "off" });
  single.addEventListener("change", () => remember("keys", single.checked ? null : "off"));
  const dialog = el(
    "dialog",
    { class: "dialog help", "aria-labelledby": "help-title" },
    el("h2", { id: "help-title" }, "Keys"),
    el(
      "dl",
      { class: "keys" },
      ...keys.map((one) =>
        el(
          "div",
          {},
          el(
            "dt",
            {},
            one.keys.flatMap((key, at) => [at ? " or " : null, el("kbd", {}, key)]),
          ),
          el("dd", {}, one.does),
        ),
      ),
    ),
    el("label", { class: "choice" }, single, el("span", {}, "Keys of a single character work outside text boxes")),
    el(
      "div",
      { class: "dialog-actions" },
      button("Close", () => dialog.close(), { class: "primary" }),
    ),
  );
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
