/**
 * A vote on an answer, and the reason for it.
 */

import { Failure } from "./api.js";
import { button, el, fill } from "./dom.js";

const REASONS = {
  down: [
    ["wrong", "It is wrong"],
    ["incomplete", "Something is missing"],
    ["unsupported", "The quotes do not say this"],
    ["off_topic", "It answers another question"],
    ["outdated", "It is out of date"],
    ["should_abstain", "It should have said that it does not know"],
    ["should_answer", "The articles do answer this"],
  ],
  up: [
    ["exact", "Exactly what I asked"],
    ["well_sourced", "Good sources"],
    ["quick", "Saved me time"],
  ],
};

export class Feedback {
  #answerId;
  #given;
  #send;
  #form = el("div", { class: "feedback", hidden: true });
  #buttons;

  /**
   * @param {{id: string}} answer
   * @param {Object|null} given the vote that stands already
   * @param {(feedback: Object) => Promise<Object>} send
   */
  constructor(answer, given, send) {
    this.#answerId = answer.id;
    this.#given = given;
    this.#send = send;
    this.#buttons = {
      up: button("Good answer", () => this.#vote("up"), { icon: "up-vote", bare: true }),
      down: button("Bad answer", () => this.#vote("down"), { icon: "down-vote", bare: true }),
    };
    this.#draw();
  }

  /** The two buttons. */
  get buttons() {
    return [this.#buttons.up, this.#buttons.down];
  }

  /** The form that asks for a reason. */
  get form() {
    return this.#form;
  }

  #draw() {
    for (const [vote, one] of Object.entries(this.#buttons)) {
      one.setAttribute("aria-pressed", String(this.#given?.vote === vote));
    }
  }

  async #vote(vote) {
    const former = this.#given;
    this.#given = { answer_id: this.#answerId, vote };
    this.#draw();
    this.#ask(vote);
    try {
      await this.#send(this.#given);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#given = former;
      this.#draw();
      fill(this.#form, el("p", { class: "field-error", role: "alert" }, `The vote was not kept. ${error.message}`));
    }
  }

  #ask(vote) {
    const text = el("textarea", {
      name: "text",
      rows: "2",
      maxlength: "2000",
      "aria-label": "In your own words",
      placeholder: "In your own words (optional)",
    });
    const name = `reason-${this.#answerId}`;
    const form = el(
      "form",
      { on: { submit: (event) => this.#explain(event, vote) } },
      el(
        "fieldset",
        {},
        el("legend", {}, vote === "up" ? "Thank you. What was good?" : "Thank you. What is wrong with it?"),
        el(
          "div",
          { class: "reasons" },
          ...REASONS[vote].map(([value, label]) =>
            el("label", { class: "reason" }, el("input", { type: "radio", name, value }), el("span", {}, label)),
          ),
        ),
      ),
      text,
      el(
        "div",
        { class: "feedback-actions" },
        el("button", { class: "button primary" }, "Send"),
        button("Close", () => this.#done(vote), { class: "quiet" }),
      ),
    );
    fill(this.#form, form);
    this.#form.hidden = false;
    form.querySelector("input").focus();
  }

  async #explain(event, vote) {
    event.preventDefault();
    const given = new FormData(event.target);
    const feedback = { answer_id: this.#answerId, vote };
    const reason = given.get(`reason-${this.#answerId}`);
    const text = given.get("text").trim();
    if (reason) feedback.reason = reason;
    if (text) feedback.text = text;
    try {
      await this.#send(feedback);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#form.querySelector(".field-error")?.remove();
      this.#form.append(el("p", { class: "field-error", role: "alert" }, `It was not sent. ${error.message}`));
      return;
    }
    this.#given = feedback;
    fill(this.#form, el("p", { class: "thanks", role: "status" }, "Thank you: noted."));
    this.#buttons[vote].focus();
  }

  #done(vote) {
    this.#form.hidden = true;
    this.#buttons[vote].focus();
  }
}
