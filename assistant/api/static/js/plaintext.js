/**
 * An answer as plain text.
 */

import { contested, fallback, written } from "./authorship.js";
import { columnsLine, copies, day, folded } from "./text.js";

/**
 * The answer as text with who wrote it and numbered sources, for the clipboard.
 * @param {Object} answer
 */
export function asText(answer) {
  const remarks = [fallback(answer), ...written(answer), contested(answer)].filter(Boolean).map((one) => `\n${one}\n`);
  if (answer.status === "abstained")
    return `${answer.question}\n\nThe articles do not answer this.\n${remarks.join("")}`;
  const sources = answer.citations.map((one) => {
    const from = [one.publisher, day(one.published), copies(one)].filter(Boolean).join(", ");
    const where = one.link ?? one.url;
    const lines = [`[${one.marker}] ${one.title}${from && ` — ${from}`}`, columnsLine(one), `“${folded(one.quote)}”`, where];
    return lines.filter(Boolean).join("\n    ");
  });
  const short = answer.short_answer ? `${answer.short_answer.text} [${answer.short_answer.marker}]\n\n` : "";
  return `${short}${statementLines(answer).join("\n")}\n${remarks.join("")}\nSources\n${sources.join("\n")}\n`;
}

/** The statements with their markers, the rows of a table below its column heads. */
function statementLines({ statements, citations }) {
  const cited = new Map(citations.map((one) => [one.marker, one]));
  let above = "";
  return statements.flatMap(({ text, markers }) => {
    const first = cited.get(markers[0]);
    const heads = first && folded(first.quote) === folded(text) ? columnsLine(first) : "";
    const fresh = heads && heads !== above ? [heads] : [];
    above = heads;
    return [...fresh, `${text} ${markers.map((marker) => `[${marker}]`).join("")}`];
  });
}
