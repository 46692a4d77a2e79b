// What a cart costs, by the rules a shop's price manifest holds. The same rules run in Python (base/verifier.py): a test compares both.
// All amounts are whole numbers of the currency's smallest unit, so nothing is ever rounded.
export const MOST = 999

// The price of one piece when `quantity` are bought: the last step of `tiers` that is reached, else the price.
export const unit = (row, quantity) => (row.tiers || []).reduce((price, [from, less]) => quantity >= from ? less : price, row.price)

// `rules` = {shipping: {flat, free_from}, lines: {key: row}}, `wanted` = [[key, quantity], …]. Gives each line's unit price, sum and
// saving, the sums, and shipping: null where the shop tells none. Throws a RangeError for what nobody can sell.
export function totals(rules, wanted) {
  const lines = [], seen = new Set
  let subtotal = 0, saved = 0
  for (const [key, quantity] of wanted) {
    const row = Object.hasOwn(rules.lines, key) ? rules.lines[key] : null
    if (!row || seen.has(key)) throw new RangeError(row ? 'twice' : 'unknown')
    if (!Number.isSafeInteger(quantity) || quantity < 1 || quantity > (row.most ?? MOST)) throw new RangeError('quantity')
    seen.add(key)
    const one = unit(row, quantity), before = Math.max(row.compare_at ?? 0, row.price), less = Math.max(0, before - one) * quantity
    lines.push({key, quantity, unit: one, total: one * quantity, saved: less})
    subtotal += one * quantity
    saved += less
  }
  const {flat = null, free_from: free = null} = rules.shipping || {}
  const shipping = !wanted.length ? null : free !== null && subtotal >= free ? 0 : flat
  const total = subtotal + (shipping ?? 0)
  if (!Number.isSafeInteger(total) || !Number.isSafeInteger(saved)) throw new RangeError('amount')
  return {lines, subtotal, saved, shipping, total}
}
