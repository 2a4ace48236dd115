// The browser's database, in which rows outlive a reload of the page. What is kept, for how long and under which name is
// said by Rust.

/** @typedef {{ saved: number, bytes: number }} Entry when rows were written and how long they are, apart from the rows */

const NAME = 'freshet-rows';
const VERSION = 1;
/** Both stores know their records by the name of what is kept. */
const ROWS = 'rows';
const ENTRIES = 'entries';

/** @type {IDBDatabase | undefined} */
let database;
/** @type {Promise<IDBDatabase> | undefined} */
let opening;

/**
 * The rows of that name and when they were written.
 * @param {string} name
 * @returns {Promise<[string, number] | undefined>}
 */
export async function read(name) {
  const transaction = (await opened()).transaction([ROWS, ENTRIES]);
  const rows = transaction.objectStore(ROWS).get(name);
  const entry = transaction.objectStore(ENTRIES).get(name);
  await end(transaction);
  return rows.result === undefined || entry.result === undefined ? undefined : [rows.result, entry.result.saved];
}

/**
 * Writes rows, in place of those that have the name.
 * @param {string} name
 * @param {string} rows
 * @param {number} saved
 * @param {number} bytes
 */
export async function write(name, rows, saved, bytes) {
  // An open database is written to at once: a page that is being closed may not live until a promise is kept.
  const transaction = (database ?? (await opened())).transaction([ROWS, ENTRIES], 'readwrite');
  transaction.objectStore(ROWS).put(rows, name);
  transaction.objectStore(ENTRIES).put({ saved, bytes }, name);
  const done = end(transaction);
  transaction.commit();
  await done;
}

/**
 * What is there: the name of each, when it was written and how long it is.
 * @returns {Promise<Array<[string, number, number]>>}
 */
export async function entries() {
  const transaction = (await opened()).transaction(ENTRIES);
  const store = transaction.objectStore(ENTRIES);
  const [names, all] = [store.getAllKeys(), store.getAll()];
  await end(transaction);
  return names.result.map((name, index) => [String(name), all.result[index].saved, all.result[index].bytes]);
}

/** @param {string[]} names of what is to be deleted */
export async function forget(names) {
  const transaction = (await opened()).transaction([ROWS, ENTRIES], 'readwrite');
  for (const name of names) {
    transaction.objectStore(ROWS).delete(name);
    transaction.objectStore(ENTRIES).delete(name);
  }
  await end(transaction);
}

/** @returns {Promise<IDBDatabase>} */
function opened() {
  opening ??= open();
  // The next one tries again.
  opening.catch(close);
  return opening;
}

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(ROWS);
      request.result.createObjectStore(ENTRIES);
    };
    request.onblocked = () => reject(new Error('another tab of this page uses an older version of it'));
    request.onerror = () => reject(request.error);
    request.onsuccess = () => {
      database = request.result;
      database.onclose = close;
      // Another tab wants to change or delete it, and waits.
      database.onversionchange = close;
      resolve(database);
    };
  });
}

function close() {
  database?.close();
  database = undefined;
  opening = undefined;
}

/** @param {IDBTransaction} transaction */
function end(transaction) {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = resolve;
    // A commit that fails has an error of its own, of which no request hears.
    transaction.onabort = () => reject(transaction.error ?? new Error('it was aborted'));
  });
}
