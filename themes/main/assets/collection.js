// Collections: facets with counts, chips, order, more products below, and everything as it was after going back.
import {$, $$, inDigits, make, put, show, text} from './base.js'
import {amounts} from './money.js'

const root = $('[data-collection]'), grid = $('[data-grid]'), SIZE = 24

if (root && grid) {
  const {dataset} = root, price = amounts(dataset, inDigits), unit = 10 ** +dataset.decimals
  const panel = $('[data-filters]'), order = $('[data-order]', root), total = $('.collection-count', root), active = $('[data-active]'), pagination = $('.pagination')
  const facets = $$('[data-facet]', panel).map(node => ({node, slug: node.dataset.facet, name: $('summary', node).firstChild.data.trim(), chosen: $('[data-chosen]', node), values: new Map()}))
  const first = [...grid.children], words = total.textContent, forms = JSON.parse(dataset.count)
  const plural = count => (forms[new Intl.PluralRules(document.documentElement.lang).select(count)] || forms.other).replace('{count}', inDigits(count))
  const more = make('button', {type: 'button', className: 'button second load-more', textContent: dataset.more})
  let opened, loading, narrow, page, card, rows, state = {chosen: {}, order: ''}, shown = SIZE, turn = 0, writes = 0
  const made = new Map(), held = new Map() // cards by handle and chips: what stays is not made, laid out or decoded again
  let next = $('[rel=next]', pagination || root)?.href, known = first

  const filtered = () => state.order || Object.keys(state.chosen).length
  const label = (facet, value) => facet.slug === 'price'
    ? [state.chosen.price[0] ?? '', state.chosen.price[1] ?? ''].map(part => part === '' ? '' : price(part)).join(' – ')
    : facet.values.get(value)?.name || value

  // The address tells everything that is chosen.
  const read = () => {
    const asked = new URLSearchParams(location.search), chosen = {}
    for (const {slug} of facets) {
      const given = asked.getAll(slug)
      if (!given.length) continue
      if (slug !== 'price') chosen[slug] = given
      else {
        const ends = given[0].split('-').map(end => end === '' ? null : Math.round(end * unit))
        if (ends.some(end => end !== null) && !ends.some(Number.isNaN)) chosen.price = ends
      }
    }
    if (!location.search && dataset.facet) chosen[dataset.facet] = [dataset.value]
    state = {chosen, order: asked.get('sort') || ''}
  }
  const write = () => {
    writes = 0
    const url = new URL(dataset.whole, location)
    for (const slug in state.chosen) {
      if (slug === 'price') url.searchParams.set(slug, state.chosen.price.map(end => end === null ? '' : end / unit).join('-'))
      else for (const value of state.chosen[slug]) url.searchParams.append(slug, value)
    }
    if (state.order) url.searchParams.set('sort', state.order)
    history.replaceState(null, '', url)
  }

  // What only choosing needs is fetched when somebody comes near.
  const ready = () => loading ||= Promise.all([fetch(dataset.index).then(answer => answer.json()), import('./facets.js'), import('./cards.js')]).then(([index, facet, made]) => {
    ({narrow, page} = facet);
    ({card, rows} = made)
    opened = facet.open(index)
    show($('[value=newest]', order), opened.orders.newest)
    for (const facet of facets) {
      for (const item of $$('[data-value]', facet.node)) {
        const name = item.textContent.trim(), box = make('input', {type: 'checkbox', value: item.dataset.value}), count = make('span', {className: 'facet-count'})
        const line = make('label')
        line.append(box, ...$$('svg', item), make('span', {textContent: name}), count)
        item.replaceChildren(line)
        item.classList.remove('script')
        facet.values.set(item.dataset.value, {name, box, count})
      }
      facet.node.classList.remove('script')
    }
  }).catch(() => { loading = null })

  const chip = (facet, value) => {
    const words = label(facet, value), key = `${facet.slug} ${value} ${words}`
    if (!held.has(key)) {
      const button = make('button', {type: 'button', textContent: `${words} ✕`}), item = make('li')
      button.ariaLabel = `${dataset.remove} ${facet.name}: ${words}`
      button.onclick = () => choose(facet.slug, facet.slug === 'price' ? [] : state.chosen[facet.slug].filter(other => other !== value))
      item.append(button)
      held.set(key, item)
    }
    return held.get(key)
  }
  const chips = () => {
    const made = facets.flatMap(facet => (facet.slug === 'price' ? state.chosen.price ? [''] : [] : state.chosen[facet.slug] || []).map(value => chip(facet, value)))
    const last = $('[data-clear]').parentNode, at = [...active.children].findIndex(item => item.contains(document.activeElement))
    put(active, [...made, last])
    show(active, made.length)
    show(last, made.length > 1)
    if (at >= 0) { // what had the focus may be gone: the next has it, or what leads to the filters
      const left = $$('li:not([hidden]) button', active);
      [left[Math.min(at, left.length - 1)], $('summary', panel), $('[popovertarget=filters]')].find(node => node?.checkVisibility()).focus()
    }
  }
  const choose = (slug, values) => {
    if (values.length) state.chosen[slug] = values
    else delete state.chosen[slug]
    change()
  }
  // The list is painted first: a new address takes longer than counting ten thousand products.
  const change = () => {
    shown = SIZE
    writes ||= requestAnimationFrame(() => setTimeout(write))
    draw()
  }

  const draw = async () => {
    const mine = ++turn
    await ready()
    if (!opened || mine !== turn) return
    const found = narrow(opened, state.chosen), list = filtered() && rows(dataset.rows, page(opened, found.left, state.order || 'manual', shown))
    // Mostly the list is here or about to be, and all is painted once; else the counts go first.
    await Promise.race([list, new Promise(done => setTimeout(done, 50))])
    if (mine !== turn) return
    for (const facet of facets) {
      const picked = state.chosen[facet.slug] || []
      text(facet.chosen, picked.length ? facet.slug === 'price' ? ' •' : ` (${inDigits(picked.length)})` : '')
      if (facet.slug === 'price') {
        ['least', 'most'].forEach((end, at) => {
          const field = $(`[data-${end}]`, facet.node), bound = found.range[at]
          field.step = 1 / unit
          const words = bound === undefined ? '' : `${bound / unit}`
          if (field.placeholder !== words) field.placeholder = words
          if (field !== document.activeElement) field.value = picked[at] == null ? '' : picked[at] / unit
        })
        continue
      }
      for (const [value, {box, count}] of facet.values) {
        const number = found.counts[facet.slug]?.[value] || 0
        box.checked = picked.includes(value)
        if (box.disabled !== (!number && !box.checked)) box.disabled = !box.disabled
        text(count, inDigits(number))
      }
    }
    order.value = state.order
    chips()
    show(pagination, false)
    text(total, filtered() ? found.total ? plural(found.total) : dataset.none : pagination ? plural(opened.count) : words)
    text($('[data-show]'), plural(found.total))
    if (!filtered()) {
      put(grid, known)
      show(more, next)
      return
    }
    const got = await list
    if (mine !== turn) return
    const blank = $('[data-blank]')
    put(grid, got.map(row => {
      if (!made.has(row.handle)) made.set(row.handle, card(blank, row))
      return made.get(row.handle)
    }))
    show(more, found.total > shown)
    document.dispatchEvent(new Event('cards'))
  }

  // The next real page gives its products; its address stays good for whoever has no script.
  const append = async () => {
    const other = await (await import('./page-at.js')).pageAt(next)
    const added = $$('[data-grid]>li', other).map(node => document.importNode(node, true))
    known = [...known, ...added]
    next = $('.pagination [rel=next]', other)?.getAttribute('href')
    grid.append(...added)
    show(more, next)
    document.dispatchEvent(new Event('cards'))
    return added
  }
  more.onclick = async () => {
    more.disabled = true
    const at = grid.children.length
    try {
      if (filtered()) { shown += SIZE; await draw() } else await append()
    } catch { if (next) location.href = next }
    more.disabled = false
    $('.card-title a', grid.children[at] || grid)?.focus({preventScroll: true})
  }
  grid.after(more)
  show(more, next)
  if (pagination) { show(pagination, false); text(total, words.split(' · ')[0]) }

  for (const kind of ['pointerenter', 'focusin', 'pointerdown']) $('.collection-tools').addEventListener(kind, () => { if (!opened) ready().then(() => opened && draw()) }, {once: true})
  panel.addEventListener('change', event => {
    const slug = event.target.closest('[data-facet]')?.dataset.facet
    if (!slug) return
    if (slug === 'price') {
      const ends = ['least', 'most'].map(end => { const {value} = $(`[data-${end}]`, panel); return value === '' ? null : Math.round(value * unit) })
      choose(slug, ends.some(end => end !== null) ? ends : [])
    } else choose(slug, $$('input:checked', event.target.closest('ul')).map(box => box.value))
  })
  // What a tick would show is fetched while a pointer or the focus rests on it; a finger, at once: timers wait for it to be lifted.
  let near
  const ahead = ({target, type}) => {
    clearTimeout(near)
    const box = opened && target.closest('label')?.control, slug = box?.type === 'checkbox' && box.closest('[data-facet]').dataset.facet
    if (!slug || box.disabled) return
    const bring = () => {
      const picked = state.chosen[slug] || [], after = {...state.chosen, [slug]: box.checked ? picked.filter(value => value !== box.value) : [...picked, box.value]}
      if (after[slug].length || filtered()) rows(dataset.rows, page(opened, narrow(opened, after).left, state.order || 'manual', SIZE))
    }
    if (type === 'pointerdown') bring()
    else near = setTimeout(bring, 50)
  }
  for (const kind of ['pointerover', 'focusin', 'pointerdown']) panel.addEventListener(kind, ahead)
  order.addEventListener('change', () => { state.order = order.value; change() })
  $('[data-clear]').addEventListener('click', () => { state.chosen = {}; change() })
  // One menu is open at a time, and none when the customer goes elsewhere.
  const wide = matchMedia('(min-width:64em)')
  const shut = keep => { if (wide.matches && $('.filters-bar')) facets.forEach(({node}) => { if (node !== keep) node.open = false }) }
  document.addEventListener('click', event => shut(event.target.closest('[data-facet]')))
  panel.addEventListener('keydown', event => {
    const fold = event.key === 'Escape' && event.target.closest('details[open]')
    if (fold && wide.matches) { fold.open = false; $('summary', fold).focus() }
  })

  // Back from a product, the list is as long as it was and at the same place.
  const place = () => `list:${location.pathname}${location.search}`
  addEventListener('pagehide', () => { try { sessionStorage.setItem(place(), JSON.stringify([shown, known.length, scrollY])) } catch { /* private mode */ } })
  const restore = async () => {
    const [wanted, length, y] = JSON.parse(sessionStorage.getItem(place())) || []
    if (!length || performance.getEntriesByType('navigation')[0]?.type !== 'back_forward') return
    shown = wanted
    if (filtered()) await draw()
    else while (known.length < length && next) await append()
    scrollTo({top: y, behavior: 'instant'})
  }
  read()
  if (filtered() && location.search) draw()
  restore().catch(() => {})
}
