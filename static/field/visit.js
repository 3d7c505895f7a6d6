"use strict";
// One visit as it is written down: every word is on the disk as soon as it is there.
(function (field) {
  const { h, button, note, show, spoken, dayOf, timeOf, now } = self.phone.parts;
  const say = self.phone.say, words = self.phone.words;
  const { store, drawing } = field;
  const MET = ["working", "idle"];

  // A visit that was begun before and not yet finished goes on where it was left.
  async function begin(list, person) {
    const drafts = await store.visits("draft", "refused");
    const known = drafts.find((one) => one.person.contract === person.contract);
    if (known) { location.hash = "#visit/" + known.client_id; return; }
    const kit = await store.get("kit");
    const made = {
      client_id: drawing.uuid(), owner: kit.id, owner_name: kit.name, made: now(), step: "draft",
      key: list.key, person, photos: [], reason: "",
      said: { contract: person.contract, way: list.way === "phone" ? "phone" : "site" },
    };
    if (list.plan) made.said.plan = list.plan;
    await store.keep(made);
    location.hash = "#visit/" + made.client_id;
  }

  let writing = Promise.resolve();

  // What is written goes to the disk in its order; what the disk refuses is said at once.
  function keep(one) {
    const copy = Object.assign({}, one, { said: Object.assign({}, one.said) });
    copy.photos = one.photos.slice();
    writing = writing.then(() => store.keep(copy)).catch(() => {
      const place = document.getElementById("trouble");
      if (place) { place.textContent = words.full; place.hidden = false; }
    });
    return writing;
  }

  function set(one, name, value) {
    if (value === "" || value === false) delete one.said[name];
    else one.said[name] = value;
    return keep(one);
  }

  function written(one, name, label, long, hint) {
    const id = "f-" + name;
    const box = h(long ? "textarea" : "input", {
      id, value: one.said[name] || "", maxLength: long ? 2000 : 120, placeholder: hint || "",
      oninput: (event) => set(one, name, event.target.value.trim()),
    });
    return h("div", { className: "field" }, h("label", { htmlFor: id }, label), box);
  }

  function chosen(one, name, label, choices, open, changed) {
    const id = "f-" + name;
    const options = [h("option", { value: "" }, open)].concat(choices.map((choice) =>
      h("option", { value: String(choice.value), selected: String(one.said[name]) === String(choice.value) },
        choice.words)));
    const box = h("select", {
      id, onchange: (event) => set(one, name, event.target.value).then(changed),
    }, options);
    return h("div", { className: "field" }, h("label", { htmlFor: id }, label), box);
  }

  function ticked(one, name, choices, changed) {
    return choices.map((choice) => h("label", { className: "tick" },
      h("input", {
        type: "radio", name, value: choice.value, checked: one.said[name] === choice.value,
        onchange: () => set(one, name, choice.value).then(() => changed(choice.value)),
      }), h("span", {}, choice.words)));
  }

  function hours(plan) {
    if (!plan) return words.no_hours;
    if (!plan.weekdays.length) return say("free_days", { days: plan.days });
    const days = plan.weekdays.map((day) => words.weekdays[day % 7]).join("、");
    const to = plan.closes_at ? "–" + plan.closes_at : "";
    return say("week", { days, from: plan.opens_at, to });
  }

  function about(person) {
    const facts = [[words.post, person.title], [words.where, person.village],
      [words.duties, person.duties], [words.hours, hours(person.hours)]];
    return h("section", { className: "card" },
      person.portrait ? h("img", { className: "face", src: person.portrait, alt: person.name }) : null,
      h("dl", { className: "facts" }, facts.filter((fact) => fact[1]).map((fact) =>
        h("div", {}, h("dt", {}, fact[0]), h("dd", {}, fact[1])))));
  }

  // Asked for and never waited for.
  function place(one) {
    const told = h("p", { className: "quiet" });
    const known = () => {
      told.textContent = say("placed", { metres: one.said.accuracy });
    };
    if (one.said.longitude !== undefined) known();
    else {
      told.textContent = words.placing;
      self.phone.senses.place().then((found) => {
        if (found.longitude === undefined) { told.textContent = words.no_place; return; }
        const { longitude, latitude, accuracy } = found;
        Object.assign(one.said, { longitude, latitude, accuracy });
        known();
        keep(one);
      });
    }
    return h("div", {}, told, written(one, "place", words.place, false, words.place_hint));
  }

  function pictures(one, most) {
    const told = h("p", { className: "note stop", hidden: true }), shown = h("div", { className: "shots" });
    const wrong = (text) => { told.textContent = text; told.hidden = !text; };
    const fill = () => {
      shown.textContent = "";
      one.photos.forEach((photo) => {
        const address = URL.createObjectURL(new Blob([photo.bytes], { type: "image/jpeg" }));
        const gone = () => { one.photos.splice(one.photos.indexOf(photo), 1); keep(one).then(fill); };
        shown.append(h("figure", {},
          h("img", { src: address, alt: "", onload: () => URL.revokeObjectURL(address) }),
          photo.sent ? null : button(words.remove, gone)));
      });
    };
    const take = async (event) => {
      const file = event.target.files[0];
      event.target.value = "";
      if (!file) return;
      if (one.photos.length >= most) { wrong(say("most", { most })); return; }
      try {
        const bytes = await drawing.small(file);
        if (one.photos.some((photo) => drawing.same(photo.bytes, bytes))) { wrong(words.twice); return; }
        one.photos.push({ client_id: drawing.uuid(), bytes, sent: false });
        await keep(one);
        wrong("");
        fill();
      } catch (unread) {
        wrong(words.unread);
      }
    };
    fill();
    return h("section", { className: "card" }, h("h2", {}, say("pictures", { most })), told, shown,
      h("label", { className: "button" }, words.shoot, h("input",
        { type: "file", accept: "image/*", capture: "environment", onchange: take })));
  }

  function signatures(one, kit) {
    const pad = (who, label) => drawing.pad(label, one.said["signature_" + who],
      (lines) => set(one, "signature_" + who, lines), words.clear);
    const person = h("div", { id: "person-signs" },
      pad("person", say("person_sign", { name: one.person.name })),
      h("label", { className: "tick" }, h("input", {
        type: "checkbox", checked: Boolean(one.said.refused),
        onchange: (event) => set(one, "refused", event.target.checked),
      }), h("span", {}, words.refused)));
    return h("section", { className: "card" },
      pad("first", say("first_sign", { name: kit.name })), pad("second", words.second_sign), person);
  }

  // What is still missing, in the words of the form; the server asks for the same.
  function missing(one) {
    const said = one.said, lacks = [];
    const met = said.way === "site" && MET.indexOf(said.seen) >= 0;
    if (!said.second) lacks.push(words.need_second);
    if (!said.seen) lacks.push(words.need_seen);
    if (said.seen === "other" && !said.other) lacks.push(words.need_other);
    if (said.way === "phone" && ["absent", "idle"].indexOf(said.seen) >= 0) lacks.push(words.no_phone);
    if (!said.signature_first) lacks.push(words.need_first_sign);
    if (!said.signature_second) lacks.push(words.need_second_sign);
    if (met && !said.signature_person && !said.refused) lacks.push(words.need_person_sign);
    return lacks;
  }

  async function finish(one) {
    const lacks = missing(one), place = document.getElementById("trouble");
    place.hidden = !lacks.length;
    if (lacks.length) { place.textContent = say("missing", { what: lacks.join("、") }); return; }
    one.step = "queue";
    one.reason = "";
    one.tries = 0;
    await keep(one);
    field.kept = say("kept", { name: one.person.name });
    location.hash = "#list/" + one.key;
    field.deliver();
  }

  // A second press throws a draft away; what was received already is never thrown away.
  function discard(one) {
    let sure = false;
    return button(words.discard, async (event) => {
      if (!sure) { sure = true; event.target.textContent = words.sure; return; }
      await writing;
      await store.drop(one.client_id);
      location.hash = "#list/" + one.key;
    }, "no");
  }

  // The moment is that at which somebody first wrote down what was seen.
  function moment(one) {
    return one.said.at
      ? say("seen_at", { day: spoken(dayOf(one.said.at)), time: timeOf(one.said.at) }) : "";
  }

  async function form(id) {
    const [one, kit] = await Promise.all([store.visit(id), store.get("kit")]);
    if (!one || one.step === "queue" || one.step === "sent") { location.hash = ""; return; }
    const at = h("p", { className: "quiet" }, moment(one));
    const instead = written(one, "other", words.other, false, words.other_hint);
    const seen = (value) => {
      instead.hidden = value !== "other";
      if (!value || one.said.at) return;
      set(one, "at", now());
      at.textContent = moment(one);
    };
    seen(one.said.seen);
    const open = (question) => question.choices.length
      ? chosen(one, "answer_" + question.code, question.words, question.choices, words.open)
      : written(one, "answer_" + question.code, question.words, false, words.open);
    show(h("h1", {}, one.person.name), one.reason ? note(one.reason, "stop") : null, about(one.person),
      h("section", { className: "card" },
        chosen(one, "second", words.second,
          kit.fellows.map((who) => ({ value: who.id, words: who.name })), words.pick),
        h("h3", {}, words.way), ticked(one, "way", kit.ways, () => {}),
        h("h3", {}, words.seen), ticked(one, "seen", kit.seen, seen), at, instead,
        written(one, "work", words.work, true)),
      h("section", { className: "card" }, h("h2", {}, words.asked), kit.questions.map(open)),
      pictures(one, kit.pictures),
      h("section", { className: "card" }, place(one),
        written(one, "problem", words.problem, true), written(one, "note", words.note, true)),
      signatures(one, kit),
      h("p", { id: "trouble", className: "note stop", hidden: true, role: "alert" }),
      button(words.save, () => finish(one), "main big"),
      one.id ? null : discard(one),
      h("a", { className: "button", href: "#list/" + one.key }, words.back));
    self.scrollTo(0, 0);
  }

  field.visit = { begin, form };
})(self.field = self.field || {});
