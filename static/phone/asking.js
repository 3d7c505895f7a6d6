"use strict";
// What the worker says back: this day is wrong, this month is right. Only with a network.
(function (phone) {
  const { h, button, note, spoken } = phone.parts;
  const sending = phone.sending, say = phone.say, words = phone.words;
  const WORTHS = [["1", words.day_counts], ["0.5", words.day_half], ["0", words.day_not]];
  const worth = (days) => WORTHS.find((one) => Number(one[0]) === Number(days))[1];

  // The answer of our server, or nothing.
  async function asked(method, address, said) {
    try {
      const body = said && JSON.stringify(said);
      return await sending.own(method, address, body, said && "application/json");
    } catch (lost) {
      if (!(lost instanceof sending.Unsent)) throw lost;
      return null;
    }
  }

  async function corrections(section, contracts, month, redraw) {
    const answer = await asked("GET", "phones/corrections");
    if (!answer || answer.status !== 200 || !section.isConnected) return;
    const mine = answer.said.filter((one) => one.day.slice(0, 7) === month);
    section.append(h("ul", { className: "list" }, mine.map(row)));
    if (contracts.length) section.append(form(contracts, month, redraw));
  }

  function row(one) {
    return h("li", { className: "day" }, h("strong", {}, spoken(one.day)),
      h("span", { className: "mark" }, one.state_title),
      h("p", {}, say("correction", { was: worth(one.was), wanted: worth(one.wanted) })),
      h("p", { className: "quiet" }, one.reason));
  }

  const options = (pairs) => pairs.map((one) => h("option", { value: one[0] }, one[1]));

  function form(contracts, month, redraw) {
    const day = h("input", { type: "date", name: "day", min: month + "-01", required: true });
    const wanted = h("select", { name: "wanted" }, options(WORTHS));
    const which = h("select", { name: "contract" },
      options(contracts.map((one) => [one.id, one.title])));
    const much = h("input", { type: "number", step: 0.01 });
    const reason = h("textarea", { name: "reason", maxLength: 500, required: true });
    const wrong = note("", "stop");
    wrong.hidden = true;
    const send = h("button", { type: "submit" }, words.ask_send);
    const ask = async (event) => {
      event.preventDefault();
      send.disabled = true;
      const said = {
        contract: Number(which.value), day: day.value, wanted: wanted.value, reason: reason.value,
        quantity: much.value || null,
      };
      const answer = await asked("POST", "phones/corrections", said);
      if (answer && answer.status === 201) { redraw(); return; }
      send.disabled = false;
      wrong.textContent = answer ? sending.words(answer.said) : words.ask_lost;
      wrong.hidden = false;
    };
    return h("details", {}, h("summary", {}, words.ask_day), h("form", { onsubmit: ask },
      contracts.length > 1 ? h("label", {}, words.pick, which) : null,
      h("label", {}, words.ask_which, day), h("label", {}, words.ask_wanted, wanted),
      contracts.some((one) => one.measured) && h("label", {}, words.ask_much, much),
      h("label", {}, words.ask_reason, reason), wrong, send));
  }

  async function sheets(place) {
    const answer = await asked("GET", "phones/sheets");
    if (!answer || answer.status !== 200 || !place.isConnected) return;
    const open = answer.said.filter((one) => one.waits && !one.acknowledged);
    open.forEach((one) => place.append(sheet(one)));
  }

  function sheet(one) {
    const card = h("section", { className: "card due" });
    const agree = async () => {
      const address = "phones/sheets/" + one.sheet + "/acknowledge";
      const answer = await asked("POST", address, { disputes: [] });
      card.textContent = "";
      if (answer && answer.status === 200) card.append(words.agreed);
      else card.append(answer ? sending.words(answer.said) : words.ask_lost);
    };
    const [year, month] = one.month.split("-").map(Number);
    const told = { month: say("month", { year, month }), days: Number(one.days) };
    card.append(h("h2", {}, say("agree_title", told)), h("p", {}, say("agree_help", told)),
      button(words.agree, agree, "main"),
      button(words.disagree, () => { location.hash = "#days/" + one.month; }));
    return card;
  }

  async function grades(place) {
    const answer = await asked("GET", "phones/grades");
    if (!answer || answer.status !== 200 || !place.isConnected) return;
    answer.said.forEach((one) => place.append(grade(one)));
  }

  function grade(one) {
    const open = !one.agreed && (one.may_appeal || !one.seen);
    const card = h("section", { className: open ? "card due" : "card" });
    const wrong = note("", "stop");
    wrong.hidden = true;
    const say_so = async (way, said) => {
      const answer = await asked("POST", "phones/grades/" + one.id + "/" + way, said);
      if (answer && answer.status === 200) { card.replaceWith(grade(answer.said)); return; }
      wrong.textContent = answer ? sending.words(answer.said) : words.ask_lost;
      wrong.hidden = false;
    };
    const seen = (agrees) => () => say_so("seen", { agrees });
    const [year, month] = one.month.split("-").map(Number);
    const lines = [one.points && say("grade_points", { points: one.points })].concat(one.items,
      one.effect && say("grade_effect", { effect: one.effect }),
      one.appeal && say("grade_appeal", { text: one.appeal }),
      one.reply && say("grade_reply", { text: one.reply }));
    const text = h("textarea", { name: "text", maxLength: 500, required: true });
    const appeal = (event) => { event.preventDefault(); say_so("appeal", { text: text.value }); };
    card.append(h("h2", {}, say("grade", { month: say("month", { year, month }), grade: one.grade_words })),
      h("p", { className: "mark" }, one.state_words),
      h("div", {}, lines.filter(Boolean).map((line) => h("p", {}, line))));
    if (open) {
      card.append(button(words.grade_agree, seen(true), "main"));
      if (!one.seen) card.append(button(words.grade_seen, seen(false)));
      if (one.may_appeal) {
        card.append(h("details", {}, h("summary", {}, words.grade_wrong),
          one.until ? h("p", {}, say("grade_until", { day: spoken(one.until) })) : "",
          h("form", { onsubmit: appeal }, h("label", {}, words.grade_text, text),
            h("button", { type: "submit" }, words.ask_send))));
      }
      card.append(wrong);
    }
    return card;
  }

  phone.asking = { corrections, sheets, grades };
})(self.phone = self.phone || {});
