// The cart on every page: its badge and its drawer, which is drawn when somebody opens it. store.js says what others may ask.
import {$, $$, make} from './base.js'
import {add, drawer, pieces, reload, tell} from './store.js'

const page = $('[data-cart-page]')
const view = () => import('./cart-view.js')
export function open(words = '') {
  if (!drawer || page && !words) return
  if (!page && !drawer.open) drawer.showModal()
  view().then(({draw, say}) => { draw(); say(page || drawer, words) })
}
// Cards of what is in the cart say so, also when another tab put it there.
const mark = of => {
  for (const card of $$('[data-card]')) {
    const had = $('.badge-cart', card)
    if (!of(card.dataset.card)) had?.remove()
    else if (!had) $('.card-media', card)?.append(make('p', {className: 'badge badge-cart', textContent: drawer.dataset.inCart}))
  }
}
if (drawer) {
  document.addEventListener('highstreet:cart', ({detail}) => mark(detail.of))
  document.addEventListener('cards', tell)
  document.addEventListener('highstreet:cart-open', () => open())
  document.addEventListener('highstreet:cart-add', ({detail}) => {
    const {added, over} = drawer.dataset, room = add(detail.line)
    if (detail.open || !room) open(room ? added : over)
  })
  addEventListener('pageshow', event => { if (event.persisted) reload() })
  $('[data-cart-open]').addEventListener('click', event => {
    if (page || event.metaKey || event.ctrlKey) return
    event.preventDefault()
    open()
  })
  document.addEventListener('click', event => {
    const button = event.target.closest('[data-quick]')
    if (button) import('./quick.js').then(({quick}) => quick(button.closest('.card')))
  })
  drawer.addEventListener('click', event => { if (event.target === drawer || event.target.closest('[data-close]')) drawer.close() })
  document.addEventListener('DOMContentLoaded', tell) // every module of the page listens by then
  if (document.readyState === 'complete') tell()
  if (page) view().then(({draw}) => draw())
  else if (pieces()) $('[data-cart-open]').addEventListener('pointerenter', view, {once: true})
}
