/**
 * The figures and dates in a text: each whole, and none that is a part of a name.
 */

const MONTHS = "(?:Jan(?:uary)?|Feb(?:ruary)?|Mar(?:ch)?|Apr(?:il)?|May|June?|July?|Aug(?:ust)?|Sept?(?:ember)?|Oct(?:ober)?|Nov(?:ember)?|Dec(?:ember)?)\\b\\.?";
const SCALES = "%|percent\\b|per cent\\b|million\\b|billion\\b|trillion\\b|thousand\\b";
const YEAR = "(?:1[5-9]|20)\\d\\d";
const FIGURE = new RegExp(
  // No letter stands right before, nor, with a hyphen, a word with a capital: H5N1, HARBOR-3; but mid-2025.
  "(?<![\\p{L}\\d_])(?<!\\p{Lu}[\\p{L}\\d]*[-‐‑–])(?:" +
    [
      "\\d{4}-\\d\\d-\\d\\d(?!\\d)",
      "\\d{1,2}/\\d{1,2}/\\d{2,4}(?!\\d)",
      `\\d{1,2}(?:st|nd|rd|th)?(?: of)? ${MONTHS}(?:,? \\d{4}(?!\\d))?`,
      `${MONTHS} \\d{1,2}(?:st|nd|rd|th)?,? \\d{4}(?!\\d)`,
      `${MONTHS} \\d{4}(?!\\d)`,
      `${MONTHS} \\d{1,2}(?:st|nd|rd|th)?(?![\\w-])`,
      `${YEAR}[-–/]\\d\\d(?:\\d\\d)?(?![-\\d])`,
      "\\d{1,2}:\\d\\d(?::\\d\\d)?(?!\\d)",
      `(?:\\p{Lu}{0,3}[$€£¥] ?)?\\d+(?:[.,]\\d+)*(?:[ -]?(?:${SCALES}))?`,
    ].join("|") +
    ")",
  "gu",
);

/**
 * The figures and dates in `text`, in their order.
 * @param {string} text
 * @returns {{text: string, start: number, end: number}[]} in UTF-16 units
 */
export function figures(text) {
  return [...text.matchAll(FIGURE)].map((found) => ({
    text: found[0],
    start: found.index,
    end: found.index + found[0].length,
  }));
}
