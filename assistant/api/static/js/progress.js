/**
 * The line that says how answering stands; where that takes long, its seconds show and tell that it goes on.
 */

import { el, fill } from "./dom.js";
import { say } from "./notices.js";

const SHORT = 4;
const FIRST_TOLD = 10;
const TOLD_EVERY = 30;

export class Progress {
  #began = 0;
  #timer = 0;
  #clock = el("span", { class: "elapsed", "aria-hidden": "true" });

  element = el("div", { class: "progress" });

  /**
   * Say what goes on.
   * @param {string} text
   * @param {string} [kind] "warning" for trouble, which is said aloud too and has no clock
   */
  show(text, kind = "") {
    if (!this.#timer) {
      this.#began = performance.now();
      this.#timer = setInterval(() => this.#tick(), 1000);
    }
    fill(
      this.element,
      el(
        "p",
        { class: `progress-line ${kind}` },
        el("span", { class: "pulse", "aria-hidden": "true" }),
        el("span", {}, text),
        kind ? null : this.#clock,
      ),
    );
    if (kind) say(text);
  }

  /** Nothing goes on any more. */
  clear() {
    clearInterval(this.#timer);
    this.#timer = 0;
    fill(this.#clock);
    fill(this.element);
  }

  #tick() {
    const seconds = Math.round((performance.now() - this.#began) / 1000);
    if (seconds >= SHORT) fill(this.#clock, `${seconds} s`);
    // Elsewhere on the site it would speak of what is not there.
    if (this.#clock.isConnected && seconds % TOLD_EVERY === FIRST_TOLD) say(`Still at it after ${seconds} seconds.`);
  }
}
