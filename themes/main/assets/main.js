// Highstreet storefront: cart, product choice, gallery, search. One module, no dependencies; pages work without it.
const $ = (selector, root = document) => root.querySelector(selector)
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)]
const show = (node, on) => node && (node.hidden = !on)
const text = (node, words) => node && (node.textContent = words)
const make = (tag, fields = {}) => Object.assign(document.createElement(tag), fields)
const picture = (src, title) => src
  ? make('img', {src, alt: '', width: 300, height: 300, loading: 'lazy'})
  : make('span', {className: 'blank', textContent: [...title][0] || ''})

/* Cart: lines in localStorage, totals in minor units */
const drawer = $('#cart')
const shop = drawer ? drawer.dataset : {}
const store = `highstreet:cart:${shop.shop}`
const load = () => { try { return JSON.parse(localStorage.getItem(store)) || {} } catch { return {} } }
let cart = {lines: [], note: '', ...load()}

// The locale's digits and groups, the shop's marks: what the build writes, so both always agree.
const decimals = +shop.decimals || 0
const number = new Intl.NumberFormat(document.documentElement.lang, {minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: 'always'})
const money = minor => shop.pattern.replace('{}', () => number.formatToParts(minor / 10 ** decimals)
  .map(({type, value}) => type === 'decimal' ? shop.decimal : type === 'group' ? shop.group : value).join(''))
const sum = () => cart.lines.reduce((total, line) => total + line.price_minor * line.qty, 0)
const shipping = () => shop.free && sum() >= +shop.free ? 0 : shop.flat ? +shop.flat : null
const quantity = value => Math.min(999, Math.max(1, Math.trunc(+value) || 1))

function save(change) {
  cart = {lines: [], note: '', ...load()}
  change(cart)
  try { localStorage.setItem(store, JSON.stringify(cart)) } catch { /* private mode: the cart lasts for this page */ }
  draw()
}
function add(line) {
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
function say(words, action) {
  const toast = $('[data-cart-status]')
  toast.replaceChildren(make('span', {textContent: words}))
  if (action) toast.append(make('button', {type: 'button', textContent: shop.undo, onclick: () => { action(); toast.replaceChildren(); drawer.focus() }}))
}
if (drawer) {
  draw()
  addEventListener('storage', event => { if (event.key === store) { cart = {lines: [], note: '', ...load()}; draw() } })
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

/* Product: options choose a variant; ?variant= links to one */
const product = $('[data-product]')
if (product) {
  const variants = $$('#variant option').map(option => ({option, ...option.dataset, options: option.dataset.o.split('␟'), available: !('x' in option.dataset)}))
  const fields = $$('[data-option]', product)
  const strip = $('.gallery-strip', product), thumbs = $$('.gallery-thumbs a', product)
  const chosen = () => fields.map(field => field.matches('select') ? field.value : $(':checked', field)?.value)
  const choose = (field, value) => {
    if (field.matches('select')) field.value = value
    else for (const radio of $$('input', field)) radio.checked = radio.value === value
  }
  const likeness = (variant, wanted, pinned) =>
    (variant.options[pinned] === wanted[pinned] ? 100 : 0) + (variant.available ? .5 : 0) + variant.options.filter((value, i) => value === wanted[i]).length
  let variant = variants.find(v => v.option.selected) || variants[0]

  const slide = (index, behavior = 'smooth') => {
    if (!strip) return
    const way = getComputedStyle(strip).direction === 'rtl' ? -1 : 1
    strip.scrollTo({left: way * index * (strip.clientWidth + parseFloat(getComputedStyle(strip).columnGap || 0)), behavior})
    mark(index)
  }
  const mark = index => thumbs.forEach((thumb, i) => {
    if (i === index) thumb.setAttribute('aria-current', 'true')
    else thumb.removeAttribute('aria-current')
  })
  const draw = (behavior) => {
    variant.option.selected = true
    fields.forEach((field, i) => {
      choose(field, variant.options[i])
      const value = variant.options[i]
      text($('[data-option-value]', field), $$('input', field).find(radio => radio.value === value)?.dataset.label)
      for (const node of $$('input,option', field)) {
        const out = !variants.some(v => v.available && v.options.every((other, j) => other === (j === i ? node.value : variant.options[j])))
        if (node.matches('input')) node.parentNode.classList.toggle('out', out)
      }
    })
    const price = $('[data-price]', product), compare = $('[data-compare]', product), unit = $('[data-unit]', product)
    text(price, variant.t)
    price.classList.toggle('price-sale', !!variant.c)
    text(compare, variant.c || '')
    for (const node of [compare, ...$$('[data-sale],[data-sale-label]', product)]) show(node, variant.c)
    text(unit, variant.u || '')
    show(unit, variant.u)
    text($('[data-sku]', product), variant.s || '–')
    const stock = $('[data-stock]', product)
    if (stock) {
      stock.dataset.state = !variant.available ? 'out' : variant.q ? 'low' : 'in'
      text(stock, !variant.available ? stock.dataset.out : variant.q ? stock.dataset.low.replace('{count}', variant.q) : stock.dataset.in)
    }
    const button = $('[data-add]', product)
    if (button) {
      button.disabled = !variant.available
      text(button, variant.available ? button.dataset.add : button.dataset.out)
    }
    if (variant.i) slide(+variant.i, behavior)
  }
  product.addEventListener('change', event => {
    const field = event.target.closest('[data-option]')
    if (!field) return
    const wanted = chosen(), pinned = fields.indexOf(field)
    variant = variants.reduce((best, v) => likeness(v, wanted, pinned) > likeness(best, wanted, pinned) ? v : best)
    const url = new URL(location)
    url.searchParams.set('variant', variant.key)
    history.replaceState(null, '', url)
    draw()
  })
  const asked = new URLSearchParams(location.search).get('variant')
  variant = variants.find(v => v.key === asked) || variant
  draw('instant')
  // Lines put into the cart earlier take today's price.
  const lineKey = v => variants.length > 1 ? `${product.dataset.handle}:${v.key}` : product.dataset.handle
  const stale = line => variants.find(v => lineKey(v) === line.key && +v.p !== line.price_minor)
  if (drawer && cart.lines.some(stale)) save(({lines}) => lines.forEach(line => { const v = stale(line); if (v) line.price_minor = +v.p }))

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
    add({
      key: lineKey(variant), title, qty: quantity(buy.quantity.value), price_minor: +variant.p,
      url: several ? `${url}?variant=${encodeURIComponent(variant.key)}` : url,
      variant: variant.options.filter(Boolean).join(' / '), image: image ? image.currentSrc || image.src : '',
    })
    drawer.showModal()
    say(shop.added)
  })

  let waiting
  strip?.addEventListener('scroll', () => {
    cancelAnimationFrame(waiting)
    waiting = requestAnimationFrame(() => mark(Math.round(Math.abs(strip.scrollLeft) / strip.clientWidth)))
  }, {passive: true})
  thumbs.forEach((thumb, i) => thumb.addEventListener('click', event => { event.preventDefault(); slide(i) }))
  strip?.addEventListener('click', event => {
    const link = event.target.closest('a')
    if (!link || event.metaKey || event.ctrlKey) return
    event.preventDefault()
    const zoom = make('dialog', {className: 'zoom'})
    const close = make('button', {type: 'button', className: 'header-button', textContent: '✕', onclick: () => zoom.close()})
    close.setAttribute('aria-label', $('.menu-close,[data-close]')?.ariaLabel || '✕')
    zoom.setAttribute('aria-label', link.ariaLabel)
    const image = make('img', {src: link.href, alt: $('img', link).alt, onclick: () => zoom.close()})
    zoom.append(image, close)
    zoom.addEventListener('close', () => zoom.remove())
    document.body.append(zoom)
    zoom.showModal()
  })
  $('[data-share]', product)?.addEventListener('click', async ({currentTarget: button}) => {
    try {
      if (navigator.share) return await navigator.share({title: document.title, url: location.href})
      await navigator.clipboard.writeText(location.href)
      text($('span', button), button.dataset.done)
    } catch { /* the customer changed their mind */ }
  })
}

/* Search over search.json: every word must be found; the start of a title counts most */
const form = $('[data-search]')
if (form) {
  const plain = words => words.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
  const input = form.q
  let index
  const read = () => index ||= fetch(form.dataset.search).then(answer => answer.json()).then(data => ({
    products: (data.products || []).map(row => ({row, title: plain(row[0]), all: plain(`${row[0]} ${row[4] || ''} ${row[5] || ''}`)})),
    pages: (data.pages || []).map(row => ({row, title: plain(row[0]), all: plain(row[0])})),
  }))
  const find = (rows, words) => {
    const hits = []
    for (const item of rows) {
      let score = 0
      for (const word of words) {
        const at = item.all.indexOf(word)
        if (at < 0) { score = -1; break }
        score += item.title.startsWith(word) ? 8 : ` ${item.title}`.includes(` ${word}`) ? 5 : item.title.includes(word) ? 3 : ` ${item.all}`.includes(` ${word}`) ? 2 : 1
      }
      if (score > 0) hits.push([score, item.row])
    }
    return hits.sort((a, b) => b[0] - a[0]).map(hit => hit[1])
  }
  const list = (name, nodes) => {
    const section = $(`[data-search-${name}]`)
    show(section, nodes.length)
    $('ul', section).replaceChildren(...nodes)
  }
  const hit = ([title, url, price, image, vendor]) => {
    const node = $('#search-hit').content.firstElementChild.cloneNode(true)
    $('.card-media', node).append(picture(image, title))
    text($('.card-vendor', node), vendor)
    Object.assign($('a', node), {href: url, textContent: title})
    text($('.price', node), price)
    return node
  }
  const search = async () => {
    const query = input.value.trim(), words = plain(query).split(/\s+/).filter(Boolean)
    const data = words.length ? await read() : {products: [], pages: []}
    if (query !== input.value.trim()) return
    const products = find(data.products, words), pages = find(data.pages, words)
    const count = products.length + pages.length
    list('products', products.slice(0, 48).map(hit))
    list('pages', pages.slice(0, 20).map(([title, href]) => { const item = make('li'); item.append(make('a', {href, textContent: title})); return item }))
    show($('[data-search-idle]'), !count)
    text($('[data-search-status]'), !words.length ? '' : !count ? form.dataset.none.replace('{query}', query)
      : count === 1 ? form.dataset.one : form.dataset.many.replace('{count}', count))
    const url = new URL(location)
    if (query) url.searchParams.set('q', query)
    else url.searchParams.delete('q')
    history.replaceState(null, '', url)
  }
  input.value = new URLSearchParams(location.search).get('q') || ''
  if (input.value) search()
  else if (matchMedia('(min-width:64em)').matches) input.focus()
  input.addEventListener('focus', () => read(), {once: true})
  let timer
  input.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(search, 80) })
  form.addEventListener('submit', event => { event.preventDefault(); search() })
}

/* Menus close when the customer goes elsewhere */
const folds = $$('.menu details,.languages')
if (folds.length) {
  const wide = matchMedia('(min-width:64em)')
  const shut = keep => folds.forEach(fold => { if (fold !== keep && (wide.matches || fold.matches('.languages'))) fold.open = false })
  document.addEventListener('click', event => shut(event.target.closest('.menu details,.languages')))
  document.addEventListener('focusin', event => shut(event.target.closest('.menu details,.languages')))
  document.addEventListener('keydown', event => {
    const open = event.key === 'Escape' && event.target.closest('.menu details[open],.languages[open]')
    if (open) { open.open = false; $('summary', open).focus() }
  })
}
const chip = $('.nav-chips [aria-current]')
if (chip) chip.closest('ul').scrollLeft += chip.getBoundingClientRect().left - innerWidth / 3
for (const dots of $$('.slide-dots')) {
  dots.addEventListener('click', event => {
    const link = event.target.closest('a')
    if (!link) return
    event.preventDefault()
    const slide = document.getElementById(link.hash.slice(1)), slides = slide.parentNode
    slides.scrollTo({left: slide.offsetLeft - slides.offsetLeft})
  })
}
