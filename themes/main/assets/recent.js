// Products looked at before, kept in this browser only and told to nobody. Prices are left out: they may have changed.
import {$, make, picture, show} from './base.js'

const MOST = 8, DAYS = 60
const section = $('[data-recent]'), product = $('[data-product]')
if (section && product) {
  const store = `highstreet:seen:${section.dataset.recent}`
  const {url, title} = product.dataset
  let seen = []
  try { seen = JSON.parse(localStorage.getItem(store)) || [] } catch { /* private mode, or not ours */ }
  seen = (Array.isArray(seen) ? seen : []).filter(one => one && /^\/(?!\/)/.test(one.url) && one.url !== url && one.at > Date.now() - DAYS * 864e5).slice(0, MOST)
  const image = $('.gallery-strip img', product)
  try { localStorage.setItem(store, JSON.stringify([{url, title, image: image ? image.getAttribute('src') : '', at: Date.now()}, ...seen].slice(0, MOST + 1))) } catch { /* nothing is kept */ }
  const draw = () => {
    $('ul', section).replaceChildren(...seen.map(one => {
      const item = make('li'), link = make('a', {href: one.url})
      link.append(picture(one.image, String(one.title)), make('span', {textContent: one.title}))
      item.append(link)
      return item
    }))
    show(section, seen.length)
  }
  draw()
  document.addEventListener('highstreet:update', draw) // the preview has changed this page
}
