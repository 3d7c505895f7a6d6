"use strict";
// What is still on the phone: what waits, what was kept out and why, what was received.
(function (field) {
  const { h, button, note, show, spoken, dayOf, timeOf } = self.phone.parts;
  const say = self.phone.say, words = self.phone.words;
  const { store, sending } = field;

  const when = (one) => spoken(dayOf(one.said.at || one.made)) + " " + timeOf(one.said.at || one.made);

  async function count() {
    return (await store.visits("queue", "refused")).length;
  }

  // What the last sending came to, and what was just kept, above the lists.
  async function summary() {
    const left = await count(), parts = [];
    if (field.kept) parts.push(note(field.kept, "good"));
    field.kept = "";
    if (field.outcome === "signed out") parts.push(note(words.signed_out, "stop"), field.lists.signIn());
    if (left) parts.push(h("a", { className: "button", href: "#queue" }, say("left", { count: left })));
    return h("div", {}, parts);
  }

  function waiting(one) {
    return h("li", {}, h("p", {}, one.person.name + " · " + when(one)),
      h("p", { className: "quiet" }, say("count_pictures", { count: one.photos.length })));
  }

  function refused(one) {
    const resend = async () => {
      one.step = "queue";
      one.tries = 0;
      await store.keep(one);
      field.deliver();
    };
    return h("li", {}, h("p", {}, one.person.name + " · " + when(one)),
      h("p", { className: "why" }, one.reason),
      one.id ? null : h("a", { className: "button", href: "#visit/" + one.client_id }, words.again),
      button(words.resend, resend));
  }

  const received = (one) => h("li", {}, h("p", {}, one.person.name),
    h("p", { className: "mark received" }, say("received", { id: one.id })));

  const section = (id, title, rows, help) => rows.length
    ? h("section", { className: "card", id }, h("h2", {}, title), help ? note(help) : null,
      h("ul", { className: "list" }, rows)) : null;

  // What somebody else wrote down on this phone goes out when they sign in.
  function strangers(all, kit) {
    const others = all.filter((one) => kit && one.owner !== kit.id);
    if (!others.length) return null;
    const name = others[0].owner_name || "";
    return note(say("other_owner", { count: others.length, name }), "stop");
  }

  async function draw() {
    const [all, out, done, kit] = await Promise.all(
      [store.visits("queue"), store.visits("refused"), store.visits("sent"), store.get("kit")]);
    const said = h("p", { className: "note", hidden: true, role: "status" });
    const send = async () => {
      said.hidden = false;
      said.textContent = words.sending;
      if (await field.deliver() === "unsent") said.textContent = words.not_sent;
    };
    show(h("h1", {}, words.queue), await summaryOfSession(), strangers(all, kit),
      all.length && !navigator.onLine ? note(words.offline) : null,
      all.length + out.length ? null : note(words.nothing, "good"),
      section("waiting", say("left", { count: all.length }), all.map(waiting)),
      all.length ? button(words.send, send, "main") : null, said,
      section("kept-out", words.kept_out, out.map(refused), words.kept_out_help),
      section("received", words.sent, done.reverse().map(received)));
  }

  async function summaryOfSession() {
    if (field.outcome !== "signed out") return null;
    return h("div", {}, note(words.signed_out, "stop"), field.lists.signIn());
  }

  sending.not_named = words.not_named;
  field.queue = { draw, summary, count };
})(self.field = self.field || {});
