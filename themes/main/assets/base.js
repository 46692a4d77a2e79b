// What every page has: how scripts find and make things, and menus. Pages work without any of it.
export const $ = (selector, root = document) => root.querySelector(selector)
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)]
// What is so already is left alone: even the same again would be laid out and painted anew.
export const show = (node, on) => { if (node && node.hidden === !!on) node.hidden = !on }
export const text = (node, words) => { if (node && node.textContent !== `${words}`) node.textContent = words }
export const put = (parent, list) => {
  const stays = new Set(list)
  for (const node of [...parent.children]) if (!stays.has(node)) node.remove()
  list.forEach((node, at) => { if (parent.children[at] !== node) parent.insertBefore(node, parent.children[at] || null) })
}
// Numbers in the digits that prices have: the build names them where they are not 0 to 9.
const digits = document.documentElement.dataset.digits
export const inDigits = count => digits ? `${count}`.replace(/\d/g, digit => digits[digit]) : count
export const make = (tag, fields = {}) => Object.assign(document.createElement(tag), fields)
export const picture = (src, title) => src
  ? make('img', {src, alt: '', width: 300, height: 300, loading: 'lazy'})
  : make('span', {className: 'blank', textContent: [...title][0] || ''})

/* A colour under the pointer shows its picture on the card */
for (const kind of ['pointerover', 'focusin']) {
  document.addEventListener(kind, ({target}) => {
    const swatch = target.closest('.swatches [data-picture]'), media = swatch && $('.card-media', swatch.closest('.card'))
    if (media) ($('.card-swap', media) || media.appendChild(make('img', {className: 'card-swap', alt: ''}))).src = swatch.dataset.picture
  })
}

/* The picture of a card becomes the picture of its product */
addEventListener('pageswap', event => {
  event.viewTransition?.ready.catch(() => {}) // the next page was too slow for it: it is shown at once
  const to = event.viewTransition && event.activation?.entry.url
  const link = to && $$('.card-title a').find(link => link.href === to)
  const image = link && $('.card-media img', link.closest('.card'))
  if (image) image.style.viewTransitionName = 'product'
})

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
// Told once the page is laid out: asking would have it laid out for this alone.
if (chip) new IntersectionObserver(([{boundingClientRect: {left}}], watch) => { chip.closest('ul').scrollLeft += left - innerWidth / 3; watch.disconnect() }).observe(chip)
