// Buying from a card: one piece of what has one variant goes straight into the cart; of anything else a panel asks which.
// All of it comes from the product's own page, which is fetched and shown in part.
import {$, $$, make} from './base.js'
import {pageAt} from './page-at.js'
import {start} from './product.js'

/* Style sheets of `other` that this page has not, waited for. */
const styled = other => Promise.all($$('link[rel=stylesheet]', other)
  .filter(link => !$$('link[rel=stylesheet]').some(({href}) => href === link.href))
  .map(link => new Promise(done => document.head.append(Object.assign(document.importNode(link), {onload: done, onerror: done})))))

let panel
function build(product, title, url) {
  panel ||= $('#quick') || make('dialog', {className: 'drawer quick', id: 'quick'})
  panel.dataset.ground = 'page'
  panel.ariaLabel = title
  // What the page under the panel may have too: ids, what refers to them, and groups of radio buttons.
  for (const node of $$('[id],[for],[name^=option]', product)) {
    for (const name of ['id', 'for', 'name']) if (node.hasAttribute(name) && (name !== 'name' || node.name.startsWith('option'))) node.setAttribute(name, `quick-${node.getAttribute(name)}`)
  }
  const close = $('#cart [data-close]').cloneNode(true), head = make('div', {className: 'drawer-head'})
  head.append(make('h2', {textContent: title}), close)
  close.onclick = () => panel.close()
  panel.onclick = event => { if (event.target === panel) panel.close() }
  panel.replaceChildren(head, product)
  // The panel is gone before the cart opens, so that focus finds its way back to the card.
  panel.addEventListener('submit', () => panel.close(), {capture: true, once: true})
  for (const link of $$('a', product)) link.href = link.hash ? `${url}${link.hash.replace('#quick-', '#')}` : url
  document.body.append(panel)
}

/* Buys what `card` shows, or asks which of it. */
export async function quick(card) {
  const link = $('.card-title a', card)
  try {
    const other = await pageAt(link.href)
    await styled(other)
    const whole = $('[data-product]', other), {title, handle, url} = whole.dataset
    const variants = $$('[data-key]', whole), [only] = variants
    if (variants.length === 1 && !('x' in only.dataset)) {
      const image = $('.card-media img', card)
      const line = {key: handle, qty: 1, title, url, price_minor: +only.dataset.p, variant: '', image: image ? image.currentSrc || image.src : ''}
      return document.dispatchEvent(new CustomEvent('highstreet:cart-add', {detail: {line, open: true}}))
    }
    const product = document.importNode(whole)
    const parts = ['.gallery-strip', '.product-info > header', '.options', '[data-buy]', '.order', '.promises']
    product.append(...parts.map(part => $(part, whole)).filter(Boolean).map(node => document.importNode(node, true)))
    $('h1', product)?.remove() // it heads the panel
    const more = make('p')
    more.append(make('a', {textContent: $('#cart').dataset.details}))
    product.append(more)
    build(product, title, url)
    panel.showModal()
    start(product, true)
  } catch { location = link.href }
}
