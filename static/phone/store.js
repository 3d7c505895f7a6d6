"use strict";
// What this phone keeps: whose it is, its key, and what was not yet answered for.
// Nothing leaves the queue before the server has said what became of it.
(function (phone) {
  const STORES = { own: "own", queue: "queue", log: "log" };
  const LOGGED = 120;
  let opening = null;

  function make(db) {
    db.createObjectStore(STORES.own);
    const queue = db.createObjectStore(STORES.queue, { keyPath: "number", autoIncrement: true });
    queue.createIndex("step", "step");
    db.createObjectStore(STORES.log, { keyPath: "client_id" }).createIndex("at", "at");
  }

  function open() {
    if (opening) return opening;
    opening = new Promise((done, fail) => {
      const asked = indexedDB.open("phone", 1);
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

  // One transaction: `work` names the answer by `give`; it is given once the disk has it all.
  async function within(mode, names, work) {
    const db = await open();
    return new Promise((done, fail) => {
      const tx = db.transaction(names, mode, { durability: "strict" });
      let answer;
      tx.oncomplete = () => done(answer);
      tx.onabort = () => fail(tx.error || new Error("aborted"));
      work(tx, (value) => { answer = value; });
    });
  }

  function read(name, ask) {
    return within("readonly", [name], (tx, give) => {
      const asked = ask(tx.objectStore(name));
      asked.onsuccess = () => give(asked.result);
    });
  }

  const get = (key) => read(STORES.own, (own) => own.get(key));
  const put = (key, value) => within("readwrite", [STORES.own], (tx) => {
    tx.objectStore(STORES.own).put(value, key);
  });

  // The next items of a step, in the order in which they were made.
  const next = (step, most) =>
    read(STORES.queue, (queue) => queue.index("step").getAll(step, most));
  const count = (step) => read(STORES.queue, (queue) => queue.index("step").count(step));

  const said = async () => {
    const all = await read(STORES.log, (log) => log.index("at").getAll());
    return all.reverse();
  };

  // A signed record and the chain's new end are written together, unless the chain moved on.
  function append(item, entry, chain) {
    return within("readwrite", [STORES.own, STORES.queue, STORES.log], (tx, give) => {
      const own = tx.objectStore(STORES.own);
      const asked = own.get("chain");
      asked.onsuccess = () => {
        const now = asked.result;
        if (now.sequence !== chain.sequence - 1 || now.of !== chain.of) { give(false); return; }
        own.put(chain, "chain");
        tx.objectStore(STORES.queue).add(item);
        const log = tx.objectStore(STORES.log);
        log.put(entry);
        trim(log);
        give(true);
      };
    });
  }

  function trim(log) {
    const asked = log.count();
    asked.onsuccess = () => {
      let over = asked.result - LOGGED;
      if (over <= 0) return;
      log.index("at").openCursor().onsuccess = (event) => {
        const at = event.target.result;
        if (!at || over <= 0) return;
        if (at.value.state === "received") { at.delete(); over -= 1; }
        at.continue();
      };
    };
  }

  // What the server said of some items: each is rewritten or, once it is done with, removed.
  function settle(verdicts) {
    return within("readwrite", [STORES.queue, STORES.log], (tx) => {
      const queue = tx.objectStore(STORES.queue), log = tx.objectStore(STORES.log);
      verdicts.forEach((one) => {
        if (one.done) queue.delete(one.item.number);
        else queue.put(Object.assign({}, one.item, one.change));
        note(log, one.item.client_id, one.entry);
      });
    });
  }

  function note(log, id, change) {
    if (!change) return;
    const asked = log.get(id);
    asked.onsuccess = () => { if (asked.result) log.put(Object.assign(asked.result, change)); };
  }

  // What was kept out is tried once more, records before pictures.
  async function retry() {
    const kept = await next("refused", undefined);
    await settle(kept.map((item) => ({
      item, change: { step: item.received ? "photo" : "record", tries: 0, reason: "" },
      entry: { state: item.received ? "received" : "waiting", reason: "" },
    })));
  }

  // A phone let in: its name, secret, key, and the beginning of a chain, all at once.
  function begin(me, chain) {
    return within("readwrite", [STORES.own], (tx) => {
      const own = tx.objectStore(STORES.own);
      ["state", "days", "pay", "papers", "looks", "ended", "pair"].forEach((name) => own.delete(name));
      own.put(me, "me");
      own.put(chain, "chain");
    });
  }

  phone.store = { get, put, next, count, said, append, settle, retry, begin, within };
})(self.phone = self.phone || {});
