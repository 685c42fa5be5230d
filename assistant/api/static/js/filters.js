/**
 * Which articles may answer: held in the address, seen as chips, changed in a dialog.
 */

import { button, el, fill, icon } from "./dom.js";
import { byline, day } from "./text.js";

/** @typedef {{since?: string, until?: string, as_of?: string, publisher: string[], article: string[]}} Filters */

const DATES = { since: "From", until: "Until", as_of: "As of" };

/**
 * The filters of an address.
 * @param {string} search as in location.search
 * @returns {Filters}
 */
export function readFilters(search) {
  const given = new URLSearchParams(search);
  const filters = { publisher: given.getAll("publisher"), article: given.getAll("article") };
  for (const name of Object.keys(DATES)) {
    const value = given.get(name);
    if (/^\d{4}-\d{2}-\d{2}$/.test(value ?? "")) filters[name] = value;
  }
  return filters;
}

/** The filters as a query, with its question mark; empty where there are none. */
export function queryOf(filters) {
  const query = new URLSearchParams();
  for (const name of Object.keys(DATES)) if (filters[name]) query.set(name, filters[name]);
  for (const one of filters.publisher) query.append("publisher", one);
  for (const one of filters.article) query.append("article", one);
  return query.size ? `?${query}` : "";
}

/** The filters as a question's body has them: only those that are set. */
export function bodyOf(filters) {
  const body = {};
  for (const name of Object.keys(DATES)) if (filters[name]) body[name] = filters[name];
  if (filters.publisher.length) body.publisher = filters.publisher;
  if (filters.article.length) body.article = filters.article;
  return body;
}

/**
 * Each filter that is set, with the words for it and the filters without it.
 * @param {Filters} filters
 * @param {(id: string) => string} titleOf an article's title
 * @returns {{label: string, without: Filters}[]}
 */
function each(filters, titleOf) {
  const found = [];
  for (const [name, label] of Object.entries(DATES)) {
    if (filters[name])
      found.push({ label: `${label} ${day(filters[name])}`, without: { ...filters, [name]: undefined } });
  }
  for (const name of ["publisher", "article"]) {
    for (const one of filters[name] ?? []) {
      const label = name === "publisher" ? one : titleOf(one);
      found.push({ label, without: { ...filters, [name]: filters[name].filter((other) => other !== one) } });
    }
  }
  return found;
}

/** The chips beside the question box, and the dialog that changes them. */
export class FilterBar {
  #filters = readFilters("");
  #onChange;
  #corpus = { publishers: [], articles: [] };
  #dialog = el("dialog", { class: "dialog filters", "aria-labelledby": "filters-title" });

  /** @param {(filters: Filters) => void} onChange told of each change that the reader makes */
  constructor(onChange) {
    this.#onChange = onChange;
    this.element = el("div", { class: "chips", role: "group", "aria-label": "Filters" });
    document.body.append(this.#dialog);
    // A click on what is around it lands on the dialog itself.
    this.#dialog.addEventListener("click", (event) => event.target === this.#dialog && this.#dialog.close());
    this.#draw();
  }

  get value() {
    return this.#filters;
  }

  set value(filters) {
    this.#filters = filters;
    this.#draw();
  }

  /** What can be chosen from. */
  set corpus(corpus) {
    this.#corpus = corpus;
    this.#draw();
  }

  /** An article's title, its id where that is not known. */
  titleOf = (id) => this.#corpus.articles.find((one) => one.id === id)?.title ?? id;

  open() {
    this.#fillDialog();
    this.#dialog.showModal();
  }

  #change(filters) {
    this.value = filters;
    this.#onChange(filters);
  }

  #draw() {
    const chips = each(this.#filters, this.titleOf).map(({ label, without }) => {
      const remove = () => {
        this.#change(without);
        (this.element.querySelector(".chip-remove") ?? this.element.querySelector("button")).focus();
      };
      return el(
        "span",
        { class: "chip" },
        el("span", { class: "chip-label" }, label),
        button(`Remove the filter ${label}`, remove, { icon: "close", bare: true, class: "chip-remove" }),
      );
    });
    const opener = button("Filters", () => this.open(), {
      icon: "filter",
      class: "quiet filters-open",
      "aria-haspopup": "dialog",
    });
    fill(this.element, opener, chips);
  }

  #fillDialog() {
    const error = el("p", { class: "field-error", role: "alert" });
    const apply = () => {
      const next = this.#read();
      const wrong = next.since && next.until && next.since > next.until;
      error.textContent = wrong ? "“From” is later than “Until”: swap them." : "";
      if (!wrong) this.#change(next);
    };
    fill(
      this.#dialog,
      el(
        "form",
        { method: "dialog", on: { change: apply } },
        el("h2", { id: "filters-title" }, "Which articles may answer"),
        el(
          "div",
          { class: "field-row" },
          this.#date("since", "Published from"),
          this.#date("until", "Published until"),
          this.#date("as_of", "As of a date", "Leaves out what was published later"),
        ),
        error,
        this.#choices(
          "publisher",
          "Publishers",
          this.#corpus.publishers.map((one) => ({ value: one, label: one })),
        ),
        this.#choices(
          "article",
          "Articles",
          this.#corpus.articles.map((one) => ({ value: one.id, label: one.title, more: byline(one) })),
        ),
        el(
          "div",
          { class: "dialog-actions" },
          button(
            "Clear all",
            () => {
              this.#change(readFilters(""));
              this.#fillDialog();
              this.#dialog.querySelector("input").focus();
            },
            { class: "quiet" },
          ),
          el("button", { class: "button primary" }, "Done"),
        ),
      ),
    );
  }

  #read() {
    const given = new FormData(this.#dialog.querySelector("form"));
    const filters = { publisher: given.getAll("publisher"), article: given.getAll("article") };
    for (const name of Object.keys(DATES)) if (given.get(name)) filters[name] = given.get(name);
    return filters;
  }

  #date(name, label, hint = "") {
    const input = el("input", { type: "date", name, value: this.#filters[name], title: hint || null });
    return el("label", { class: "field" }, el("span", {}, label), input);
  }

  #choices(name, legend, options) {
    const known = new Set(options.map((one) => one.value.toLowerCase()));
    // What the address asks for but the corpus lacks can still be taken off.
    const unknown = this.#filters[name]
      .filter((one) => !known.has(one.toLowerCase()))
      .map((one) => ({ value: one, label: one, more: "not among the articles" }));
    const chosen = new Set(this.#filters[name].map((one) => one.toLowerCase()));
    const all = [...options, ...unknown];
    if (!all.length) return null;
    return el(
      "fieldset",
      { class: "choices" },
      el("legend", {}, legend),
      el(
        "div",
        { class: "choices-list" },
        ...all.map((one) =>
          el(
            "label",
            { class: "choice" },
            el("input", { type: "checkbox", name, value: one.value, checked: chosen.has(one.value.toLowerCase()) }),
            el("span", {}, one.label, one.more ? el("span", { class: "choice-more" }, one.more) : null),
          ),
        ),
      ),
    );
  }
}

/**
 * What an abstention offers where filters were set: to ask again with one of them less.
 * @param {Filters} filters
 * @param {(id: string) => string} titleOf
 * @param {(filters: Filters) => void} onAsk
 */
export function widening(filters, titleOf, onAsk) {
  const set = each(filters, titleOf);
  if (!set.length) return null;
  const none = readFilters("");
  return el(
    "div",
    { class: "widen" },
    el("h3", {}, "Look further"),
    el(
      "div",
      { class: "widen-options" },
      ...set.map(({ label, without }) => button(`Ask without “${label}”`, () => onAsk(without), { class: "outline" })),
      set.length > 1 ? button("Ask without any filter", () => onAsk(none), { class: "outline" }) : null,
    ),
  );
}

/** The filters that a question was asked with, as a line; null where there were none. */
export function filterLine(filters, titleOf) {
  const set = each(filters, titleOf);
  return set.length ? el("p", { class: "asked-with" }, icon("filter"), set.map((one) => one.label).join(" · ")) : null;
}
