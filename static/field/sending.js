"use strict";
// Asking the server as whoever is signed in, and sending what was kept until it was answered.
(function (field) {
  const store = field.store;
  const API = "/api/v1/", PATIENCE = 60000, CLASHES = 3;
  // Only these say something of what was sent; any other answer may come from somewhere between.
  const DEFINITE = [400, 403, 404, 409, 413, 422];

  class Unsent extends Error {
    constructor(status) { super("unsent"); this.status = status || 0; }
  }

  // An answer of our server, or Unsent: what hangs, breaks or is not JSON was no answer.
  async function ask(method, address, body, head) {
    const stop = self.AbortController ? new AbortController() : null;
    const clock = setTimeout(() => stop && stop.abort(), PATIENCE);
    try {
      const answer = await fetch(API + address, {
        method, body, headers: Object.assign({ "Accept-Language": "zh-hans" }, head),
        credentials: "same-origin", cache: "no-store", redirect: "error",
        signal: stop && stop.signal,
      });
      return { status: answer.status, said: await answer.json() };
    } catch (lost) {
      throw new Unsent(0);
    } finally {
      clearTimeout(clock);
    }
  }

  async function read(address) {
    const answer = await ask("GET", address);
    if (answer.status !== 200) throw new Unsent(answer.status);
    return answer.said;
  }

  // The kit says who is signed in now; its token is good for what is sent next.
  async function kit() {
    const said = await read("field");
    await store.put("kit", said);
    return said;
  }

  function words(said) {
    const fields = Object.keys(said.fields || {}).map((name) => said.fields[name].join(""));
    return (said.refusals || []).concat(fields).join("") || said.detail || "";
  }

  async function post(address, body, head, token) {
    const answer = await ask("POST", address, body, Object.assign({ "X-CSRFToken": token }, head));
    const ours = answer.status < 300 || DEFINITE.indexOf(answer.status) >= 0;
    if (!ours) throw new Unsent(answer.status);
    return answer;
  }

  // Whatever was kept out stays here with the reason; a clash is tried again first.
  async function refused(one, answer, reason) {
    one.tries = (one.tries || 0) + 1;
    if (answer.status === 409 && one.tries < CLASHES && !(answer.said.refusals || []).length) {
      await store.keep(one);
      throw new Unsent(409);
    }
    one.step = "refused";
    one.reason = reason || words(answer.said);
    await store.keep(one);
  }

  async function record(one, token) {
    const body = JSON.stringify(Object.assign({ client_id: one.client_id }, one.said));
    const answer = await post("visits", body, { "Content-Type": "application/json" }, token);
    if (answer.said.client_id !== one.client_id) { await refused(one, answer); return false; }
    one.id = answer.said.id;
    await store.keep(one);
    return true;
  }

  async function picture(one, photo, token) {
    const form = new FormData();
    form.append("client_id", photo.client_id);
    form.append("picture", new Blob([photo.bytes], { type: "image/jpeg" }), "picture.jpg");
    const answer = await post("visits/" + one.id + "/photos", form, {}, token);
    const named = (answer.said.pictures || []).some((kept) => kept.client_id === photo.client_id);
    if (named) { photo.sent = true; await store.keep(one); return true; }
    await refused(one, answer, answer.status < 300 ? field.sending.not_named : "");
    return false;
  }

  async function whole(one, token) {
    if (!one.id && !(await record(one, token))) return;
    for (const photo of one.photos) {
      if (!photo.sent && !(await picture(one, photo, token))) return;
    }
    await store.sent(one);
  }

  let running = null;

  async function all() {
    const waiting = await store.visits("queue");
    if (!waiting.length) return "nothing";
    try {
      const me = await kit();
      for (const one of waiting) {
        if (one.owner === me.id) await whole(one, me.token);
        field.sending.moved();
      }
      return "sent";
    } catch (lost) {
      if (!(lost instanceof Unsent)) throw lost;
      return lost.status === 401 ? "signed out" : "unsent";
    }
  }

  // One at a time: what asks while it runs gets the same answer.
  function send() {
    if (!running) {
      const end = () => { running = null; };
      running = all();
      running.then(end, end);
    }
    return running;
  }

  field.sending = { send, read, kit, Unsent, not_named: "", moved: () => {} };
})(self.field = self.field || {});
