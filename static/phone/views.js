"use strict";
// What the worker looks up: days, pay, the contract; kept for when there is no net.
(function (phone) {
  const { h, button, note, show, dayOf, timeOf, now, spoken, weekday } = phone.parts;
  const store = phone.store, sending = phone.sending, say = phone.say, words = phone.words;

  // The newest answer, else the last one with its hour; drawn twice when both are there.
  async function looked(name, address, draw) {
    const here = location.hash;
    const kept = await store.get(name);
    if (kept) draw(kept.said, null, true);
    else show(note(words.loading));
    try {
      const answer = await sending.own("GET", address);
      if (answer.status !== 200) throw new sending.Unsent(answer.status);
      await store.put(name, { at: now(), said: answer.said });
      if (location.hash === here) draw(answer.said, null);
    } catch (lost) {
      if (!(lost instanceof sending.Unsent)) throw lost;
      if (location.hash !== here) return;
      if (kept) draw(kept.said, note(say("old", { time: stamp(kept.at) })), true);
      else show(note(words.none_yet));
    }
  }

  const stamp = (at) => spoken(dayOf(at)) + " " + timeOf(at);

  function moved(month, by) {
    const [year, number] = month.split("-").map(Number);
    return new Date(Date.UTC(year, number - 1 + by, 1)).toISOString().slice(0, 7);
  }

  function monthOf(text) {
    const [year, month] = text.split("-").map(Number);
    return say("month", { year, month });
  }

  function days() {
    const month = location.hash.split("/")[1] || dayOf(now()).slice(0, 7);
    const turn = (by) => () => { location.hash = "#days/" + moved(month, by); };
    return looked("days-" + month, "phones/days?month=" + month, (said, old, stands) => {
      const section = h("section", { className: "card", id: "corrections" },
        h("h2", {}, words.corrections), h("p", {}, words.corrections_help));
      const open = h("div", {});
      const last = month >= dayOf(now()).slice(0, 7);
      show(
        h("h1", {}, words.days_title), old, open,
        h("div", { className: "row" }, button(words.before, turn(-1)),
          last ? null : button(words.after, turn(1))),
        h("div", {}, said.contracts.length ? said.contracts.map((one) => worked(one, month))
          : note(words.days_none)), section);
      if (stands) return;
      phone.asking.sheets(open);
      phone.asking.corrections(section, said.contracts, month, days);
    });
  }

  function worked(contract, month) {
    const sum = say("days_sum", { month: monthOf(month), days: contract.days });
    const rows = contract.list.map((day) => h("li", { className: "day" },
      h("strong", {}, spoken(day.day), " ", weekday(day.day)),
      h("span", { className: "mark " + day.mark }, words["day_" + day.mark], " ", day.much),
      day.said.length ? h("p", {}, day.said.map((one) => words.kinds[one.kind] + " " + one.at).join("，"))
        : null,
      day.why.map((why) => h("p", { className: "why" }, why))));
    return h("section", { className: "card" }, h("h2", {}, contract.title), h("p", {}, sum, " ", contract.much),
      rows.length ? h("ul", { className: "list" }, rows) : h("p", {}, words.days_none));
  }

  function pay() {
    return looked("pay", "phones/pay", (said, old, stands) => {
      const judged = h("div", {});
      const lines = said.lines.map((line) => h("section", { className: "card" },
        h("h2", {}, monthOf(line.month), " ", line.post),
        h("p", { className: "sum" }, say("yuan", { amount: line.amount })),
        h("p", { className: "mark " + line.state }, line.state_words),
        h("h3", {}, words.why), line.why.map((why) => h("p", {}, why)),
        h("h3", {}, words.why_state), line.why_state.map((why) => h("p", {}, why))));
      show(h("h1", {}, words.pay_title), old, judged,
        h("div", {}, lines.length ? lines : note(words.pay_none)),
        h("section", { className: "card" }, h("h2", {}, words.objections),
          h("p", {}, words.objections_help),
          h("a", { className: "button", href: "/notices/" }, words.objections_open)));
      if (!stands) phone.asking.grades(judged);
    });
  }

  function paper() {
    return looked("papers", "phones/papers", (said, old) => {
      show(h("h1", {}, words.paper_title), old, h("div", {}, said.contracts.length
        ? said.contracts.map(terms) : note(words.paper_none)),
        h("a", { className: "button", href: "#looks" }, words.looks_title));
    });
  }

  // Rarely asked for: fetched when it is.
  const looks = () => new Promise((done) => {
    const script = h("script", { src: document.body.dataset.looks });
    script.onload = () => done(phone.looks());
    script.onerror = () => done(show(note(words.none_yet)));
    document.head.append(script);
  });

  function terms(one) {
    const wrong = h("p", { className: "note stop", hidden: true }, words.pdf_lost);
    const get = () => download(one).catch(() => { wrong.hidden = false; });
    const clauses = h("details", {}, h("summary", {}, words.all_clauses),
      one.clauses.map((clause) => h("div", {}, h("h3", {}, clause.heading),
        h("p", { className: "whole" }, clause.text))));
    return h("section", { className: "card" }, h("h2", {}, one.title),
      h("p", { className: "mark" }, one.state),
      h("p", {}, say("term", { from: one.starts_on, to: one.ends_on })),
      h("p", {}, say("village", { village: one.village })),
      h("ul", { className: "large" }, one.summary.map((line) => h("li", {}, line))),
      one.clauses.length ? clauses : null,
      one.paper ? button(words.pdf, get) : null, wrong);
  }

  // A link cannot show the phone's secret: the file is fetched with it and handed over.
  async function download(one) {
    const me = await store.get("me");
    const head = { Authorization: "Device " + me.secret };
    const answer = await fetch("/api/v1/phones/papers/" + one.id + ".pdf", { headers: head });
    if (!answer.ok) throw new Error("pdf");
    const address = URL.createObjectURL(await answer.blob());
    h("a", { href: address, download: one.title + ".pdf" }).click();
    setTimeout(() => URL.revokeObjectURL(address), PATIENCE);
  }

  const PATIENCE = 60000;
  phone.views = { days, pay, paper, looks, looked };
})(self.phone = self.phone || {});
