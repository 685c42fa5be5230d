/**
 * The list of conversations: found, opened, renamed, deleted.
 */

import { api, Failure } from "./api.js";
import { confirm } from "./dialogs.js";
import { button, el, fill, renew } from "./dom.js";
import { toast } from "./notices.js";
import { listNote, searchBox } from "./sidebar.js";

const PAUSE = 200;
const UNTITLED = "New conversation";
const ICONS = { Rename: "edit", Delete: "delete" };

export class Conversations {
  #list = el("div", { class: "list" });
  #found = [];
  #next = null;
  #query = "";
  #current = "";
  #asked = 0;
  #renaming = false;
  #timer = 0;
  #hooks;

  /**
   * @param {{open: (id: string) => void, onRenamed: (id: string, title: string) => void,
   *   onDeleted: (id: string) => void}} hooks
   */
  constructor(hooks) {
    this.#hooks = hooks;
    const search = searchBox("Search conversations", (query) => {
      this.#query = query;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.refresh(), PAUSE);
    });
    this.element = el("div", { class: "pane-inner" }, search, this.#list);
  }

  /** The conversation that is looked at. */
  set current(id) {
    this.#current = id;
    this.#draw();
  }

  /** A conversation's title, empty where it is not in the list. */
  titleOf(id) {
    return this.#found.find((one) => one.id === id)?.title ?? "";
  }

  /** Read the list from the server. */
  async refresh() {
    this.#asked += 1;
    const asked = this.#asked;
    try {
      const { conversations, next } = await api.conversations(this.#query);
      if (asked !== this.#asked) return;
      this.#found = conversations;
      this.#next = next;
      this.#draw();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (asked === this.#asked)
        renew(
          this.#list,
          listNote(error.message, () => this.refresh()),
        );
    }
  }

  async #more() {
    try {
      const { conversations, next } = await api.conversations(this.#query, this.#next);
      this.#found.push(...conversations);
      this.#next = next;
      this.#draw();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      toast(error.message);
    }
  }

  #draw() {
    // What is being typed as a title would be gone.
    if (this.#renaming) return;
    if (!this.#found.length) {
      renew(this.#list, listNote(this.#query ? `No conversation has “${this.#query}”.` : "What you ask is kept here."));
      return;
    }
    const groups = grouped(this.#found);
    renew(
      this.#list,
      [...groups].map(([name, found]) =>
        el("section", { class: "group" }, el("h2", {}, name), el("ul", {}, ...found.map((one) => this.#item(one)))),
      ),
      this.#next ? button("Show more", () => this.#more(), { class: "quiet more" }) : null,
    );
  }

  #item(one) {
    const title = one.title || UNTITLED;
    const open = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      this.#hooks.open(one.id);
    };
    const item = el("li", { class: "item" });
    const link = el(
      "a",
      {
        href: `/c/${one.id}`,
        class: "item-link",
        title,
        "data-key": one.id,
        "aria-current": one.id === this.#current ? "page" : null,
        on: { click: open },
      },
      title,
    );
    const tool = (name, run) =>
      button(`${name} ${title}`, run, { icon: ICONS[name], bare: true, "data-key": `${name} ${one.id}` });
    const rename = tool("Rename", () => this.#rename(one, item));
    const remove = tool("Delete", () => this.#remove(one));
    item.append(link, el("span", { class: "item-tools" }, rename, remove));
    return item;
  }

  #rename(one, item) {
    const input = el("input", {
      type: "text",
      class: "item-rename",
      maxlength: "200",
      "aria-label": "Title",
      value: one.title,
    });
    let over = false;
    const end = async (keep) => {
      if (over) return;
      over = true;
      this.#renaming = false;
      const title = input.value.trim();
      if (keep && title && title !== one.title) await this.#put(one.id, title);
      this.#draw();
      this.#list.querySelector(`a[href="/c/${one.id}"]`)?.focus();
    };
    input.addEventListener("keydown", (event) => {
      if (event.isComposing || (event.key !== "Enter" && event.key !== "Escape")) return;
      event.preventDefault();
      event.stopPropagation();
      end(event.key === "Enter");
    });
    input.addEventListener("blur", () => end(true));
    fill(item, input);
    this.#renaming = true;
    input.select();
  }

  async #put(id, title) {
    try {
      const facts = await api.rename(id, title);
      this.#found = this.#found.map((one) => (one.id === id ? facts : one));
      this.#hooks.onRenamed(id, facts.title);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      toast(`Not renamed. ${error.message}`);
    }
  }

  async #remove(one) {
    const title = one.title || UNTITLED;
    const sure = await confirm({
      title: "Delete this conversation?",
      text: `“${title}” is gone for good, and links to its answers stop working.`,
      yes: "Delete",
    });
    if (!sure) return;
    try {
      await api.remove(one.id);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.status !== 404) return toast(`Not deleted. ${error.message}`);
    }
    const at = this.#found.findIndex((other) => other.id === one.id);
    this.#found = this.#found.filter((other) => other.id !== one.id);
    this.#draw();
    (this.#list.querySelectorAll(".item-link")[Math.max(0, at - 1)] ?? this.element.querySelector("input")).focus();
    toast("Deleted");
    this.#hooks.onDeleted(one.id);
    return undefined;
  }
}

/** In which stretch of time something was last changed. */
function age(iso) {
  const today = new Date().setHours(0, 0, 0, 0);
  const days = Math.ceil((today - new Date(iso).getTime()) / 86_400_000);
  if (days <= 0) return "Today";
  if (days === 1) return "Yesterday";
  return days <= 7 ? "Last 7 days" : "Earlier";
}

function grouped(found) {
  const groups = new Map();
  for (const one of found) groups.set(age(one.updated), [...(groups.get(age(one.updated)) ?? []), one]);
  return groups;
}
