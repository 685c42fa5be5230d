/**
 * The server's routes. Everything that fails is a Failure, whose message can be shown as it is.
 */

/** What went wrong with a request. */
export class Failure extends Error {
  /**
   * @param {"offline"|"unreachable"|"limited"|"problem"} kind
   * @param {string} message one sentence for the reader
   * @param {{status?: number, wait?: number|null}} [more] `wait`: seconds until another try makes sense
   */
  constructor(kind, message, { status = 0, wait = null } = {}) {
    super(message);
    this.kind = kind;
    this.status = status;
    this.wait = wait;
  }
}

/** A key that makes a POST happen once, however often it is sent. */
export function newKey() {
  if (crypto.randomUUID) return crypto.randomUUID();
  // Without https there is no randomUUID.
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

let unknown = null;

/**
 * Say what is done where the server does not know who asks; the request is sent again once it is.
 * @param {() => Promise<void>} ask
 */
export function whenUnknown(ask) {
  unknown = ask;
}

/**
 * Send a request; return the response when its status is good.
 * @param {string} method
 * @param {string} path
 * @param {{body?: *, key?: string, headers?: Object<string, string>, signal?: AbortSignal, asks?: boolean}} [options]
 *   `asks`: whether a key is asked for where the server wants one
 * @returns {Promise<Response>}
 * @throws {Failure}
 */
export async function send(method, path, options = {}) {
  const { body, key, headers = {}, signal, asks = true } = options;
  const given = { Accept: "application/json", ...headers };
  if (body !== undefined) given["Content-Type"] = "application/json";
  if (key) given["Idempotency-Key"] = key;
  let response;
  try {
    response = await fetch(path, {
      method,
      headers: given,
      body: body === undefined ? undefined : JSON.stringify(body),
      signal,
      cache: "no-store",
    });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw navigator.onLine
      ? new Failure("unreachable", "The server does not answer.")
      : new Failure("offline", "You are offline.");
  }
  if (response.status === 401 && asks && unknown) {
    await unknown();
    return send(method, path, options);
  }
  if (!response.ok) throw await failureOf(response);
  return response;
}

const get = async (path) => (await send("GET", path)).json();
const post = async (path, body = {}) => (await send("POST", path, { body, key: newKey() })).json();
const part = encodeURIComponent;
// An article's id may hold slashes, which stay slashes in its path.
const parts = (id) => id.split("/").map(part).join("/");

export const api = {
  session: () => get("/v1/session"),
  known: () => send("GET", "/v1/session", { asks: false }),
  signIn: (key) => send("POST", "/v1/session", { body: { key }, asks: false }),
  signOut: () => send("DELETE", "/v1/session", { asks: false }),
  stats: () => get("/v1/stats"),
  starters: async () => (await get("/v1/starters")).questions,
  articles: async () => (await get("/v1/articles")).articles,
  article: (id) => get(`/v1/articles/${parts(id)}`),
  answer: (id) => get(`/v1/answers/${part(id)}`),
  replay: (id) => get(`/v1/answers/${part(id)}/replay`),
  suggestions: async (id) => (await get(`/v1/answers/${part(id)}/suggestions`)).questions,
  conversations: (query, before) => {
    const given = new URLSearchParams({ limit: "50" });
    if (query) given.set("q", query);
    if (before) given.set("before", before);
    return get(`/v1/conversations?${given}`);
  },
  conversation: (id) => get(`/v1/conversations/${part(id)}`),
  /** @param {string} key makes one conversation, however often it is sent */
  create: async (key) => (await send("POST", "/v1/conversations", { body: {}, key })).json(),
  rename: async (id, title) => (await send("PATCH", `/v1/conversations/${part(id)}`, { body: { title } })).json(),
  remove: (id) => send("DELETE", `/v1/conversations/${part(id)}`),
  stop: (conversation, message) => post(`/v1/conversations/${part(conversation)}/messages/${part(message)}/stop`),
  feedback: (given) => post("/v1/feedback", given),
  /** Where a conversation's export is; `format` is markdown or html. */
  exportPath: (id, format) => `/v1/conversations/${part(id)}/export?format=${format}`,
  messagesPath: (id) => `/v1/conversations/${part(id)}/messages`,
  regeneratePath: (id, message) => `/v1/conversations/${part(id)}/messages/${part(message)}/regenerate`,
  eventsPath: (id, message) => `/v1/conversations/${part(id)}/messages/${part(message)}/events`,
};

async function failureOf(response) {
  const { status } = response;
  const wait = secondsOf(response.headers.get("Retry-After"));
  let detail = "";
  try {
    const problem = await response.json();
    detail = [problem.detail, problem.instance && `(${problem.instance})`].filter(Boolean).join(" ");
  } catch {
    // No problem document, as from a proxy in between: the status has to do.
  }
  const message = detail ? sentence(detail) : `The server answered with status ${status}.`;
  return new Failure(status === 429 ? "limited" : "problem", message, { status, wait });
}

/** @returns {number|null} seconds, from a number of them or from a date */
function secondsOf(header) {
  if (!header) return null;
  const seconds = /^\d+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, Math.ceil(seconds)) : null;
}

/** `text` as a sentence: with a capital and a full stop. */
export function sentence(text) {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?)]$/.test(whole) ? whole : `${whole}.`;
}
