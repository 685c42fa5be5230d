/**
 * The list of articles: found by title, publisher or date, and opened.
 */

import { api, Failure } from "./api.js";
import { el, renew } from "./dom.js";
import { listNote, searchBox } from "./sidebar.js";
import { byline, counted } from "./text.js";

export class Articles {
  #list = el("div", { class: "list" });
  #count = el("p", { class: "hidden", role: "status" });
  #all = null;
  #query = "";
  #open;
  #onRead;

  /**
   * @param {{open: (id: string, opener: HTMLElement) => void, onRead: (articles: Object[]) => void}} hooks
   *   `onRead` gets the list once it is read
   */
  constructor({ open, onRead }) {
    this.#open = open;
    this.#onRead = onRead;
    const search = searchBox("Search articles", (query) => {
      this.#query = query.toLocaleLowerCase();
      this.#draw();
      this.#count.textContent = counted(this.#found().length, "article");
    });
    this.element = el("div", { class: "pane-inner" }, search, this.#count, this.#list);
  }

  /** Read the list from the server. */
  async refresh() {
    try {
      this.#all = await api.articles();
      this.#onRead(this.#all);
      this.#draw();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      renew(
        this.#list,
        listNote(error.message, () => this.refresh()),
      );
    }
  }

  #found() {
    const words = this.#query.split(/\s+/u).filter(Boolean);
    return (this.#all ?? []).filter((one) => {
      const text = [one.title, byline(one), one.author, one.published, one.id].join(" ").toLocaleLowerCase();
      return words.every((word) => text.includes(word));
    });
  }

  #draw() {
    if (!this.#all) return;
    const found = this.#found();
    if (!found.length) {
      renew(
        this.#list,
        listNote(
          this.#all.length
            ? "No article has these words in its title, publisher or date."
            : "There are no articles yet.",
        ),
      );
      return;
    }
    renew(
      this.#list,
      el(
        "ul",
        {},
        ...found.map((one) =>
          el(
            "li",
            { class: "item" },
            el(
              "button",
              {
                type: "button",
                class: "item-link item-article",
                "data-key": one.id,
                on: { click: (event) => this.#open(one.id, event.currentTarget) },
              },
              el("span", { class: "item-title" }, one.title),
              el("span", { class: "item-by" }, byline(one) || "No date given"),
            ),
          ),
        ),
      ),
    );
  }
}
