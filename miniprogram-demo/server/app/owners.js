// Which user a video or picture belongs to, in a SQLite file.
//
// node-sqlite3-wasm is SQLite itself, compiled to WebAssembly: it installs by `npm ci --ignore-scripts` without a compiler or a
// download, writes each row to the file at once (sql.js keeps all in memory and writes whole files), and runs on Node 20 (node:sqlite
// needs 22). One server process may use the file; for several servers put a table of your own database behind the same two functions.

import { mkdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'

const { Database } = createRequire(import.meta.url)('node-sqlite3-wasm')

const SCHEMA = `CREATE TABLE IF NOT EXISTS owners (
  media_id TEXT PRIMARY KEY,
  user_id TEXT NOT NULL,
  created_at TEXT NOT NULL DEFAULT CURRENT_TIMESTAMP
) WITHOUT ROWID`

export class Owners {
  #database

  /** @param {string} file is created when it does not exist */
  constructor(file) {
    mkdirSync(dirname(file), { recursive: true })
    this.#database = new Database(file)
    try {
      this.#database.exec(SCHEMA)
    } catch (error) {
      this.#database.close()
      throw new Error(`${file} cannot be used: ${error.message}. If no other server uses it, and one was killed while it wrote, remove ${file}.lock`)
    }
  }

  /** VOD gives each id once, so that a second owner of the same id is an error. */
  remember(mediaId, userId) {
    this.#database.run('INSERT INTO owners (media_id, user_id) VALUES (?, ?)', [mediaId, userId])
  }

  owns(mediaId, userId) {
    return this.#database.get('SELECT 1 FROM owners WHERE media_id = ? AND user_id = ?', [mediaId, userId]) !== null
  }

  close() {
    this.#database.close()
  }
}
