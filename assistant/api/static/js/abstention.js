/**
 * What stands in place of an answer where the articles have none.
 */

import { authorship } from "./authorship.js";
import { isLong } from "./clamp.js";
import { el, icon } from "./dom.js";
import { day, folded } from "./text.js";

/**
 * The part of an abstention that says what was not found and where one could look on.
 * @param {Object} answer
 * @param {{openPassage: Function}} actions
 * @param {Node|null} widen what can be taken off the filters
 */
export function abstention(answer, actions, widen) {
  return el(
    "div",
    { class: "abstention" },
    el(
      "div",
      { class: "nothing" },
      el("p", { class: "abstention-title" }, icon("none"), "The articles do not answer this"),
      el(
        "p",
        { class: "abstention-what" },
        "No passage says enough about ",
        isLong(answer.standalone_question) ? "this question" : el("q", {}, answer.standalone_question),
        widen ? " among the articles that the filters let through." : ". Nothing is made up in its place.",
      ),
      widen,
    ),
    authorship(answer),
    answer.nearest.length ? el("h3", {}, "Nearest passages") : null,
    answer.nearest.length
      ? el("ul", { class: "nearest" }, ...answer.nearest.map((hit) => el("li", {}, passageButton(hit, actions))))
      : null,
  );
}

function passageButton(hit, actions) {
  const heading = hit.heading_path.at(-1) ?? hit.title;
  const body = folded(hit.text.startsWith(heading) ? hit.text.slice(heading.length) : hit.text);
  return el(
    "button",
    { type: "button", class: "passage", on: { click: (event) => actions.openPassage(hit, event.currentTarget) } },
    el("span", { class: "passage-heading" }, heading),
    el("span", { class: "passage-text" }, body.replaceAll(" | ", " · ")),
    el(
      "span",
      { class: "passage-by" },
      [hit.title !== heading && hit.title, hit.publisher, day(hit.published)].filter(Boolean).join(" · "),
    ),
  );
}
