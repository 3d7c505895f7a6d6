"use strict";
// The lists taken along: what there is to take, whom they name, and what became of each.
(function (field) {
  const { h, button, note, show, spoken, dayOf, now } = self.phone.parts;
  const say = self.phone.say, words = self.phone.words;
  const { store, sending } = field;
  const QUEUED = ["queue", "refused"];

  const link = (hash, ...parts) => h("a", { className: "button", href: hash }, ...parts);
  const signIn = () => h("a", { className: "button main", href: "/login/?next=/field/" }, words.sign_in);

  // Take a list along: only from here on does the phone bear anybody's name.
  async function take(address, after) {
    try {
      const said = await sending.read("field/" + address);
      const kit = await store.get("kit");
      await store.keepList(Object.assign(said, { owner: kit.id }));
      location.hash = "#list/" + said.key;
    } catch (lost) {
      if (!(lost instanceof sending.Unsent)) throw lost;
      after(lost.status === 401 ? words.signed_out : words.lost);
    }
  }

  function trouble() {
    const place = h("p", { className: "note stop", hidden: true });
    place.setAttribute("role", "status");
    return { place, say: (text) => { place.textContent = text; place.hidden = false; } };
  }

  function rounds(kit) {
    if (!kit.rounds.length) return null;
    const said = trouble();
    return h("section", { className: "card" }, h("h2", {}, words.rounds), said.place,
      kit.rounds.map((one) => h("div", {},
        h("p", {}, say("round", { title: one.title, people: one.people, day: spoken(one.last) })),
        button(words.take, () => take("rounds/" + one.id, said.say)))));
  }

  function villages() {
    const said = trouble(), found = h("div", {});
    const asked = h("input", { type: "search", id: "village", placeholder: words.village_hint });
    const look = async () => {
      found.textContent = "";
      try {
        const all = await sending.read("field/villages?q=" + encodeURIComponent(asked.value));
        all.forEach((one) => found.append(button(
          one.name + " · " + one.township, () => take("villages/" + one.code, said.say))));
        if (!all.length) said.say(words.no_village);
      } catch (lost) {
        if (!(lost instanceof sending.Unsent)) throw lost;
        said.say(lost.status === 401 ? words.signed_out : words.lost);
      }
    };
    return h("section", { className: "card" },
      h("label", { htmlFor: "village" }, words.village), asked,
      button(words.search, look), said.place, found);
  }

  async function marks() {
    const of = {};
    (await store.visits()).forEach((one) => { of[one.person.contract] = one.step; });
    return of;
  }

  const state = (person, of) => {
    const step = of[person.contract];
    if (step === "draft") return "draft";
    if (QUEUED.indexOf(step) >= 0) return "waiting";
    return step === "sent" || person.visited ? "visited" : "";
  };

  function card(one, of) {
    const done = one.people.filter((person) => state(person, of)).length;
    return link("#list/" + one.key, one.title, h("small", {},
      say("progress", { people: one.people.length, done }), h("br"),
      say("until", { day: spoken(one.until) })));
  }

  async function home() {
    const [kit, lists, drafts, of] = await Promise.all(
      [store.get("kit"), store.lists(), store.visits("draft"), marks()]);
    if (!kit) { show(h("h1", {}, words.no_kit), note(words.no_kit_help), signIn()); return; }
    show(h("h1", {}, say("hello", { name: kit.name })),
      navigator.onLine ? null : note(words.offline),
      await field.queue.summary(),
      drafts.length ? h("section", { className: "card" }, h("h2", {}, words.drafts),
        drafts.map((one) => link("#visit/" + one.client_id, one.person.name))) : null,
      h("section", { className: "card" }, h("h2", {}, words.lists),
        lists.length ? lists.map((one) => card(one, of)) : note(words.no_lists)),
      rounds(kit), villages());
  }

  function row(person, of, open) {
    const mark = state(person, of);
    return h("li", {}, h("button",
      { type: "button", className: "person", onclick: () => open(person) },
        h("span", {}, person.name), h("small", {}, person.title + " · " + person.village),
        mark ? h("b", { className: "mark " + mark }, words[mark]) : null));
  }

  // The people of a list, narrowed by what is typed.
  async function people(key) {
    const [one, of] = await Promise.all([store.list(key), marks()]);
    if (!one) { location.hash = ""; return; }
    const names = h("ul", { className: "list", id: "people" });
    const fill = (typed) => {
      names.textContent = "";
      const fits = one.people.filter((person) =>
        (person.name + person.title + person.village).indexOf(typed.trim()) >= 0);
      fits.forEach((person) => names.append(row(person, of, (who) => field.visit.begin(one, who))));
      if (!fits.length) names.append(h("li", {}, words.nobody));
    };
    const typed = h("input", {
      type: "search", placeholder: words.people_hint, oninput: (event) => fill(event.target.value),
    });
    typed.setAttribute("aria-label", words.people_hint);
    fill("");
    show(h("h1", {}, one.title), note(say("until", { day: spoken(one.until) })), typed, names,
      button(words.drop, async () => { await store.dropList(key); location.hash = ""; }, "no"));
  }

  const today = () => dayOf(now());

  field.lists = { home, people, today, signIn };
})(self.field = self.field || {});
