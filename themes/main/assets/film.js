// A film of a product, played where its picture stands. Nothing of it is fetched before somebody asks.
import {$, make} from './base.js'

/* Plays what `link` leads to in its place. The link stays, unseen: pictures are counted by their places. */
export function play(link) {
  const film = make('video', {src: link.href, controls: true, autoplay: true, playsInline: true})
  film.setAttribute('aria-label', $('img', link).alt)
  if (link.dataset.film) film.append(make('track', {kind: 'captions', src: link.dataset.film, srclang: document.documentElement.lang, default: true}))
  film.addEventListener('error', () => { location = link.href }) // what cannot be played in a page may be by itself
  link.hidden = true
  link.after(film)
  film.focus()
  new IntersectionObserver(([{isIntersecting}]) => isIntersecting || film.pause(), {threshold: .2}).observe(film)
}
