// The cart drawn, in the drawer and on its page. Loaded when one of the two is looked at.
import {$, $$, inDigits, make, picture, show, text} from './base.js'
import {cart, drawer, money, quantity, save, shop} from './store.js'
import {MOST, totals} from './totals.js'

const views = $$('[data-cart-view]')
const ways = {
  email: () => import('./checkout-email.js'),
  whatsapp: () => import('./checkout-whatsapp.js'),
  payment_link: () => import('./checkout-payment-link.js'),
  webhook: () => import('./checkout-webhook.js'),
  url: () => import('./checkout-url.js'),
  snipcart: () => import('./checkout-snipcart.js'),
}

/* What things cost now: the shop's price manifest, in parts of which each product is in one */
const FRESH = 6e4 // milliseconds that prices are believed
const parts = new Map // its number → {rows, at}: its rows, null while they are first asked for, undefined if they cannot be had; and when
const part = key => {
  let mix = 2166136261 // FNV-1a: no meaning, only even parts
  for (const char of key.split(':')[0]) mix = Math.imul(mix ^ char.codePointAt(0), 16777619)
  return (mix >>> 0) % +shop.parts
}
let shipping = {flat: shop.flat ? +shop.flat : undefined, free_from: shop.free ? +shop.free : undefined}
// The row of a line: null if the shop sells it no more, undefined if that is not known.
const row = ({key}) => {
  const rows = parts.get(part(key))?.rows, found = rows && Object.hasOwn(rows, key) ? rows[key] : null
  return rows ? Date.parse(found?.until) <= Date.now() ? null : found : undefined
}
// Hosts that say nothing of caching would have browsers keep prices for days.
const ask = async url => { const answer = await fetch(url, {cache: 'no-cache'}); return answer.ok ? answer.json() : null }
const fetched = async number => {
  const kept = {rows: parts.get(number)?.rows ?? null, at: Date.now()}
  parts.set(number, kept)
  try {
    let told = await ask(shop.prices.replace('{}', number))
    // The shop has grown since this page was made: its products are dealt to other parts now.
    if (shop.parts > 1 && told?.parts !== +shop.parts) told = await ask(shop.prices.replace('/{}', ''))
    // Amounts in another currency than this page writes are no prices here.
    if (told?.currency !== shop.currency) throw new RangeError('currency')
    kept.rows = told.lines
    shipping = told.shipping
  } catch { kept.rows = undefined }
}
const before = new Map, limited = new Set // lines whose price or quantity this page had to change
let way // the shop's way to check out, once it and the prices are here
async function look() {
  const numbers = new Set(cart.lines.map(({key}) => part(key)).filter(number => !(Date.now() - parts.get(number)?.at < FRESH))), fresh = numbers.size || !way
  const loading = way || cart.lines.length && ways[shop.checkout]?.().catch(() => {})
  await Promise.all([...numbers].map(fetched))
  way = await loading
  // Each page corrects a line once: two tabs that know different prices would otherwise never end.
  const dear = ({key, price_minor}, now) => now.price !== price_minor && before.get(key) !== price_minor
  const many = ({key, qty}, now) => now.most && qty > now.most && !limited.has(key)
  const wrong = line => { const now = row(line); return now && (dear(line, now) || many(line, now)) }
  if (cart.lines.some(wrong)) {
    save(({lines}) => {
      for (const line of lines.filter(wrong)) {
        const now = row(line)
        if (many(line, now)) { line.qty = now.most; limited.add(line.key) }
        if (now.price !== line.price_minor) { before.set(line.key, line.price_minor); line.price_minor = now.price }
      }
    })
  } else if (fresh) paint()
}

const sold = line => { const now = row(line); return now !== null && now?.most !== 0 }
const sums = () => {
  const wanted = cart.lines.filter(sold)
  const lines = Object.fromEntries(wanted.map(line => [line.key, row(line) || {price: line.price_minor}]))
  try { return totals({shipping, lines}, wanted.map(({key, qty}) => [key, Math.min(qty, lines[key].most ?? MOST)])) } catch { /* more than can be counted */ }
}
// What every way to check out is given. Amounts are in the currency's smallest unit.
function order(sum) {
  const by = new Map(cart.lines.map(line => [line.key, line]))
  return {
    format: 'highstreet-cart 1', shop: shop.shop, name: shop.name, site: shop.url, currency: shop.currency, language: document.documentElement.lang,
    lines: sum.lines.map(({key, quantity, unit, total}) => {
      const {title, variant, url} = by.get(key), sku = row(by.get(key))?.sku
      return {key, ...(sku && {sku}), title, variant, url: shop.url + url, quantity, unit, total}
    }),
    subtotal: sum.subtotal, shipping: sum.shipping, total: sum.total, note: cart.note,
  }
}

const label = (node, line) => node.setAttribute('aria-label', `${node.dataset.label}: ${line.title} ${line.variant}`.trim())
function paintLine(node, line, sum) {
  const now = row(line), on = sold(line), cost = sum?.lines.find(({key}) => key === line.key), most = now?.most ?? MOST
  for (const link of $$('a', node)) link.href = line.url
  text($('.cart-name', node), line.title)
  text($('.cart-variant', node), line.variant)
  const input = $('input', node)
  if (input !== document.activeElement) input.value = line.qty
  input.max = most
  for (const control of [input, ...$$('button', node)]) label(control, line)
  show($('.quantity', node), on)
  $('[data-step="1"]', node).disabled = line.qty >= most
  $('[data-step="-1"]', node).disabled = line.qty <= 1
  text($('.cart-price', node), cost && on ? money(cost.total) : '')
  const was = cost?.saved ? money(cost.total + cost.saved) : ''
  text($('.cart-was', node), was)
  show($('.cart-was', node).parentNode, was)
  const words = now === null ? shop.gone : !on ? shop.out
    : [before.has(line.key) && before.get(line.key) !== line.price_minor && shop.changed.replace('{before}', money(before.get(line.key))).replace('{now}', money(line.price_minor)),
      limited.has(line.key) && shop.only.replace('{count}', inDigits(most))].filter(Boolean).join(' ')
  text($('.cart-notice', node), words)
  show($('.cart-notice', node), words)
}
function paintView(view, sum) {
  const list = $('[data-cart-lines]', view), nodes = new Map([...list.children].map(node => [node.dataset.key, node]))
  for (const [key, node] of nodes) if (!cart.lines.some(line => line.key === key)) node.remove()
  cart.lines.forEach((line, place) => {
    let node = nodes.get(line.key)
    if (!node) {
      node = $('#cart-line').content.firstElementChild.cloneNode(true)
      node.dataset.key = line.key
      $('.cart-image', node).append(picture(line.image, line.title))
    }
    paintLine(node, line, sum)
    if (list.children[place] !== node) list.insertBefore(node, list.children[place] || null)
  })
  const full = cart.lines.length
  show($('[data-cart-empty]', view), !full)
  show($('[data-cart-full]', view), full)
  const put = (name, shown, words) => { const node = $(`[data-cart-${name}]`, view); show(node.closest('.cart-row') || node, shown); if (shown) text(node, words) }
  const due = full ? sum : null // an empty cart shows no amounts
  put('subtotal', due, due && money(due.subtotal))
  put('saved', due?.saved, due && money(due.saved))
  put('shipping', due && due.shipping !== null, due?.shipping ? money(due.shipping) : shop.freeLabel)
  put('total', due, due && money(due.total))
  text($('[data-cart-total-label]', view), due?.shipping === null ? shop.estimate : shop.total)
  const over = full && !sum
  put('unchecked', over || [...parts.values()].some(({rows}) => rows === undefined), over ? shop.over : shop.unchecked)
  const free = shipping.free_from, progress = $('[data-cart-progress]', view)
  show(progress, sum?.subtotal && free)
  if (progress && due && free) {
    text($('span', progress), sum.subtotal < free ? shop.away.replace('{price}', money(free - sum.subtotal)) : shop.reached)
    Object.assign($('progress', progress), {max: free, value: Math.min(sum.subtotal, free)})
  }
  const note = $('[data-cart-note]', view)
  if (note && note !== document.activeElement) note.value = cart.note
  const link = $('[data-checkout-link]', view), copy = $('[data-cart-copy]', view)
  const busy = [...parts.values()].some(({rows}) => rows === null)
  const given = way && !busy && sum?.lines.length ? way.handoff(order(sum), tell) : null
  show(link, given)
  link.hand = given
  // What has to be copied is shown on the cart's page, so the drawer leads there first.
  if (given) link.href = given.text && !copy ? link.dataset.page : given.url || link.dataset.page
  if (copy) {
    show(copy, given?.text)
    text($('textarea', copy), given?.text || '')
    show(link, given && (given.url || given.post || given.run))
  }
}
// What ways to check out need to know beside the order.
const tell = {to: shop.to, money, major: minor => minor / 10 ** +shop.decimals,
  tiers: ({key, quantity}) => (row({key})?.tiers || []).reduce((step, [from]) => quantity >= from ? from : step, 1),
  words: {order: shop.order, subtotal: shop.subtotal, shipping: shop.shipping, total: shop.total, free: shop.freeLabel}}
const paint = () => { const sum = sums(); for (const view of views) paintView(view, sum) }
export function draw() {
  paint()
  look()
}
export function say(view, words, undo) {
  const toast = $('[data-cart-status]', view)
  toast.replaceChildren(...words ? [make('span', {textContent: words})] : [])
  if (undo) {
    const button = make('button', {type: 'button', textContent: shop.undo})
    button.onclick = () => { toast.replaceChildren(); undo() }
    toast.append(button)
    button.focus()
  }
}

document.addEventListener('highstreet:cart', draw)
// A page that stays open, or comes back from behind another, asks again.
const again = () => { if (!document.hidden && views.some(view => view.checkVisibility())) draw() }
document.addEventListener('visibilitychange', again)
setInterval(again, FRESH)
document.addEventListener('highstreet:update', () => { parts.clear(); draw() }) // the preview has changed this page, and maybe prices
for (const view of views) {
  const keyOf = node => node.closest('.cart-line')?.dataset.key
  const nodeOf = key => $$('.cart-line', view).find(node => node.dataset.key === key)
  const change = (key, count) => {
    limited.delete(key)
    save(({lines}) => { const line = lines.find(l => l.key === key); if (line) line.qty = quantity(count(line.qty), row(line)?.most || MOST) })
  }
  view.addEventListener('click', event => {
    const key = keyOf(event.target), step = event.target.closest('[data-step]'), hand = event.target.closest('[data-checkout-link]')?.hand
    if (key && step) {
      change(key, now => now + +step.dataset.step)
      if (step.disabled) $('input', nodeOf(key)).focus() // a button that can do no more drops the focus
    } else if (key && event.target.closest('.cart-remove')) {
      const place = cart.lines.findIndex(line => line.key === key), gone = cart.lines[place]
      if (!gone) return
      save(({lines}) => { const at = lines.findIndex(line => line.key === key); if (at >= 0) lines.splice(at, 1) })
      say(view, `${gone.title}: ${shop.removed}`, () => {
        save(({lines}) => { if (!lines.some(line => line.key === key)) lines.splice(place, 0, gone) })
        $('.cart-remove', nodeOf(key))?.focus()
      })
    } else if (hand?.run) {
      event.preventDefault()
      if (drawer.open) drawer.close() // what is modal would lie above it
      hand.run()
    } else if (hand?.post) {
      event.preventDefault()
      const form = make('form', {method: 'post', action: hand.post.action, hidden: true})
      for (const [name, value] of Object.entries(hand.post.fields)) form.append(make('input', {type: 'hidden', name, value}))
      document.body.append(form)
      form.submit()
    }
  })
  view.addEventListener('change', event => {
    const key = keyOf(event.target)
    if (key) {
      change(key, () => event.target.value)
      event.target.value = cart.lines.find(line => line.key === key)?.qty ?? ''
    }
    if (event.target.matches('[data-cart-note]')) save(kept => { kept.note = event.target.value.slice(0, 1000) })
  })
}
