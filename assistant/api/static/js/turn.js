/**
 * One question and its answer: how it stands while it is answered, and everything that can be done with it after.
 */

import { abstention } from "./abstention.js";
import { AnswerView } from "./answer.js";
import { api, Failure, sentence } from "./api.js";
import { fallbackNote } from "./authorship.js";
import { clamp } from "./clamp.js";
import { copy } from "./clipboard.js";
import { button, el, fill, icon } from "./dom.js";
import { Feedback } from "./feedback.js";
import { filterLine, widening } from "./filters.js";
import { say, toast } from "./notices.js";
import { asText } from "./plaintext.js";
import { Progress } from "./progress.js";
import { isSignedIn } from "./session.js";
import { confidenceWord, counted, folded } from "./text.js";

/**
 * @typedef {import("./answer.js").AnswerActions & {
 *   titleOf: (id: string) => string,
 *   ask: (question: string, filters?: Object) => void,
 *   regenerate: (turn: Turn) => void,
 *   edit: (turn: Turn, question: string) => void,
 *   rephrase: (turn: Turn, standalone: string) => void,
 *   retry: (turn: Turn) => void,
 *   keepFormer: ((turn: Turn) => void) | null,
 * }} TurnActions
 */

export class Turn {
  #actions;
  #view;
  #heading = el("div", { class: "question" });
  #rewritten = el("div", { class: "rewritten" });
  #progress = new Progress();
  // There from the start, because what is put into it later is read aloud.
  #fallback = el("div", { role: "status" });
  #body = el("div", { class: "turn-body" });
  #tools = el("div", { class: "turn-tools" });
  #ups = el("div", { class: "follow-ups" });

  /**
   * @param {Object} message as the server has it, or at first with its question and filters alone
   * @param {TurnActions} actions
   */
  constructor(message, actions) {
    this.message = message;
    this.readOnly = false;
    this.#actions = actions;
    this.#view = new AnswerView(actions);
    this.element = el(
      "section",
      { class: "turn", tabindex: "-1" },
      this.#heading,
      this.#progress.element,
      this.#fallback,
      this.#body,
      this.#tools,
      this.#ups,
    );
    this.#drawQuestion();
  }

  get answer() {
    return this.message.answer;
  }

  /** Whether an answer is still to come. */
  get running() {
    return this.message.status === "running";
  }

  /** Show that it is being answered. */
  begin() {
    this.#progress.show("Searching the articles …");
  }

  /**
   * Take in an event of the stream.
   * @param {import("./stream.js").ServerEvent} event
   */
  apply({ type, data }) {
    if (type === "message") {
      this.message = { ...data, answer: null };
      this.#drawQuestion();
    } else if (type === "retrieval") {
      this.#view.expect(data.passages);
      this.#progress.show(`Reading ${counted(data.passages.length, "passage")} …`);
    } else if (type === "statement") {
      if (!this.#view.element.isConnected) this.#body.append(this.#view.element);
      this.#view.state(data, data.citations);
      say(data.text);
    } else if (type === "answer") {
      this.message = data;
      this.#announce(this.finish());
    } else if (type === "stopped") {
      this.message = { ...this.message, status: "stopped" };
      this.finish();
      say("Stopped.");
    } else if (type === "error") {
      this.fail(
        new Failure("problem", sentence(data.detail ?? data.title ?? "the server failed"), { status: data.status }),
      );
    }
  }

  /** Show that the connection is lost or the server busy, and for how long; null: it goes on. */
  trouble(trouble) {
    if (!trouble) return this.#progress.show("Going on …");
    const seconds = Math.ceil(trouble.wait);
    const when = trouble.wait < 1 ? "now" : `in ${counted(seconds, "second")}`;
    this.#progress.show(`${trouble.message} Trying again ${when} …`, "warning");
    return undefined;
  }

  /** Show what the message holds, once nothing more is to come; whether statements gave way to others. */
  finish() {
    const { status, answer, error } = this.message;
    this.#progress.clear();
    this.#drawQuestion();
    if (answer) return this.#finishAnswer(answer);
    if (status === "failed") this.fail(new Failure("problem", sentence(error ?? "the server failed")));
    else if (status === "stopped")
      this.#note(
        "Stopped before the answer was whole.",
        "stopped",
        "Ask again",
        () => this.#actions.retry(this),
        this.#actions.keepFormer,
      );
    return false;
  }

  /** Show why there is no answer. */
  fail(failure) {
    this.message = { ...this.message, status: "failed" };
    this.#progress.clear();
    this.#note(failure.message, "failed", "Try again", () => this.#actions.retry(this), this.#actions.keepFormer);
    say(`No answer. ${failure.message}`);
  }

  /** Offer questions that go on from here. */
  offer(questions) {
    if (!questions.length) return;
    fill(
      this.#ups,
      el("h3", {}, "Ask next"),
      el("ul", {}, ...questions.map((one) => el("li", {}, this.#followUp(one)))),
    );
  }

  clearOffer() {
    fill(this.#ups);
  }

  /** Let the question be edited. */
  editQuestion() {
    this.#editor(this.#heading, this.message.question, "Your question", (text) => this.#actions.edit(this, text));
  }

  /** Copy the answer with its sources. */
  async copy() {
    if (this.answer && (await copy(asText(this.answer), "The answer with its sources")))
      toast("Copied with its sources");
  }

  /** Copy a link to the answer. */
  async share() {
    if (this.answer && (await copy(`${location.origin}/a/${this.answer.id}`, "Link to this answer")))
      toast(isSignedIn() ? "Link copied: it opens with your key alone" : "Link copied");
  }

  /** Move the focus to the next or former marker in the answer; whether there is one. */
  focusMarker(by) {
    const markers = [...this.element.querySelectorAll(".statements .marker")];
    const next = markers[markers.indexOf(document.activeElement) + by];
    next?.focus();
    return Boolean(next);
  }

  #drawQuestion() {
    const { question, standalone_question: read, filters } = this.message;
    const differs = read && folded(read) !== folded(question);
    const edit = this.readOnly
      ? null
      : button("Edit the question", () => this.editQuestion(), { icon: "edit", bare: true, class: "edit" });
    fill(this.#rewritten);
    if (differs) this.#drawRewritten(read);
    const heading = el("h2", {}, question);
    fill(
      this.#heading,
      el("div", { class: "question-line" }, heading, edit),
      clamp(heading, question),
      differs ? this.#rewritten : null,
      filters ? filterLine(filters, this.#actions.titleOf) : null,
    );
  }

  #drawRewritten(read) {
    const edit = () =>
      this.#editor(this.#rewritten, read, "The question as it is understood", (text) =>
        this.#actions.rephrase(this, text),
      );
    const understood = el("p", {}, "Understood as ", el("q", {}, read));
    const toggle = clamp(understood, read);
    fill(
      this.#rewritten,
      icon("rewritten"),
      toggle ? el("div", {}, understood, toggle) : understood,
      this.readOnly ? null : button("Change how it is understood", edit, { icon: "edit", bare: true, class: "edit" }),
    );
  }

  /** Put a box with `text` in place of what `place` holds; `onSave` gets what it was changed to. */
  #editor(place, text, label, onSave) {
    const box = el("textarea", { rows: "2", maxlength: "4000", "aria-label": label });
    box.value = text;
    const cancel = () => {
      this.#drawQuestion();
      place.querySelector("button")?.focus();
    };
    const save = () => {
      const changed = box.value.trim();
      if (!changed) return box.focus();
      this.#drawQuestion();
      onSave(changed);
      return undefined;
    };
    box.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      if (event.key === "Enter" && !event.shiftKey) save();
      else if (event.key === "Escape") cancel();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
    fill(
      place,
      el(
        "div",
        { class: "editor" },
        box,
        this.element.nextElementSibling
          ? el("p", { class: "editor-note" }, "The questions after this one are dropped once it is answered.")
          : null,
        el(
          "div",
          { class: "editor-actions" },
          button("Ask", save, { class: "primary" }),
          button("Cancel", cancel, { class: "quiet" }),
        ),
      ),
    );
    box.focus();
    box.setSelectionRange(text.length, text.length);
  }

  #finishAnswer(answer) {
    const replaced = this.#view.finish(answer);
    fill(this.#fallback, fallbackNote(answer));
    if (!this.#view.element.isConnected) this.#body.append(this.#view.element);
    if (answer.status === "abstained") {
      const { filters } = this.message;
      const wider =
        filters && widening(filters, this.#actions.titleOf, (less) => this.#actions.ask(this.message.question, less));
      this.#view.explain(abstention(answer, this.#actions, wider));
    } else if (answer.uncertain || answer.status === "partial") {
      const why = answer.uncertain
        ? "Uncertain: the quotes may not answer this. Read them before you rely on it."
        : "Only a part of the question is answered.";
      this.element.querySelector(".doubt")?.remove();
      this.#view.element.prepend(el("p", { class: "doubt" }, icon("doubt"), why));
    }
    const given = new Feedback(answer, this.message.feedback, api.feedback);
    fill(
      this.#tools,
      el(
        "div",
        { class: "tools", role: "group", "aria-label": "This answer" },
        button("Copy", () => this.copy(), { icon: "copy", class: "quiet" }),
        button("Share", () => this.share(), { icon: "link", class: "quiet" }),
        this.readOnly
          ? null
          : button("Regenerate", () => this.#actions.regenerate(this), { icon: "again", class: "quiet regenerate" }),
        el("span", { class: "votes" }, given.buttons),
      ),
      given.form,
    );
    return replaced;
  }

  #followUp(question) {
    if (this.readOnly)
      return el(
        "a",
        { class: "follow-up", href: `/?${new URLSearchParams({ q: question })}` },
        icon("follow"),
        el("span", {}, question),
      );
    return button(question, () => this.#actions.ask(question), { icon: "follow", class: "follow-up" });
  }

  #note(text, kind, label, run, keep = null) {
    this.#body.querySelector(".note")?.remove();
    this.#body.append(
      el(
        "div",
        { class: `note ${kind}`, role: kind === "failed" ? "alert" : null },
        el("p", {}, icon(kind === "failed" ? "failed" : "stopped"), text),
        this.readOnly
          ? null
          : el(
              "div",
              { class: "note-actions" },
              button(label, run, { class: "outline" }),
              keep && this.message.replaces
                ? button("Keep the former answer", () => keep(this), { class: "quiet" })
                : null,
            ),
      ),
    );
  }

  #announce(replaced) {
    const { answer } = this;
    const instead = answer.statements.map((one) => one.text).join(" ");
    const former = replaced ? `What was read out so far no longer stands. ${instead} ` : "";
    const sources = answer.citations.length ? `, ${counted(answer.citations.length, "quote")}` : "";
    const short = answer.short_answer ? `Short answer: ${answer.short_answer.text}. ` : "";
    say(
      answer.status === "abstained"
        ? `${former}The articles do not answer this.`
        : `${former}${short}Answer complete${sources}. ${confidenceWord(answer)}.`,
    );
  }
}
