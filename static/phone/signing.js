"use strict";
// The key of this phone, made here and never given away, and what it signs.
(function (phone) {
  const store = phone.store;
  const CURVE = { name: "ECDSA", namedCurve: "P-256" };
  const SIGN = { name: "ECDSA", hash: "SHA-256" };

  const fits = () => Boolean(self.crypto && crypto.subtle && self.indexedDB);

  function base64(buffer) {
    return btoa(Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join(""));
  }

  function hex(buffer) {
    return Array.from(new Uint8Array(buffer), (b) => b.toString(16).padStart(2, "0")).join("");
  }

  const random = (bytes) => crypto.getRandomValues(new Uint8Array(bytes));

  function uuid() {
    const bytes = random(16);
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    return hex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
  }

  async function sha256(content) {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    return hex(await crypto.subtle.digest("SHA-256", bytes));
  }

  // One browser is one phone, however often and for whomever it is let in.
  async function hardware() {
    const known = await store.get("hardware");
    if (known) return known;
    const made = hex(random(16));
    await store.put("hardware", made);
    return made;
  }

  async function newKey() {
    const pair = await crypto.subtle.generateKey(CURVE, false, ["sign", "verify"]);
    const shown = base64(await crypto.subtle.exportKey("spki", pair.publicKey));
    return { key: pair.privateKey, shown };
  }

  async function sign(key, text) {
    return base64(await crypto.subtle.sign(SIGN, key, new TextEncoder().encode(text)));
  }

  // Keep a record: signed, chained to the one before, on the disk before anybody is told.
  async function record(fields, photo) {
    const client_id = uuid();
    const picture = photo ? await sha256(photo) : "";
    for (;;) {
      const me = await store.get("me"), last = await store.get("chain");
      const said = JSON.stringify(Object.assign({ client_id }, fields, {
        sequence: last.sequence + 1, previous: last.previous, photo: picture,
      }));
      const signature = await sign(me.key, said);
      const item = { client_id, said, signature, photo: photo || null, step: "record", tries: 0 };
      const entry = {
        client_id, contract: fields.contract, kind: fields.kind, at: fields.at,
        place: fields.longitude !== undefined, photo: Boolean(photo), state: "waiting",
      };
      const chain = { of: last.of, sequence: last.sequence + 1, previous: await sha256(said) };
      if (await store.append(item, entry, chain)) return entry;
    }
  }

  phone.signing = { fits, hardware, newKey, record, sha256, uuid };
})(self.phone = self.phone || {});
