"use strict";
// Checking in: one press, one picture, kept at once and sent when possible.
(function (phone) {
  const { h, button, note, show, dayOf, timeOf, now, spoken, weekday } = phone.parts;
  const store = phone.store, sending = phone.sending, senses = phone.senses;
  const say = phone.say, words = phone.words;
  const KINDS = ["in", "again", "out"];
  const HOUR = 3600 * 1000;
  const FRESH = 10 * 60 * 1000;
  let chosen = 0, last = "", close = null, heard = 0;

  // Whose phone it is and what holds today, as the server said it last.
  async function refresh(at_once) {
    if (!at_once && Date.now() - heard < FRESH) return;
    try {
      const answer = await sending.own("GET", "phones/me");
      if (answer.status !== 200) return;
      heard = Date.now();
      await store.put("state", answer.said);
    } catch (lost) {
      if (!(lost instanceof sending.Unsent)) throw lost;
    }
  }

  function holding(state, day) {
    const all = state ? state.contracts : [];
    return all.filter((one) => one.starts_on <= day && one.ends_on >= day);
  }

  const here = () => !location.hash;

  async function draw() {
    const [me, state, ended, said, left] = await Promise.all([
      store.get("me"), store.get("state"), store.get("ended"), store.said(), sending.unsent()]);
    const refused = left.refused ? await store.next("refused", 50) : [];
    const day = dayOf(now()), held = holding(state, day);
    const contract = held.find((one) => one.id === chosen) || held[0];
    const mine = said.filter((one) => dayOf(one.at) === day).reverse();
    const done = mine.filter((one) => contract && one.contract === contract.id);
    if (close || !here()) return;
    show(
      h("h1", {}, say("hello", { name: me.name })),
      h("p", { className: "quiet" }, spoken(day), " ", weekday(day)),
      ended && note(words.ended, "stop"),
      last && note(last, "good"),
      held.length > 1 ? choice(held, contract) : null,
      contract ? buttons(contract, done, state) : note(words.no_contract),
      outbox(left), refused.length ? kept(refused, left.refused) : null, diary(mine));
  }

  function choice(held, contract) {
    const pick = (one) => () => { chosen = one.id; draw(); };
    return h("fieldset", { className: "card" }, h("legend", {}, words.pick), held.map((one) =>
      h("label", { className: "tick" },
        h("input", { type: "radio", name: "contract", checked: one === contract, onchange: pick(one) }),
        one.title + "（" + one.village + "）")));
  }

  // What was made here today, and what the server knows from before.
  function buttons(contract, done, state) {
    const known = state.today === dayOf(now()) ? contract.today : [];
    const has = (kind) => done.some((one) => one.kind === kind) || known.indexOf(kind) >= 0;
    const hint = reminder(done, has, state.second_after_hours);
    const main = !has("in") ? "in" : hint.due ? "again" : hint.words ? "" : "out";
    return h("div", {}, hint.words ? note(hint.words, hint.due ? "due" : "") : null,
      KINDS.map((kind) => button(has(kind) ? "✓ " + words[kind] : words[kind],
        () => take(kind, contract), "big " + (kind === main && !has(kind) ? "main" : ""))));
  }

  function reminder(done, has, hours) {
    const came = done.find((one) => one.kind === "in");
    if (has("out")) return { words: has("again") || !came ? words.all_done : "" };
    if (!came || has("again") || !hours) return {};
    const due = new Date(came.at).getTime() + hours * HOUR;
    if (Date.now() < due) return { words: say("second_at", { time: timeOf(due) }) };
    const late = Date.now() > due + HOUR;
    return { words: late ? words.second_late : words.second_now, due: true };
  }

  function outbox(left) {
    const count = left.record;
    const going = h("p", { className: "note stop", hidden: true, id: "not-sent" }, words.not_sent);
    if (!count && !left.photo) return h("p", { id: "outbox", className: "note good" }, words.sent);
    const press = button(words.send, () => {
      press.textContent = words.sending;
      press.disabled = true;
      phone.deliver();
    });
    return h("section", { id: "outbox", className: "card unsent" },
      h("h2", { "aria-live": "polite" }, count ? say("unsent", { count })
        : say("unsent_photos", { count: left.photo })),
      navigator.onLine ? null : h("p", {}, words.offline), h("p", { className: "quiet" }, words.keep),
      going, press);
  }

  function kept(items, count) {
    const again = () => store.retry().then(phone.deliver);
    const rows = items.map((item) => {
      const said = JSON.parse(item.said);
      const reason = item.received ? say("refused_photo", { reason: item.reason }) : item.reason;
      return h("li", {}, spoken(dayOf(said.at)), " ", timeOf(said.at), " ", words.kinds[said.kind],
        h("p", { className: "why" }, reason));
    });
    return h("section", { id: "kept-out", className: "card stop" },
      h("h2", {}, say("refused_title", { count })), h("p", {}, words.refused_help),
      h("ul", { className: "list" }, rows), button(words.resend, again));
  }

  function diary(mine) {
    const rows = mine.map((one) => h("li", { className: "day" },
      h("strong", {}, timeOf(one.at), " ", words.kinds[one.kind]),
      h("span", { className: "mark " + one.state }, words[one.state]),
      h("p", { className: "quiet" }, one.photo ? words.with_picture : words.without_picture,
        one.place ? "" : "，" + words.without_place),
      one.doubts && one.doubts.length
        ? h("p", { className: "why" }, say("look", { doubts: one.doubts.join("、") })) : null));
    return h("section", { className: "card", id: "diary" }, h("h2", {}, words.today),
      rows.length ? h("ul", { className: "list" }, rows) : h("p", {}, words.nothing_today));
  }

  // The camera opens while the place is sought; whatever is missing is left out.
  async function take(kind, contract) {
    const place = senses.place();
    const video = h("video", { autoplay: true, playsInline: true, muted: true });
    const file = h("input", { type: "file", accept: "image/*", capture: "user" });
    let stop = () => {}, open = true;
    const mine = close = () => { open = false; close = null; stop(); };
    const keep = (picture) => settle(kind, contract, place, picture, mine);
    const leave = () => { mine(); draw(); };
    const shoot = button(words.shoot, () => keep(senses.ofVideo(video)), "big main");
    const choose = h("label", { className: "button big" }, words.choose, file);
    const hint = note(words.taking);
    file.addEventListener("change", () => { if (file.files[0]) keep(senses.ofFile(file.files[0])); });
    shoot.hidden = choose.hidden = true;
    show(h("h1", {}, words[kind]), hint, video, shoot, choose,
      button(words.without, () => keep(null)), button(words.back, leave));
    try {
      stop = await senses.watch(video);
      shoot.hidden = false;
      if (!open) stop();
    } catch (closed) {
      hint.textContent = words.no_camera;
      video.hidden = true;
      choose.hidden = false;
    }
  }

  // The hour of a check-in is the hour of the press, not of when the place was found.
  async function settle(kind, contract, place, picture, end) {
    const at = now();
    const photo = await Promise.resolve(picture).catch(() => null);
    end();
    close = () => { close = null; };
    show(h("h1", {}, words[kind]), note(words.placing));
    const fields = Object.assign({ contract: contract.id, kind, at }, await place);
    try {
      const entry = await phone.signing.record(fields, photo);
      last = say("stored", { kind: words[kind], time: timeOf(at) })
        + (entry.place ? "" : "。" + words.stored_no_place) + (photo ? "" : "。" + words.stored_no_photo);
    } catch (lost) {
      const full = lost && lost.name === "QuotaExceededError";
      show(note(full ? words.full : words.failed, "stop"),
        button(words.back, () => { close = null; draw(); }, "main"));
      return;
    }
    close = null;
    if (here()) await draw();
    phone.deliver();
  }

  function forget() {
    last = "";
    if (close) close();
  }

  phone.today = { draw, refresh, forget };
})(self.phone = self.phone || {});
