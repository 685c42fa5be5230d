/**
 * The sidebar: two lists, of conversations and of articles, and what belongs to neither.
 */

import { button, el, fill, icon } from "./dom.js";
import { recall, remember } from "./storage.js";

const NARROW = matchMedia("(max-width: 63.99rem)");
const TABS = ["conversations", "articles"];

export class Sidebar {
  #element;
  #opener;
  #backdrop;
  #lists;
  #tabs = {};
  #panes = {};

  /**
   * @param {HTMLElement} element
   * @param {{opener: HTMLElement, backdrop: HTMLElement,
   *   lists: Object<string, {element: HTMLElement, refresh: Function}>, onNew: () => void, foot: HTMLElement[]}} parts
   */
  constructor(element, { opener, backdrop, lists, onNew, foot }) {
    this.#element = element;
    this.#opener = opener;
    this.#backdrop = backdrop;
    this.#lists = lists;
    fill(
      element,
      el(
        "div",
        { class: "sidebar-head" },
        el(
          "a",
          { class: "brand", href: "/", on: { click: (event) => this.#home(event, onNew) } },
          el("img", { src: "/static/icon.svg", alt: "", width: "24", height: "24" }),
          el("span", {}, "Assistant"),
        ),
        button("Close the sidebar", () => this.close(), { icon: "close", bare: true, class: "sidebar-close" }),
      ),
      button("New conversation", () => this.#go(onNew), { icon: "new", class: "outline new" }),
      this.#tabList(),
      ...TABS.map((name) => this.#pane(name)),
      el("div", { class: "sidebar-foot" }, ...foot),
    );
    opener.addEventListener("click", () => this.toggle());
    backdrop.addEventListener("click", () => this.close());
    NARROW.addEventListener("change", () => this.#settle());
    this.#choose("conversations");
    this.#settle();
  }

  /** Whether it is seen. */
  get open() {
    return !this.#element.hidden;
  }

  toggle() {
    if (this.open) this.close();
    else this.#set(true, true);
  }

  /** On a narrow screen it covers the page, so it closes once something is chosen; whether it did. */
  leave() {
    return NARROW.matches && this.close();
  }

  close() {
    if (!this.open) return false;
    this.#set(false, true);
    this.#opener.focus();
    return true;
  }

  /**
   * Show a list.
   * @param {"conversations"|"articles"} name
   * @param {boolean} [focus] open the sidebar and move the focus there
   */
  show(name, focus = false) {
    this.#choose(name);
    this.#lists[name].refresh();
    if (focus) {
      this.#set(true, true);
      this.#panes[name].querySelector("input")?.focus();
    }
  }

  #choose(name) {
    for (const one of TABS) {
      const chosen = one === name;
      this.#tabs[one].setAttribute("aria-selected", String(chosen));
      this.#tabs[one].tabIndex = chosen ? 0 : -1;
      this.#panes[one].hidden = !chosen;
    }
  }

  #tabList() {
    for (const name of TABS) {
      this.#tabs[name] = el(
        "button",
        {
          type: "button",
          class: "tab",
          role: "tab",
          id: `tab-${name}`,
          "aria-controls": `pane-${name}`,
          on: { click: () => this.show(name) },
        },
        name === "articles" ? "Articles" : "Conversations",
      );
    }
    const move = (event) => {
      if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
      const other = TABS.find((name) => this.#tabs[name] !== document.activeElement);
      this.show(other);
      this.#tabs[other].focus();
      event.preventDefault();
    };
    return el(
      "div",
      { class: "tabs", role: "tablist", "aria-label": "Lists", on: { keydown: move } },
      ...TABS.map((name) => this.#tabs[name]),
    );
  }

  #pane(name) {
    this.#panes[name] = el(
      "div",
      { class: "pane", role: "tabpanel", id: `pane-${name}`, "aria-labelledby": `tab-${name}` },
      this.#lists[name].element,
    );
    return this.#panes[name];
  }

  #home(event, onNew) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    this.#go(onNew);
  }

  #go(run) {
    this.leave();
    run();
  }

  #settle() {
    this.#set(!NARROW.matches && recall("sidebar") !== "closed", false);
  }

  #set(open, chosen) {
    this.#element.hidden = !open;
    document.body.classList.toggle("sidebar-open", open);
    this.#opener.setAttribute("aria-expanded", String(open));
    const covers = open && NARROW.matches;
    this.#backdrop.hidden = !covers;
    for (const one of document.querySelectorAll(".main, .skip")) one.inert = covers;
    if (chosen && !NARROW.matches) remember("sidebar", open ? null : "closed");
    if (covers && chosen) this.#element.querySelector(".sidebar-close").focus();
  }
}

/** A line in place of a list: that it is empty, or why it is not there. */
export function listNote(text, retry) {
  return el(
    "div",
    { class: "list-note" },
    el("p", {}, text),
    retry ? button("Try again", retry, { class: "outline" }) : null,
  );
}

/** A box that searches a list. */
export function searchBox(label, onInput) {
  const input = el("input", { type: "search", placeholder: label, "aria-label": label, autocomplete: "off" });
  input.addEventListener("input", () => onInput(input.value.trim()));
  return el("div", { class: "search" }, icon("search"), input);
}
