// Product cards made in the browser: copies of the blank card of the page, filled with rows of products.
const $ = (selector, root) => root.querySelector(selector)
const $$ = (selector, root) => [...root.querySelectorAll(selector)]

const FIELDS = ['handle', 'url', 'title', 'price', 'compare', 'discount', 'state', 'vendor', 'image', 'second', 'unit', 'swatches']
const files = new Map()
const file = (base, number) => {
  if (!files.has(number)) files.set(number, fetch(`${base}${number}.json`).then(answer => answer.ok ? answer.json() : [], () => { files.delete(number); return [] }))
  return files.get(number)
}
/* Rows by product number, in that order; each of their files is fetched once. */
export const rows = (base, numbers) => Promise.all(numbers.map(async number => {
  const found = (await file(base, number >> 6))[number & 63]
  return found && Object.fromEntries(FIELDS.map((name, i) => [name, found[i] || (name === 'swatches' ? [] : '')]))
})).then(found => found.filter(Boolean))

const fill = (words, row) => words.replace(/__(\w+?)__/g, (_, name) => row[name] ?? '')
function put(root, row) {
  const walk = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT)
  for (let node = root; node; node = walk.nextNode()) {
    if (node.nodeType === 3) { if (node.data.includes('__')) node.data = fill(node.data, row) }
    else for (const {name, value} of [...node.attributes]) if (value.includes('__')) node.setAttribute(name, fill(value, row))
  }
}
/* One card. Parts marked data-if stay when the row has what they name, or with "!" when it has not. */
export const card = (blank, row) => {
  const node = blank.content.firstElementChild.cloneNode(true)
  const has = {...row, out: row.state === 'out', low: row.state === 'low', swatches: row.swatches.length, alt: row.title}
  for (const part of $$('[data-if]', node)) {
    const [, not, name] = part.dataset.if.match(/(!?)(\w+)/)
    if (!has[name] !== !!not) part.remove()
    else part.removeAttribute('data-if')
  }
  const each = $('[data-each]', node)
  each?.replaceWith(...row.swatches.map(([swatch, color, swatch_url, swatch_image]) => {
    const copy = each.cloneNode(true)
    copy.removeAttribute('data-each')
    put(copy, {swatch, swatch_url, swatch_image})
    $('circle', copy)?.setAttribute('fill', color)
    return copy
  }))
  put(node, {...row, alt: row.title})
  const initial = $('.blank', node)
  if (initial) initial.textContent = [...row.title][0]
  node.classList.toggle('sold-out', has.out)
  const item = document.createElement('li')
  item.append(node)
  return item
}
