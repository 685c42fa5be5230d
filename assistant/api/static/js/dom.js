/**
 * Elements made from data. Every text becomes a text node, so no text can become markup.
 */

/**
 * Make an element.
 * @param {string} tag
 * @param {Object<string, *>} [props] `class`, `on` (listeners by event name), anything else an attribute;
 *   null, undefined and false leave an attribute out, true makes it empty.
 * @param {...(Node|string|number|null|undefined|false|Array)} children
 * @returns {HTMLElement}
 */
export function el(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...nodes(children));
  return element;
}

/** Replace what `parent` holds. */
export function fill(parent, ...children) {
  parent.replaceChildren(...nodes(children));
}

/**
 * Replace what `parent` holds where that differs; the focus goes to what has the `data-key` of what had it. So a list
 * that is read anew under someone's fingers takes neither the focus nor a click that has begun.
 */
export function renew(parent, ...children) {
  const next = parent.cloneNode(false);
  next.append(...nodes(children));
  if (next.isEqualNode(parent)) return;
  const key = parent.contains(document.activeElement) ? document.activeElement.dataset.key : undefined;
  parent.replaceChildren(...next.childNodes);
  if (key) parent.querySelector(`[data-key="${CSS.escape(key)}"]`)?.focus({ preventScroll: true });
}

/**
 * An icon that says nothing to a screen reader.
 * @param {string} name as in css/icons.css
 */
export function icon(name) {
  return el("span", { class: `icon icon-${name}`, "aria-hidden": "true" });
}

/**
 * A button.
 * @param {string} label its text, or its name where only an icon is seen
 * @param {(event: Event) => void} onClick
 * @param {{icon?: string, class?: string, bare?: boolean, title?: string}} [look] `bare`: the label is not seen
 */
export function button(label, onClick, look = {}) {
  const { icon: picture, class: name = "", bare = false, ...rest } = look;
  const text = el("span", { class: bare ? "hidden" : "label" }, label);
  const kind = bare ? "icon-button" : "button";
  return el(
    "button",
    { type: "button", class: `${kind} ${name}`.trim(), title: bare ? label : null, ...rest, on: { click: onClick } },
    picture ? icon(picture) : null,
    text,
  );
}

/**
 * A link to http or https, in a new tab; plain text for any other address, which could run a script.
 * @param {string|null} address
 * @param {...(Node|string)} children
 */
export function outwards(address, ...children) {
  if (!/^https?:\/\//i.test(address ?? "")) return el("span", {}, ...children);
  return el("a", { href: address, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/** Whether keys typed at `target` are text. */
export function isTyping(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}

/** Scroll `element` into view, without motion where that is asked for. */
export function reveal(element, block = "center") {
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  element.scrollIntoView({ block, behavior: still ? "auto" : "smooth" });
}

function nodes(children) {
  return children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false);
}
