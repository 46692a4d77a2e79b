import {$, $$, inDigits, make, picture, show, text} from './base.js'
import {drawer, quantity} from './store.js'

/* Product: options choose a variant; ?variant= links to one. `quick`: in a panel over another page, whose address, bar and
   list of products seen are none of its business. */
export function start(product, quick) {
  const bar = !quick && $('[data-buy-bar]'), zoom = $('[data-zoom]', product)
  let variants, fields, strip, thumbs
  const read = () => {
    const over = Date.parse(product.dataset.until) <= Date.now() // the shop may not have been built since
    variants = $$('[data-key]', product).map(button => ({button, ...button.dataset, options: button.dataset.o.split('␟'), available: !over && !('x' in button.dataset)}))
    fields = $$('[data-option]', product)
    strip = $('.gallery-strip', product)
    thumbs = $$('.gallery-thumbs a', product)
  }
  read()
  const values = field => $$('input,option', field)
  const chosen = () => fields.map(field => field.matches('select') ? field.value : $(':checked', field)?.value)
  const likeness = (variant, wanted, pinned) =>
    (variant.options[pinned] === wanted[pinned] ? 100 : 0) + (variant.available ? .5 : 0) + variant.options.filter((value, i) => value === wanted[i]).length
  let variant = variants.find(v => 'chosen' in v) || variants[0]

  // How it moves is for the style sheet to say: shops and shoppers may want no motion.
  const slide = (index, behavior = 'auto') => {
    if (!strip) return
    // A page just loaded shows its first picture: asking where it is would have everything laid out for that alone.
    const there = behavior === 'instant' && !index, item = strip.children[index]
    if (there) return mark(index, there)
    if (strip.scrollWidth > strip.clientWidth + 1) strip.scrollTo({left: item.offsetLeft - strip.offsetLeft, behavior})
    else if (behavior === 'auto') item.scrollIntoView({block: 'nearest', behavior: getComputedStyle(strip).scrollBehavior}) // all pictures stand below each other
    mark(index)
  }
  const mark = (index, there) => thumbs.forEach((thumb, i) => {
    if (i !== index) return thumb.removeAttribute('aria-current')
    thumb.setAttribute('aria-current', 'true')
    if (there) return
    const list = thumb.closest('ul'), box = list.getBoundingClientRect(), own = thumb.getBoundingClientRect()
    list.scrollLeft += own.left < box.left ? own.left - box.left - 8 : own.right > box.right ? own.right - box.right + 8 : 0
  })
  // What a choice beside the others would be: there, sold out, or nothing at all.
  const state = (i, value) => {
    const same = variants.filter(v => v.options.every((other, j) => other === (j === i ? value : variant.options[j])))
    return !same.length ? 'none' : same.some(v => v.available) ? '' : 'out'
  }
  const labels = () => fields.map(field => values(field).find(node => node.checked || node.selected)?.dataset.label)
  const words = $('[data-options]', product)?.dataset
  const draw = (behavior) => {
    for (const {button} of variants) {
      button.toggleAttribute('data-chosen', button === variant.button)
      button.parentNode.classList.toggle('chosen', button === variant.button)
    }
    fields.forEach((field, i) => {
      for (const node of values(field)) {
        const now = state(i, node.value), told = now && words[now], here = node.value === variant.options[i]
        if (here) text($('[data-option-value]', field), node.dataset.label)
        if (node.matches('option')) {
          node.selected = here
          text(node, told ? `${node.dataset.label} – ${told}` : node.dataset.label)
        } else {
          node.checked = here
          node.parentNode.classList.toggle('out', now === 'out')
          node.parentNode.classList.toggle('none', now === 'none')
          text($('[data-state]', node.parentNode), told && ` – ${told}`)
        }
      }
    })
    const price = $('[data-price]', product), compare = $('[data-compare]', product), unit = $('[data-unit]', product)
    text(price, variant.t)
    price.classList.toggle('price-sale', !!variant.c)
    text(compare, variant.c || '')
    for (const node of [compare, ...$$('[data-sale],[data-sale-label]', product)]) show(node, variant.c)
    text(unit, variant.u || '')
    show(unit, variant.u)
    const volume = $('[data-volume]', product)
    volume.replaceChildren(...(variant.v || '').split('␟').map(line => make('li', {textContent: line})))
    show(volume, variant.v)
    text($('[data-sku]', product), variant.s || '–')
    const stock = $('[data-stock]', product)
    if (stock) {
      stock.dataset.state = !variant.available ? 'out' : variant.q ? 'low' : 'in'
      text(stock, !variant.available ? stock.dataset.out : variant.q ? stock.dataset.low.replace('{count}', inDigits(variant.q)) : stock.dataset.in)
    }
    const main = $('[data-buy] [data-add]', product)
    for (const button of [main, bar && $('button', bar)]) {
      if (!button) continue
      button.disabled = !variant.available
      text(button, variant.available ? main.dataset.add : main.dataset.out)
    }
    if (bar) text($('[data-bar-price]', bar), variant.t)
    if (variant.i && behavior !== 'stay') slide(+variant.i, behavior)
  }
  product.addEventListener('change', event => {
    const field = event.target.closest('[data-option]')
    if (!field) return
    const wanted = chosen(), pinned = fields.indexOf(field)
    variant = variants.reduce((best, v) => likeness(v, wanted, pinned) > likeness(best, wanted, pinned) ? v : best)
    if (!quick) {
      const url = new URL(location)
      url.searchParams.set('variant', variant.key)
      url.hash = ''
      history.replaceState(null, '', url)
    }
    draw()
    text($('[data-said]', product), [...labels(), variant.t, variant.available ? '' : words.out].filter(Boolean).join(', '))
  })
  const asked = new URLSearchParams(location.search).get('variant'), place = location.hash.slice(1)
  if (!quick) variant = variants.find(v => v.key === asked || place && v.button.parentNode.id === place) || variant
  draw('instant')
  const lineKey = v => variants.length > 1 ? `${product.dataset.handle}:${v.key}` : product.dataset.handle
  if (!quick) document.addEventListener('highstreet:update', () => { // the preview has changed this page
    read()
    variant = variants.find(v => v.key === variant.key) || variants[0]
    draw('stay')
  })

  const buy = $('[data-buy]', product)
  buy?.addEventListener('click', event => {
    const step = event.target.closest('[data-step]')
    if (step) buy.quantity.value = quantity(+buy.quantity.value + +step.dataset.step)
  })
  buy?.addEventListener('submit', event => {
    event.preventDefault()
    if (!variant.available || !drawer) return
    const {title, url} = product.dataset
    const image = $$('.gallery-strip img', product)[variant.i || 0]
    const several = variants.length > 1
    const line = {
      key: lineKey(variant), title, qty: quantity(buy.quantity.value), price_minor: +variant.p,
      url: several ? `${url}?variant=${encodeURIComponent(variant.key)}` : url,
      variant: labels().join(' / '), image: image ? image.currentSrc || image.src : '',
    }
    document.dispatchEvent(new CustomEvent('highstreet:cart-add', {detail: {line, open: true}}))
  })
  // On phones the bar stands in for the buy button while that is out of sight.
  if (bar && buy) new IntersectionObserver(([entry]) => show(bar, !entry.isIntersecting)).observe(buy)

  let waiting
  strip?.addEventListener('scroll', () => {
    cancelAnimationFrame(waiting)
    waiting = requestAnimationFrame(() => mark(Math.round(Math.abs(strip.scrollLeft) / strip.clientWidth)))
  }, {passive: true})
  thumbs.forEach((thumb, i) => thumb.addEventListener('click', event => { event.preventDefault(); slide(i) }))
  strip?.addEventListener('click', event => {
    const link = event.target.closest('a')
    if (!link || quick || event.metaKey || event.ctrlKey || event.shiftKey) return
    event.preventDefault()
    const instead = () => { location = link.href }
    if ('film' in link.dataset) import('./film.js').then(({play}) => play(link), instead)
    else import('./zoom.js').then(({open}) => open(zoom, $$('a:not([data-film])', strip), link), instead)
  })
  $('[data-unfold]', product)?.addEventListener('click', ({currentTarget: link}) => {
    const fold = $(`${link.hash} details`)
    if (fold) fold.open = true
  })
  $('[data-share]', product)?.addEventListener('click', async ({currentTarget: button}) => {
    try {
      if (navigator.share) return await navigator.share({title: document.title, url: location.href})
      await navigator.clipboard.writeText(location.href)
      text($('span', button), button.dataset.done)
    } catch { /* the customer changed their mind */ }
  })

  // Products looked at before, kept in this browser only and told to nobody. Prices are left out: they may have changed.
  const recent = !quick && $('[data-recent]')
  const remember = () => {
    const most = 8, store = `highstreet:seen:${recent.dataset.recent}`, {url, title} = product.dataset
    let seen = []
    try { seen = JSON.parse(localStorage.getItem(store)) || [] } catch { /* private mode, or not ours */ }
    seen = (Array.isArray(seen) ? seen : []).filter(one => one && /^\/(?!\/)/.test(one.url) && one.url !== url && one.at > Date.now() - 5e9).slice(0, most)
    const image = $('.gallery-strip img', product)
    try { localStorage.setItem(store, JSON.stringify([{url, title, image: image ? image.getAttribute('src') : '', at: Date.now()}, ...seen])) } catch { /* nothing is kept */ }
    $('ul', recent).replaceChildren(...seen.map(one => {
      const item = make('li'), link = make('a', {href: one.url})
      link.append(picture(one.image, String(one.title)), make('span', {textContent: one.title}))
      item.append(link)
      return item
    }))
    show(recent, seen.length)
  }
  if (recent) {
    remember()
    document.addEventListener('highstreet:update', remember)
  }
}

const here = $('main > [data-product]')
if (here) start(here)
