/**
 * The empty page: what the corpus holds, and questions to start with.
 */

import { button, el, fill, icon } from "./dom.js";
import { counted, day } from "./text.js";

/**
 * @param {{head: HTMLElement, starts: HTMLElement}} places above and below the question box
 * @param {{stats: Object|null, starters: string[], ask: (question: string) => void, browse: () => void}} what
 *   `stats` null while it is not known
 */
export function welcome({ head, starts }, { stats, starters, ask, browse }) {
  fill(
    head,
    el("h1", {}, "What do you want to know?"),
    el(
      "p",
      { class: "promise" },
      "Every sentence of an answer is a quote that you can check. What the articles do not say is not answered.",
    ),
  );
  fill(
    starts,
    starters.length
      ? el(
          "ul",
          { class: "starters", "aria-label": "Questions to start with" },
          ...starters.map((one) =>
            el(
              "li",
              {},
              button(one, () => ask(one), { class: "starter" }),
            ),
          ),
        )
      : null,
    stats ? holdings(stats, browse) : null,
  );
}

function holdings(stats, browse) {
  const from = day(stats.published_first);
  const to = day(stats.published_last);
  const span = from && to && from !== to ? `${from} to ${to}` : from || to;
  const { publishers } = stats;
  const named =
    publishers.length > 3
      ? `${publishers.slice(0, 3).join(", ")} and ${publishers.length - 3} more`
      : publishers.join(", ");
  return el(
    "p",
    { class: "holdings" },
    icon("articles"),
    el(
      "span",
      {},
      button(counted(stats.articles, "article"), browse, { class: "inline" }),
      [named && `, from ${named}`, span && `, ${span}`].filter(Boolean).join(""),
    ),
  );
}
