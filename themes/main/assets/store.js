// What is in the cart, kept in this browser, and how the rest of the page hears of it. Nothing here draws.
//
// Events on `document`, the public interface of the cart:
//
//   highstreet:cart       told once the page is ready and after every change, also one made in another tab.
//                         detail = {lines, count, of}: the lines, how many pieces they are, and of(handle): pieces of a
//                         product, all its variants together.
//   highstreet:cart-add   asks to put something in. detail = {line, open}: `line` as below, open: true shows the cart.
//                         Where there is no room for another line, the cart is shown and says so.
//   highstreet:cart-open  asks to show the cart (the drawer; on the cart's own page nothing happens).
//
// A line is {key, qty, price_minor, title, variant, url, image}: `key` is the product's handle, or `handle:variant` where
// it has several variants; `price_minor` what the customer saw, in the currency's smallest unit; `url` the product's
// address below this site; `variant` and `image` may be "". Modules may also import `cart`, `add` and `money` from here.
// A page without a cart (the shop takes no orders) has no #cart: nothing is told and asking does nothing.
import {$, $$, inDigits, show, text} from './base.js'
import {amounts} from './money.js'

export const drawer = $('#cart')
export const shop = drawer ? drawer.dataset : {}
const name = `highstreet:cart:${shop.shop}`
export const MOST = 999 // of one line
const LINES = 100

// Storage is written by anybody who can open it: only what a line may be gets through.
const words = (value, most) => typeof value === 'string' ? value.slice(0, most) : ''
const count = value => Number.isSafeInteger(value) && value >= 0
export const quantity = (value, most = MOST) => Math.max(1, Math.min(most, MOST, Math.trunc(+value) || 1))
const below = address => /^\/(?![\/\\\s])/.test(address) ? words(address, 2000) : ''
function line(given) {
  const key = words(given?.key, 2500) // the longest a product and five option values make
  if (!key || !count(given.price_minor)) return
  const image = words(given.image, 2000)
  return {key, qty: quantity(given.qty), price_minor: given.price_minor, title: words(given.title, 300) || key, variant: words(given.variant, 300),
    url: below(given.url) || '/', image: /^https?:/.test(image) ? image : below(image)}
}
function read(written) {
  let given
  try { given = JSON.parse(written) } catch { /* torn or foreign: an empty cart */ }
  if (typeof given?.currency === 'string' && given.currency !== shop.currency) given = null // its amounts mean nothing here
  const lines = new Map
  for (const one of Array.isArray(given?.lines) ? given.lines.slice(0, LINES) : []) {
    const good = line(one)
    if (good && !lines.has(good.key)) lines.set(good.key, good)
  }
  return {currency: shop.currency, lines: [...lines.values()], note: words(given?.note, 1000)}
}

let kept // where the browser stores nothing: the cart lasts for this page
const load = () => {
  if (kept === undefined) try { return read(localStorage.getItem(name)) } catch { kept = '' }
  return read(kept)
}
export let cart = load()

export const pieces = () => cart.lines.reduce((n, {qty}) => n + qty, 0)
const of = handle => cart.lines.reduce((n, {key, qty}) => key === handle || key.startsWith(`${handle}:`) ? n + qty : n, 0)
export function tell() {
  const all = pieces(), words = inDigits(all)
  for (const badge of $$('[data-cart-count]')) { text(badge, words); show(badge, all) }
  $('[data-cart-open]')?.setAttribute('aria-label', `${shop.countLabel}: ${words}`)
  document.dispatchEvent(new CustomEvent('highstreet:cart', {detail: {lines: cart.lines, count: all, of}}))
}
export const reload = () => { cart = load(); tell() }
export function save(change) {
  cart = load()
  change(cart)
  const written = JSON.stringify(cart)
  if (kept === undefined) try { localStorage.setItem(name, written) } catch { kept = written }
  if (kept !== undefined) kept = written
  reload()
}
// Gives whether there was room for it.
export function add(given) {
  const more = line(given)
  let room = true
  if (more) save(({lines}) => {
    const same = lines.find(({key}) => key === more.key)
    if (same) Object.assign(same, more, {qty: quantity(same.qty + more.qty)})
    else if (room = lines.length < LINES) lines.push(more)
  })
  return room
}
if (drawer) addEventListener('storage', event => { if (event.key === name || event.key === null) reload() })

export const money = drawer && amounts(shop, inDigits)
