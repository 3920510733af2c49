// @ts-check
// The one record that the phone keeps in this browser, in IndexedDB, sealed under a key that this page can use and not read.
//
//   record = { format: 1, nonce[12], sealed: AES-256-GCM(key, nonce, additional data, what the core gave) }
//   additional data = UTF-8 "Whodis 1 Browser store " || HOST of this page
//
// So a copy of the browser's profile that lacks the browser's own store of keys is of no use. The key and the first record are
// written in one transaction, each further record in one of its own.
//
// Whoever reads the record owns it from then on, and each transaction that writes looks whether it still does: a tab that
// another one has taken over from may sleep for minutes before it learns of that, and must not put back what it knew.

const DATABASE = "whodis";
const PHONE = "phone";
const KEY = "key";
const RECORD = "record";
const OWNER = "owner";
const FORMAT = 1;
const NONCE_LENGTH = 12;

/** @typedef {{ format: number; nonce: Uint8Array<ArrayBuffer>; sealed: ArrayBuffer }} Kept */

export class Store {
  #database;

  /** @type {CryptoKey | null} */
  #key = null;

  /** Tells this page's store from those of other tabs. */
  #token = crypto.randomUUID();

  /** Writes are done one after another, in the order in which they were asked for. @type {Promise<unknown>} */
  #last = Promise.resolve();

  /** @param {IDBDatabase} database */
  constructor(database) {
    this.#database = database;
  }

  /** @returns {Promise<Store>} */
  static open() {
    return new Promise((opened, failed) => {
      const request = indexedDB.open(DATABASE, 1);
      request.onupgradeneeded = () => request.result.createObjectStore(PHONE);
      request.onsuccess = () => opened(new Store(request.result));
      request.onerror = () => failed(request.error);
      request.onblocked = () => failed(new Error("another page holds the store"));
    });
  }

  /** What was written last; nothing if nothing was, or if it was erased. From now on nobody writes who has read before. */
  async read() {
    const [key, kept] = await this.#transaction((store) => [
      store.get(KEY),
      store.get(RECORD),
      store.put(this.#token, OWNER),
    ]);
    if (kept === undefined || key === undefined) {
      return new Uint8Array(0);
    }
    this.#key = /** @type {CryptoKey} */ (key);
    const { format, nonce, sealed } = /** @type {Kept} */ (kept);
    if (format !== FORMAT) {
      throw new Error(`a store of format ${format}`);
    }
    return new Uint8Array(
      await crypto.subtle.decrypt({ name: "AES-GCM", iv: nonce, additionalData: place() }, this.#key, sealed),
    );
  }

  /** Keeps `record` in place of all before it; done when that is durable. @param {Uint8Array<ArrayBuffer>} record */
  write(record) {
    return this.#inTurn(async () => {
      const key = this.#key ?? await newKey();
      const nonce = crypto.getRandomValues(new Uint8Array(NONCE_LENGTH));
      const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: place() }, key, record);
      record.fill(0);
      await this.#change((store) => {
        store.put(key, KEY);
        store.put({ format: FORMAT, nonce, sealed }, RECORD);
      });
      this.#key = key;
    });
  }

  /** Forgets the record and the key that it was sealed under. */
  erase() {
    return this.#inTurn(async () => {
      await this.#change((store) => {
        store.delete(KEY);
        store.delete(RECORD);
      });
      this.#key = null;
    });
  }

  close() {
    this.#last.then(() => this.#database.close());
  }

  /** @param {() => Promise<void>} action @returns {Promise<void>} */
  #inTurn(action) {
    const done = this.#last.then(action);
    this.#last = done.catch(() => {
      // Whoever asked for it is told; what comes after has its turn all the same.
    });
    return done;
  }

  /**
   * The results of requests, once the transaction that they are made in is complete.
   *
   * @param {(store: IDBObjectStore) => IDBRequest[]} make
   * @returns {Promise<unknown[]>}
   */
  #transaction(make) {
    return new Promise((done, failed) => {
      const transaction = this.#begin();
      const requests = make(transaction.objectStore(PHONE));
      transaction.oncomplete = () => done(requests.map((request) => request.result));
      transaction.onabort = () => failed(transaction.error);
    });
  }

  /**
   * Changes what is kept, if nobody has read it since.
   *
   * @param {(store: IDBObjectStore) => void} make
   * @returns {Promise<void>}
   */
  #change(make) {
    return new Promise((done, failed) => {
      const transaction = this.#begin();
      const store = transaction.objectStore(PHONE);
      const owner = store.get(OWNER);
      owner.onsuccess = () => {
        if (owner.result === this.#token) {
          make(store);
        } else {
          transaction.abort();
        }
      };
      transaction.oncomplete = () => done();
      transaction.onabort = () => failed(transaction.error ?? new Error("another tab has the phone"));
    });
  }

  #begin() {
    return this.#database.transaction(PHONE, "readwrite", { durability: "strict" });
  }
}

function newKey() {
  return crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

function place() {
  return new TextEncoder().encode(`Whodis 1 Browser store ${location.host}`);
}
