import {$, $$, make, show, text} from './base.js'
import {open} from './cart.js'
import {add, drawer, quantity, shop} from './store.js'

/* Product: options choose a variant; ?variant= links to one */
const product = $('[data-product]')
if (product) {
  let variants, fields, strip, thumbs
  const read = () => {
    variants = $$('#variant option').map(option => ({option, ...option.dataset, options: option.dataset.o.split('␟'), available: !('x' in option.dataset)}))
    fields = $$('[data-option]', product)
    strip = $('.gallery-strip', product)
    thumbs = $$('.gallery-thumbs a', product)
  }
  read()
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
    if (variant.i && behavior !== 'stay') slide(+variant.i, behavior)
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
  const lineKey = v => variants.length > 1 ? `${product.dataset.handle}:${v.key}` : product.dataset.handle
  document.addEventListener('highstreet:update', () => { // the preview has changed this page
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
    add({
      key: lineKey(variant), title, qty: quantity(buy.quantity.value), price_minor: +variant.p,
      url: several ? `${url}?variant=${encodeURIComponent(variant.key)}` : url,
      variant: variant.options.filter(Boolean).join(' / '), image: image ? image.currentSrc || image.src : '',
    })
    open(shop.added)
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
