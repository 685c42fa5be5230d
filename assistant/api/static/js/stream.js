/**
 * Server-sent events over fetch, because EventSource can only GET; a stream that breaks off is taken up where it was.
 */

import { Failure, send } from "./api.js";

const LAST = new Set(["answer", "error", "stopped"]);
const FIRST_WAIT = 400;
const LONGEST_WAIT = 8000;
const MOST_TRIES = 9;
const MOST_REFUSALS = 5;
const REFUSED_WAIT = 5;
// The server pings every 15 s, so a longer silence means that the connection is dead.
const SILENCE = 40_000;

/** @typedef {{id: string, type: string, data: *}} ServerEvent */
/**
 * Hears of each wait (seconds), and null once it goes on.
 * @typedef {(trouble: {kind: string, wait: number, message: string} | null) => void} OnTrouble
 */

/**
 * Follow the events of one message until its last, whatever happens to the connection meanwhile.
 * @param {{
 *   path: string, body?: *, key?: string,
 *   resume: (messageId: string) => string,
 *   messageId?: string,
 *   signal: AbortSignal,
 *   onEvent: (event: ServerEvent) => void,
 *   onTrouble: OnTrouble,
 * }} options `path`, `body` and `key` make the POST that starts it; with `messageId` it runs already. `resume` gives
 *   the path of a message's events.
 * @throws {Failure} when the server refuses or stays away
 */
export function follow({ path, body, key, resume, messageId = "", signal, onEvent, onTrouble }) {
  let message = messageId;
  let lastId = "";
  return persist(
    async (alive) => {
      const response = message
        ? await send("GET", resume(message), { headers: eventHeaders(lastId), signal })
        : await send("POST", path, { body, key, headers: eventHeaders(""), signal });
      message ||= response.headers.get("Message-Id") ?? "";
      for await (const event of eventsOf(response)) {
        alive();
        if (event.id) {
          lastId = event.id;
          message ||= event.id.split(":")[0];
        }
        onEvent(event);
        if (LAST.has(event.type)) return;
      }
      throw new Failure("unreachable", "The connection broke off.");
    },
    { signal, onTrouble },
  );
}

/**
 * Attempt something until it succeeds or can't: a lost connection and a busy server are waited for.
 * @template T
 * @param {(alive: () => void) => Promise<T>} attempt calls `alive` when the connection is found to work
 * @param {{signal: AbortSignal, onTrouble: OnTrouble}} options
 * @returns {Promise<T>}
 * @throws {Failure} of the last attempt
 */
export async function persist(attempt, { signal, onTrouble }) {
  let tries = 0;
  let refusals = 0;
  const alive = () => {
    if (tries) onTrouble(null);
    tries = 0;
  };
  for (;;) {
    try {
      return await attempt(alive);
    } catch (error) {
      if (signal.aborted || !(error instanceof Failure)) throw error;
      let wait;
      if (error.kind === "limited" && refusals < MOST_REFUSALS) {
        refusals += 1;
        wait = error.wait ?? REFUSED_WAIT;
      } else if ((error.kind === "unreachable" || error.kind === "offline") && tries < MOST_TRIES) {
        wait = Math.min(FIRST_WAIT * 2 ** tries, LONGEST_WAIT) / 1000;
      } else {
        throw error;
      }
      tries += 1;
      onTrouble({ kind: error.kind, wait, message: error.message });
      await pause(wait * 1000, signal, error.kind !== "limited");
    }
  }
}

/**
 * The events of a response.
 * @param {Response} response
 * @returns {AsyncGenerator<ServerEvent>}
 */
async function* eventsOf(response) {
  // The server has nothing after the last event that was had.
  if (!response.body) throw new Failure("problem", "The server has nothing more to say on this question.");
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  try {
    for (;;) {
      const { value, done } = await aloud(reader.read());
      if (done) return;
      rest += value.replaceAll("\r", "");
      const whole = rest.split("\n\n");
      rest = whole.pop();
      for (const one of whole) {
        const event = parse(one);
        if (event) yield event;
      }
    }
  } catch (error) {
    if (error instanceof Failure || error.name === "AbortError") throw error;
    throw new Failure(navigator.onLine ? "unreachable" : "offline", "The connection broke off.");
  } finally {
    reader.cancel().catch(() => undefined); // The stream may be broken already, which was told above.
  }
}

/** @returns {ServerEvent|null} null for a comment */
function parse(block) {
  const event = { id: "", type: "message", data: "" };
  const data = [];
  for (const line of block.split("\n")) {
    const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line);
    if (field === "id") event.id = value;
    else if (field === "event") event.type = value;
    else if (field === "data") data.push(value);
  }
  if (!data.length) return null;
  try {
    return { ...event, data: JSON.parse(data.join("\n")) };
  } catch {
    throw new Failure("problem", "The server sent an event that cannot be read.");
  }
}

function aloud(reading) {
  let timer;
  const silence = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Failure("unreachable", "The connection fell silent.")), SILENCE);
  });
  return Promise.race([reading, silence]).finally(() => clearTimeout(timer));
}

function eventHeaders(lastId) {
  return { Accept: "text/event-stream", ...(lastId && { "Last-Event-ID": lastId }) };
}

/** Wait; a connection that comes back ends the wait where `wakeable`. */
function pause(milliseconds, signal, wakeable) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(done, milliseconds);
    function done() {
      clearTimeout(timer);
      removeEventListener("online", done);
      signal.removeEventListener("abort", abort);
      resolve();
    }
    function abort() {
      clearTimeout(timer);
      removeEventListener("online", done);
      reject(signal.reason);
    }
    if (wakeable) addEventListener("online", done, { once: true });
    signal.addEventListener("abort", abort, { once: true });
  });
}
