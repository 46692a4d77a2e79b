import {$, $$} from './base.js'

/* Marks below a slideshow and the arrows beside them move it without moving the page */
for (const show of $$('.slideshow')) {
  const slides = $('.slides', show), links = $$('.slide-marks a', show), count = links.length
  const at = () => Math.round(Math.abs(slides.scrollLeft) / slides.clientWidth)
  const go = place => slides.scrollTo({left: slides.children[place].offsetLeft - slides.offsetLeft})
  const mark = now => links.forEach((link, place) => {
    if (place === now) link.setAttribute('aria-current', 'true')
    else link.removeAttribute('aria-current')
  })
  if (!count) continue
  slides.addEventListener('scroll', () => mark(at()), {passive: true})
  $('.slide-nav', show).addEventListener('click', event => {
    const link = event.target.closest('a'), way = event.target.closest('[data-way]')?.dataset.way
    if (link) { event.preventDefault(); go(links.indexOf(link)) }
    if (way) go((at() + +way + count) % count)
  })
  mark(0) // where a page begins; asking would have it laid out for that alone
}
