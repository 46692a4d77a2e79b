import {$, $$, make, picture, show, text} from './base.js'

/* Cart: lines in localStorage, totals in minor units */
export const drawer = $('#cart')
export const shop = drawer ? drawer.dataset : {}
const store = `highstreet:cart:${shop.shop}`
const load = () => { try { return JSON.parse(localStorage.getItem(store)) || {} } catch { return {} } }
export let cart = {lines: [], note: '', ...load()}

// The locale's digits and groups, the shop's marks: what the build writes, so both always agree.
const decimals = +shop.decimals || 0
const number = new Intl.NumberFormat(document.documentElement.lang, {minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: 'always'})
export const money = minor => shop.pattern.replace('{}', () => number.formatToParts(minor / 10 ** decimals)
  .map(({type, value}) => type === 'decimal' ? shop.decimal : type === 'group' ? shop.group : value).join(''))
const sum = () => cart.lines.reduce((total, line) => total + line.price_minor * line.qty, 0)
const shipping = () => shop.free && sum() >= +shop.free ? 0 : shop.flat ? +shop.flat : null
export const quantity = value => Math.min(999, Math.max(1, Math.trunc(+value) || 1))

export function save(change) {
  cart = {lines: [], note: '', ...load()}
  change(cart)
  try { localStorage.setItem(store, JSON.stringify(cart)) } catch { /* private mode: the cart lasts for this page */ }
  draw()
}
export function add(line) {
  save(({lines}) => {
    const same = lines.find(other => other.key === line.key)
    if (same) Object.assign(same, line, {qty: quantity(same.qty + line.qty)})
    else lines.push(line)
  })
}
function order() {
  const ship = shipping()
  return [
    `${shop.order} – ${shop.name}`, '',
    ...cart.lines.map(l => `${l.qty} × ${l.title}${l.variant ? `, ${l.variant}` : ''} [${l.key}] – ${money(l.price_minor * l.qty)}\n${shop.url}${l.url}`),
    '', `${shop.total}: ${money(sum() + (ship || 0))}`, ...(cart.note ? ['', cart.note] : []),
  ].join('\n')
}
// Where an order goes. Kinds without an address of their own fall back to the shop's e-mail.
function checkout() {
  const {checkout: kind, to, email} = shop
  if (kind === 'whatsapp' && to) return `https://wa.me/${to.replace(/\D/g, '')}?text=${encodeURIComponent(order())}`
  if (kind === 'payment_link' && to) return to
  const address = kind === 'email' && to ? to : email
  return address && `mailto:${address}?subject=${encodeURIComponent(`${shop.order} – ${shop.name}`)}&body=${encodeURIComponent(order().replace(/\n/g, '\r\n'))}`
}
function post() {
  const form = make('form', {method: 'post', action: shop.to, hidden: true})
  form.append(make('input', {name: 'order', value: JSON.stringify({shop: shop.shop, total_minor: sum(), ...cart})}))
  document.body.append(form)
  form.submit()
}
function lineNode(line) {
  const node = $('#cart-line').content.firstElementChild.cloneNode(true)
  const url = line.url
  node.dataset.key = line.key
  Object.assign($('.cart-image', node), {href: url}).append(picture(line.image, line.title))
  Object.assign($('.cart-name', node), {href: url, textContent: line.title})
  text($('.cart-variant', node), line.variant)
  $('input', node).value = line.qty
  text($('.cart-price', node), money(line.price_minor * line.qty))
  $('.cart-remove', node).setAttribute('aria-label', `${$('.cart-remove', node).textContent}: ${line.title} ${line.variant}`)
  return node
}
function draw() {
  const count = cart.lines.reduce((n, line) => n + line.qty, 0)
  for (const badge of $$('[data-cart-count]')) { text(badge, count); show(badge, count) }
  $('[data-cart-open]')?.setAttribute('aria-label', `${shop.countLabel}: ${count}`)
  const subtotal = sum(), ship = shipping(), away = shop.free - subtotal
  for (const view of $$('[data-cart-view]')) {
    const focus = view.contains(document.activeElement) && document.activeElement
    const key = focus && focus.closest('.cart-line')?.dataset.key
    const which = focus && (focus.dataset.step ? `[data-step="${focus.dataset.step}"]` : focus.matches('input') ? 'input' : '.cart-remove')
    show($('[data-cart-empty]', view), !count)
    show($('[data-cart-full]', view), count)
    $('[data-cart-lines]', view).replaceChildren(...cart.lines.map(lineNode))
    text($('[data-cart-subtotal]', view), money(subtotal))
    show($('[data-cart-shipping-row]', view), ship !== null)
    text($('[data-cart-shipping]', view), ship ? money(ship) : shop.freeLabel)
    text($('[data-cart-total]', view), money(subtotal + (ship || 0)))
    const progress = $('[data-cart-progress]', view)
    show(progress, shop.free && count)
    if (progress && shop.free) {
      progress.replaceChildren(away > 0 ? shop.away.replace('{price}', money(away)) : shop.reached,
        make('progress', {max: +shop.free, value: Math.min(subtotal, +shop.free), ariaHidden: 'true'}))
    }
    const link = $('[data-checkout-link]', view), target = checkout()
    show(link, target || shop.checkout === 'webhook')
    if (link && target) link.href = target
    const note = $('[data-cart-note]', view)
    if (note && note !== focus) note.value = cart.note
    // The lines were drawn anew: focus returns to the same control, or to the nearest one left.
    if (key) ($(which, $$('.cart-line', view).find(node => node.dataset.key === key) || view) || $('a', view)).focus()
  }
}
export function say(words, action) {
  const toast = $('[data-cart-status]')
  toast.replaceChildren(make('span', {textContent: words}))
  if (action) toast.append(make('button', {type: 'button', textContent: shop.undo, onclick: () => { action(); toast.replaceChildren(); drawer.focus() }}))
}
if (drawer) {
  draw()
  addEventListener('storage', event => { if (event.key === store) { cart = {lines: [], note: '', ...load()}; draw() } })
  document.addEventListener('highstreet:update', draw) // the preview has changed this page
  addEventListener('pageshow', event => { if (event.persisted) { cart = {lines: [], note: '', ...load()}; draw() } })
  $('[data-cart-open]').addEventListener('click', event => {
    if ($('[data-cart-page]') || event.metaKey || event.ctrlKey) return
    event.preventDefault()
    say('')
    drawer.showModal()
  })
  drawer.addEventListener('click', event => { if (event.target === drawer || event.target.closest('[data-close]')) drawer.close() })
  for (const view of $$('[data-cart-view]')) {
    const keyOf = node => node.closest('.cart-line')?.dataset.key
    view.addEventListener('click', event => {
      const key = keyOf(event.target)
      const step = event.target.closest('[data-step]'), remove = event.target.closest('.cart-remove')
      if (key && step) {
        save(({lines}) => { const line = lines.find(l => l.key === key); if (line) line.qty = quantity(line.qty + +step.dataset.step) })
      } else if (key && remove) {
        const place = cart.lines.findIndex(l => l.key === key), line = cart.lines[place]
        save(({lines}) => { const at = lines.findIndex(l => l.key === key); if (at >= 0) lines.splice(at, 1) })
        say(`${line.title}: ${shop.removed}`, () => save(({lines}) => lines.splice(place, 0, line)))
      } else if (event.target.closest('[data-checkout-link]') && shop.checkout === 'webhook' && shop.to) {
        event.preventDefault()
        post()
      }
    })
    view.addEventListener('change', event => {
      const key = keyOf(event.target)
      if (key) save(({lines}) => { const line = lines.find(l => l.key === key); if (line) line.qty = quantity(event.target.value) })
      if (event.target.matches('[data-cart-note]')) save(kept => { kept.note = event.target.value.slice(0, 1000) })
    })
  }
}
