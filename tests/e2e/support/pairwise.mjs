// Rows in which every pair of values of any two parameters occurs at least once: most bugs need no more than two causes.
export function pairwise(parameters, random) {
  const names = Object.keys(parameters)
  const open = new Set()
  for (let a = 0; a < names.length; a++) {
    for (let b = a + 1; b < names.length; b++) {
      parameters[names[a]].forEach((_, i) => parameters[names[b]].forEach((_, j) => open.add(key(a, i, b, j))))
    }
  }

  const rows = []
  while (open.size > 0) {
    let best = null
    for (let attempt = 0; attempt < 30; attempt++) {
      const row = grow()
      const covers = pairsOf(row).filter((pair) => open.has(pair)).length
      if (!best || covers > best.covers) best = { row, covers }
    }
    for (const pair of pairsOf(best.row)) open.delete(pair)
    rows.push(Object.fromEntries(names.map((name, index) => [name, parameters[name][best.row[index]]])))
  }
  return rows

  // Begins with a pair that is still open, then takes for each parameter the value that closes most.
  function grow() {
    const row = new Array(names.length).fill(null)
    const list = [...open]
    const [a, i, b, j] = list[random.below(list.length)].split(',').map(Number)
    row[a] = i
    row[b] = j
    const order = names.map((_, index) => index).sort(() => random.next() - 0.5)
    for (const index of order) {
      if (row[index] !== null) continue
      const gains = parameters[names[index]].map((_, value) => row.filter((other, at) => other !== null && open.has(pair(index, value, at, other))).length)
      const most = Math.max(...gains)
      const candidates = gains.flatMap((gain, value) => (gain === most ? [value] : []))
      row[index] = random.pick(candidates)
    }
    return row
  }

  function pairsOf(row) {
    const pairs = []
    for (let a = 0; a < row.length; a++) for (let b = a + 1; b < row.length; b++) pairs.push(key(a, row[a], b, row[b]))
    return pairs
  }
}

const key = (a, i, b, j) => `${a},${i},${b},${j}`
const pair = (a, i, b, j) => (a < b ? key(a, i, b, j) : key(b, j, a, i))
