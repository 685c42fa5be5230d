/**
 * The box in which a question is asked; while an answer is on its way its button stops that.
 */

import { button, el, icon } from "./dom.js";
import { say } from "./notices.js";

const MOST = 4000;

export class Composer {
  #box;
  #send;
  #stop;
  #running = false;
  #onAsk;
  #onStop;
  #onEditLast;

  /**
   * @param {HTMLElement} element
   * @param {{filters: HTMLElement, onAsk: (question: string) => void, onStop: () => void,
   *   onEditLast: () => boolean}} parts `onEditLast` says whether there is a question to edit
   */
  constructor(element, { filters, onAsk, onStop, onEditLast }) {
    this.#onAsk = onAsk;
    this.#onStop = onStop;
    this.#onEditLast = onEditLast;
    this.#box = el("textarea", {
      id: "question",
      rows: "1",
      maxlength: String(MOST),
      placeholder: "Ask the articles …",
      "aria-label": "Your question",
      enterkeyhint: "send",
      autocomplete: "off",
      on: { keydown: (event) => this.#onKey(event), input: () => this.#grow() },
    });
    this.#send = el(
      "button",
      { class: "send", title: "Ask (Enter)" },
      icon("send"),
      el("span", { class: "hidden" }, "Ask"),
    );
    this.#stop = button("Stop", () => this.#onStop(), { icon: "stop", bare: true, class: "send stopping" });
    this.#stop.hidden = true;
    const ask = (event) => {
      event.preventDefault();
      this.#submit();
    };
    element.append(
      el(
        "form",
        { class: "composer-form", on: { submit: ask } },
        el("div", { class: "box" }, this.#box, this.#send, this.#stop),
        el(
          "div",
          { class: "below" },
          filters,
          el("p", { class: "hint" }, el("kbd", {}, "Enter"), " asks, ", el("kbd", {}, "?"), " shows all keys"),
        ),
      ),
    );
  }

  focus() {
    this.#box.focus();
  }

  /** Put a question into the box, to be looked over before it is asked. */
  set text(text) {
    this.#box.value = text;
    this.#grow();
  }

  /** Whether an answer is on its way. */
  set running(running) {
    const focused = document.activeElement === this.#stop;
    this.#running = running;
    this.#send.hidden = running;
    this.#stop.hidden = !running;
    if (focused && !running) this.#box.focus();
  }

  #submit() {
    const question = this.#box.value.trim();
    if (!question) return this.#box.focus();
    if (this.#running) return say("An answer is on its way: stop it first, or wait.");
    this.text = "";
    // The keyboard on the screen would cover the answer.
    if (matchMedia("(hover: none)").matches) this.#box.blur();
    this.#onAsk(question);
    return undefined;
  }

  #onKey(event) {
    if (event.isComposing) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      this.#submit();
    } else if (event.key === "ArrowUp" && !this.#box.value && this.#onEditLast()) {
      event.preventDefault();
    }
  }

  #grow() {
    this.#box.style.height = "auto";
    this.#box.style.height = `${Math.min(this.#box.scrollHeight, innerHeight * 0.4)}px`;
  }
}
