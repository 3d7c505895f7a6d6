"use strict";
// What the worker says back: this day is wrong, this month is right. Only where there is a network.
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
    const reason = h("textarea", { name: "reason", maxLength: 500, required: true });
    const wrong = note("", "stop");
    wrong.hidden = true;
    const send = h("button", { type: "submit" }, words.ask_send);
    const ask = async (event) => {
      event.preventDefault();
      send.disabled = true;
      const said = {
        contract: Number(which.value), day: day.value, wanted: wanted.value, reason: reason.value,
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
      h("label", {}, words.ask_reason, reason), wrong, send));
  }

  // The months that the village has confirmed wait for the worker's own word.
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

  phone.asking = { corrections, sheets };
})(self.phone = self.phone || {});
