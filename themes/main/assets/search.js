import {$, make, picture, show, text} from './base.js'

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
