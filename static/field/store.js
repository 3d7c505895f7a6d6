"use strict";
// What this phone keeps for the road: the kit, the lists taken along, and every visit.
// A visit leaves the queue only after the server has named its number.
(function (field) {
  const OWN = "own", LISTS = "lists", VISITS = "visits";
  const SENT_AT_MOST = 60;
  let opening = null;

  function make(db) {
    db.createObjectStore(OWN);
    db.createObjectStore(LISTS, { keyPath: "key" });
    db.createObjectStore(VISITS, { keyPath: "client_id" });
  }

  function open() {
    if (opening) return opening;
    opening = new Promise((done, fail) => {
      const asked = indexedDB.open("field", 1);
      asked.onupgradeneeded = () => make(asked.result);
      asked.onerror = () => { opening = null; fail(asked.error); };
      asked.onsuccess = () => {
        const db = asked.result;
        db.onversionchange = () => { db.close(); opening = null; };
        db.onclose = () => { opening = null; };
        done(db);
      };
    });
    return opening;
  }

  // One transaction on one store; it is answered once the disk has it all.
  async function within(name, mode, work) {
    const db = await open();
    return new Promise((done, fail) => {
      const tx = db.transaction([name], mode, { durability: "strict" });
      let asked = null;
      tx.oncomplete = () => done(asked ? asked.result : undefined);
      tx.onabort = () => fail(tx.error || new Error("aborted"));
      asked = work(tx.objectStore(name));
    });
  }

  const read = (name, ask) => within(name, "readonly", ask);
  const write = (name, act) => within(name, "readwrite", act);

  const get = (key) => read(OWN, (own) => own.get(key));
  const put = (key, value) => write(OWN, (own) => own.put(value, key));
  const list = (key) => read(LISTS, (lists) => lists.get(key));
  const lists = () => read(LISTS, (all) => all.getAll());
  const keepList = (one) => write(LISTS, (all) => all.put(one));
  const dropList = (key) => write(LISTS, (all) => all.delete(key));
  const visit = (id) => read(VISITS, (all) => all.get(id));
  const keep = (one) => write(VISITS, (all) => all.put(one));
  const drop = (id) => write(VISITS, (all) => all.delete(id));

  // The visits in the order in which they were begun.
  async function visits(...steps) {
    const all = await read(VISITS, (store) => store.getAll());
    return all.filter((one) => !steps.length || steps.indexOf(one.step) >= 0)
      .sort((a, b) => (a.made < b.made ? -1 : 1));
  }

  // What was received leaves its pictures and signatures behind, and the face on the list goes.
  async function sent(one) {
    await keep({
      client_id: one.client_id, owner: one.owner, made: one.made, step: "sent", id: one.id,
      person: { contract: one.person.contract, name: one.person.name }, photos: [], said: {},
    });
    const from = await list(one.key);
    if (from) {
      from.people.forEach((person) => {
        if (person.contract === one.person.contract) {
          person.portrait = "";
          person.visited = true;
        }
      });
      await keepList(from);
    }
    const old = (await visits("sent")).slice(0, -SENT_AT_MOST);
    for (const each of old) await drop(each.client_id);
  }

  // A list is kept for its days and for whoever took it along, and no longer.
  async function tidy(today, owner) {
    for (const one of await lists()) {
      if (one.until < today || one.owner !== owner) await dropList(one.key);
    }
  }

  field.store = { get, put, list, lists, keepList, dropList, visit, visits, keep, drop, sent, tidy };
})(self.field = self.field || {});
