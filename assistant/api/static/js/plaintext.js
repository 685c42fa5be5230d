/**
 * An answer as plain text.
 */

import { contested, fallback, written } from "./authorship.js";
import { copies, day, folded } from "./text.js";

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
    const lines = [`[${one.marker}] ${one.title}${from && ` — ${from}`}`, `“${folded(one.quote)}”`, where];
    return lines.filter(Boolean).join("\n    ");
  });
  const short = answer.short_answer ? `${answer.short_answer.text} [${answer.short_answer.marker}]\n\n` : "";
  return `${short}${answer.text}\n${remarks.join("")}\nSources\n${sources.join("\n")}\n`;
}
