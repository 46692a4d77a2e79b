// Suggestions while somebody types in the search of the header: a combobox with a list in groups.
import {$, $$, inDigits, make, picture, show, text} from './base.js'
import {rows} from './cards.js'
import {open as index} from './find.js'

const panel = $('#search'), {dataset} = panel, form = $('form', panel), input = form.q, list = $('[role=listbox]', panel), status = $('[role=status]', panel)
const search = index(dataset.index), cards = dataset.index.replace('search.json', 'cards/')
const forms = JSON.parse(dataset.count), plural = new Intl.PluralRules(document.documentElement.lang)
let turn = 0, active = -1
const options = () => $$('[role=option]', list)

const mark = at => {
  const all = options()
  active = all.length ? (at + all.length + 1) % (all.length + 1) : -1
  if (active === all.length) active = -1
  all.forEach((option, place) => option.setAttribute('aria-selected', place === active))
  if (active < 0) input.removeAttribute('aria-activedescendant')
  else {
    input.setAttribute('aria-activedescendant', all[active].id)
    all[active].scrollIntoView({block: 'nearest'})
  }
}
const expand = on => {
  show(list, on)
  input.setAttribute('aria-expanded', on)
  mark(-1)
}
const option = (href, ...parts) => {
  const node = make('a', {href, className: 'search-option', tabIndex: -1})
  node.setAttribute('role', 'option')
  node.append(...parts)
  return node
}
const group = (name, nodes) => {
  if (!nodes.length) return []
  const node = make('div'), head = make('p', {className: 'search-group', textContent: name, id: `search-${name}`})
  node.setAttribute('role', 'group')
  node.setAttribute('aria-label', name)
  head.setAttribute('aria-hidden', 'true')
  node.append(head, ...nodes)
  return [node]
}
const product = row => {
  const price = make('span', {className: 'search-price'})
  price.append(row.price)
  if (row.compare) price.append(' ', make('span', {className: 'hidden', textContent: dataset.was}), ' ', make('s', {textContent: row.compare}))
  const words = make('span', {className: 'search-words'})
  words.append(make('span', {textContent: row.title}), price)
  return option(row.url, picture(row.image, row.title), words)
}
const suggest = async () => {
  const mine = ++turn, query = input.value.trim()
  if (!query) { list.replaceChildren(); expand(false); text(status, ''); return }
  const found = await search.query(query)
  const [products, ...texts] = await Promise.all([rows(cards, found.products.slice(0, 6)), ...[4, 5, 6].map(kind => search.texts(found.texts[kind].slice(0, 3)))])
  if (mine !== turn) return
  const link = ([title, url]) => option(url, title)
  const count = found.products.length + [4, 5, 6].reduce((sum, kind) => sum + found.texts[kind].length, 0)
  const address = `${form.action}?q=${encodeURIComponent(query)}`
  list.replaceChildren(
    ...group(dataset.products, products.map(product)), ...group(dataset.collections, texts[0].map(link)), ...group(dataset.pages, texts[1].map(link)),
    ...group(dataset.posts, texts[2].map(link)), ...count ? [option(address, dataset.all.replace('{query}', query))] : [])
  options().forEach((node, at) => { node.id = `search-${at}` })
  expand(count > 0)
  text(status, !count ? dataset.none.replace('{query}', query)
    : (found.meant ? `${dataset.meant.replace('{query}', found.meant)} ` : '') + (forms[plural.select(count)] || forms.other).replace('{count}', inDigits(count)))
}
let timer
input.addEventListener('input', () => { clearTimeout(timer); timer = setTimeout(() => suggest().catch(() => expand(false)), 60) })
input.addEventListener('keydown', event => {
  const {key} = event
  if (key === 'ArrowDown' || key === 'ArrowUp') {
    event.preventDefault()
    if (list.hidden) { if (options().length) expand(true); else return }
    mark(active < 0 && key === 'ArrowUp' ? options().length - 1 : active + (key === 'ArrowDown' ? 1 : -1))
  } else if (key === 'Enter' && active >= 0) {
    event.preventDefault()
    options()[active].click()
  } else if (key === 'Escape') { // of its own accord a field of this type would only be emptied
    event.preventDefault()
    if (list.hidden) panel.close()
    else expand(false)
  }
})
panel.addEventListener('click', event => { if (event.target === panel || event.target.closest('[data-close]')) panel.close() })

export const open = () => {
  if (!panel.open) panel.showModal()
  input.select()
  input.focus()
  search.begin().catch(() => {})
}
