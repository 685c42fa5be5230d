/**
 * Signing in: the key is asked for once the server wants one; from then on a cookie that no script can read stands for
 * it. What was asked of the server meanwhile waits, and then goes on.
 */

import { api, Failure, whenUnknown } from "./api.js";
import { button, el, fill } from "./dom.js";
import { toast } from "./notices.js";

let asking = null;
let named = null;

/** Ask for a key whenever the server wants one. */
export function askWhenUnknown() {
  whenUnknown(() => {
    asking ??= ask().finally(() => {
      asking = null;
    });
    return asking;
  });
}

/** The button that signs out; it is not seen while nobody is signed in. */
export function signOutButton() {
  const look = button("Sign out", leave, { icon: "sign-out", bare: true });
  look.hidden = true;
  return look;
}

/** Show the button to who is signed in. */
export async function drawSession(look) {
  const { name } = await api.session();
  named = name;
  look.hidden = name === null;
  look.title = `Sign out (signed in as ${name})`;
}

/** Whether what is asked here can be read with one key alone. */
export function isSignedIn() {
  return named !== null;
}

async function leave() {
  try {
    await api.signOut();
    // Nothing that the page holds is for whoever comes next.
    location.assign("/");
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    toast(error.message);
  }
}

/** @returns {Promise<void>} once a key was right */
function ask() {
  return new Promise((resolve) => {
    const wrong = el("p", { id: "sign-in-wrong", class: "wrong", role: "alert" });
    const key = el("input", {
      type: "password",
      id: "sign-in-key",
      required: true,
      maxlength: "500",
      autocomplete: "current-password",
      "aria-describedby": "sign-in-why sign-in-wrong",
    });
    const enter = el("button", { type: "submit", class: "button primary" }, "Sign in");
    const form = el(
      "form",
      {},
      el("h2", { id: "sign-in-title" }, "Sign in"),
      el(
        "p",
        { id: "sign-in-why" },
        "This server wants to know who asks. Whoever runs it makes you a key with ",
        el("code", {}, "assistant keys add NAME"),
        ".",
      ),
      el("label", { class: "field sign-in-field", for: "sign-in-key" }, el("span", {}, "Your key"), key),
      wrong,
      el("div", { class: "dialog-actions" }, enter),
    );
    const dialog = el("dialog", { class: "dialog small sign-in", "aria-labelledby": "sign-in-title" }, form);
    let done = false;
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (enter.disabled) return;
      enter.disabled = true;
      fill(wrong);
      try {
        await api.signIn(key.value);
        // A browser that keeps no cookie is not known any better now.
        await api.known();
        done = true;
        dialog.close();
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        fill(wrong, error.message);
        key.select();
        key.focus();
      } finally {
        enter.disabled = false;
      }
    });
    // Without a key there is nothing to go back to.
    dialog.addEventListener("cancel", (event) => event.preventDefault());
    dialog.addEventListener("close", () => {
      if (!done) {
        dialog.showModal();
        return;
      }
      dialog.remove();
      resolve();
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
