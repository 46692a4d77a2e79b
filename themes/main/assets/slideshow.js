import {$$} from './base.js'

/* Dots below a slideshow move it without moving the page */
for (const dots of $$('.slide-dots')) {
  dots.addEventListener('click', event => {
    const link = event.target.closest('a')
    if (!link) return
    event.preventDefault()
    const slide = document.getElementById(link.hash.slice(1)), slides = slide.parentNode
    slides.scrollTo({left: slide.offsetLeft - slides.offsetLeft})
  })
}
