/**
 * Light, dark, or as the system has it.
 */

import { button, el, fill, icon } from "./dom.js";
import { recall, remember } from "./storage.js";

const THEMES = [
  ["system", "As the system"],
  ["light", "Light"],
  ["dark", "Dark"],
];

/** The button that goes from one theme to the next. */
export function themeButton() {
  const look = button("Theme", next, { class: "quiet theme" });
  draw();
  return look;

  function next() {
    const at = THEMES.findIndex(([name]) => name === current());
    const [name] = THEMES[(at + 1) % THEMES.length];
    remember("theme", name === "system" ? null : name);
    if (name === "system") delete document.documentElement.dataset.theme;
    else document.documentElement.dataset.theme = name;
    draw();
  }

  function draw() {
    const [name, label] = THEMES.find(([one]) => one === current());
    fill(
      look,
      icon(`theme-${name}`),
      el("span", { class: "hidden" }, "Theme: "),
      el("span", { class: "label" }, label),
    );
  }
}

function current() {
  const kept = document.documentElement.dataset.theme ?? recall("theme");
  return kept === "light" || kept === "dark" ? kept : "system";
}
