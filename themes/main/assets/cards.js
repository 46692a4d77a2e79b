// Product cards made in the browser: copies of the blank card of the page, filled with rows of products.
const $ = (selector, root) => root.querySelector(selector)
const $$ = (selector, root) => [...root.querySelectorAll(selector)]

const FIELDS = ['handle', 'url', 'title', 'price', 'compare', 'discount', 'state', 'vendor', 'image', 'second', 'unit', 'swatches']
const files = new Map()
const file = (base, number) => {
  if (!files.has(number)) files.set(number, fetch(`${base}${number}.json`).then(answer => answer.ok ? answer.json() : Promise.reject()).catch(() => { files.delete(number); return [] }))
  return files.get(number)
}
/* Rows by product number, in that order; each of their files is fetched once. */
export const rows = (base, numbers) => Promise.all(numbers.map(async number => {
  const found = (await file(base, number >> 6))[number & 63]
  return found && Object.fromEntries(FIELDS.map((name, i) => [name, found[i] || (name === 'swatches' ? [] : '')]))
})).then(found => found.filter(Boolean))

const every = root => {
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT), found = []
  for (let node = root; node; node = walk.nextNode()) found.push(node)
  return found
}
// Where a form names fields: the numbers of its nodes in document order, an attribute or none for the text, and the words.
const slots = root => every(root).flatMap((node, at) => node.nodeType === 3 ? [[at, '', node.data]] : [...node.attributes].map(({name, value}) => [at, name, value]))
  .filter(([, , words]) => words.includes('__'))
function fill(nodes, slots, row) {
  for (const [at, name, words] of slots) {
    const filled = words.replace(/__(\w+?)__/g, (_, field) => row[field] ?? '')
    if (name) nodes[at].setAttribute(name, filled)
    else nodes[at].data = filled
  }
}
// The forms that were read: reading one takes longer than filling it.
const forms = new WeakMap()
function read(blank) {
  const root = blank.content.firstElementChild, each = $('[data-each]', root)
  each?.removeAttribute('data-each')
  const nodes = every(root)
  const parts = $$('[data-if]', root).map(part => {
    const [, not, name] = part.dataset.if.match(/(!?)(\w+)/)
    part.removeAttribute('data-if')
    return [nodes.indexOf(part), !not, name]
  })
  return {root, parts, slots: slots(root), each, one: each && slots(each), place: nodes.indexOf(each), initial: nodes.indexOf($('.blank', root))}
}
/* One card. Parts marked data-if stay when the row has what they name, or with "!" when it has not. */
export const card = (blank, row) => {
  if (!forms.has(blank)) forms.set(blank, read(blank))
  const {root, parts, slots, each, one, place, initial} = forms.get(blank), node = root.cloneNode(true), nodes = every(node)
  const has = {...row, out: row.state === 'out', low: row.state === 'low', swatches: row.swatches.length, alt: row.title}
  fill(nodes, slots, {...row, alt: row.title})
  nodes[place]?.replaceWith(...row.swatches.map(([swatch, color, swatch_url, swatch_image]) => {
    const copy = each.cloneNode(true)
    fill(every(copy), one, {swatch, swatch_url, swatch_image})
    $('circle', copy)?.setAttribute('fill', color)
    return copy
  }))
  if (initial >= 0) nodes[initial].textContent = [...row.title][0]
  for (const [at, wanted, name] of parts) if (!has[name] === wanted) nodes[at].remove()
  node.classList.toggle('sold-out', has.out)
  const item = document.createElement('li')
  item.append(node)
  return item
}
