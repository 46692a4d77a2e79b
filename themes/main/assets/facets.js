// Counts the facets of a collection, with no page in sight: bit sets over its products in the order of their prices.
import {unpack} from './packing.js'

const ascending = text => { let sum = 0; return unpack(text).map(gap => sum += gap) }
const bits = (rows, size) => { const set = new Uint32Array(size); for (const row of rows) set[row >> 5] |= 1 << (row & 31); return set }
const ones = word => {
  word -= word >>> 1 & 0x55555555
  word = (word & 0x33333333) + (word >>> 2 & 0x33333333)
  return Math.imul(word + (word >>> 4) & 0x0f0f0f0f, 0x01010101) >>> 24
}
const common = (one, other) => { let sum = 0; for (let i = 0; i < one.length; i++) { const word = one[i] & other[i]; if (word) sum += ones(word) } return sum }

/* An index of plan/facets.py, ready to be asked. */
export const open = index => {
  const size = index.count + 31 >> 5, rows = [...Array(index.count).keys()]
  const orders = {}
  for (const name in index.orders) orders[name] = unpack(index.orders[name])
  return {
    count: index.count, size, numbers: unpack(index.numbers), prices: ascending(index.prices),
    orders: {...orders, 'price-asc': rows, 'price-desc': rows.slice().reverse()}, all: bits(rows, size),
    facets: index.facets.map(({slug, values}) => ({slug, values: new Map(values.map(([name, text]) => [name, bits(ascending(text), size)]))})),
  }
}
// The first row whose price is at least `price`.
const from = (prices, price) => { let low = 0, high = prices.length; while (low < high) { const at = low + high >> 1; if (prices[at] < price) low = at + 1; else high = at } return low }

/* What `chosen` leaves: {facet: [values]}, and {price: [least, most]}. A facet counts as if nothing of its own were chosen. */
export const narrow = (opened, chosen) => {
  const sets = opened.facets.map(({slug, values}) => {
    const picked = chosen[slug]
    if (!picked || !picked.length) return null
    const set = new Uint32Array(opened.size)
    if (slug === 'price') {
      const [least, most] = [from(opened.prices, picked[0] ?? 0), from(opened.prices, (picked[1] ?? Infinity) + 1)]
      for (let row = least; row < most; row++) set[row >> 5] |= 1 << (row & 31)
    } else for (const value of picked) { const other = values.get(value); if (other) for (let i = 0; i < set.length; i++) set[i] |= other[i] }
    return set
  })
  const without = skipped => {
    const left = opened.all.slice()
    sets.forEach((set, at) => { if (set && at !== skipped) for (let i = 0; i < left.length; i++) left[i] &= set[i] })
    return left
  }
  const left = without(-1), counts = {}, range = []
  opened.facets.forEach(({slug, values}, at) => {
    const rest = sets[at] ? without(at) : left
    if (slug === 'price') for (let row = 0; row < opened.count; row++) { if (rest[row >> 5] >>> (row & 31) & 1) { range[0] ??= opened.prices[row]; range[1] = opened.prices[row] } }
    counts[slug] = Object.fromEntries([...values].map(([name, set]) => [name, common(rest, set)]))
  })
  return {left, counts, range, total: common(left, left)}
}
/* Numbers of the products left, in an order, from one place to another. */
export const page = (opened, left, order, most) => {
  const found = []
  for (const row of opened.orders[order] || opened.orders.manual) {
    if (left[row >> 5] >>> (row & 31) & 1 && found.push(opened.numbers[row]) >= most) break
  }
  return found
}
