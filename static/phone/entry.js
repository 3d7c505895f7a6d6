"use strict";
// Letting this phone in by the clerk's card, once, for one worker.
(function (phone) {
  const { h, button, note, show } = phone.parts;
  const store = phone.store, sending = phone.sending, signing = phone.signing;
  const say = phone.say, words = phone.words;

  const onCard = () => (location.pathname.match(/^\/m\/in\/([\w-]+)\/?$/) || [])[1] || "";

  function stranger() {
    show(h("h1", {}, words.not_in), note(words.not_in_help));
  }

  function unable() {
    const wechat = /MicroMessenger/.test(navigator.userAgent);
    show(note(wechat ? words.no_key_wechat : words.no_key, "stop"));
  }

  // Opening the card does nothing by itself: a preview of the link must not use it up.
  async function offered(card) {
    const me = await store.get("me");
    if (!me) return enter(card);
    if (me.card === await signing.sha256(card)) return home();
    if (await store.get("ended")) return enter(card);
    const left = await sending.unsent();
    const count = left.record + left.photo;
    show(h("h1", {}, say("used_here", { name: me.name })),
      note(count ? say("replace_first", { count }) : words.replace_help, count ? "stop" : ""),
      count ? null : button(words.replace, () => enter(card), "main"),
      button(words.stay, home));
    return undefined;
  }

  async function enter(card) {
    show(note(words.entering));
    const pair = await pairFor(card);
    const body = JSON.stringify({
      secret: card, public_key: pair.shown, label: label(), fingerprint: await signing.hardware(),
    });
    try {
      const head = { "Content-Type": "application/json" };
      const answer = await sending.ask("POST", "phones", body, head);
      if (answer.status === 200) return await entered(card, pair, answer.said);
      return wrong(card, (answer.said.refusals || []).join("") || words.not_in_help);
    } catch (lost) {
      if (!(lost instanceof sending.Unsent)) throw lost;
      return wrong(card, words.entry_lost);
    }
  }

  // Should the answer be lost, the same key asks again and is answered again.
  async function pairFor(card) {
    const of = await signing.sha256(card), kept = await store.get("pair");
    if (kept && kept.of === of) return kept;
    const made = Object.assign(await signing.newKey(), { of });
    await store.put("pair", made);
    return made;
  }

  async function entered(card, pair, said) {
    const me = {
      secret: said.secret, name: said.name, key: pair.key, card: pair.of,
    };
    await store.begin(me, { of: me.card, sequence: 0, previous: "" });
    if (navigator.storage && navigator.storage.persist) navigator.storage.persist();
    home();
  }

  function wrong(card, reason) {
    show(h("h1", {}, words.not_entered), note(reason, "stop"),
      button(words.try_again, () => enter(card), "main"));
  }

  function label() {
    const told = navigator.userAgent.match(/\(([^)]*)\)/);
    return (told ? told[1] : "").slice(0, 100);
  }

  function home() {
    history.replaceState(null, "", "/m/");
    return phone.begin();
  }

  phone.entry = { onCard, offered, stranger, unable };
})(self.phone = self.phone || {});
