// The search page: everything a query finds, as cards and links.
import {$, inDigits, make, show, text} from './base.js'

const form = $('[data-search]'), MORE = 24
if (form) {
  const {dataset} = form, input = form.q, status = $('[data-search-status]'), meant = $('[data-search-meant]')
  const counts = JSON.parse(dataset.count), plural = number => counts[new Intl.PluralRules(document.documentElement.lang).select(number)] || counts.other, products = $('[data-search-products]'), grid = $('ul', products), more = $('[data-search-more]')
  const kinds = {4: 'collections', 5: 'pages', 6: 'posts'}
  let numbers = [], turn = 0, loaded
  // What finds and what makes cards are fetched when somebody searches.
  const parts = () => loaded ||= Promise.all([import('./cards.js'), import('./find.js')]).then(([made, found]) => ({...made, search: found.open(dataset.search)}), error => { loaded = null; throw error })
  const append = async () => {
    const mine = turn, {card, rows} = await parts(), next = await rows(dataset.search.replace('search.json', 'cards/'), numbers.slice(grid.children.length, grid.children.length + MORE))
    if (mine !== turn) return
    const at = grid.children.length
    grid.append(...next.map(row => card($('[data-blank]'), row)))
    show(more, numbers.length > grid.children.length)
    document.dispatchEvent(new Event('cards'))
    return at
  }
  const find = async () => {
    const mine = ++turn, query = input.value.trim()
    const url = new URL(location)
    if (query) url.searchParams.set('q', query)
    else url.searchParams.delete('q')
    history.replaceState(history.state, '', url)
    const {search} = await parts(), found = await search.query(query)
    if (mine !== turn) return
    const lists = {}
    for (const kind in kinds) lists[kind] = await search.texts(found.texts[kind].slice(0, 12))
    if (mine !== turn) return
    numbers = found.products
    grid.replaceChildren()
    show(products, numbers.length)
    let count = numbers.length
    for (const kind in kinds) {
      const place = $(`[data-search-${kinds[kind]}]`)
      count += found.texts[kind].length
      show(place, lists[kind].length)
      $('ul', place).replaceChildren(...lists[kind].map(([title, href]) => { const item = make('li'); item.append(make('a', {href, textContent: title})); return item }))
    }
    show($('[data-search-idle]'), !count)
    text(status, !query ? '' : !count ? dataset.none.replace('{query}', query) : plural(count).replace('{count}', inDigits(count)))
    text(meant, !count ? '' : found.meant ? dataset.meant.replace('{query}', found.meant) : found.whole ? '' : dataset.close)
    show(meant, meant.textContent)
    await append()
  }
  const tried = () => find().catch(() => show($('[data-search-idle]'), true))
  input.value = new URLSearchParams(location.search).get('q') || ''
  if (input.value) tried()
  else if (matchMedia('(min-width:64em)').matches) input.focus()
  input.addEventListener('focus', () => parts().then(({search}) => search.begin()).catch(() => {}), {once: true})
  let timer
  input.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(tried, 120) })
  form.addEventListener('submit', event => { event.preventDefault(); tried() })
  more.addEventListener('click', async () => { const at = await append(); $('.card-title a', grid.children[at] || grid)?.focus({preventScroll: true}) })
}
