// Records in a SQLite file which user created a video or an image.
//
// node-sqlite3-wasm is SQLite compiled to WebAssembly. It installs by `npm ci --ignore-scripts` without a compiler or a download,
// writes each row to the file immediately (sql.js keeps the database in memory and rewrites the whole file), and runs on Node 20
// (node:sqlite needs Node 22). Only one server process may use the file; with several, implement the same two functions on a shared database.

import { existsSync, mkdirSync } from 'node:fs'
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
    try {
      mkdirSync(dirname(file), { recursive: true })
      this.#database = new Database(file)
      this.#database.exec(SCHEMA)
    } catch (error) {
      this.#database?.close()
      const hint = existsSync(`${file}.lock`) ? ` If no other server uses it, one was killed while it wrote: remove ${file}.lock` : ''
      throw new Error(`the database ${file} cannot be used: ${error.message}.${hint}`)
    }
  }

  /** Throws if the id has an owner already: VOD never issues an id twice. */
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
