"use strict";
// Sending what was kept: in order, by fifties, until the server has answered.
(function (phone) {
  const store = phone.store;
  const AT_ONCE = 50, TRIES = 4, CLASHES = 3, PATIENCE = 60000;
  const API = "/api/v1/";
  // Only these say something of what was sent; any other answer may come from somewhere between.
  const DEFINITE = [400, 409, 413, 422];

  class Unsent extends Error {
    constructor(status) { super("unsent"); this.status = status || 0; }
  }

  const pause = (time) => new Promise((done) => setTimeout(done, time));

  // An answer of our server, or Unsent: what hangs, breaks or is not JSON was no answer.
  async function once(method, address, body, head) {
    const stop = self.AbortController ? new AbortController() : null;
    const clock = setTimeout(() => stop && stop.abort(), PATIENCE);
    try {
      const answer = await fetch(API + address, {
        method, body, headers: Object.assign({ "Accept-Language": "zh-hans" }, head),
        credentials: "omit", cache: "no-store", redirect: "error", signal: stop && stop.signal,
      });
      return { status: answer.status, said: await answer.json() };
    } catch (lost) {
      throw new Unsent(0);
    } finally {
      clearTimeout(clock);
    }
  }

  async function ask(method, address, body, head) {
    for (let tried = 1; ; tried += 1) {
      try {
        const answer = await once(method, address, body, head);
        if (answer.status < 500 && answer.status !== 429) return answer;
        if (tried >= TRIES) throw new Unsent(answer.status);
      } catch (lost) {
        if (tried >= TRIES || self.navigator.onLine === false) throw lost;
      }
      await pause(phone.sending.wait * Math.pow(2, tried - 1));
    }
  }

  async function own(method, address, body, type) {
    const me = await store.get("me");
    if (!me) throw new Unsent(401);
    const head = { Authorization: "Device " + me.secret };
    if (type) head["Content-Type"] = type;
    const answer = await ask(method, address, body, head);
    if (answer.status === 401) await ended(me);
    else if (await store.get("ended")) await store.put("ended", false);
    return answer;
  }

  // The clerk closed the phone, or the answer is for a secret replaced since.
  async function ended(me) {
    const now = await store.get("me");
    if (now && now.secret === me.secret) await store.put("ended", true);
    throw new Unsent(401);
  }

  async function records() {
    for (;;) {
      const items = await store.next("record", AT_ONCE);
      if (!items.length) return;
      await batch(items);
      phone.sending.moved();
    }
  }

  async function batch(items) {
    const body = JSON.stringify({
      sent_at: new Date().toISOString(),
      items: items.map((item) => ({ said: item.said, signature: item.signature })),
    });
    const answer = await own("POST", "check-ins/signed", body, "application/json");
    if (answer.status === 200) { await store.settle(verdicts(items, answer.said.items)); return; }
    if (DEFINITE.indexOf(answer.status) < 0) throw new Unsent(answer.status);
    if (items.length === 1) {
      await store.settle([refused(items[0], answer.status, words(answer.said))]);
      return;
    }
    // One that cannot be read keeps the others out, so each half goes by itself.
    const half = Math.ceil(items.length / 2);
    await batch(items.slice(0, half));
    await batch(items.slice(half));
  }

  function verdicts(items, answers) {
    const fits = Array.isArray(answers) && answers.length === items.length
      && items.every((item, i) => answers[i].client_id === item.client_id);
    if (!fits) throw new Unsent(200);
    return items.map((item, i) => verdict(item, answers[i]));
  }

  function verdict(item, answer) {
    if (!answer.id) return refused(item, answer.status, spoken(answer));
    const doubts = answer.doubts.map((doubt) => doubt.words);
    const entry = { state: "received", doubts, reason: "" };
    if (!item.photo) return { item, done: true, entry };
    return { item, change: { step: "photo", received: true, tries: 0 }, entry };
  }

  // A clash is tried again; whatever else was kept out stays here, with the reason.
  function refused(item, status, reason) {
    if (status === 409 && item.tries + 1 < CLASHES) {
      return { item, change: { tries: item.tries + 1 } };
    }
    return {
      item, change: { step: "refused", reason },
      entry: { state: item.received ? "received" : "refused", reason },
    };
  }

  const spoken = (answer) =>
    answer.status === 404 && phone.words ? phone.words.not_yours : answer.detail;

  function words(said) {
    return (said.refusals || []).join("") || said.detail || JSON.stringify(said).slice(0, 300);
  }

  async function photos() {
    for (;;) {
      const items = await store.next("photo", 1);
      if (!items.length) return;
      await picture(items[0]);
      phone.sending.moved();
    }
  }

  async function picture(item) {
    const address = "phones/photos/" + item.client_id;
    const answer = await own("PUT", address, item.photo, "application/octet-stream");
    const fits = answer.status === 200 && answer.said.client_id === item.client_id;
    if (fits) await store.settle([{ item, done: true, entry: { pictured: true } }]);
    else if (DEFINITE.indexOf(answer.status) >= 0) {
      await store.settle([refused(item, answer.status, words(answer.said))]);
    } else if (answer.status === 404) {
      await store.settle([refused(item, 404, phone.words ? phone.words.no_record : "404")]);
    } else throw new Unsent(answer.status);
  }

  let running = null, more = false;

  async function all() {
    try {
      await records();
      await photos();
      return "sent";
    } catch (lost) {
      if (!(lost instanceof Unsent)) throw lost;
      return lost.status === 401 ? "ended" : "unsent";
    }
  }

  // What is kept while a picture is on its way goes right after it.
  async function rounds() {
    const go = self.navigator.locks
      ? () => navigator.locks.request("send", { ifAvailable: true }, (held) => held ? all() : "busy")
      : all;
    try {
      for (;;) {
        more = false;
        const outcome = await go();
        if (!more || outcome !== "sent") return outcome;
      }
    } finally {
      running = null;
    }
  }

  // Twice at once is once: in this page, and among pages where the browser can tell.
  function send() {
    more = true;
    if (!running) running = rounds();
    return running;
  }

  async function unsent() {
    const [record, photo, refused] = await Promise.all(
      ["record", "photo", "refused"].map((step) => store.count(step)));
    return { record, photo, refused };
  }

  phone.sending = { send, own, ask, unsent, words, Unsent, wait: 400, moved: () => {} };
})(self.phone = self.phone || {});
